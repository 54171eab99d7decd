"""Changes of a claim: payments, disputes, credit notes, withdrawals, the payer's answers and
links."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Final

from tillroll.claims import postings, repository, rules
from tillroll.claims.contract import CHANGED, CLAIM_V1
from tillroll.claims.cron import NOTIFYING
from tillroll.claims.documents import write_notes
from tillroll.claims.documents_repository import invoice_of, list_files
from tillroll.claims.invoices.composing import tax_of
from tillroll.claims.letters import list_mails
from tillroll.claims.models import Claim, ClaimDetail, ClaimEvent
from tillroll.claims.rules import Book, Bounced, Moved, NotNow
from tillroll.ledger.posting import AnotherBody
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import CLAIM_ANSWERED
from tillroll.restored_place import check_what_left
from tillroll.secret_links import Link
from tillroll_documents.money import Money
from tillroll_durable import Actor, KeyReused, Statement, ValuesRefused
from tillroll_durable.jobs.scans import each_row
from tillroll_durable.platform.bindings.database import ConstraintFailed, of_row, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.refusals import KEY_REUSED, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import find_run
from tillroll_durable.signals import NotListening, send_signal

MOST_EVENTS: Final = 500


class NoSuchClaim(Refusal):
    thing = "claim"


class KeyTaken(KeyReused, Refusal):
    """The Idempotency-Key stands for something else; the message says for what, and what to do."""

    kind = KEY_REUSED
    explanation = "This Idempotency-Key stands for {}."


async def load_claim(platform: Platform, account_id: str, run_id: str) -> Claim:
    claim = await repository.load_claim(platform.database, run_id, account_id)
    if claim is None:
        raise NoSuchClaim(run_id)
    return claim


async def show_claim(platform: Platform, account_id: str, run_id: str) -> ClaimDetail:
    """With what is in it, and what happened to it."""
    database = platform.database
    row = await repository.find_summary(database, account_id, run_id)
    if row is None:
        raise NoSuchClaim(run_id)
    return of_row(
        ClaimDetail,
        row,
        state=repository.state_of(row, platform.clock.now().date()),
        items=await repository.list_items(database, run_id),
        events=await repository.list_events(database, run_id),
        files=await list_files(database, account_id, run_id),
        mails=await list_mails(database, run_id),
    )


@dataclass(frozen=True)
class Payment:
    """What came in, in minor units. `said` is a reference of the payer, or of the bank."""

    currency: str
    amount: int
    day: date
    said: str | None


async def record_payment(
    platform: Platform, actor: Actor, run_id: str, payment: Payment, key: str
) -> None:
    """Book a payment, once under its key. What exceeds what is open is kept as owed back."""
    await load_claim(platform, actor.account_id, run_id)
    await postings.open_accounts(
        platform, actor, payment.currency, lacks="no payment can be booked"
    )

    async def pay(claim: Claim, now: str) -> Act:
        owed_back = await repository.load_owed_back(
            platform.database, claim, claim.standing.currency
        )
        moved = rules.pay(
            claim.standing, payment.currency, payment.amount, short=max(0, -owed_back)
        )
        event = ClaimEvent(
            kind="payment",
            key=f"payment:{key}",
            actor=actor.name,
            at=now,
            currency=payment.currency,
            amount=payment.amount,
            applied=moved.applied,
            day=payment.day.isoformat(),
            said=payment.said,
        )
        return Act(moved, event)

    async def same(event: ClaimEvent) -> bool:
        paid = (payment.currency, payment.amount, payment.day.isoformat(), payment.said)
        return (event.currency, event.amount, event.day, event.said) == paid

    await change(
        platform, actor.account_id, run_id=run_id, act=pay, key=f"payment:{key}", same=same
    )


async def reverse_payment(
    platform: Platform, actor: Actor, run_id: str, version: int, reason: str
) -> None:
    """Take a payment back that was recorded by mistake, or bounced, by facts that name its
    transfers. Done again, it changes nothing. What is open then is waited for; behind the end of
    its run, nobody is asked for it."""
    payment = await repository.load_event(
        platform.database, run_id, version=version, account_id=actor.account_id
    )
    key = f"reversed:{'' if payment is None else payment.key}"

    async def reverse(claim: Claim, now: str) -> Act:
        if payment is None or payment.kind != "payment":
            problem = (
                "Name a payment of this claim by the `version` of its event: GET "
                "/api/claims/{claim_id} has them."
            )
            raise ValuesRefused([("version", problem)])
        currency = payment.currency or ""
        amount = payment.amount or 0
        transfers = await postings.booked(platform, claim.account_id, f"{run_id}:{payment.key}")
        by_book = {
            book: sum(moved for each, moved in transfers.values() if each is book) for book in Book
        }
        is_its_own = currency == claim.standing.currency
        if is_its_own:
            remaining = await repository.load_kept(platform.database, run_id, currency) - amount
        else:
            remaining = None
        bounced = Bounced(
            (*transfers,), by_book[Book.RECEIVABLE], recovered=by_book[Book.LOST], kept=remaining
        )
        moved = rules.unpay(claim.standing, bounced)
        event = ClaimEvent(
            kind="reversed",
            key=key,
            actor=actor.name,
            at=now,
            currency=currency,
            amount=amount,
            applied=moved.applied,
            day=payment.day,
            said=reason,
            reverses=version,
        )
        return Act(moved, event)

    await change(platform, actor.account_id, run_id=run_id, act=reverse, key=key)


async def record_refund(
    platform: Platform, actor: Actor, run_id: str, sent: Money, reason: str, key: str
) -> None:
    """Book that what is owed back was sent back, once under its key."""

    async def refund(claim: Claim, now: str) -> Act:
        owed_back = await repository.load_owed_back(platform.database, claim, sent.currency)
        moved = rules.refund(claim.standing, sent.currency, amount=sent.minor, owed_back=owed_back)
        return Act(
            moved,
            _event(actor, now, kind="refunded", key=f"refund:{key}", comment=reason, money=sent),
        )

    async def same(event: ClaimEvent) -> bool:
        return (event.currency, event.amount, event.said) == (sent.currency, sent.minor, reason)

    await change(
        platform, actor.account_id, run_id=run_id, act=refund, key=f"refund:{key}", same=same
    )


async def write_off_rest(platform: Platform, actor: Actor, run_id: str, reason: str) -> None:
    """Give up what is open of a claim. What is paid of it all the same is taken all the same."""

    async def write_off(claim: Claim, now: str) -> Act:
        currency = claim.standing.currency
        await postings.open_accounts(
            platform, actor, currency, field="reason", lacks="nothing can be written off"
        )
        moved = rules.write_off(claim.standing)
        key = f"written_off:{claim.version + 1}"
        given_up = Money(claim.standing.open, currency)
        return Act(
            moved, _event(actor, now, kind="written_off", key=key, comment=reason, money=given_up)
        )

    await change(platform, actor.account_id, run_id=run_id, act=write_off)


async def credit_expenses(
    platform: Platform, actor: Actor, run_id: str, expense_ids: Sequence[str], reason: str, key: str
) -> None:
    """Take expenses out of a claim by a credit note, once under its key; they can be claimed
    again."""
    credited_ids = {*expense_ids}

    async def credit(claim: Claim, now: str) -> Act:
        items = await repository.list_items(platform.database, run_id)
        amounts = {each.expense_id: each.amount for each in items if not each.is_released}
        lacking = sorted(credited_ids - amounts.keys())
        if lacking:
            raise ValuesRefused(
                [("expenseIds", f"This claim does not hold {', '.join(lacking[:5])}.")]
            )
        amount = sum(amounts[each] for each in credited_ids)
        invoice = await invoice_of(platform.database, run_id)
        chosen = [each for each in items if each.expense_id in credited_ids]
        tax = tax_of(items, invoice, chosen)
        event = _event(
            actor,
            now,
            kind="credited",
            key=f"credit:{key}",
            comment=reason,
            money=Money(amount, claim.standing.currency),
        )
        statements = [repository.let_go(claim, now, expense_ids)]
        moved = rules.credit(claim.standing, amount, tax)
        return Act(moved, event, statements, is_numbered=True)

    async def same(event: ClaimEvent) -> bool:
        items = await repository.list_items(platform.database, run_id)
        return event.said == reason and credited_ids == {
            each.expense_id for each in items if each.released_in == event.version
        }

    await change(
        platform, actor.account_id, run_id=run_id, act=credit, key=f"credit:{key}", same=same
    )
    await write_notes(platform, run_id)


async def withdraw_claim(platform: Platform, actor: Actor, run_id: str, reason: str) -> None:
    """Take an open claim back as a whole; its expenses can be claimed again. Once more changes
    nothing."""
    if (await load_claim(platform, actor.account_id, run_id)).standing.is_withdrawn:
        return

    async def withdraw(claim: Claim, now: str) -> Act:
        if not claim.standing.is_issued:
            raise NotNow("The claim is not issued yet: wait a moment, or cancel its run.")
        credited = postings.taken_back_by_note(claim)
        money = None
        if credited is not None:
            money = Money(credited, claim.standing.currency)
        event = _event(actor, now, kind="withdrawn", key="withdrawn", comment=reason, money=money)
        return Act(
            rules.withdraw(claim.standing),
            event,
            [repository.let_go(claim, now)],
            is_numbered=money is not None,
        )

    await change(platform, actor.account_id, run_id=run_id, act=withdraw)
    await write_notes(platform, run_id)


async def dispute_claim(
    platform: Platform, actor: Actor, run_id: str, reason: str, *, is_answer: bool = False
) -> None:
    """The payer says that it is wrong: it is not asked for until that is over. Once more changes
    nothing. Of their own answer (`is_answer`) people are notified."""
    if (await load_claim(platform, actor.account_id, run_id)).standing.is_disputed:
        return

    async def dispute(claim: Claim, now: str) -> Act:
        event = _event(
            actor, now, kind="disputed", key=f"disputed:{claim.version + 1}", comment=reason
        )
        return Act(
            rules.dispute(claim.standing), event, _notify_of_answer(claim, now) if is_answer else ()
        )

    await change(platform, actor.account_id, run_id=run_id, act=dispute)


async def resolve_dispute(platform: Platform, actor: Actor, run_id: str, reason: str) -> None:
    """A dispute is over: what is open is waited for, and asked for, again. Without a dispute it
    changes nothing."""
    if not (await load_claim(platform, actor.account_id, run_id)).standing.is_disputed:
        return

    async def resolve(claim: Claim, now: str) -> Act:
        event = _event(
            actor, now, kind="resolved", key=f"resolved:{claim.version + 1}", comment=reason
        )
        return Act(rules.resolve(claim.standing), event)

    await change(platform, actor.account_id, run_id=run_id, act=resolve)


async def say_paid(platform: Platform, link: Link) -> None:
    """Note that they say that they have paid: no payment, and once until one is recorded. People
    are notified."""
    key = f"said_paid:{await repository.count_payments(platform.database, link.thing_id)}"

    async def answer(claim: Claim, now: str) -> Act:
        if not claim.standing.is_issued or claim.standing.is_closed:
            raise NotNow("Nothing of this claim is open.")
        event = ClaimEvent(kind="said_paid", key=key, actor=link.actor, at=now)
        return Act(Moved(claim.standing), event, _notify_of_answer(claim, now))

    await change(platform, link.account_id, run_id=link.thing_id, act=answer, key=key)


def _notify_of_answer(claim: Claim, now: str) -> Sequence[Statement]:
    subject = Subject(
        claim.run_id, claim.run_id, claim.number or "", occasion=f"answer {claim.version + 1}"
    )
    return notify(claim.account_id, CLAIM_ANSWERED, subject=subject, now=now)


@dataclass(frozen=True)
class Act:
    """What is done to a claim, and what is written along."""

    moved: Moved
    event: ClaimEvent
    statements: Sequence[Statement] = ()
    is_numbered: bool = False


def _event(
    actor: Actor, now: str, kind: str, key: str, comment: str, money: Money | None = None
) -> ClaimEvent:
    if money is None:
        currency = None
        amount = None
    else:
        currency = money.currency
        amount = money.minor
    return ClaimEvent(
        kind=kind, key=key, actor=actor.name, at=now, currency=currency, amount=amount, said=comment
    )


async def change(
    platform: Platform,
    account_id: str,
    run_id: str,
    act: Callable[[Claim, str], Awaitable[Act]],
    key: str | None = None,
    same: Callable[[ClaimEvent], Awaitable[bool]] | None = None,
) -> None:
    """Do something to a claim as it stands, once under a key, and notify its run. `same` says
    whether an event under the key is what is asked for now."""
    for _ in range(12):
        claim = await load_claim(platform, account_id, run_id)
        if key is None:
            existing = None
        else:
            existing = await repository.find_event(platform.database, run_id, key)
        if existing is not None:
            if same is not None and not await same(existing):
                raise KeyTaken("something else: send this under its own")
            return await _nudge(platform, run_id)
        if claim.version >= MOST_EVENTS:
            raise NotNow(
                f"So much has happened to this claim that no more is taken: {MOST_EVENTS} changes."
            )
        done = await act(claim, to_text(platform.clock.now()))
        if done.is_numbered:
            await check_what_left(platform.database)
        try:
            statements = await postings.record(
                platform, claim, moved=done.moved, event=done.event, is_numbered=done.is_numbered
            )
            await platform.database.batch([*statements, *done.statements])
        except AnotherBody as error:
            problem = (
                f"The ledger has another transfer {error}. Send this under another Idempotency-Key."
            )
            raise NotNow(problem) from error
        except ConstraintFailed:
            continue  # somebody else was first: look again
        return await _nudge(platform, run_id)
    raise NotNow(
        "Others change this claim at this moment, or the ledger refuses the sum: try again."
    )


async def _nudge(platform: Platform, run_id: str) -> None:
    """Tell the run where the claim stands; of a run that hears nothing any more, note that."""
    claim = await repository.load_claim(platform.database, run_id)
    run = await find_run(platform.database, run_id)
    if claim is None or run is None:
        return
    if claim.standing.is_issued:
        with suppress(NotListening):
            await send_signal(
                platform,
                CLAIM_V1,
                run=run,
                name=CHANGED.name,
                key=f"v{claim.version}",
                payload={"now": claim.now},
                actor="system:claims",
            )
    note = repository.note_notified(run_id, claim.version, account_id=run.account_id)
    await platform.database.batch([note])


async def notify_changes(platform: Platform) -> int:
    """Nudge the runs of claims that were not told of a change: the one who recorded it died over
    that. How many."""
    rows = await repository.find_unnotified(platform.database, to_text(platform.clock.now()))
    return await each_row(
        platform,
        NOTIFYING,
        rows=rows,
        subject="run_id",
        do=lambda row: _nudge(platform, text(row, "run_id")),
    )
