"""What a claim's changes are in the ledger and in the audit."""

from collections.abc import Mapping, Sequence
from typing import Final

from tillroll.claims import repository
from tillroll.claims.models import Audited, Claim, ClaimEvent
from tillroll.claims.rules import Book, Moved
from tillroll.ledger.hooks import OWN_ACCOUNTS
from tillroll.ledger.models import LedgerAccount
from tillroll.ledger.posting import AnotherBody, Answer, append_fact
from tillroll.ledger.repository import find_or_create, transfers_of
from tillroll.ledger.transfers import Reversal, Side, Transaction, Transfer
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import CLAIM_OWED_BACK, CLAIM_PAID
from tillroll_durable import Actor, Statement, ValuesRefused
from tillroll_durable.audit import AuditEvent, append
from tillroll_durable.platform.json import Json
from tillroll_durable.platform.services import Platform

ACTOR: Final = "workflow:claim"
OWN: Final = OWN_ACCOUNTS.fill("claims:")
"""How the ids of its accounts begin, on which nobody else books."""
_ACCOUNTS: Final = {
    Book.RECEIVABLE: (Side.DEBIT, "Billing, still to be paid"),
    Book.CLAIMED: (Side.CREDIT, "Billing, billed"),
    Book.TAX: (Side.CREDIT, "Billing, VAT that invoices charge"),
    Book.RECEIVED: (Side.DEBIT, "Billing, what came in"),
    Book.UNAPPLIED: (Side.CREDIT, "Billing, owed back to payers"),
    Book.LOST: (Side.DEBIT, "Billing, written off"),
}


def account_name(book: Book, currency: str) -> str:
    """The id of an account of the ledger."""
    return f"{OWN}{book.value}:{currency}"


async def open_accounts(
    platform: Platform, actor: Actor, currency: str, *, lacks: str, field: str = "currency"
) -> None:
    """Make the accounts that claims in a currency need, as far as they are not there. Refuse, by
    `field`, where one is there with another currency, side, or a limit, by which a fact could be
    refused; `lacks` says what is not done."""
    for book, (side, name) in _ACCOUNTS.items():
        id_ = account_name(book, currency)
        named = f"{name}, {currency}"
        account = LedgerAccount(id=id_, name=named, currency=currency, normal_side=side)
        existing = await find_or_create(platform, actor, account)
        if existing.body() != account.body():
            problem = (
                f"The ledger has an account {account.id} of another currency, side or limit: "
                f"{lacks}."
            )
            raise ValuesRefused([(field, problem)])


def taken_back_by_note(claim: Claim) -> int | None:
    """What a withdrawal takes back by a credit note: an invoice that was issued is changed by
    nothing else. None of another claim."""
    standing = claim.standing
    if not claim.has_invoice or not standing.is_issued:
        return None
    return standing.claimed - standing.credited


async def record(
    platform: Platform,
    claim: Claim,
    moved: Moved,
    event: ClaimEvent,
    *,
    is_own: bool = False,
    is_numbered: bool = False,
) -> Sequence[Statement]:
    """What writes a change of a claim that was read a moment ago. `is_own`: its run makes it, and
    is not notified. Raises AnotherBody: the ledger has another transfer under the event's key, or
    has refused it."""
    key = f"{claim.run_id}:{event.key}"
    detail: dict[str, Json] = {
        "claim": claim.run_id,
        "version": claim.version + 1,
        "key": event.key,
    }
    if event.amount is not None:
        detail |= {"currency": event.currency, "amount": event.amount, "applied": event.applied}
    audited = AuditEvent(
        stream=claim.run_id,
        event_key=f"{key}:claimed",
        account_id=claim.account_id,
        actor=event.actor,
        action=Audited(f"claim.{event.kind}"),
        outcome="success",
        at=event.at,
        detail=detail,
    )
    statements = [
        *repository.move(claim, moved.standing, event, is_own=is_own, is_numbered=is_numbered),
        *await _book(platform, claim, key=key, moved=moved, day=event.day),
        append(audited),
    ]
    # Nothing else tells owners that they owe something back.
    if any(posting.credit is Book.UNAPPLIED for posting in moved.postings):
        subject = Subject(claim.run_id, claim.run_id, occasion=f"owed back {event.key}")
        statements += notify(claim.account_id, CLAIM_OWED_BACK, subject=subject, now=event.at)
    standing = moved.standing
    is_paid_in_full = standing.open == 0 and standing.written_off == 0
    if event.kind == "payment" and moved.applied > 0 and is_paid_in_full:
        paid = Subject(claim.run_id, claim.run_id, occasion=event.key)
        statements += notify(claim.account_id, CLAIM_PAID, subject=paid, now=event.at)
    return statements


async def _book(
    platform: Platform, claim: Claim, key: str, moved: Moved, day: str | None
) -> Sequence[Statement]:
    """Append a move to the books as one fact, for the batch of what happened, which fails where the
    ledger refuses it. `day` is that of a payment, as the person who recorded it says; all else
    happens as it is recorded."""
    count = len(moved.postings) + len(moved.reverses)
    if not count:
        return []
    if count == 1:
        ids = [key]
    else:
        ids = [f"{key}:{number}" for number in range(1, count + 1)]
    reversals = [
        Reversal(id_, each, reference=claim.run_id, day=day)
        for id_, each in zip(ids, moved.reverses, strict=False)
    ]
    transfers = [
        Transfer(
            id_,
            account_name(each.debit, each.currency),
            credit=account_name(each.credit, each.currency),
            currency=each.currency,
            amount=each.amount,
            reference=claim.run_id,
            day=day,
        )
        for id_, each in zip(ids[len(reversals) :], moved.postings, strict=True)
    ]
    transaction = Transaction(key, (*reversals, *transfers))
    fact = await append_fact(
        platform.database,
        platform.clock,
        by=Actor(claim.account_id, ACTOR),
        transaction=transaction,
    )
    if fact.existing is not None and fact.existing.answer is Answer.REFUSED:
        raise AnotherBody(key)
    return [*fact.statements, repository.require_applied(claim, key)]


async def booked(
    platform: Platform, account_id: str, key: str
) -> Mapping[str, tuple[Book | None, int]]:
    """The transfers of a fact, each with the account that it credited, and its amount."""
    booked_transfers: dict[str, tuple[Book | None, int]] = {}
    for each in await transfers_of(platform.database, account_id, key):
        credited = next(
            (book for book in Book if (each.credit or "").startswith(f"{OWN}{book.value}:")), None
        )
        booked_transfers[each.id] = (credited, each.posted or 0)
    return booked_transfers
