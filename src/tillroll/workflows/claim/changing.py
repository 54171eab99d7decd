"""One change of a claim: its event, what it comes to, the money and the audit, in one batch that is refused where the
claim has changed."""

from collections.abc import Sequence

from tillroll.claims.standing import Book, Moved
from tillroll.durable import Statement
from tillroll.durable.record.audit import AuditEvent, append
from tillroll.notifications.notify import Subject, notify
from tillroll.notifications.topics import CLAIM_OWED_BACK
from tillroll.platform.json import Json
from tillroll.platform.services import Platform
from tillroll.workflows.claim.books import book
from tillroll.workflows.claim.rows.claims import Claim, Event, move


async def written(
    platform: Platform, claim: Claim, moved: Moved, event: Event, *, is_own: bool = False
) -> Sequence[Statement]:
    """What writes a change of a claim that was read a moment ago. `is_own`: its run makes it, and need not be told."""
    key = f"{claim.run_id}:{event.key}"
    detail: dict[str, Json] = {"claim": claim.run_id, "version": claim.version + 1, "key": event.key}
    if event.amount is not None:
        detail |= {"currency": event.currency, "amount": event.amount, "applied": event.applied}
    audited = AuditEvent(
        stream=claim.run_id,
        event_key=f"{key}:claimed",
        account_id=claim.account_id,
        actor=event.actor,
        action=f"claim.{event.kind}",
        outcome="success",
        at=event.at,
        detail=detail,
    )
    return [
        *move(claim, moved.standing, event, is_own=is_own),
        *await book(platform, claim.account_id, key, moved, claim.run_id),
        append(audited),
        *_told_of_owed_back(claim, moved, event),
    ]


def _told_of_owed_back(claim: Claim, moved: Moved, event: Event) -> Sequence[Statement]:
    """Owners are told where whoever paid is owed something back: nothing else brings it there."""
    if all(posting.credit is not Book.UNAPPLIED for posting in moved.postings):
        return []
    subject = Subject(claim.run_id, claim.run_id, occasion=f"owed back {event.key}")
    return notify(claim.account_id, CLAIM_OWED_BACK, subject, event.at)
