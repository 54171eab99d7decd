"""Rates that a person enters: where none was published, and never against what was handed on of a
closed period.
"""

from datetime import date, timedelta
from typing import Final

import pytest

from tests.support.host_platform import ACCOUNT
from tests.unit.conversion.books import FRIDAY, THURSDAY, open_books, publish, spend
from tillroll.conversion.entered import (
    NoBaseCurrency,
    NoSuchRate,
    RateRefused,
    enter_rate,
    list_rates,
    withdraw_rate,
)
from tillroll.conversion.expenses import update_rates
from tillroll.expenses.conversions import convert_anew
from tillroll_durable import Actor
from tillroll_durable.platform.bindings.database import Row, statement
from tillroll_testing.host.platform import HostPlatform

ACTOR = Actor(ACCOUNT, "user:usr_first")


async def enter(
    host: HostPlatform,
    rate: str = "0.0007",
    currency: str = "ARS",
    first: date = THURSDAY,
    last: date = FRIDAY,
) -> str:
    entered = await enter_rate(host.platform, ACTOR, currency, rate, first, last, "Card  statement")
    return entered.id


async def converted(host: HostPlatform, expense: str) -> Row | None:
    await update_rates(host.platform)
    return await host.database.first(
        statement("SELECT * FROM expense_conversions WHERE expense_id = ?", [expense])
    )


# As an export hands on the amounts that expenses have by now.
_LINES: Final = """
  INSERT INTO export_items
    (export_id, part, place, account_id, series, expense_id, version, content)
  SELECT 'xpt_1', 1, row_number() OVER (ORDER BY e.id), ?1, 'period:per_1', e.id, e.version,
    json_object('base_currency', c.base_currency, 'rate', c.rate,
      'base_total', printf('%.2f', c.total_minor / 100.0))
  FROM expenses e LEFT JOIN expense_conversions c ON c.expense_id = e.id
"""


async def close(host: HostPlatform, first: date, last: date) -> None:
    export = """
      INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
                        next_safe_action, created_at, updated_at)
      VALUES ('run_x', ?1, 'export', 1, 'xpt_1', 'done', 'complete', 'none', '2026-11-20',
          '2026-11-20')
    """
    exports = """
      INSERT INTO exports (id, account_id, run_id, format, filter, requested_by, expected,
          created_at)
      VALUES ('xpt_1', ?1, 'run_x', 'jsonl', '{}', 'usr_first', 2, '2026-11-20')
    """
    period = """
      INSERT INTO closed_periods (id, account_id, first_day, last_day, export_id, closed_by,
          closed_at)
      VALUES ('per_1', ?1, ?2, ?3, 'xpt_1', 'user:usr_first', '2026-11-20')
    """
    days = (first.isoformat(), last.isoformat())
    await host.database.batch(
        [
            statement(export, [ACCOUNT]),
            statement(exports, [ACCOUNT]),
            statement(period, [ACCOUNT, *days]),
            statement(_LINES, [ACCOUNT]),
        ]
    )


async def test_an_expense_without_a_published_rate_is_converted_by_an_entered_one() -> None:
    host = await open_books()
    publish(host, {FRIDAY: {"USD": "1.10"}})
    expense = await spend(host, "taxi", 1_000_050, "ARS", tax_minor=100)
    assert await converted(host, expense) is None
    rate = await enter(host)
    row = await converted(host, expense)
    assert row is not None
    assert (row["total_minor"], row["tax_minor"], row["rate"]) == (700, 0, "0.0007")
    assert (row["rate_date"], row["source"]) == ("2026-11-20", "by hand: Card statement")
    [listed] = await list_rates(host.platform, ACCOUNT)
    assert (listed.id, listed.expenses, listed.base_currency, listed.source) == (
        rate,
        1,
        "EUR",
        "Card statement",
    )
    events = await host.database.all(
        statement("SELECT action, actor FROM audit_events WHERE action LIKE 'rate.%'")
    )
    assert [(row["action"], row["actor"]) for row in events] == [("rate.entered", "user:usr_first")]


async def test_a_published_rate_goes_first_and_stays() -> None:
    host = await open_books()
    publish(host, {FRIDAY: {"USD": "1.25"}})
    before = await spend(host, "hotel", 10_000, "USD")
    assert (await converted(host, before) or {})["rate"] == "0.8"
    await enter(host, "0.5", "USD")
    after = await spend(host, "meal", 10_000, "USD")
    assert (await converted(host, after) or {})["rate"] == "0.8"
    assert (await converted(host, before) or {})["rate"] == "0.8"


async def test_a_day_without_rates_is_converted_and_the_newest_entered_counts() -> None:
    host = await open_books()
    expense = await spend(host, "hotel", 10_000, "USD", THURSDAY)
    await enter(host, "0.5", "USD")
    assert (await converted(host, expense) or {})["rate"] == "0.5"
    host.pieces.clock.advance(timedelta(seconds=1))
    await enter(host, "0.6", "USD")
    assert (await converted(host, expense) or {})["rate"] == "0.6"


async def test_other_days_currencies_and_accounts_stay_without() -> None:
    host = await open_books()
    earlier = await spend(host, "earlier", 100, "ARS", date(2026, 11, 18))
    other = await spend(host, "other", 100, "VES")
    await enter(host)
    assert await converted(host, earlier) is None
    assert await converted(host, other) is None


async def test_what_is_withdrawn_counts_no_more() -> None:
    host = await open_books()
    expense = await spend(host, "taxi", 100_000, "ARS")
    rate = await enter(host)
    assert await converted(host, expense)
    await withdraw_rate(host.platform, ACTOR, rate)
    assert await converted(host, expense) is None
    found = await host.database.all(
        statement("SELECT base_currency, base_total_minor FROM expense_finds")
    )
    assert found == [{"base_currency": "", "base_total_minor": None}]
    assert await list_rates(host.platform, ACCOUNT) == []
    with pytest.raises(NoSuchRate):
        await withdraw_rate(host.platform, ACTOR, rate)
    with pytest.raises(NoSuchRate):
        await withdraw_rate(host.platform, Actor("acc_other", "user:usr_other"), rate)


@pytest.mark.parametrize(
    ("currency", "rate", "days", "field"),
    [
        ("EUR", "1", (FRIDAY, FRIDAY), "currency"),
        ("QQQ", "1", (FRIDAY, FRIDAY), "currency"),
        ("ARS", "0", (FRIDAY, FRIDAY), "rate"),
        ("ARS", "0.000000000", (FRIDAY, FRIDAY), "rate"),
        ("ARS", "-1", (FRIDAY, FRIDAY), "rate"),
        ("ARS", "1e3", (FRIDAY, FRIDAY), "rate"),
        ("ARS", "NaN", (FRIDAY, FRIDAY), "rate"),
        ("ARS", "1234567890", (FRIDAY, FRIDAY), "rate"),
        ("ARS", "0.0000000001", (FRIDAY, FRIDAY), "rate"),
        ("ARS", "1", (FRIDAY, THURSDAY), "lastDay"),
    ],
)
async def test_what_is_no_rate_is_refused(
    currency: str, rate: str, days: tuple[date, date], field: str
) -> None:
    host = await open_books()
    with pytest.raises(RateRefused) as refused:
        await enter_rate(host.platform, ACTOR, currency, rate, *days, "Bank")
    assert f"'field': '{field}'" in str(refused.value.extra)
    assert await list_rates(host.platform, ACCOUNT) == []


async def test_a_rate_needs_a_base_currency_and_a_source() -> None:
    with pytest.raises(NoBaseCurrency):
        await enter(await open_books(base=None))
    with pytest.raises(RateRefused, match="where the rate is from"):
        await enter_rate((await open_books()).platform, ACTOR, "ARS", "1", FRIDAY, FRIDAY, " ")


async def test_what_a_closed_period_handed_on_stays() -> None:
    host = await open_books()
    rate = await enter(host)
    expense = await spend(host, "converted", 100_000, "ARS")
    assert await converted(host, expense)
    await close(host, THURSDAY, FRIDAY)
    host.pieces.clock.advance(timedelta(seconds=1))
    await enter(host, "0.5")
    assert (await converted(host, expense) or {})["rate"] == "0.0007"
    await withdraw_rate(host.platform, ACTOR, rate)
    assert (await converted(host, expense) or {})["rate"] == "0.0007"


async def test_an_expense_that_comes_after_closing_is_converted() -> None:
    """Without its rate, nobody could pay it back."""
    host = await open_books()
    await enter(host)
    await close(host, THURSDAY, FRIDAY)
    expense = await spend(host, "late", 100_000, "ARS")
    assert (await converted(host, expense) or {})["rate"] == "0.0007"
    host.pieces.clock.advance(timedelta(seconds=1))
    rate = await enter(host, "0.5")
    assert (await converted(host, expense) or {})["rate"] == "0.5"
    await withdraw_rate(host.platform, ACTOR, rate)
    assert (await converted(host, expense) or {})["rate"] == "0.0007"


async def test_an_expense_that_was_closed_without_an_amount_gets_one() -> None:
    host = await open_books()
    expense = await spend(host, "lacking", 100_000, "ARS", THURSDAY)
    assert await converted(host, expense) is None
    await close(host, THURSDAY, FRIDAY)
    await enter(host)
    assert (await converted(host, expense) or {})["rate"] == "0.0007"


async def test_an_expense_that_was_changed_after_closing_is_converted_anew() -> None:
    host = await open_books()
    await enter(host)
    expense = await spend(host, "changed", 100_000, "ARS")
    assert await converted(host, expense)
    await close(host, THURSDAY, FRIDAY)
    amount = "UPDATE expenses SET total_minor = 200000 WHERE id = ?"
    anew = convert_anew(expense, "2026-11-20T15:00:00.000Z")
    await host.database.batch([statement(amount, [expense]), *anew])
    assert (await converted(host, expense) or {})["total_minor"] == 140
