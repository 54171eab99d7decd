"""Converting expenses: which rate, what waits, and what a change of the base currency does."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.support.host_platform import ACCOUNT, OTHER_ACCOUNT
from tests.support.sql import sql
from tests.unit.conversion.books import (
    AFTERNOON,
    FRIDAY,
    SOURCE,
    THURSDAY,
    open_books,
    publish,
    rows,
    spend,
    waiting,
)
from tillroll.conversion.expenses import set_base_currency, store_rates, update_rates
from tillroll.conversion.rates import Rate
from tillroll_command.sql import as_text
from tillroll_durable.platform.bindings.database import Statement
from tillroll_durable.platform.json import load_object

CONVERSIONS = """
    SELECT expense_id, base_currency, total_minor, tax_minor, rate, rate_date, source
        FROM expense_conversions
    ORDER BY expense_id
"""


async def test_an_expense_is_converted_by_its_days_rate() -> None:
    host = await open_books()
    await spend(host, "a", 1590, "USD", tax_minor=90)
    publish(host, {FRIDAY: {"USD": "1.06"}, THURSDAY: {"USD": "2"}})
    await update_rates(host.platform)
    assert await rows(host, CONVERSIONS) == [
        {
            "expense_id": "exp_a",
            "base_currency": "EUR",
            "total_minor": 1500,
            "tax_minor": 85,
            "rate": "0.943396226415",
            "rate_date": "2026-11-20",
            "source": SOURCE,
        }
    ]
    assert await waiting(host) == {"exp_a": None}


async def test_a_weekend_takes_the_friday_before() -> None:
    host = await open_books()
    await spend(host, "a", 1000, "USD", date(2026, 11, 22))
    publish(host, {FRIDAY: {"USD": "1.25"}})
    await update_rates(host.platform)
    [row] = await rows(host, CONVERSIONS)
    assert (row["total_minor"], row["rate_date"]) == (800, "2026-11-20")


async def test_a_day_whose_rates_are_missing_is_waited_for_and_never_replaced_by_another() -> None:
    host = await open_books()
    await spend(host, "a", 1000, "USD", THURSDAY)
    publish(host, {FRIDAY: {"USD": "1.25"}, date(2026, 11, 18): {"USD": "1.25"}})
    await update_rates(host.platform)
    assert await rows(host, CONVERSIONS) == []
    assert await waiting(host) == {"exp_a": "2026-11-19"}

    imported = store_rates([Rate(THURSDAY, "USD", Decimal(2))], "history.csv", AFTERNOON.date())
    await host.database.all(Statement(sql(as_text(imported))))
    await update_rates(host.platform)
    [row] = await rows(host, CONVERSIONS)
    assert (row["total_minor"], row["source"]) == (500, "history.csv")


async def test_a_currency_that_is_not_quoted_has_no_amount() -> None:
    host = await open_books()
    await spend(host, "a", 1000, "KWD")
    publish(host, {FRIDAY: {"USD": "1.25"}})
    await update_rates(host.platform)
    await update_rates(host.platform)
    assert await rows(host, CONVERSIONS) == []


async def test_an_expense_in_the_base_currency_needs_no_rate() -> None:
    host = await open_books("KWD")
    await spend(host, "a", 1234, "KWD", date(2026, 11, 21), tax_minor=None)
    await update_rates(host.platform)
    [row] = await rows(host, CONVERSIONS)
    assert (row["total_minor"], row["tax_minor"], row["rate"]) == (1234, None, "1")
    assert (row["rate_date"], row["source"]) == ("2026-11-21", "same currency")


async def test_an_amount_that_cannot_be_kept_exactly_is_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    host = await open_books("JPY")
    await spend(host, "a", 2**53 - 1, "USD")
    await spend(host, "b", 100, "USD")
    publish(host, {FRIDAY: {"USD": "0.0001", "JPY": "163.06"}})
    await update_rates(host.platform)
    assert [row["expense_id"] for row in await rows(host, CONVERSIONS)] == ["exp_b"]
    assert await waiting(host) == {"exp_a": None, "exp_b": None}
    [record] = caplog.records
    assert load_object(record.message)["expense"] == "exp_a"


async def test_without_a_base_currency_nothing_is_converted_until_one_is_chosen() -> None:
    host = await open_books(None)
    await spend(host, "a", 1000, "USD")
    await spend(host, "b", 1000, "USD", account=OTHER_ACCOUNT)
    publish(host, {FRIDAY: {"USD": "1.25"}})
    await update_rates(host.platform)
    assert await rows(host, CONVERSIONS) == []
    assert await waiting(host) == {"exp_a": None, "exp_b": None}

    await set_base_currency(host.platform, ACCOUNT, "EUR", "user:usr_first")
    await update_rates(host.platform)
    assert [row["expense_id"] for row in await rows(host, CONVERSIONS)] == ["exp_a"]


async def test_another_base_currency_replaces_what_was_converted() -> None:
    host = await open_books()
    await spend(host, "a", 1000, "USD")
    publish(host, {FRIDAY: {"USD": "1.25", "JPY": "160"}})
    await update_rates(host.platform)
    await set_base_currency(host.platform, ACCOUNT, "JPY", "user:usr_first")
    await update_rates(host.platform)
    [row] = await rows(host, CONVERSIONS)
    assert (row["base_currency"], row["total_minor"], row["rate"]) == ("JPY", 1280, "128")


async def test_a_decision_for_a_base_currency_of_before_is_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    host = await open_books()
    await spend(host, "a", 1000, "USD")
    publish(host, {FRIDAY: {"USD": "1.25", "JPY": "160"}})
    batch = host.database.batch

    async def change_first(statements: list[Statement]) -> object:
        if "expense_conversions" in statements[0].sql:
            monkeypatch.undo()
            await set_base_currency(host.platform, ACCOUNT, "JPY", "user:usr_first")
        return await batch(statements)

    monkeypatch.setattr(host.database, "batch", change_first)
    await update_rates(host.platform)
    assert await rows(host, CONVERSIONS) == []
    assert await waiting(host) == {"exp_a": "now"}


async def test_rates_that_came_while_it_was_decided_are_not_missed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    host = await open_books()
    await spend(host, "a", 1000, "USD", THURSDAY)
    batch = host.database.batch

    async def rates_first(statements: list[Statement]) -> object:
        if "expense_conversions" in statements[0].sql:
            monkeypatch.undo()
            await batch(
                store_rates([Rate(THURSDAY, "USD", Decimal(2))], "history.csv", AFTERNOON.date())
            )
        return await batch(statements)

    monkeypatch.setattr(host.database, "batch", rates_first)
    await update_rates(host.platform)
    assert await waiting(host) == {"exp_a": "now"}
    await update_rates(host.platform)
    assert len(await rows(host, CONVERSIONS)) == 1


async def test_many_are_converted_by_and_by() -> None:
    host = await open_books()
    for number in range(210):
        await spend(host, f"{number:03}", 100, "EUR")
    await update_rates(host.platform)
    assert len(await rows(host, CONVERSIONS)) == 200
    host.pieces.clock.advance(timedelta(minutes=1))
    await update_rates(host.platform)
    assert len(await rows(host, CONVERSIONS)) == 210
    assert set((await waiting(host)).values()) == {None}
