"""A run's timeline, with what other features keep of it: for the page that draws it, and for its trace."""

from collections.abc import Callable
from dataclasses import dataclass

from tillroll.durable.contract import Contract
from tillroll.durable.explanation.timeline import Item, KeptBeside, Records, in_order, timeline
from tillroll.durable.record.archive import EVENTS, where_kept, with_archived
from tillroll.observability.beside import CALLS_TO_MODELS
from tillroll.platform.bindings.database import Row, integer, statement, text
from tillroll.platform.services import Platform

_KEPT_BESIDE: tuple[KeptBeside, ...] = (CALLS_TO_MODELS,)


@dataclass(frozen=True)
class Timeline:
    """`run` is the whole row, `items` are in order, and `last_event_at` is empty where nothing was told of yet.
    `is_archived`: what the run left was read from the archive."""

    run: Row
    contract: Contract
    items: list[Item]
    last_event_at: str | None
    is_archived: bool


async def load_timeline(
    platform: Platform, contract_of: Callable[[str, int], Contract], run_id: str
) -> Timeline | None:
    """All of a run, read in one transaction and from the archive. Raises ArchiveLost, ObjectsUnavailable."""
    runs, steps, attempts, reviews, waits, outbox, events, kept, *beside = await platform.database.batch(
        [
            statement("SELECT * FROM runs WHERE id = ?", run_id),
            statement("SELECT * FROM run_steps WHERE run_id = ? ORDER BY started_at, at_version", run_id),
            statement("SELECT * FROM step_attempts WHERE run_id = ?", run_id),
            statement("SELECT * FROM reviews WHERE run_id = ? ORDER BY number", run_id),
            statement("SELECT * FROM run_waits WHERE run_id = ? ORDER BY began_at, rowid", run_id),
            statement("SELECT * FROM outbox WHERE run_id = ? ORDER BY id", run_id),
            statement("SELECT * FROM audit_events WHERE stream = ? ORDER BY seq", run_id),
            where_kept(run_id),
            *(statement(each.query, run_id) for each in _KEPT_BESIDE),
        ]
    )
    if not runs:
        return None
    [run] = runs
    there = {"run_steps": steps, "step_attempts": attempts, "run_waits": waits, "outbox": outbox, EVENTS: events}
    found = await with_archived(platform.objects, there, kept)
    events = found[EVENTS]
    contract = contract_of(text(run, "kind"), integer(run, "contract_version"))
    records = Records(
        run, found["run_steps"], found["step_attempts"], reviews, found["run_waits"], found["outbox"], events
    )
    last_event_at = text(events[-1], "at") if events else None
    items = list(timeline(contract, records))
    for each, rows in zip(_KEPT_BESIDE, beside, strict=True):
        items += map(each.item_of, rows)
    return Timeline(run, contract, in_order(items), last_event_at, bool(kept))
