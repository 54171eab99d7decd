"""What the provider says of a payment behind the end of its payout: the books follow, and people are told."""

import contextlib
from collections.abc import Sequence
from typing import Final

from tillroll.durable import Statement
from tillroll.durable.record.audit import AuditEvent, append, event_of_account
from tillroll.notifications.notify import Subject, notify
from tillroll.notifications.topics import PAYOUT_CAME_LATE
from tillroll.payments.provider import PaymentStatus, Seen
from tillroll.platform import log
from tillroll.platform.bindings.database import ConstraintFailed
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform
from tillroll.workflows.payout import books
from tillroll.workflows.payout.body import left_key
from tillroll.workflows.payout.contract import DEBIT, RECORD, REVERSE
from tillroll.workflows.payout.rows import Payout, note_seen

ACTOR: Final = "provider:payments"


async def take_late(platform: Platform, payout: Payout, seen: Seen) -> None:
    """Follow what became of a payment whose payout has ended. Told twice, it changes nothing.

    One that came back after it was booked as paid is put back on the company's account. One that goes out although its
    debit was given back is a stray: somebody has to see to it.
    """
    now = to_text(platform.clock.now())
    undoing = DEBIT.undo_key_for(payout.run_id)
    delivered = await _first_applied(platform, payout, RECORD.key_for(payout.run_id), left_key(undoing))
    given_back = await was_given_back(platform, payout)
    if seen.status.brings_back and delivered is not None:
        entries = await books.take_back(platform, payout, delivered, DEBIT.key_for(payout.run_id))
        await _say(platform, payout, seen, [*entries, *_told(payout, seen, "payout.returned", now)], now)
    elif not seen.status.brings_back and given_back:
        await _say(platform, payout, seen, _told(payout, seen, "payout.stray", now), now)
    elif seen.status is not PaymentStatus.PROCESSING:
        await platform.database.batch([note_seen(payout.run_id, seen, now)])


async def was_given_back(platform: Platform, payout: Payout) -> bool:
    """Whether the company's account has the payout's debit again."""
    undoing = DEBIT.undo_key_for(payout.run_id)
    return await _first_applied(platform, payout, undoing, REVERSE.key_for(payout.run_id)) is not None


async def say_stray(platform: Platform, payout: Payout, seen: Seen) -> None:
    """A payment was found that its payout knows nothing of."""
    now = to_text(platform.clock.now())
    await _say(platform, payout, seen, _told(payout, seen, "payout.stray", now), now)


async def _say(platform: Platform, payout: Payout, seen: Seen, statements: Sequence[Statement], now: str) -> None:
    log.error("payment.late", run=payout.run_id, reason=seen.status.value)
    with contextlib.suppress(ConstraintFailed):  # it was said before
        await platform.database.batch([note_seen(payout.run_id, seen, now), *statements])


def _told(payout: Payout, seen: Seen, action: str, now: str) -> list[Statement]:
    subject = Subject(payout.run_id, payout.run_id, occasion=f"{seen.id}:{seen.status.value}")
    return [append(_event(payout, seen, action, now)), *notify(payout.account_id, PAYOUT_CAME_LATE, subject, now)]


def _event(payout: Payout, seen: Seen, action: str, now: str) -> AuditEvent:
    return event_of_account(
        payout.account_id,
        action,
        f"{action}:{seen.id}:{seen.status.value}",
        actor=ACTOR,
        at=now,
        detail={"run": payout.run_id, "payment": seen.id, "status": seen.status.value},
    )


async def _first_applied(platform: Platform, payout: Payout, *keys: str) -> str | None:
    for key in keys:
        if await books.was_applied(platform, payout, key):
            return key
    return None
