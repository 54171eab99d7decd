"""A run's timeline, with what other features keep of it: for the page that draws it, and for its
trace.

It is read in parts: however many occurrences of steps a run has, a part is bounded.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, LiteralString

from tillroll_durable.archive.files import EVENTS, Rows, where_kept, with_archived
from tillroll_durable.contract import Contract
from tillroll_durable.explanation.spans import INTENDED, Item, KeptBeside, Records, items_by_time
from tillroll_durable.explanation.timeline import occurrences, timeline
from tillroll_durable.platform.bindings.database import Row, digits, integer, statement, text
from tillroll_durable.platform.json import load_object
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import shown_state
from tillroll_durable.step import ROLLBACK
from tillroll_durable.views import models

MOST_ROWS: Final = 1_000
"""Rows of each table that a part has, the newest; those of `Part.most` come beside."""
_LAST_NAME: Final = "\U0010ffff"
"""No step's name comes behind it."""
# Occurrences of which nothing but their end is to be told: they were completed at once.
_PLAIN: Final = f"""
  instr(step, '[') > 0 AND outcome = 'completed' AND attempts = 1 AND step NOT LIKE '{ROLLBACK}%'
"""
_PAGE: Final = (
    f"SELECT * FROM run_steps WHERE run_id = ?1 AND {_PLAIN} AND step > ?2 ORDER BY step LIMIT ?3"
)
_OTHERS: Final = f"""
  SELECT * FROM run_steps WHERE run_id = ?1 AND NOT ({_PLAIN})
  ORDER BY started_at DESC, at_version DESC LIMIT {digits(MOST_ROWS + 1)}
"""
_COUNTS: Final = f"""
  SELECT substr(step, 1, instr(step, '[') - 1) AS step, COUNT(*) AS count FROM run_steps
  WHERE run_id = ?1 AND {_PLAIN} GROUP BY 1
"""
# The last name of the page behind ?2 with ?3 names; what comes behind all names where it has fewer.
_END: Final = f"""
  COALESCE((
    SELECT step FROM run_steps WHERE run_id = ?1 AND {_PLAIN} AND step > ?2
    ORDER BY step LIMIT 1 OFFSET CAST(?3 AS INTEGER) - 1
  ), '{_LAST_NAME}')
"""
_INTENTS: Final = f"""
  action = '{INTENDED}' AND EXISTS (
    SELECT 1 FROM run_steps WHERE run_id = ?1 AND step = json_extract(detail, '$.step') AND {_PLAIN}
  )
"""
# What the steps' rows tell is left out, but for the last event: it says when the run was changed.
_EVENTS: Final = f"""
  SELECT * FROM audit_events
  WHERE stream = ?1 AND (
    seq = (SELECT MAX(seq) FROM audit_events WHERE stream = ?1)
    OR action <> 'step.completed' AND NOT ({_INTENTS} AND json_extract(detail, '$.step') > {_END})
  ) ORDER BY seq DESC LIMIT {digits(MOST_ROWS + 1)}
"""
_INTENTS_OF_PAGE: Final = f"""
  SELECT * FROM audit_events
  WHERE stream = ?1 AND {_INTENTS} AND json_extract(detail, '$.step') > ?2
    AND json_extract(detail, '$.step') <= {_END}
  ORDER BY seq LIMIT {digits(MOST_ROWS)}
"""
_LAST_EVENT: Final = "SELECT * FROM audit_events WHERE stream = ? ORDER BY seq DESC LIMIT 1"


@dataclass(frozen=True)
class Part:
    """Which part of a timeline is read: `most` occurrences that were completed at once, in the
    order of their names, behind the name `after`. The first part, without a name, has all else."""

    after: str = ""
    most: int = 50


@dataclass(frozen=True)
class Timeline:
    """A run with what happened in it. `run` is the whole row, `items` are in order, and
    `last_event_at` is None where no event was written yet. `is_archived`: what the run left was
    read from the archive. The next part begins after `last_name`, which is None in the last part.
    `is_cut`: older items are left out.
    """

    run: Row
    contract: Contract
    items: list[Item]
    last_event_at: str | None
    is_archived: bool
    last_name: str | None
    is_cut: bool


def timeline_shown(loaded: Timeline, next_cursor: str | None) -> models.Timeline:
    """A part of a run as it is shown; `next_cursor` leads to the next part."""
    run = loaded.run
    state = shown_state(loaded.contract, run)
    ended_at = None
    if state.is_terminal:
        ended_at = loaded.last_event_at
    items = [
        models.TimelineItem.model_validate(item, from_attributes=True) for item in loaded.items
    ]
    return models.Timeline(
        run_id=text(run, "id"),
        generation=integer(run, "generation"),
        started_at=text(run, "created_at"),
        ended_at=ended_at,
        items=items,
        next_cursor=next_cursor,
        older_left_out=loaded.is_cut,
    )


async def load_timeline(
    platform: Platform,
    contract_of: Callable[[str, int], Contract],
    run_id: str,
    part: Part | None = None,
    beside: Sequence[KeptBeside] = (),
) -> Timeline | None:
    """A part of a run, the first without one, read in one transaction and from the archive. It has
    what an application keeps of any run `beside`.

    Raises ArchiveLost, ObjectsUnavailable."""
    part = part or Part()
    if part.after:
        return await _load_further(platform, contract_of, run_id, part=part)
    page = (run_id, part.after, part.most)
    (
        runs,
        steps,
        others,
        counts,
        attempts,
        reviews,
        waits,
        outbox,
        events,
        stored,
        *more_rows,
    ) = await platform.database.batch(
        [
            statement("SELECT * FROM runs WHERE id = ?", [run_id]),
            statement(_PAGE, [run_id, part.after, part.most + 1]),
            statement(_OTHERS, [run_id]),
            statement(_COUNTS, [run_id]),
            statement(_newest("step_attempts", "started_at DESC"), [run_id]),
            statement(_newest("reviews", "number DESC"), [run_id]),
            statement(_newest("run_waits", "began_at DESC, rowid DESC"), [run_id]),
            statement(_newest("outbox", "id DESC"), [run_id]),
            statement(_EVENTS, [*page]),
            where_kept(run_id),
            *(statement(each.query, [run_id]) for each in beside),
        ]
    )
    if not runs:
        return None
    [run] = runs
    rows = {
        "run_steps": [*steps, *others],
        "step_attempts": attempts,
        "run_waits": waits,
        "outbox": outbox,
        EVENTS: [*reversed(events)],
    }
    record = await with_archived(platform.objects, rows, stored)
    plain, last_name = _page(record["run_steps"], part)
    others = [row for row in record["run_steps"] if not _is_plain(row)]
    tables = [
        others,
        record["step_attempts"],
        reviews,
        record["run_waits"],
        record["outbox"],
        record[EVENTS],
    ]
    events = _events(record, last_id=last_name)
    unread = {text(row, "step"): integer(row, "count") for row in counts}
    for row in plain:
        name = text(row, "step").partition("[")[0]
        unread[name] = unread.get(name, 0) - 1
    records = Records(
        run,
        steps=sorted(
            [*plain, *_latest(others)],
            key=lambda row: (text(row, "started_at"), integer(row, "at_version")),
        ),
        attempts=_latest(record["step_attempts"]),
        reviews=sorted(_latest(reviews), key=lambda row: integer(row, "number")),
        waits=sorted(_latest(record["run_waits"]), key=lambda row: text(row, "began_at")),
        outbox=sorted(_latest(record["outbox"]), key=lambda row: text(row, "id")),
        events=events[-MOST_ROWS:],
        unread=unread,
    )
    contract = contract_of(text(run, "kind"), integer(run, "contract_version"))
    last_event_at = text(events[-1], "at") if events else None
    items = [*timeline(contract, records)]
    for each, own_rows in zip(beside, more_rows, strict=True):
        items += map(each.item_of, own_rows)
    return Timeline(
        run,
        contract,
        items=items_by_time(items),
        last_event_at=last_event_at,
        is_archived=bool(stored),
        last_name=last_name,
        is_cut=any(len(table) > MOST_ROWS for table in tables),
    )


async def _load_further(
    platform: Platform, contract_of: Callable[[str, int], Contract], run_id: str, part: Part
) -> Timeline | None:
    """A part behind the first one: occurrences that were completed at once."""
    page = (run_id, part.after, part.most)
    runs, steps, events, last_events, stored = await platform.database.batch(
        [
            statement("SELECT * FROM runs WHERE id = ?", [run_id]),
            statement(_PAGE, [run_id, part.after, part.most + 1]),
            statement(_INTENTS_OF_PAGE, [*page]),
            statement(_LAST_EVENT, [run_id]),
            where_kept(run_id),
        ]
    )
    if not runs:
        return None
    [run] = runs
    record = await with_archived(platform.objects, {"run_steps": steps, EVENTS: events}, stored)
    plain, last_name = _page(record["run_steps"], part)
    names = {text(row, "step") for row in plain}
    last_events = [*record[EVENTS], *last_events]
    records = Records(
        run,
        steps=plain,
        attempts=(),
        reviews=(),
        waits=(),
        outbox=(),
        events=[row for row in record[EVENTS] if _intended_step(row) in names],
    )
    contract = contract_of(text(run, "kind"), integer(run, "contract_version"))
    return Timeline(
        run,
        contract,
        items=occurrences(contract, records),
        last_event_at=max((text(row, "at") for row in last_events), default=None),
        is_archived=bool(stored),
        last_name=last_name,
        is_cut=False,
    )


def _newest(table: LiteralString, order: LiteralString) -> LiteralString:
    return f"SELECT * FROM {table} WHERE run_id = ? ORDER BY {order} LIMIT {digits(MOST_ROWS + 1)}"


def _latest(rows: Sequence[Row]) -> Sequence[Row]:
    """Keep at most MOST_ROWS rows: the newest, since rows are read with the newest first."""
    return rows[:MOST_ROWS]


def _is_plain(row: Row) -> bool:
    """What `_PLAIN` says, of a row that may be the archive's."""
    name = text(row, "step")
    return (
        "[" in name
        and row["outcome"] == "completed"
        and row["attempts"] == 1
        and not name.startswith(ROLLBACK)
    )


def _page(rows: Sequence[Row], part: Part) -> tuple[list[Row], str | None]:
    """The occurrences of a part, and the last one's name where others follow."""
    plain = [row for row in rows if _is_plain(row) and text(row, "step") > part.after]
    plain.sort(key=lambda row: text(row, "step"))
    if len(plain) <= part.most:
        return plain, None
    return plain[: part.most], text(plain[part.most - 1], "step")


def _intended_step(event: Row) -> str | None:
    """The step that an event intends an effect of; None of any other event."""
    if event["action"] != INTENDED:
        return None
    return str(load_object(text(event, "detail")).get("step"))


def _events(record: Rows, last_id: str | None) -> list[Row]:
    """The events of the first part: of the archive's too, no intents of occurrences behind a
    name.
    """
    if last_id is None:
        return [*record[EVENTS]]
    left_out = {
        text(row, "step")
        for row in record["run_steps"]
        if _is_plain(row) and text(row, "step") > last_id
    }
    return [row for row in record[EVENTS] if _intended_step(row) not in left_out]
