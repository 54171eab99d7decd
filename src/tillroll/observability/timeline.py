"""Loading a run's timeline, with its calls to models: for the page that draws it, and for its trace."""

from collections.abc import Callable
from dataclasses import dataclass

from tillroll.ai.calls import AI_BUDGET, AI_QUOTA, STARTED
from tillroll.durable.contract import Contract
from tillroll.durable.telling.timeline import timeline
from tillroll.durable.telling.timeline.items import Item, Records, in_order
from tillroll.platform.bindings.database import Database, Row, integer, optional_integer, optional_text, statement, text


@dataclass(frozen=True)
class Timeline:
    """`run` is the whole row, `items` are in order, and `last_event_at` is empty where nothing was told of yet."""

    run: Row
    contract: Contract
    items: list[Item]
    last_event_at: str | None


async def load_timeline(
    database: Database, contract_of: Callable[[str, int], Contract], run_id: str
) -> Timeline | None:
    """Read all of a run in one transaction; None where there is no such run."""
    runs, steps, attempts, reviews, waits, outbox, events, calls = await database.batch(
        [
            statement("SELECT * FROM runs WHERE id = ?", run_id),
            statement("SELECT * FROM run_steps WHERE run_id = ? ORDER BY started_at, rowid", run_id),
            statement("SELECT * FROM step_attempts WHERE run_id = ?", run_id),
            statement("SELECT * FROM reviews WHERE run_id = ? ORDER BY number", run_id),
            statement("SELECT * FROM run_waits WHERE run_id = ? ORDER BY began_at, rowid", run_id),
            statement("SELECT * FROM outbox WHERE run_id = ? ORDER BY id", run_id),
            statement("SELECT * FROM audit_events WHERE stream = ? ORDER BY seq", run_id),
            statement("SELECT * FROM ai_calls WHERE run_id = ? ORDER BY created_at, id", run_id),
        ]
    )
    if not runs:
        return None
    [run] = runs
    contract = contract_of(text(run, "kind"), integer(run, "contract_version"))
    items = timeline(contract, Records(run, steps, attempts, reviews, waits, outbox, events))
    last_event_at = text(events[-1], "at") if events else None
    return Timeline(run, contract, in_order([*items, *map(_call, calls)]), last_event_at)


def _call(row: Row) -> Item:
    """A row of `ai_calls`."""
    began = text(row, "created_at")
    ended = optional_text(row, "ended_at")
    if row["reason"] in {AI_BUDGET, AI_QUOTA} or (ended is None and row["state"] != STARTED):
        ended = began  # it took no time; or it is from before its end was kept
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
