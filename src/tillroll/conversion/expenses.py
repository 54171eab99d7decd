"""Converting the expenses that wait for it, some each tick."""

from dataclasses import asdict
from typing import Final

from tillroll.conversion.decision import conversion_of, rate_day
from tillroll.conversion.rate_table import DayRates, load_rates
from tillroll.exchange.conversion import AmountTooLarge
from tillroll.platform import log
from tillroll.platform.bindings.database import Row, Statement, integer, optional_text, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.json import Json, JsonObject, dump
from tillroll.platform.services import Platform

_BATCH: Final = 200

# Both statements take the same decisions as JSON (?1), and skip one that was taken for a base currency that the account
# has no more, or for an expense that was changed meanwhile.
_STORE: Final = """
  INSERT INTO expense_conversions
    (expense_id, base_currency, total_minor, tax_minor, rate, rate_date, source, created_at)
  SELECT e.id, a.base_currency, d.value ->> 'total_minor', d.value ->> 'tax_minor', d.value ->> 'rate',
         d.value ->> 'rate_date', d.value ->> 'source', ?2
  FROM json_each(?1) AS d
  JOIN expenses e ON e.id = d.value ->> 'expense'
  JOIN accounts a ON a.id = e.account_id AND a.base_currency = d.value ->> 'base'
  WHERE d.value ->> 'rate' IS NOT NULL AND e.version = d.value ->> 'version'
  ON CONFLICT (expense_id) DO UPDATE SET base_currency = excluded.base_currency, total_minor = excluded.total_minor,
    tax_minor = excluded.tax_minor, rate = excluded.rate, rate_date = excluded.rate_date, source = excluded.source,
    created_at = excluded.created_at
"""
# Nor does one begin to wait for a day whose rates came in the meantime.
_MARK: Final = """
  UPDATE expenses SET awaits_conversion = d.value ->> 'awaits'
  FROM json_each(?1) AS d, accounts AS a
  WHERE expenses.id = d.value ->> 'expense'
    AND expenses.version = d.value ->> 'version'
    AND a.id = expenses.account_id AND a.base_currency IS d.value ->> 'base'
    AND (d.value ->> 'awaits' IS NULL
         OR d.value ->> 'known' = (SELECT count(*) FROM exchange_rates WHERE date = d.value ->> 'awaits'))
"""


async def convert_expenses(platform: Platform) -> int:
    """Look at up to 200 expenses that wait, in one transaction, and return how many were converted.

    One whose rates are missing waits for their day; one that can have no amount waits for nothing.
    """
    rows = await platform.database.all(
        statement(
            """
            SELECT e.*, a.base_currency FROM expenses e JOIN accounts a ON a.id = e.account_id
            WHERE e.awaits_conversion = 'now' LIMIT ?
            """,
            _BATCH,
        )
    )
    if not rows:
        return 0
    rates = await load_rates(platform.database, {rate_day(row) for row in rows})
    decided: list[JsonObject] = [_decide(row, rates[rate_day(row)]) for row in rows]
    await platform.database.batch(_writes(decided, to_text(platform.clock.now())))
    return sum("rate" in decision for decision in decided)


def _decide(row: Row, rates: DayRates) -> JsonObject:
    base = optional_text(row, "base_currency")
    decision: JsonObject = {
        "expense": text(row, "id"),
        "version": integer(row, "version"),
        "base": base,
        "awaits": None,
    }
    try:
        conversion = conversion_of(row, rates)
    except AmountTooLarge as error:
        log.warning("expense.not_converted", expense=text(row, "id"), error_class=type(error).__name__)
        return decision
    if conversion is not None:
        return decision | asdict(conversion)
    if base is None:
        return decision
    return decision | {"awaits": rate_day(row).isoformat(), "known": len(rates.per_euro)}


def _writes(decided: list[JsonObject], now: str) -> list[Statement]:
    decisions: list[Json] = [*decided]
    return [statement(_STORE, dump(decisions), now), statement(_MARK, dump(decisions))]
