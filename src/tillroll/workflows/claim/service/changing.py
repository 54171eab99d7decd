"""What happens to a claim from outside: it is paid, disputed, corrected or withdrawn. What happened is a row before the
run hears of it; a nudge that was lost is given again."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Final

from tillroll.claims.standing import Moved, NotNow, credit, dispute, pay, resolve, withdraw
from tillroll.durable import Actor, KeyReused, Statement, ValuesRefused, statement
from tillroll.durable.operating.signals.sending import NotListening, send_signal
from tillroll.durable.record.runs import load_run
from tillroll.jobs.setbacks import IN_TURN, IS_DUE, JOIN, each_row
from tillroll.ledger.record.accounts import AnotherAccount
from tillroll.ledger.record.posting import AnotherBody
from tillroll.platform.bindings.database import ConstraintFailed, text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform
from tillroll.workflows.claim.books import open_accounts
from tillroll.workflows.claim.changing import written
from tillroll.workflows.claim.contract import CHANGED, CLAIM_V1
from tillroll.workflows.claim.rows.claims import Claim, Event, find_event, load_claim, load_owed_back, note_told
from tillroll.workflows.claim.rows.items import let_go, list_items
from tillroll.workflows.claim.service.noting import write_notes

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
