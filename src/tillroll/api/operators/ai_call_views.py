"""What the API shows of calls to models. Money is whole micro-US-dollars: 1,000,000 are one US dollar."""

from tillroll.ai.calls import AI_BUDGET, AI_QUOTA, FAILED, INTERRUPTED, STARTED
from tillroll.api.shapes import AiCostShape, Shape
from tillroll.platform.bindings.database import Row, integer, optional_integer, optional_text, text


class AiCallShape(Shape):
    """`state` is offered, approved, started, completed, failed or rolled_back. `reason` is ai_budget or ai_quota of one
    that was not approved; unusable of a completed one whose answer was of no use; refused, no_answer or interrupted
    of a failed one. `cost_micro_usd` is null where it is unknown."""

    id: str
    account_id: str
    run_id: str
    step: str | None
    generation: int | None
    attempt: int | None
    model: str
    purpose: str
    state: str
    reason: str | None
    error: str | None
    input_sha256: str
    input_tokens: int | None
    output_tokens: int | None
    cost_micro_usd: int | None
    reserved_micro_usd: int | None
    duration_ms: int | None
    output_key: str | None
    offered_at: str
    approved_at: str | None
    started_at: str | None
    ended_at: str | None
    rolled_back_at: str | None


class AiCallPage(Shape):
    items: list[AiCallShape]
    next_cursor: str | None


class AiTotalShape(Shape):
    """`key` is the day, model, account or run. `offered` counts all calls that were asked for, `refused` those among
    them that no budget was left for. `unpriced` counts calls whose cost is unknown, so not in `cost_micro_usd`."""

    key: str
    offered: int
    refused: int
    completed: int
    failed: int
    rolled_back: int
    unpriced: int
    input_tokens: int
    output_tokens: int
    cost_micro_usd: int
    duration_ms: int


class AiTotalPage(Shape):
    items: list[AiTotalShape]
    next_cursor: str | None


def call_shape(row: Row) -> AiCallShape:
    """A row of `ai_calls`."""
    lasted = not (row["state"] == STARTED or (row["state"] == FAILED and row["reason"] == INTERRUPTED))
    return AiCallShape(
        id=text(row, "id"),
        account_id=text(row, "account_id"),
        run_id=text(row, "run_id"),
        step=optional_text(row, "step"),
        generation=optional_integer(row, "generation"),
        attempt=optional_integer(row, "attempt"),
        model=text(row, "model"),
        purpose=text(row, "purpose"),
        state=text(row, "state"),
        reason=optional_text(row, "reason"),
        error=optional_text(row, "error"),
        input_sha256=text(row, "input_sha256"),
        input_tokens=optional_integer(row, "input_tokens"),
        output_tokens=optional_integer(row, "output_tokens"),
        cost_micro_usd=optional_integer(row, "cost_micro_usd"),
        reserved_micro_usd=optional_integer(row, "reserved_micro_usd"),
        duration_ms=integer(row, "duration_ms") if lasted and row["reason"] not in {AI_BUDGET, AI_QUOTA} else None,
        output_key=optional_text(row, "output_key"),
        offered_at=text(row, "created_at"),
        approved_at=optional_text(row, "approved_at"),
        started_at=optional_text(row, "started_at"),
        ended_at=optional_text(row, "ended_at"),
        rolled_back_at=optional_text(row, "rolled_back_at"),
    )


def total_shape(row: Row) -> AiTotalShape:
    """A row of totals."""
    counts = {name: integer(row, name) for name in AiTotalShape.model_fields if name != "key"}
    return AiTotalShape(key=text(row, "key"), **counts)


def cost_shape(row: Row) -> AiCostShape:
    """A row of totals of a run."""
    return AiCostShape(
        calls=integer(row, "offered") - integer(row, "refused"),
        unpriced=integer(row, "unpriced"),
        micro_usd=integer(row, "cost_micro_usd"),
    )
