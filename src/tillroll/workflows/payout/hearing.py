"""What became of a payment is asked for, and kept as what was heard last: an older answer is not written over a newer
one. What owners are told where it came to something else than was believed."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from tillroll.durable import Statement
from tillroll.durable.record.audit import append, event_of_account
from tillroll.notifications.notify import Subject, notify
from tillroll.notifications.topics import PAYOUT_CAME_LATE
from tillroll.payments.provider import PaymentStatus, PaymentUncertain, Seen
from tillroll.platform.clock import to_text
from tillroll.platform.json import JsonObject
from tillroll.platform.services import Platform
from tillroll.workflows.payout.rows import Payout, load_payout, note_seen

ACTOR: Final = "provider:payments"
RETURNED: Final = "payout.returned"
STRAY: Final = "payout.stray"
_TRIES: Final = 4


async def hear(platform: Platform, payout: Payout, ask: Callable[[Payout], Awaitable[Seen | None]]) -> Seen | None:
    """Ask what became of a payment, and keep the answer; None where nobody knows of it. Where something else was heard
    while the answer was under way, the question is asked again.

    Raises:
        PaymentUncertain: something else was heard each time.
    """
    for _ in range(_TRIES):
        there = await load_payout(platform.database, payout.run_id)
        if there is None:
            return None
        seen = await ask(there)
        # That it is on its way says nothing new of a payment that has come to an end.
        if seen is None or (seen.status is PaymentStatus.PROCESSING and there.payment_status is not None):
            return seen
        [rows] = await platform.database.batch([note_seen(there, seen, to_text(platform.clock.now()))])
        if rows:
            return seen
    raise PaymentUncertain("something else was heard of the payment each time that it was asked for")


def told(payout: Payout, action: str, now: str) -> Sequence[Statement]:
    """The event in the audit and the notices, once for what was heard; the batch fails where it was told before."""
    status = None if payout.payment_status is None else payout.payment_status.value
    detail: JsonObject = {"run": payout.run_id, "payment": payout.payment_id, "status": status}
    occasion = f"{payout.payment_id}:{status}:{payout.heard}"
    event = event_of_account(
        payout.account_id, action, f"{action}:{payout.run_id}:{occasion}", actor=ACTOR, at=now, detail=detail
    )
    subject = Subject(payout.run_id, payout.run_id, occasion=occasion)
    return [append(event), *notify(payout.account_id, PAYOUT_CAME_LATE, subject, now)]
