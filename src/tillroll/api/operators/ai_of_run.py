"""What a run's calls to models came to, beside its record."""

from collections.abc import Mapping, Sequence
from typing import Final

from tillroll.api.operators.ai_call_views import cost_shape
from tillroll.api.operators.ai_calls import CALL_SUMS, PAID_BY_STEP
from tillroll.durable.telling.told_beside import ToldBeside
from tillroll.platform.bindings.database import Row, Statement, integer, statement, text
from tillroll.platform.json import JsonObject


def _statements(run_id: str) -> list[Statement]:
    return [
        statement(f"SELECT {CALL_SUMS} FROM ai_calls c WHERE c.run_id = ?", run_id),  # noqa: S608 - a constant
        statement(PAID_BY_STEP, run_id),
    ]


def _shown(rows: Sequence[Sequence[Row]]) -> JsonObject:
    [costs] = rows[0]
    return {"aiCost": cost_shape(costs).as_json()}


def _paid_calls(rows: Sequence[Sequence[Row]]) -> Mapping[str, int]:
    return {text(each, "step"): integer(each, "calls") for each in rows[1]}


CALLS_TO_MODELS: Final = ToldBeside(_statements, _shown, _paid_calls)
