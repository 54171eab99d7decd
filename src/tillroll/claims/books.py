"""What a claim's changes are in the ledger."""

from collections.abc import Mapping, Sequence
from typing import Final

from tillroll.claims.repository import Claim, Event, move
from tillroll.claims.rules import Book, Moved
from tillroll.durable import Actor, Statement, statement
from tillroll.durable.record.audit import AuditEvent, append
from tillroll.ledger.models import LedgerAccount
from tillroll.ledger.posting import AnotherBody, Answer, append_fact
from tillroll.ledger.repository import AnotherAccount, find_or_create, transfers_of
from tillroll.ledger.transfers import Reversal, Side, Transaction, Transfer
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import CLAIM_OWED_BACK
from tillroll.platform.json import Json
from tillroll.platform.services import Platform

ACTOR: Final = "workflow:claim"
OWN: Final = "claims:"
"""How the ids of its accounts begin, on which nobody else books."""
_SIDES: Final = {
    Book.RECEIVABLE: Side.DEBIT,
    Book.CLAIMED: Side.CREDIT,
    Book.RECEIVED: Side.DEBIT,
    Book.UNAPPLIED: Side.CREDIT,
    Book.LOST: Side.DEBIT,
}
_NAMES: Final = {
    Book.RECEIVABLE: "Claims, still to be paid",
    Book.CLAIMED: "Claims, claimed",
    Book.RECEIVED: "Claims, what came in",
    Book.UNAPPLIED: "Claims, owed back to whoever paid",
    Book.LOST: "Claims, written off",
}


def account_name(book: Book, currency: str) -> str:
    """The id of an account of the ledger."""
    return f"{OWN}{book.value}:{currency}"


async def open_accounts(platform: Platform, account_id: str, actor: str, currency: str) -> None:
    """Make the accounts that claims in a currency need, as far as they are not there.

    Raises:
        AnotherAccount: one is there with another currency, side, or a limit, by which a fact could be refused.
    """
    for book, side in _SIDES.items():
        id_, name = account_name(book, currency), f"{_NAMES[book]}, {currency}"
        account = LedgerAccount(id=id_, name=name, currency=currency, normal_side=side)
        there = await find_or_create(platform, account_id, actor, account)
        if there.body() != account.body():
            raise AnotherAccount(account.id)


async def book(platform: Platform, account_id: str, key: str, moved: Moved, run_id: str) -> Sequence[Statement]:
    """Append what a claim's move is in the books as one fact, for the batch of what happened; none for none. The batch
    fails where the ledger refuses it.

    Raises:
        AnotherBody: the key stands for another transfer, or for one that was refused.
    """
    count = len(moved.postings) + len(moved.reverses)
    if not count:
        return []
    ids = [key] if count == 1 else [f"{key}:{number}" for number in range(1, count + 1)]
    reversals = [Reversal(id_, each, reference=run_id) for id_, each in zip(ids, moved.reverses, strict=False)]
    transfers = [
        Transfer(
            id_,
            account_name(each.debit, each.currency),
            account_name(each.credit, each.currency),
            each.currency,
            each.amount,
            reference=run_id,
        )
        for id_, each in zip(ids[len(reversals) :], moved.postings, strict=True)
    ]
    transaction = Transaction(key, (*reversals, *transfers))
    fact = await append_fact(platform.database, platform.clock, Actor(account_id, ACTOR), transaction)
    if fact.existing is not None and fact.existing.answer is Answer.REFUSED:
        raise AnotherBody(key)
    return [*fact.statements, _was_applied(account_id, run_id, key)]


async def booked(platform: Platform, account_id: str, key: str) -> Mapping[str, tuple[Book | None, int]]:
    """The transfers of a fact, each with the account that it credited, and its amount."""
    found: dict[str, tuple[Book | None, int]] = {}
    for each in await transfers_of(platform.database, account_id, key):
        credited = next((book for book in Book if (each.credit or "").startswith(f"{OWN}{book.value}:")), None)
        found[each.id] = (credited, each.posted or 0)
    return found


def _was_applied(account_id: str, run_id: str, key: str) -> Statement:
    """NULL, which the column refuses, where the ledger has refused the fact."""
    return statement(
        """
        UPDATE claims SET version = CASE WHEN EXISTS (
          SELECT 1 FROM ledger_transactions WHERE account_id = ?2 AND id = ?3 AND outcome = 'applied') THEN version END
        WHERE run_id = ?1
        """,
        run_id,
        account_id,
        key,
    )


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
