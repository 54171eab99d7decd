"""Calls to models, as a run's timeline has them."""

from typing import Final

from tillroll.ai.calls import AI_BUDGET, AI_QUOTA
from tillroll.durable.telling.timeline.items import Item
from tillroll.observability.beside.kept_beside import KeptBeside
from tillroll.platform.bindings.database import Row, optional_integer, optional_text, text


def _call(row: Row) -> Item:
    """A row of `ai_calls`."""
    began = text(row, "created_at")
    ended = optional_text(row, "ended_at")
    if row["reason"] in {AI_BUDGET, AI_QUOTA}:
        ended = began  # nobody was asked
    return Item(
        kind="ai_call",
        name=text(row, "model"),
        step=optional_text(row, "step"),
        generation=optional_integer(row, "generation") or 1,
        attempt=optional_integer(row, "attempt"),
        started_at=began,
        ended_at=ended,
        outcome=text(row, "state"),
        reason=optional_text(row, "reason"),
        error=optional_text(row, "error"),
        detail={
            "call": text(row, "id"),
            "purpose": text(row, "purpose"),
            "inputTokens": optional_integer(row, "input_tokens"),
            "outputTokens": optional_integer(row, "output_tokens"),
            "costMicroUsd": optional_integer(row, "cost_micro_usd"),
        },
    )


CALLS_TO_MODELS: Final = KeptBeside("SELECT * FROM ai_calls WHERE run_id = ? ORDER BY created_at, id", _call)
