"""Changes of a claim: payments, disputes, credit notes, withdrawals, the payer's answers and links."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.claims.books import booked, open_accounts, written
from tillroll.claims.contract import CHANGED, CLAIM_V1, ClaimParams
from tillroll.claims.files import MEDIA_TYPES, WRITING_NOTES, find_unwritten_notes, insert_note_file, line_of
from tillroll.claims.issued_invoice import IssuedInvoice, Preceding
from tillroll.claims.repository import (
    Claim,
    Event,
    find_event,
    let_go,
    list_events,
    list_items,
    load_claim,
    load_event,
    load_kept,
    load_owed_back,
    note_told,
)
from tillroll.claims.rules import (
    Book,
    Bounced,
    Moved,
    NotNow,
    credit,
    dispute,
    pay,
    refund,
    resolve,
    unpay,
    withdraw,
    write_off,
)
from tillroll.durable import Actor, KeyReused, Statement, ValuesRefused, statement
from tillroll.durable.operations.signals import NotListening, send_signal
from tillroll.durable.record.runs import load_run
from tillroll.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll.ledger.posting import AnotherBody
from tillroll.ledger.repository import AnotherAccount
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import CLAIM_ANSWERED
from tillroll.platform.bindings.database import ConstraintFailed, Row, integer, text
from tillroll.platform.bindings.engine import NonRetryable
from tillroll.platform.bindings.objects import ObjectWriter
from tillroll.platform.clock import from_text, to_text
from tillroll.platform.json import load_object
from tillroll.platform.services import Platform
from tillroll.secret_links import Link, LinkTable, NewLink
from tillroll.secret_links import list_links as list_of
from tillroll.secret_links import make_link as make
from tillroll.secret_links import new_link as new


async def write_notes(platform: Platform, run_id: str | None = None) -> int:
    """Write the credit notes of a claim, or of all, that have no file; how many. One that cannot be written now is
    left to the next time."""
    rows = await find_unwritten_notes(platform.database, to_text(platform.clock.now()), run_id)
    return await each_row(platform, WRITING_NOTES, rows, "note", lambda row: _write(platform, row))


async def _write(platform: Platform, row: Row) -> None:
    run_id, version = text(row, "run_id"), integer(row, "version")
    # Nothing but an invoice needs what writes XML.
    from tillroll.claims.ubl import write_ubl  # noqa: PLC0415 - see above

    claim = await load_claim(platform.database, run_id)
    run = await platform.database.first(statement("SELECT params FROM runs WHERE id = ?", run_id))
    event = (await list_events(platform.database, run_id))[version - 1]
    if claim is None or run is None or claim.number is None or claim.issued_on is None or event.number is None:
        raise NonRetryable(f"the claim of the run {run_id} was not issued")
    params = ClaimParams.model_validate(load_object(text(run, "params"))).invoice
    if params is None:
        raise NonRetryable(f"the claim of the run {run_id} has no e-invoice")
    items = [item for item in await list_items(platform.database, run_id) if item.released_at == event.at]
    if sum(item.amount for item in items) != event.amount:
        raise NonRetryable(f"what the credit note {event.number} took out is not what it is over")
    note = IssuedInvoice(
        number=event.number,
        issued_on=from_text(event.at).date(),
        due_on=None,
        currency=claim.standing.currency,
        seller=params.seller.issued(),
        buyer=params.buyer.issued(),
        vat=params.vat(),
        lines=[line_of(item, claim.standing.currency) for item in items],
        reference=params.reference,
        preceding=Preceding(claim.number, claim.issued_on),
    )
    key = f"{claim.account_id}/claims/{run_id}/{event.number}.xml"
    sink = ObjectWriter(platform.objects, key, MEDIA_TYPES["credit_note"])
    await sink.add(write_ubl(note))
    await platform.database.batch([insert_note_file(run_id, version, await sink.close())])


MOST_EVENTS: Final = 500
_TRIES: Final = 12
_AT_ONCE: Final = 50
TELLING: Final = "claims"
_UNTOLD: Final = f"""
  SELECT run_id, s.failures AS setbacks FROM claims {JOIN.format(part=f"'{TELLING}'", subject="claims.run_id")}
  WHERE told < version AND {IS_DUE} ORDER BY {IN_TURN}, run_id LIMIT {_AT_ONCE}
"""  # noqa: S608 - constants


class NoSuchClaim(LookupError):
    """The account has no such claim."""


class Unchangeable(Exception):
    """The claim cannot be moved so as it stands; the message says why. Nothing was changed."""


@dataclass(frozen=True)
class Payment:
    """What came in, in minor units. `said` is a reference of whoever paid, or of the bank."""

    currency: str
    amount: int
    day: date
    said: str | None


async def record_payment(platform: Platform, actor: Actor, run_id: str, payment: Payment, key: str) -> Claim:
    """Book a payment, once under its key. What exceeds what is open, is in another currency or comes behind the end is
    kept as owed back.

    Raises:
        NoSuchClaim, Unchangeable: see there.
        KeyReused: the key stands for another payment.
        ValuesRefused: an account of the ledger stands in the way.
    """
    await _existing(platform, actor.account_id, run_id)
    try:
        await open_accounts(platform, actor.account_id, actor.name, payment.currency)
    except AnotherAccount as error:
        said = f"The ledger has an account {error} of another currency, side or limit: no payment can be booked."
        raise ValuesRefused([("currency", said)]) from error

    async def paid(claim: Claim, now: str) -> Act:
        owed_back = await load_owed_back(platform.database, claim, claim.standing.currency)
        moved = pay(claim.standing, payment.currency, payment.amount, short=max(0, -owed_back))
        event = Event(
            "payment",
            f"payment:{key}",
            actor.name,
            now,
            currency=payment.currency,
            amount=payment.amount,
            applied=moved.applied,
            day=payment.day,
            said=payment.said,
        )
        return Act(moved, event)

    async def same(event: Event) -> bool:
        return (event.currency, event.amount, event.day, event.said) == (
            payment.currency,
            payment.amount,
            payment.day,
            payment.said,
        )

    return await change(platform, actor.account_id, run_id, paid, Once(f"payment:{key}", same))


async def withdraw_claim(platform: Platform, actor: Actor, run_id: str, reason: str) -> Claim:
    """Take an open claim back as a whole; its expenses can be claimed again. Once more changes nothing.

    Raises:
        NoSuchClaim, Unchangeable: see there.
    """

    there = await _existing(platform, actor.account_id, run_id)
    if there.standing.is_withdrawn:
        return there

    async def withdrawn(claim: Claim, now: str) -> Act:
        if not claim.standing.is_issued:
            raise NotNow("The claim is not issued yet: wait a moment, or cancel its run.")
        event = Event("withdrawn", "withdrawn", actor.name, now, said=reason)
        return Act(withdraw(claim.standing), event, [let_go(run_id, now)])

    return await change(platform, actor.account_id, run_id, withdrawn)


async def credit_expenses(
    platform: Platform, actor: Actor, run_id: str, expense_ids: Sequence[str], reason: str, key: str
) -> Claim:
    """Take expenses out of a claim by a credit note; they can be claimed again.

    Raises:
        NoSuchClaim, Unchangeable: see there.
        KeyReused: the key stands for another credit note.
        ValuesRefused: the claim does not hold one of them (any more).
    """

    async def credited(claim: Claim, now: str) -> Act:
        held = {
            each.expense_id: each.amount
            for each in await list_items(platform.database, run_id)
            if each.released_at is None
        }
        if lacking := sorted({*expense_ids} - held.keys()):
            raise ValuesRefused([("expenseIds", f"This claim does not hold {', '.join(lacking[:5])}.")])
        amount = sum(held[each] for each in {*expense_ids})
        event = Event(
            "credited",
            f"credit:{key}",
            actor.name,
            now,
            currency=claim.standing.currency,
            amount=amount,
            said=reason,
            is_numbered=True,
        )
        return Act(credit(claim.standing, amount), event, [let_go(run_id, now, expense_ids)])

    async def same(event: Event) -> bool:
        taken = {
            each.expense_id for each in await list_items(platform.database, run_id) if each.released_at == event.at
        }
        return event.said == reason and taken == {*expense_ids}

    changed = await change(platform, actor.account_id, run_id, credited, Once(f"credit:{key}", same))
    await write_notes(platform, run_id)
    return changed


async def dispute_claim(
    platform: Platform,
    account_id: str,
    actor: str,
    run_id: str,
    reason: str,
    *,
    also: Callable[[Claim, str], Sequence[Statement]] = lambda _claim, _now: (),
) -> Claim:
    """Whoever is to pay says that it is wrong: it is not asked for until that is over. Once more changes nothing.
    `also` is written along.

    Raises:
        NoSuchClaim, Unchangeable: see there.
    """
    there = await _existing(platform, account_id, run_id)
    if there.standing.is_disputed:
        return there

    async def disputed(claim: Claim, now: str) -> Act:
        key = f"disputed:{claim.version + 1}"
        return Act(dispute(claim.standing), Event("disputed", key, actor, now, said=reason), also(claim, now))

    return await change(platform, account_id, run_id, disputed)


async def resolve_dispute(platform: Platform, actor: Actor, run_id: str, reason: str) -> Claim:
    """A dispute is over: what is open is waited for, and asked for, again. Without a dispute it changes nothing.

    Raises:
        NoSuchClaim, Unchangeable: see there.
    """
    there = await _existing(platform, actor.account_id, run_id)
    if not there.standing.is_disputed:
        return there

    async def resolved(claim: Claim, now: str) -> Act:
        key = f"resolved:{claim.version + 1}"
        return Act(resolve(claim.standing), Event("resolved", key, actor.name, now, said=reason))

    return await change(platform, actor.account_id, run_id, resolved)


async def tell_changes(platform: Platform) -> int:
    """Nudge the runs of claims that were not told of a change: whoever recorded it died over that. How many."""
    rows = await platform.database.all(statement(_UNTOLD, to_text(platform.clock.now())))
    return await each_row(platform, TELLING, rows, "run_id", lambda row: _nudge(platform, text(row, "run_id")))


@dataclass(frozen=True)
class Act:
    """What is done to a claim, and what is written along."""

    moved: Moved
    event: Event
    statements: Sequence[Statement] = ()


@dataclass(frozen=True)
class Once:
    """What is done once under a key; `same` says whether an event under it is what is asked for now."""

    key: str
    same: Callable[[Event], Awaitable[bool]]


async def change(
    platform: Platform,
    account_id: str,
    run_id: str,
    act: Callable[[Claim, str], Awaitable[Act]],
    once: Once | None = None,
) -> Claim:
    """Do something to a claim as it stands, and tell its run.

    Raises:
        NoSuchClaim, Unchangeable: see there.
        KeyReused: the key of `once` stands for something else.
    """
    for _ in range(_TRIES):
        claim = await _existing(platform, account_id, run_id)
        there = None if once is None else await find_event(platform.database, run_id, once.key)
        if once is not None and there is not None:
            if not await once.same(there):
                raise KeyReused(once.key)
            return await _told(platform, account_id, run_id)
        if claim.version >= MOST_EVENTS:
            raise Unchangeable(f"So much has happened to this claim that no more is taken: {MOST_EVENTS} changes.")
        try:
            wanted = await act(claim, to_text(platform.clock.now()))
        except NotNow as error:
            raise Unchangeable(str(error)) from error
        try:
            statements = await written(platform, claim, wanted.moved, wanted.event)
            await platform.database.batch([*statements, *wanted.statements])
        except AnotherBody as error:
            said = f"The ledger has another transfer {error}. Send this under another Idempotency-Key."
            raise Unchangeable(said) from error
        except ConstraintFailed:
            continue  # somebody else was first: look again
        return await _told(platform, account_id, run_id)
    raise Unchangeable("Others change this claim at this moment, or the ledger refuses the sum: try again.")


async def _told(platform: Platform, account_id: str, run_id: str) -> Claim:
    await _nudge(platform, run_id)
    return await _existing(platform, account_id, run_id)


async def _nudge(platform: Platform, run_id: str) -> None:
    """Tell the run where the claim stands; of a run that hears nothing any more, note that."""
    claim, loaded = await load_claim(platform.database, run_id), await load_run(platform.database, run_id)
    if claim is None or loaded is None:
        return
    if claim.standing.is_issued:
        with suppress(NotListening):
            await send_signal(
                platform, CLAIM_V1, loaded[0], CHANGED.name, f"v{claim.version}", {"now": claim.now}, "system:claims"
            )
    await platform.database.batch([note_told(run_id, claim.version)])


async def _existing(platform: Platform, account_id: str, run_id: str) -> Claim:
    claim = await load_claim(platform.database, run_id, account_id)
    if claim is None:
        raise NoSuchClaim(run_id)
    return claim


@dataclass(frozen=True)
class Refund:
    """What was sent back to whoever paid, in minor units."""

    currency: str
    amount: int
    reason: str


async def reverse_payment(platform: Platform, actor: Actor, run_id: str, version: int, reason: str) -> Claim:
    """Take a payment back that was recorded by mistake, or bounced, by facts that name its transfers. Done again, it
    changes nothing. What is open then is waited for; behind the end of its run, nobody is asked for it.

    Raises:
        NoSuchClaim, Unchangeable: as `change`.
        ValuesRefused: nothing of this version was paid.
    """

    async def reversed_(claim: Claim, now: str) -> Act:
        payment = await _payment(platform, claim, version)
        currency, amount = payment.currency or "", payment.amount or 0
        transfers = await booked(platform, claim.account_id, f"{run_id}:{payment.key}")
        by_book = {book: sum(of for each, of in transfers.values() if each is book) for book in Book}
        kept = (
            await load_kept(platform.database, run_id, currency) - amount
            if currency == claim.standing.currency
            else None
        )
        bounced = Bounced((*transfers,), by_book[Book.RECEIVABLE], by_book[Book.LOST], kept)
        moved = unpay(claim.standing, bounced)
        event = Event(
            "reversed",
            f"reversed:{payment.key}",
            actor.name,
            now,
            currency=currency,
            amount=amount,
            applied=moved.applied,
            day=payment.day,
            said=reason,
            reverses=version,
        )
        return Act(moved, event)

    async def same(_: Event) -> bool:
        return True

    payment = await load_event(platform.database, run_id, version, actor.account_id)
    key = f"reversed:{'' if payment is None else payment.key}"
    return await change(platform, actor.account_id, run_id, reversed_, Once(key, same))


async def write_off_rest(platform: Platform, actor: Actor, run_id: str, reason: str) -> Claim:
    """Give up what is open of a claim. What is paid of it all the same is taken all the same.

    Raises:
        NoSuchClaim, Unchangeable: as `change`.
        ValuesRefused: an account of the ledger stands in the way.
    """

    async def written_off(claim: Claim, now: str) -> Act:
        try:
            await open_accounts(platform, actor.account_id, actor.name, claim.standing.currency)
        except AnotherAccount as error:
            said = f"The ledger has an account {error} of another currency, side or limit: nothing can be written off."
            raise ValuesRefused([("reason", said)]) from error
        moved, key = write_off(claim.standing), f"written_off:{claim.version + 1}"
        event = Event(
            "written_off", key, actor.name, now, currency=claim.standing.currency, amount=moved.applied, said=reason
        )
        return Act(moved, event)

    return await change(platform, actor.account_id, run_id, written_off)


async def record_refund(platform: Platform, actor: Actor, run_id: str, sent: Refund, key: str) -> Claim:
    """Book that what is owed back was sent back, once under its key.

    Raises:
        NoSuchClaim, Unchangeable, KeyReused: as `change`.
    """

    async def refunded(claim: Claim, now: str) -> Act:
        owed = await load_owed_back(platform.database, claim, sent.currency)
        moved = refund(claim.standing, sent.currency, sent.amount, owed)
        event = Event(
            "refunded", f"refund:{key}", actor.name, now, currency=sent.currency, amount=sent.amount, said=sent.reason
        )
        return Act(moved, event)

    async def same(event: Event) -> bool:
        return (event.currency, event.amount, event.said) == (sent.currency, sent.amount, sent.reason)

    return await change(platform, actor.account_id, run_id, refunded, Once(f"refund:{key}", same))


async def _payment(platform: Platform, claim: Claim, version: int) -> Event:
    """
    Raises:
        ValuesRefused: see there.
    """
    event = await load_event(platform.database, claim.run_id, version, claim.account_id)
    if event is None or event.kind != "payment":
        said = "Name a payment of this claim by the `version` of its event: GET /api/claims/{claim_id} has them."
        raise ValuesRefused([("version", said)])
    return event


async def say_paid(platform: Platform, link: Link) -> Claim:
    """Note that they say that they have paid: no payment, and once until one is recorded. People are told.

    Raises:
        Unchangeable: nothing is open.
    """
    query = "SELECT COUNT(*) AS n FROM claim_events WHERE run_id = ? AND kind = 'payment'"
    row = await platform.database.first(statement(query, link.thing_id))
    key = f"said_paid:{0 if row is None else integer(row, 'n')}"

    async def said(claim: Claim, now: str) -> Act:
        if not claim.standing.is_issued or claim.standing.is_closed:
            raise NotNow("Nothing of this claim is open.")
        return Act(Moved(claim.standing), Event("said_paid", key, link.actor, now), told(claim, now))

    async def same(_event: Event) -> bool:
        return True

    return await change(platform, link.account_id, link.thing_id, said, Once(key, same))


async def say_wrong(platform: Platform, link: Link, why: str) -> Claim:
    """Dispute it. People are told.

    Raises:
        Unchangeable: nothing is open.
    """
    return await dispute_claim(platform, link.account_id, link.actor, link.thing_id, why, also=told)


def told(claim: Claim, now: str) -> list[Statement]:
    """What tells people of an answer."""
    subject = Subject(claim.run_id, claim.run_id, claim.number or "", occasion=f"answer {claim.version + 1}")
    return [*notify(claim.account_id, CLAIM_ANSWERED, subject, now)]


CLAIM_LINKS: Final = LinkTable(
    name="claim_links",
    column="run_id",
    thing="claim",
    created="claim_link.created",
    revoked="claim_link.revoked",
    id_prefix="cln",
    marked="clk_",
)


async def make_link(platform: Platform, actor: Actor, run_id: str, days: int) -> tuple[Link, str]:
    """A link, and its token.

    Raises:
        NoSuchClaim: the account has none of that id.
    """
    await _check(platform, actor.account_id, run_id)
    return await make(platform, CLAIM_LINKS, actor, run_id, timedelta(days=days))


def new_link(actor: Actor, run_id: str, days: int, now: datetime) -> NewLink:
    """A link to a claim of the actor's account, for a batch."""
    return new(CLAIM_LINKS, actor, run_id, timedelta(days=days), now)


async def list_links(platform: Platform, account_id: str, run_id: str) -> list[Link]:
    """The newest first, also those that have ended; at most 100.

    Raises:
        NoSuchClaim: the account has none of that id.
    """
    await _check(platform, account_id, run_id)
    return await list_of(platform, CLAIM_LINKS, account_id, run_id)


async def _check(platform: Platform, account_id: str, run_id: str) -> None:
    if await load_claim(platform.database, run_id, account_id) is None:
        raise NoSuchClaim(run_id)


LINKS: Final = (CLAIM_LINKS, Permission.BOOK)
