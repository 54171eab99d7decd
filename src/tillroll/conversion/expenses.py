"""Converting the expenses that wait for it, some each tick."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from tillroll.conversion.decision import conversion_of, rate_day
from tillroll.conversion.rate_table import DayRates, load_rates
from tillroll.exchange.conversion import AmountTooLarge
from tillroll.jobs.setbacks import IN_TURN, IS_DUE, JOIN, each_together
from tillroll.platform import log
from tillroll.platform.bindings.database import Row, Statement, integer, optional_text, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.json import Json, JsonObject, dump
from tillroll.platform.services import Platform

_BATCH: Final = 200
JOB: Final = "rates"
_WAITING: Final = f"""
  SELECT e.*, a.base_currency, s.failures AS setbacks FROM expenses e JOIN accounts a ON a.id = e.account_id
  {JOIN.format(part=f"'{JOB}'", subject="e.id")}
  WHERE e.awaits_conversion = 'now' AND {IS_DUE} ORDER BY {IN_TURN} LIMIT ?2
"""  # noqa: S608 - constants

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
    """Look at up to 200 expenses that wait, together, and return how many were converted.

    One whose rates are missing waits for their day; one that can have no amount waits for nothing.
    """
    converted = 0

    async def convert(rows: Sequence[Row]) -> None:
        nonlocal converted
        rates = await load_rates(platform.database, {rate_day(row) for row in rows})
        decided: list[JsonObject] = [_decide(row, rates[rate_day(row)]) for row in rows]
        await platform.database.batch(_writes(decided, to_text(platform.clock.now())))
        converted += sum("rate" in decision for decision in decided)

    rows = await platform.database.all(statement(_WAITING, to_text(platform.clock.now()), _BATCH))
    await each_together(platform, JOB, [rows], "id", convert)
    return converted


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
