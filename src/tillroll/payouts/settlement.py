"""What the provider says of payments, by its events or when asked. Each night the books are held
against it."""

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from tillroll.inbound.models import InboundEvent
from tillroll.inbound.rules import CONSUMERS, Unmapped
from tillroll.payouts import contract, payments, postings
from tillroll.payouts.cron import AUDIT
from tillroll.payouts.models import BY_PROVIDER, Payout
from tillroll.payouts.payments import Made, PaymentStatus, Seen
from tillroll.payouts.postings import IS_OPEN, PROVIDER, STATUS_OF, book_late, hear
from tillroll.payouts.providers import payment_of, payments_of, provider
from tillroll.payouts.repository import PAID_AS, load_payout, note_looked, payout_called
from tillroll.payouts.settings import PaymentSettings
from tillroll_durable import AccessDenied, Statement, statement
from tillroll_durable.jobs.scans import (
    each_by_itself,
    forgetting,
    keep_position,
    position_of,
    setting_aside,
)
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    Database,
    GuardFailed,
    Row,
    digits,
    integer,
    optional_text,
    text,
    word,
)
from tillroll_durable.platform.bindings.guards import must_hold
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.json import Json, JsonObject, dump
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import find_run
from tillroll_durable.signals import NotListening, send_signal
from tillroll_durable.states import LIVE

_EVENT: Final = "v2.money_management.outbound_payment."
_FIRST_LOOK: Final = timedelta(minutes=15)
_LOOKS_EACH: Final = timedelta(hours=1)
_PAID_LOOKS_EACH: Final = timedelta(days=1)
# No request hangs for longer.
_STRAYS_WITHIN: Final = timedelta(days=2)
# A bank gives back what it cannot book; it may do so for days behind the end of the run, and the
# event that says so may be lost.
_COMES_BACK_WITHIN: Final = timedelta(days=20)
_AT_ONCE: Final = 20

# Found by the state, in the few accounts that pay by the provider: the table of runs is never read
# through.
_OF_PAYERS: Final = f"""
  FROM (SELECT DISTINCT account_id FROM payees WHERE paid_by = '{BY_PROVIDER}') payer
  CROSS JOIN runs r INDEXED BY runs_by_state ON r.account_id = payer.account_id
"""
_DUE: Final = f"""
  SELECT p.run_id, p.account_id, {PAID_AS} AS payment_id
  {_OF_PAYERS} JOIN payouts p ON p.run_id = r.id JOIN payees e ON e.id = p.payee_id
  WHERE r.kind = '{contract.KIND}' AND r.state = '{word(contract.UNSETTLED.name)}'
    AND e.paid_by = '{BY_PROVIDER}'
    AND (p.looked_at IS NULL AND r.updated_at < ?1 OR p.looked_at < ?2)
  ORDER BY p.looked_at, r.updated_at LIMIT {digits(_AT_ONCE)}
"""
_PAID: Final = f"""
  SELECT p.run_id, p.account_id, p.payment_id
  FROM payouts p INDEXED BY payouts_posted JOIN payees e ON e.id = p.payee_id
  JOIN runs r ON r.id = p.run_id
  WHERE p.payment_status = 'posted' AND p.looked_at BETWEEN ?1 AND ?2 AND r.updated_at > ?1
    AND p.settled_as IS NULL
    AND e.paid_by = '{BY_PROVIDER}'
  ORDER BY p.looked_at LIMIT {digits(_AT_ONCE)}
"""


_UNDONE_STATES: Final = "', '".join(
    word(each.name) for each in (contract.REVERSED, contract.CANCELLED, contract.ABANDONED)
)
# Of payouts that were undone, and whose payment was asked for, and whose debit was given back.
_UNDONE: Final = f"""
  SELECT p.run_id, p.account_id, p.created_at
  {_OF_PAYERS} JOIN payouts p ON p.run_id = r.id JOIN payees e ON e.id = p.payee_id
  WHERE r.kind = '{contract.KIND}' AND r.state IN ('{_UNDONE_STATES}')
    AND e.paid_by = '{BY_PROVIDER}' AND r.updated_at > ?3
      AND r.failure_class IS NOT 'rollback_failed'
    AND p.debited_by IS NULL
    AND EXISTS (SELECT 1 FROM effect_intents i WHERE i.run_id = r.id
      AND i.step = '{word(contract.PAY.name)}')
    AND (p.looked_at IS NULL AND r.updated_at < ?1 OR p.looked_at < ?2)
  ORDER BY p.looked_at, r.updated_at LIMIT {digits(_AT_ONCE)}
"""


async def take_payment_event(platform: Platform, event: InboundEvent) -> None:
    """A consumer of Stripe's thin events: an event only says where to look, and the provider is
    asked. Raises Unmapped: it is of no payout of the account; PaymentUncertain or PaymentDenied:
    the event is worked off again."""
    match event.body:
        case {"type": str(type_), "related_object": {"id": str(id_)}} if type_.startswith(_EVENT):
            report = await provider(platform).find(id_)
        case _:
            return
    if report is None or not await _follow(platform, report, event.account_id):
        raise Unmapped(f"no payout of this account has the payment {id_[:60]}")


async def call_back_strays(platform: Platform) -> int:
    """Look for payments that were made after all, behind a refusal or an undoing that was believed:
    a request may have come late. What is on its way is called back; what has left is said. How many
    there were."""
    if not platform.settings.of(PaymentSettings).pays:
        return 0
    now = platform.clock.now()
    strays = statement(
        _UNDONE, [*(to_text(now - each) for each in (_FIRST_LOOK, _LOOKS_EACH, _STRAYS_WITHIN))]
    )

    async def call_back(row: Row) -> bool:
        payout = await load_payout(platform.database, text(row, "run_id"))
        return payout is not None and await _call_back(
            platform, payout, from_text(text(row, "created_at"))
        )

    return await _count(platform, await platform.database.all(strays), call_back)


async def _count(
    platform: Platform, rows: Sequence[Row], look: Callable[[Row], Awaitable[bool]]
) -> int:
    """Look at payouts, each noted before, so that one that cannot be asked waits for its turn; of
    how many `look` says so."""
    now = to_text(platform.clock.now())

    async def note_and_look(row: Row) -> bool:
        note = note_looked(text(row, "run_id"), now, text(row, "account_id"))
        await platform.database.batch([note])
        return await look(row)

    unasked = (
        AccessDenied,
        payments.PaymentDenied,
        payments.PaymentRefused,
        payments.PaymentUncertain,
    )
    return await each_by_itself(platform, rows, note_and_look, "payment.unasked", *unasked)


async def _call_back(platform: Platform, payout: Payout, since: datetime) -> bool:
    """Whether the payment of a payout goes out, or went, although its debit does not stand."""
    pays = provider(platform)

    async def ask(current: Payout) -> Seen | None:
        report = await pays.find_ours(payment_of(current), since)
        is_stray = (
            report is not None
            and report.status is PaymentStatus.PROCESSING
            and current.debited_by is None
        )
        if report and is_stray:
            return await pays.cancel(report.id, f"{current.id}:stray")
        return report

    first = await pays.find_ours(payment_of(payout), since)
    if first is None or first.status.brings_back or payout.debited_by is not None:
        return False
    report = await hear(platform, payout, ask)
    current = await load_payout(platform.database, payout.id)
    if current is not None and report is not None and report.status.brings_back:
        await postings.say_stray(platform, current)
    await book_late(platform, payout.id)
    return True


async def look_after_payments(platform: Platform) -> int:
    """Ask what became of payments of which no event came, and of what was paid a short time ago,
    since that may come back; how many were told. One that cannot be asked stops no other."""
    if not platform.settings.of(PaymentSettings).pays:
        return 0
    now = platform.clock.now()
    due = statement(_DUE, [to_text(now - _FIRST_LOOK), to_text(now - _LOOKS_EACH)])
    paid = statement(_PAID, [to_text(now - _COMES_BACK_WITHIN), to_text(now - _PAID_LOOKS_EACH)])

    async def look(row: Row) -> bool:
        report = await provider(platform).find(text(row, "payment_id"))
        return report is not None and await _follow(platform, report, text(row, "account_id"))

    async def look_at_paid(row: Row) -> bool:
        try:
            return await look(row)
        except Exception:
            # One that cannot be asked is due as soon as one that is on its way.
            due_soon = to_text(now - _PAID_LOOKS_EACH + _LOOKS_EACH)
            note = note_looked(text(row, "run_id"), due_soon, text(row, "account_id"))
            await platform.database.batch([note])
            raise

    due_rows, paid_rows = await platform.database.batch([due, paid])
    count = await _count(platform, due_rows, look)
    return count + await _count(platform, paid_rows, look_at_paid)


async def _follow(platform: Platform, report: Seen, account_id: str) -> bool:
    """Keep what was heard, wake the payout's run, and have the books follow behind its end. False
    where the account has no such run. Raises PaymentDenied, PaymentUncertain."""
    run_id = await payout_called(platform.database, account_id, report.ours)
    run = await find_run(platform.database, run_id)
    payout = await load_payout(platform.database, run_id)
    if run is None or payout is None or (run.kind, run.account_id) != (contract.KIND, account_id):
        return False

    # The payout was read behind this answer: another end that it has may be newer.
    is_newest = payout.payment_status in {None, PaymentStatus.PROCESSING, report.status}

    async def ask(current: Payout) -> Seen | None:
        if current is payout and is_newest:
            return report
        return await provider(platform).find(report.id)

    news = await hear(platform, payout, ask, is_fresh=True)
    if run.status in LIVE and news is not None and news.status is not PaymentStatus.PROCESSING:
        # Told twice, it changes nothing.
        with contextlib.suppress(NotListening):
            payload: JsonObject = {"payment_id": report.id}
            await send_signal(
                platform,
                contract.PAYOUT_V1,
                run=run,
                name=contract.SETTLE.name,
                key=report.id,
                payload=payload,
                actor=PROVIDER,
            )
    await book_late(platform, run.id)
    return True


_CURSOR: Final = "payments: audited"
_DONE: Final = "~"
# UTC. A night that was missed is made up for in the hours behind it.
_FROM_HOUR: Final = 2
# A payment that was asked for a moment ago is in no list yet; one that was made long ago does not
# come back any more. A payout may have waited for a decision for months before, so that its run's
# last change counts.
_SETTLED_AFTER: Final = timedelta(hours=2)
_AUDITED_WITHIN: Final = timedelta(days=40)

_NEXT: Final = f"""
  SELECT p.run_id, p.created_at FROM payouts p JOIN payees e ON e.id = p.payee_id
  JOIN runs r ON r.id = p.run_id
  WHERE p.run_id > ?1 AND (r.updated_at > ?2 AND p.created_at < ?3 OR p.disagrees IS NOT NULL)
    AND (?4 = 1 OR e.paid_by <> '{BY_PROVIDER}')
  ORDER BY p.run_id LIMIT {digits(_AT_ONCE)}
"""
_REQUESTED: Final = f"""
  SELECT p.run_id, p.payee_id, p.currency, p.amount, p.settled_as, {IS_OPEN} AS is_open
  FROM payouts p JOIN runs r ON r.id = p.run_id WHERE p.run_id IN (SELECT value FROM json_each(?))
"""
# What could not be looked at is looked at again in 1, 2, 4, … minutes, then each hour: so often a
# night, which is some six hours.
_MOST_LOOKS: Final = 12
_SET_ASIDE: Final = f"""
  SELECT p.run_id, p.created_at
  FROM reconciler_setbacks s JOIN payouts p ON p.run_id = s.subject
  WHERE s.part = '{AUDIT}' AND s.until <= ?1 AND s.failures < {digits(_MOST_LOOKS)}
  ORDER BY s.until LIMIT {digits(_AT_ONCE)}
"""
# So often an answer is compared at once with a payout that moves.
_MOST_COMPARED: Final = 3
# What a payout books is booked together with one of these columns.
_IS_UNMOVED: Final = f"""
  EXISTS (
    SELECT 1 FROM payouts p JOIN runs r ON r.id = p.run_id
    WHERE p.run_id = ?1 AND p.heard = ?2 AND p.debited_by IS ?3 AND p.delivered_by IS ?4
      AND p.settled_as IS ?5 AND {IS_OPEN} = ?6)
"""
# All that a payout books has an id that begins with that of its run.
_BOOKED: Final = """
  SELECT p.run_id, e.ledger_account_id AS book,
    SUM(CASE e.side WHEN 'debit' THEN e.posted ELSE -e.posted END) AS net
  FROM payouts p
  JOIN ledger_transfers t ON t.account_id = p.account_id AND t.id > p.run_id || ':'
    AND t.id < p.run_id || ';'
  JOIN ledger_entries e ON e.account_id = t.account_id AND e.transfer_id = t.id
  WHERE p.run_id IN (SELECT value FROM json_each(?)) GROUP BY p.run_id, e.ledger_account_id
"""


async def audit_payments(platform: Platform) -> int:
    """One tick of a night: hold the next payouts against what the paying side has of them, and
    those again that could not be looked at; how many were. What disagrees is kept on the payout,
    and raises an alert until it agrees."""
    return await _audit_next(platform) + await _audit_again(platform)


async def _audit_next(platform: Platform) -> int:
    now = platform.clock.now()
    if now.hour < _FROM_HOUR:
        return 0
    day, _, after = (await position_of(platform.database, _CURSOR)).partition("|")
    today = to_text(now)[:10]
    if day == today and after == _DONE:
        return 0
    since = to_text(now - _AUDITED_WITHIN)
    until = to_text(now - _SETTLED_AFTER)
    has_provider = int(platform.settings.of(PaymentSettings).pays)
    if day != today:
        after = ""
    following = statement(_NEXT, [after, since, until, has_provider])
    rows = await platform.database.all(following)
    run_ids = await _audit_each(platform, rows, is_again=False)
    if len(run_ids) in range(1, len(rows)) or len(rows) == _AT_ONCE:
        last = run_ids[-1]
    else:
        last = _DONE
    await keep_position(platform.database, _CURSOR, position=f"{today}|{last}", now=to_text(now))
    return len(run_ids)


async def _audit_again(platform: Platform) -> int:
    """Hold those against the paying side that could not be looked at this night, ever more
    seldom."""
    due = statement(_SET_ASIDE, [to_text(platform.clock.now())])
    return len(await _audit_each(platform, await platform.database.all(due), is_again=True))


async def _audit_each(platform: Platform, rows: Sequence[Row], *, is_again: bool) -> list[str]:
    """Audit payouts while the turn has room; the ids of those that were looked at, or were to be.
    `is_again`: they were set aside this night."""
    run_ids: list[str] = []

    async def audit(row: Row) -> bool:
        run_id = text(row, "run_id")
        run_ids.append(run_id)
        removal = forgetting(AUDIT, run_id)
        try:
            await _audit(platform, run_id, from_text(text(row, "created_at")))
        except Exception as error:
            now = to_text(platform.clock.now())
            aside = setting_aside(AUDIT, [run_id], why=type(error).__name__, now=now)
            # A night counts its own failures.
            await platform.database.batch([aside] if is_again else [removal, aside])
            raise
        if is_again:
            await platform.database.batch([removal])
        return True

    await each_by_itself(
        platform,
        rows,
        audit,
        "payment.unaudited",
        AccessDenied,
        payments.PaymentDenied,
        payments.PaymentUncertain,
    )
    return run_ids


async def _audit(platform: Platform, run_id: str, since: datetime) -> None:
    """Hold a payout against its payments. Raises AccessDenied, PaymentDenied, PaymentUncertain."""
    for _ in range(_MOST_COMPARED):
        if await _is_compared(platform, run_id, since):
            return
    raise payments.PaymentUncertain("the payout moved each time that its payment was asked for")


async def _is_compared(platform: Platform, run_id: str, since: datetime) -> bool:
    """The books follow what was heard; then their facts are read, and the paying side is asked.
    False where either moved meanwhile: an answer is compared with facts of the same time only."""
    await book_late(platform, run_id)
    payout = await load_payout(platform.database, run_id)
    if payout is None:
        return True
    requested, booked = await facts_of(platform.database, [run_id])
    is_open = requested[0].is_open
    provider_payments = await payments_of(platform, payout).made(payment_of(payout), since)
    if not is_open and await _is_news(platform, payout, provider_payments):
        return False
    if payout.paid_by == BY_PROVIDER:
        who = "the provider"
    else:
        who = "the bank"
    sentences = [
        each.says for each in payments.disagreements(requested, provider_payments, booked, who=who)
    ]
    sentence = sentences[0] if sentences else None
    update = statement(
        "UPDATE payouts SET disagrees = ?2 WHERE run_id = ?1 AND disagrees IS NOT ?2",
        [run_id, sentence],
        account=payout.account_id,
    )
    try:
        await platform.database.batch([_must_be_unmoved(payout, is_open=is_open), update])
    except GuardFailed:
        return False
    if sentence is not None:
        log.error("payment.disagrees", run=run_id, reason=sentence)
    return True


def _must_be_unmoved(payout: Payout, *, is_open: bool) -> Statement:
    """Guard a batch against what moves the facts of a payout since it was read."""
    return must_hold(
        _IS_UNMOVED,
        payout.id,
        payout.heard,
        payout.debited_by,
        payout.delivered_by,
        payout.settled_as,
        int(is_open),
    )


async def _is_news(platform: Platform, payout: Payout, provider_payments: Sequence[Made]) -> bool:
    """What the paying side says otherwise by now than was heard last is no disagreement: it is
    heard now, unless something newer was heard since the payout was read. Whether there was such
    news."""
    if len(provider_payments) != 1 or provider_payments[0].status in {
        PaymentStatus.PROCESSING,
        payout.payment_status,
    }:
        return False

    async def ask(current: Payout) -> Seen | None:
        if current is payout:
            return provider_payments[0]
        return None

    await hear(platform, payout, ask, is_fresh=True)
    return True


async def facts_of(
    database: Database, run_ids: Sequence[str]
) -> tuple[list[payments.RequestedPayment], dict[str, payments.Booked]]:
    """Payouts as facts, and what is booked of them."""
    ids: list[Json] = [*run_ids]
    rows, entries = await database.batch(
        [statement(_REQUESTED, [dump(ids)]), statement(_BOOKED, [dump(ids)])]
    )
    net = {(text(each, "run_id"), text(each, "book")): integer(each, "net") for each in entries}
    requested: list[payments.RequestedPayment] = []
    booked: dict[str, payments.Booked] = {}
    for row in rows:
        run_id = text(row, "run_id")
        currency = text(row, "currency")
        settled = optional_text(row, "settled_as")
        status = None if settled is None else STATUS_OF[settled]
        requested.append(
            payments.RequestedPayment(
                run_id,
                currency,
                amount=integer(row, "amount"),
                settled=status,
                is_open=row["is_open"] == 1,
            )
        )
        accounts = (
            postings.company(currency),
            postings.in_transit(currency),
            postings.owed(text(row, "payee_id"), currency),
        )
        booked[run_id] = payments.Booked(*(net.get((run_id, each), 0) for each in accounts))
    return requested, booked


PAYMENT_CONSUMERS: Final = CONSUMERS.fill({"payments": take_payment_event})
