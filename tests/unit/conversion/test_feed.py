"""Fetching rates: when, how often, and what a failure does."""

from datetime import timedelta

import pytest

from tests.support.host_platform import assemble
from tests.unit.conversion.books import (
    FEED,
    FRIDAY,
    SOURCE,
    THURSDAY,
    answer,
    open_books,
    publish,
    rows,
)
from tillroll.conversion.expenses import update_rates
from tillroll_durable.platform.json import load_object
from tillroll_testing.host.platform import HostPlatform

RATES = "SELECT date, currency, rate, source FROM exchange_rates ORDER BY date, currency"


def asked(host: HostPlatform) -> int:
    return len(host.pieces.receiver.asked)


async def test_the_days_rates_are_fetched_once() -> None:
    host = await open_books()
    publish(host, {FRIDAY: {"USD": "1.0800", "JPY": "163.06"}, THURSDAY: {"USD": "1.0805"}})
    for _ in range(3):
        await update_rates(host.platform)
        host.pieces.clock.advance(timedelta(hours=2))
    assert asked(host) == 1
    assert await rows(host, RATES) == [
        {"date": "2026-11-19", "currency": "USD", "rate": "1.0805", "source": SOURCE},
        {"date": "2026-11-20", "currency": "JPY", "rate": "163.06", "source": SOURCE},
        {"date": "2026-11-20", "currency": "USD", "rate": "1.0800", "source": SOURCE},
    ]


async def test_what_is_stored_is_not_changed_by_a_later_answer() -> None:
    host = await open_books()
    publish(host, {THURSDAY: {"USD": "1.0805"}})
    await update_rates(host.platform)
    publish(host, {THURSDAY: {"USD": "9.99", "JPY": "163.06"}})
    host.pieces.clock.advance(timedelta(hours=1))
    await update_rates(host.platform)
    assert [(row["currency"], row["rate"]) for row in await rows(host, RATES)] == [
        ("JPY", "163.06"),
        ("USD", "1.0805"),
    ]


async def test_until_they_are_there_it_asks_once_an_hour() -> None:
    host = await open_books()
    publish(host, {THURSDAY: {"USD": "1.0805"}})
    for _ in range(3 * 60):
        await update_rates(host.platform)
        host.pieces.clock.advance(timedelta(minutes=1))
    assert asked(host) == 3


async def test_without_an_address_nothing_is_asked() -> None:
    host = await open_books()
    await update_rates(assemble(host.database, {}, host.pieces).platform)
    assert asked(host) == 0


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (None, ""),
        (503, "later"),
        (200, "<html>Sign in</html>"),
        (200, "Date,USD\n2027-01-04,1.08\n"),
    ],
)
async def test_a_failure_is_told_once_a_day(
    status: int | None, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    host = await open_books()
    if status is not None:
        answer(host, body, status)
    for _ in range(23):
        await update_rates(host.platform)
        host.pieces.clock.advance(timedelta(hours=1))
    assert asked(host) == 23
    [record] = caplog.records
    told = load_object(record.message)
    assert (told["event"], told["source"]) == ("rates.not_fetched", SOURCE)
    assert await rows(host, RATES) == []


async def test_a_secret_in_the_address_is_kept_out_of_what_is_stored_and_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert "secret" in FEED
    host = await open_books()
    answer(host, "", 404)
    await update_rates(host.platform)
    publish(host, {FRIDAY: {"USD": "1.08"}})
    host.pieces.clock.advance(timedelta(hours=1))
    await update_rates(host.platform)
    assert "secret" not in caplog.text
    assert "secret" not in str(await rows(host, RATES))


async def test_a_database_that_fails_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    host = await open_books()
    host.database.close()
    await update_rates(host.platform)
    assert "conversion.failed" in caplog.text
