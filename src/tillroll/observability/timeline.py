"""Loading a run's timeline, with what other rooms keep of it: for the page that draws it, and for its trace."""

from collections.abc import Callable
from dataclasses import dataclass

from tillroll.durable.contract import Contract
from tillroll.durable.telling.timeline import timeline
from tillroll.durable.telling.timeline.items import Item, Records, in_order
from tillroll.observability.ai_items import CALLS_TO_MODELS
from tillroll.observability.kept_beside import KeptBeside
from tillroll.platform.bindings.database import Database, Row, integer, statement, text

_KEPT_BESIDE: tuple[KeptBeside, ...] = (CALLS_TO_MODELS,)


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
    runs, steps, attempts, reviews, waits, outbox, events, *beside = await database.batch(
        [
            statement("SELECT * FROM runs WHERE id = ?", run_id),
            statement("SELECT * FROM run_steps WHERE run_id = ? ORDER BY started_at, rowid", run_id),
            statement("SELECT * FROM step_attempts WHERE run_id = ?", run_id),
            statement("SELECT * FROM reviews WHERE run_id = ? ORDER BY number", run_id),
            statement("SELECT * FROM run_waits WHERE run_id = ? ORDER BY began_at, rowid", run_id),
            statement("SELECT * FROM outbox WHERE run_id = ? ORDER BY id", run_id),
            statement("SELECT * FROM audit_events WHERE stream = ? ORDER BY seq", run_id),
            *(statement(kept.query, run_id) for kept in _KEPT_BESIDE),
        ]
    )
    if not runs:
        return None
    [run] = runs
    contract = contract_of(text(run, "kind"), integer(run, "contract_version"))
    items = list(timeline(contract, Records(run, steps, attempts, reviews, waits, outbox, events)))
    last_event_at = text(events[-1], "at") if events else None
    for kept, rows in zip(_KEPT_BESIDE, beside, strict=True):
        items += map(kept.item_of, rows)
    return Timeline(run, contract, in_order(items), last_event_at)
