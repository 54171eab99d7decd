"""What a payout is in the ledger. The books follow what is heard of a payment, also behind the
payout's end."""

import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

from tillroll.ledger.hooks import FUNDED, OWN_ACCOUNTS
from tillroll.ledger.models import LedgerAccount
from tillroll.ledger.posting import Fact, append_fact, append_facts
from tillroll.ledger.repository import AnotherAccount, find_or_create
from tillroll.ledger.transfers import AnyTransfer, Reversal, Side, Transaction, Transfer
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import PAYOUT_CAME_LATE
from tillroll.payouts.cron import LATE, UNBOOKED_ONES
from tillroll.payouts.models import BY_PROVIDER, Audited, Payout
from tillroll.payouts.outcomes import report_outcome
from tillroll.payouts.payments import PaymentStatus, PaymentUncertain, Seen
from tillroll.payouts.repository import (
    load_payout,
    note_seen,
    payout_of,
    rows_of_payouts,
)
from tillroll_durable import Actor, Statement, statement
from tillroll_durable.audit import HAS_KEY, append, event_of_account
from tillroll_durable.errors import FailureClass
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll_durable.platform import log
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import ConstraintFailed, Row, text, word
from tillroll_durable.platform.bindings.guards import must_hold
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import Json, JsonObject, dump
from tillroll_durable.platform.services import Platform

ACTOR: Final = "workflow:payout"
UNPROVEN: Final = "unproven"
"""The reason that a payment shows of which nobody says any more what became of it."""
OWN: Final = OWN_ACCOUNTS.fill("payouts:")
"""How the ids of its accounts begin, on which nobody else books."""
COMPANY: Final = FUNDED.fill(f"{OWN}company:")


def company(currency: str) -> str:
    """The account that money leaves from. An owner who makes it first, with `leastAvailable`,
    limits all payouts."""
    return f"{COMPANY}{currency}"


def in_transit(currency: str) -> str:
    """What has left the company, and is in nobody's hands yet."""
    return f"{OWN}in-transit:{currency}"


def owed(payee_id: str, currency: str) -> str:
    """What the company owes a payee: less than nothing where they were paid before it was booked as
    owed."""
    return f"{OWN}owed:{payee_id}:{currency}"


async def open_accounts(platform: Platform, actor: Actor, payee_id: str, currency: str) -> None:
    """Make the accounts that a payout needs, as far as they are not there. Raises AnotherAccount:
    one is there with another currency or side, or with a limit, by which a fact could be refused;
    only the company's has one."""
    for id_, name, side in (
        (company(currency), "Company", Side.DEBIT),
        (in_transit(currency), "Payouts on their way", Side.DEBIT),
        (owed(payee_id, currency), f"Owed to {payee_id}", Side.CREDIT),
    ):
        account = LedgerAccount(
            id=id_, name=f"{name}, {currency}", currency=currency, normal_side=side
        )
        existing = await find_or_create(platform, actor, account)
        is_bounded = existing.least_available is not None and id_ != company(currency)
        if (existing.currency, existing.normal_side) != (currency, side) or is_bounded:
            raise AnotherAccount(id_)


async def debit(platform: Platform, payout: Payout, key: str) -> Sequence[Statement]:
    """Take the amount from the company's account. The ledger may refuse that: `debited_by` says
    what it did."""
    currency = payout.currency
    moves = (_move(payout, key, to=in_transit(currency), from_=company(currency)),)
    by = Actor(payout.account_id, ACTOR)
    fact = await append_fact(
        platform.database, platform.clock, by=by, transaction=Transaction(key, moves)
    )
    query = """
      UPDATE payouts SET debited_by = (
        SELECT id FROM ledger_transactions WHERE account_id = ?2 AND id = ?3
          AND outcome = 'applied')
      WHERE run_id = ?1
    """
    noted = statement(query, [payout.id, payout.account_id, key])
    return [*fact.statements, noted]


@dataclass(frozen=True)
class _Booking:
    """What is to be moved under a key, all or nothing; `stand` are the transfers of debit and
    delivery that stand then."""

    key: str
    moves: Sequence[AnyTransfer]
    stand: tuple[str | None, str | None]

    @property
    def transaction(self) -> Transaction:
        return Transaction(self.key, tuple(self.moves))


async def book(platform: Platform, payout: Payout, key: str) -> Sequence[Statement]:
    """Have the books say what was heard last of the payment: that it has arrived, or that it is
    with the company. The batch fails where the ledger refuses it, or something else was heard since
    the payout was read."""
    return await _book(platform, payout, _booking(payout, key))


def _booking(payout: Payout, key: str) -> _Booking | None:
    if payout.came_back:
        return _return(payout, key)
    if payout.payment_status is PaymentStatus.PROCESSING:
        return _recall(payout, key)
    return _delivery(payout, key)


def is_unproven(payout: Payout) -> bool:
    """Whether the person who alone reported what became of the payment took that back."""
    return payout.payment_reason == UNPROVEN


def _recall(payout: Payout, key: str) -> _Booking | None:
    """What was booked as arrived is on its way: who reported that it was paid has taken that
    back."""
    if payout.delivered_by is None and payout.debited_by is None and is_unproven(payout):
        # What had come back, as a match said, is not with the company either.
        debit_moves = [
            _move(payout, key, to=in_transit(payout.currency), from_=company(payout.currency))
        ]
        return _Booking(key, debit_moves, (key, None))
    if payout.delivered_by is None:
        return None
    return _Booking(
        key, [Reversal(key, payout.delivered_by, reference=payout.id)], (payout.debited_by, None)
    )


async def deliver(platform: Platform, payout: Payout, key: str) -> Sequence[Statement]:
    """What was on its way has arrived: so much less is owed. What was given back before is debited
    again."""
    return await _book(platform, payout, _delivery(payout, key))


def _delivery(payout: Payout, key: str) -> _Booking | None:
    if payout.delivered_by is not None:
        return None
    currency = payout.currency
    debited = payout.debited_by or f"{key}:debit"
    if payout.debited_by:
        moves = []
    else:
        moves = [_move(payout, debited, to=in_transit(currency), from_=company(currency))]
    moves.append(_move(payout, key, to=owed(payout.payee_id, currency), from_=in_transit(currency)))
    return _Booking(key, moves, (debited, key))


async def give_back(platform: Platform, payout: Payout, key: str) -> Sequence[Statement]:
    """Reverse the debit by a fact that names it, and the delivery before it; nothing where none
    stands."""
    return await _book(platform, payout, _return(payout, key))


def _return(payout: Payout, key: str) -> _Booking | None:
    if payout.debited_by is None:
        return None
    moves: list[AnyTransfer] = [Reversal(key, payout.debited_by, reference=payout.id)]
    if payout.delivered_by is not None:
        moves.insert(0, Reversal(f"{key}:delivery", payout.delivered_by, reference=payout.id))
    return _Booking(key, moves, (None, None))


async def _book(
    platform: Platform, payout: Payout, booking: _Booking | None
) -> Sequence[Statement]:
    if booking is None:
        return []
    by = Actor(payout.account_id, ACTOR)
    fact = await append_fact(
        platform.database, platform.clock, by=by, transaction=booking.transaction
    )
    return _entries(payout, booking, fact)


def _entries(payout: Payout, booking: _Booking, fact: Fact) -> Sequence[Statement]:
    same = """
      EXISTS (
        SELECT 1 FROM payouts
        WHERE run_id = ?1 AND heard = ?2 AND debited_by IS ?3 AND delivered_by IS ?4)
    """
    still = must_hold(same, payout.id, payout.heard, payout.debited_by, payout.delivered_by)
    noted = statement(
        """
        UPDATE payouts SET delivered_by = ?5, debited_by = CASE WHEN EXISTS (
          SELECT 1 FROM ledger_transactions WHERE account_id = ?2 AND id = ?3
            AND outcome = 'applied')
          THEN ?4 ELSE 'refused' END
        WHERE run_id = ?1
        """,
        [payout.id, payout.account_id, booking.key, *booking.stand],
    )
    return [still, *fact.statements, noted]


def _move(payout: Payout, key: str, to: str, from_: str) -> Transfer:
    return Transfer(
        key, to, credit=from_, currency=payout.currency, amount=payout.amount, reference=payout.id
    )


PROVIDER: Final = "provider:payments"


async def hear(
    platform: Platform,
    payout: Payout,
    ask: Callable[[Payout], Awaitable[Seen | None]],
    *,
    is_fresh: bool = False,
) -> Seen | None:
    """Ask what became of a payment, and keep the answer; None where nobody knows of it. `is_fresh`:
    `ask` is given this payout first, else what is read anew. Raises PaymentUncertain: something
    else was heard each time that an answer was under way."""
    for number in range(4):
        if is_fresh and not number:
            current = payout
        else:
            current = await load_payout(platform.database, payout.id)
        if current is None:
            return None
        report = await ask(current)
        # That it is on its way says nothing new of a payment that has come to an end.
        if report is None or (
            report.status is PaymentStatus.PROCESSING and current.payment_status is not None
        ):
            return report
        now = to_text(platform.clock.now())
        noted = [note_seen(current, report, now)]
        if (
            current.paid_by == BY_PROVIDER
            and report.reason != BY_HAND
            and report.status is not PaymentStatus.PROCESSING
        ):
            noted.append(
                report_outcome(
                    current.id,
                    "provider",
                    by=PROVIDER,
                    status=report.status,
                    reason=report.reason,
                    now=now,
                )
            )
        rows, *_ = await platform.database.batch(noted)
        if rows:
            return report
    raise PaymentUncertain(
        "something else was heard of the payment each time that it was asked for"
    )


def notices_of(payout: Payout, action: Action, now: str) -> Sequence[Statement]:
    """Write the event in the audit and the notices, once for what was heard. The batch fails where
    the audit has the event already."""
    detail: JsonObject = {
        "run": payout.id,
        "payment": payout.heard_of,
        "status": payout.payment_status,
    }
    key = _event_key(payout, action)
    event = event_of_account(payout.account_id, action, key, actor=PROVIDER, at=now, detail=detail)
    subject = Subject(payout.id, payout.id, occasion=_occasion(payout))
    return [append(event), *notify(payout.account_id, PAYOUT_CAME_LATE, subject=subject, now=now)]


def _occasion(payout: Payout) -> str:
    return f"{payout.heard_of}:{payout.payment_status}:{payout.heard}"


def _event_key(payout: Payout, action: Action) -> str:
    return f"{action}:{payout.id}:{_occasion(payout)}"


IS_OPEN: Final = f"""(
  r.status IN ('processing', 'needs_review') OR r.resume_state IS NOT NULL
  OR r.failure_class IS '{word(FailureClass.ROLLBACK_FAILED)}'
)"""
"""SQL: the run `r` of a payout still books by itself. A dead letter does by its retry; where a
rollback failed, a person is called, and the retry books as well."""
# What an ended payout has in the books against what was heard last.
_UNBOOKED: Final = f"""
  SELECT p.run_id, s.failures AS setbacks
  FROM payouts p INDEXED BY payouts_unbooked CROSS JOIN runs r ON r.id = p.run_id
  {JOIN.format(part=f"'{LATE}'", subject="p.run_id")}
  WHERE {UNBOOKED_ONES} AND NOT {IS_OPEN} AND (?2 IS NULL AND {IS_DUE} OR p.run_id = ?2)
  ORDER BY {IN_TURN}, p.looked_at, p.run_id LIMIT 20
"""


async def book_late(platform: Platform, run_id: str) -> int:
    """Have the books follow what was heard behind the end of a payout; 0 where nothing was. Who
    heard of it hears of a failure, too."""
    rows = await _unbooked(platform, run_id)
    if not rows:
        return 0
    late = await _read_late(platform, [text(row, "run_id") for row in rows])
    for row in rows:
        await _follow_row(platform, row, late)
    return len(rows)


async def book_all_late(platform: Platform) -> int:
    """Do as `book_late` does, for all payouts; how many there were. One that the ledger refuses
    stops no other: people are notified, and it is tried again ever more seldom."""
    rows = await _unbooked(platform, None)
    if not rows:
        return 0
    late = await _read_late(platform, [text(row, "run_id") for row in rows])

    async def follow(row: Row) -> None:
        await _follow_row(platform, row, late)

    return await each_row(platform, LATE, rows=rows, subject="run_id", do=follow, stays=True)


async def _unbooked(platform: Platform, run_id: str | None) -> list[Row]:
    """The payout whose books do not have what was heard, if it is one; or all that are due."""
    query = statement(_UNBOOKED, [to_text(platform.clock.now()), run_id])
    return await platform.database.all(query)


@dataclass(frozen=True)
class _Late:
    """What is read of several payouts at once: their rows, their facts, and which events of theirs
    were written."""

    payouts: Mapping[str, Row]
    fact: Callable[[Actor, Transaction], Fact]
    told: Set[str]


async def _read_late(platform: Platform, run_ids: Sequence[str]) -> _Late:
    rows = await rows_of_payouts(platform.database, run_ids)
    requests: list[tuple[Actor, Transaction]] = []
    keys: list[Json] = []
    for row in rows.values():
        # One that cannot be read fails in its own turn.
        with contextlib.suppress(TypeError, ValueError):
            payout = payout_of(row)
            keys.append(_event_key(payout, _action(payout)))
            booking = _booking(payout, _late_key(payout))
            if booking:
                requests.append((Actor(payout.account_id, ACTOR), booking.transaction))
    fact = await append_facts(platform.database, platform.clock, requests)
    query = f"""
      SELECT event_key FROM audit_events
      WHERE event_key IN (SELECT value FROM json_each(?)) AND {HAS_KEY}
    """
    known_rows = await platform.database.all(statement(query, [dump(keys)]))
    return _Late(rows, fact, {text(row, "event_key") for row in known_rows})


async def _follow_row(platform: Platform, row: Row, late: _Late) -> None:
    payout = late.payouts.get(text(row, "run_id"))
    if payout is not None:
        await _follow(platform, payout_of(payout), late)


def _action(payout: Payout) -> Audited:
    if payout.came_back:
        return Audited.PAYOUT_RETURNED
    if payout.payment_status is PaymentStatus.PROCESSING:
        return Audited.PAYOUT_UNPROVEN
    # The debit of one that was given up was given back; where it stands, the payment was reported
    # once more.
    if payout.debited_by is None:
        return Audited.PAYOUT_STRAY
    return Audited.PAYOUT_PROVEN


def _late_key(payout: Payout) -> str:
    return f"{payout.id}:heard-{payout.heard}"


async def _follow(platform: Platform, payout: Payout, late: _Late) -> None:
    now = to_text(platform.clock.now())
    booking = _booking(payout, _late_key(payout))
    if booking is None:
        return  # somebody else has booked it
    entries = _entries(
        payout, booking, late.fact(Actor(payout.account_id, ACTOR), booking.transaction)
    )
    # Told before, it may be booked by now: the ledger refused it once.
    is_told = _event_key(payout, _action(payout)) in late.told
    if is_told:
        notices = ()
    else:
        notices = notices_of(payout, _action(payout), now)
    try:
        await platform.database.batch([*entries, *notices])
    except ConstraintFailed as error:
        if not _is_same(await load_payout(platform.database, payout.id), payout):
            return  # somebody else has booked it, or something else was heard
        if notices:
            with contextlib.suppress(ConstraintFailed):  # another round has just written them
                await platform.database.batch(notices)
                log.error("payment.unbooked", run=payout.id, error=error)
    else:
        log.error("payment.late", run=payout.id, reason=str(payout.payment_status))


_OF_ITS_RUN: Final = {"state", "status", "failure_class", "payment_id", "waits_for_file"}


def _is_same(current: Payout | None, payout: Payout) -> bool:
    """Whether nothing of a payout has changed but where its run stands."""
    return current is not None and _facts(current) == _facts(payout)


def _facts(payout: Payout) -> Mapping[str, object]:
    return {name: value for name, value in vars(payout).items() if name not in _OF_ITS_RUN}


async def say_stray(platform: Platform, payout: Payout) -> None:
    """A payment was found that its payout knows nothing of, and was called back: nothing is to be
    booked."""
    log.error("payment.late", run=payout.id, reason=str(payout.payment_status))
    with contextlib.suppress(ConstraintFailed):  # it was said before
        await platform.database.batch(
            notices_of(payout, Audited.PAYOUT_STRAY, to_text(platform.clock.now()))
        )


BY_HAND: Final = "settled_by_hand"
"""The reason that a payout shows beside the status."""
STATUS_OF: Final[Mapping[str, PaymentStatus]] = {
    "paid": PaymentStatus.POSTED,
    "not_paid": PaymentStatus.FAILED,
}


def seen_by_hand(payout: Payout, payment_id: str | None) -> Seen | None:
    """The payment as a person has settled it; None where nobody did."""
    if payout.settled_as is None:
        return None
    return Seen(
        payment_id or BY_HAND, payout.id, status=STATUS_OF[payout.settled_as], reason=BY_HAND
    )
