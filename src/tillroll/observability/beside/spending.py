"""What was spent on models today, from the ledger's totals by day."""

from collections.abc import Iterator
from typing import Final

from tillroll.observability.openmetrics import Family, Sample, gauge
from tillroll.platform.bindings.database import Row, integer, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

_OUTCOMES: Final = ("completed", "failed", "refused", "rolled_back", "unpriced")
_TODAY: Final = """
  SELECT model, sum(completed) AS completed, sum(failed) AS failed, sum(refused) AS refused,
         sum(rolled_back) AS rolled_back, sum(unpriced) AS unpriced, sum(cost_micro_usd) AS cost_micro_usd
  FROM ai_daily WHERE day = ? GROUP BY model ORDER BY model
"""


async def spending(platform: Platform) -> list[Family]:
    """Calls and money of the current day (UTC): both begin at 0 each midnight."""
    rows = await platform.database.all(statement(_TODAY, to_text(platform.clock.now())[:10]))
    calls = (sample for row in rows for sample in _calls(row))
    cost = [Sample(integer(row, "cost_micro_usd") / 1e6, {"model": text(row, "model")}) for row in rows]
    return [
        gauge("tillroll_ai_calls_today", "Calls to models since midnight UTC; unpriced are in the others too.", calls),
        gauge("tillroll_ai_cost_today_dollars", "What is known of their cost in US dollars.", cost, unit="dollars"),
    ]


def _calls(row: Row) -> Iterator[Sample]:
    model = text(row, "model")
    return (Sample(integer(row, name), {"model": model, "outcome": name}) for name in _OUTCOMES)
