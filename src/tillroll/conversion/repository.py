"""The table of reference rates, whose rows never change; and the account's base currency."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from tillroll.conversion.rates import InvalidRates, Rate
from tillroll.durable.record.audit import Setting, change_setting
from tillroll.platform.bindings.database import Database, Statement, optional_text, statement, text
from tillroll.platform.json import dump
from tillroll.platform.services import Platform

_RATES_A_STATEMENT: Final = 1000
"""Some 35 KB of text: D1 takes statements of 100 KB."""


def store_rates(rates: Sequence[Rate], source: str, today: date) -> list[Statement]:
    """The statements that store what is new of the rates, and wake the expenses that wait for their days.

    Raises:
        InvalidRates: a rate is of a day to come.
    """
    latest = max(rate.day for rate in rates)
    # A day's difference is what time zones can make.
    if latest > today + timedelta(days=1):
        raise InvalidRates(f"the file has rates of {latest}, a day to come")
    parts = [rates[start : start + _RATES_A_STATEMENT] for start in range(0, len(rates), _RATES_A_STATEMENT)]
    return [each for part in parts for each in (_insert(part, source), _wake(part))]


def _insert(rates: Sequence[Rate], source: str) -> Statement:
    return statement(
        """
        INSERT INTO exchange_rates (date, currency, rate, source)
        SELECT value ->> 0, value ->> 1, value ->> 2, ?2 FROM json_each(?1) WHERE true
        ON CONFLICT (date, currency) DO NOTHING
        """,
        dump([[rate.day.isoformat(), rate.currency, str(rate.per_euro)] for rate in rates]),
        source,
    )


def _wake(rates: Sequence[Rate]) -> Statement:
    return statement(
        """
        UPDATE expenses SET awaits_conversion = 'now'
        WHERE awaits_conversion IN (SELECT value FROM json_each(?1))
        """,
        _days(rate.day for rate in rates),
    )


def _days(days: Iterable[date]) -> str:
    """The days, each once, as a JSON array."""
    return dump([day.isoformat() for day in sorted(set(days))])


@dataclass(frozen=True)
class DayRates:
    """A day's rates by currency, each per euro, and where each was read."""

    per_euro: dict[str, Decimal]
    sources: dict[str, str]


async def load_rates(database: Database, days: set[date]) -> dict[date, DayRates]:
    """The stored rates of each of the days."""
    loaded = {day: DayRates({}, {}) for day in days}
    rows = await database.all(
        statement(
            "SELECT * FROM exchange_rates WHERE date IN (SELECT value FROM json_each(?))",
            _days(days),
        )
    )
    for row in rows:
        rates = loaded[date.fromisoformat(text(row, "date"))]
        rates.per_euro[text(row, "currency")] = Decimal(text(row, "rate"))
        rates.sources[text(row, "currency")] = text(row, "source")
    return loaded


async def has_rates_since(database: Database, day: date) -> bool:
    """Whether there is a rate of this day or a later one."""
    query = statement("SELECT 1 AS there FROM exchange_rates WHERE date >= ? LIMIT 1", day.isoformat())
    return await database.first(query) is not None


AUDITED = {"account.base_currency_set": "the currency that the account's expenses are converted into was set"}
_BASE_CURRENCY = Setting("base_currency", "account.base_currency_set", "baseCurrency")


async def base_currency(platform: Platform, account_id: str) -> str | None:
    """The account's base currency (ISO 4217), None where none was chosen."""
    row = await platform.database.first(statement("SELECT base_currency FROM accounts WHERE id = ?", account_id))
    return None if row is None else optional_text(row, "base_currency")


async def set_base_currency(platform: Platform, account_id: str, code: str | None, actor: str) -> None:
    """Choose the base currency, or none. All expenses are converted anew, by the ticks that follow."""
    anew = statement("UPDATE expenses SET awaits_conversion = 'now' WHERE account_id = ?", account_id)
    await change_setting(platform, account_id, _BASE_CURRENCY, code, actor, [anew])
