"""The rows of one run: what the database and the archive have of it, read at one time."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from tillroll_durable.archive.files import (
    ArchiveLost,
    Rows,
    joined,
    kept_of_row,
    rows_of,
    where_kept,
)
from tillroll_durable.explanation.effects import TOLD_OF_CHILD
from tillroll_durable.platform.bindings.database import Row, Statement, statement, text
from tillroll_durable.platform.services import Platform
from tillroll_durable.slots import holders_of_slots
from tillroll_durable.workflow import ToldBeside, View

_STEPS: Final = "SELECT * FROM run_steps WHERE run_id = ? ORDER BY started_at, at_version"
_INTENTS: Final = "SELECT * FROM effect_intents WHERE run_id = ? ORDER BY created_at, rowid"
_ATTEMPTS: Final = "SELECT * FROM step_attempts WHERE run_id = ?"
_OUTBOX: Final = "SELECT * FROM outbox WHERE run_id = ? ORDER BY created_at, rowid"
_WAITS: Final = "SELECT * FROM run_waits WHERE run_id = ? AND ended_at IS NULL"
_ATTRIBUTES: Final = "SELECT name, value FROM run_attributes WHERE run_id = ? ORDER BY name"
_BEATS: Final = "SELECT * FROM step_beats WHERE run_id = ?"
# What a run (?1) has begun, and the run that goes on in its place; ?4 is the key of that one among
# its account's.
_RELATED_RUNS: Final = f"""
  SELECT * FROM (
    SELECT id, kind, state, status, 'child' AS relation, {TOLD_OF_CHILD}
    FROM runs WHERE parent_run_id = ?1 ORDER BY id LIMIT 100
  )
  UNION ALL
  SELECT id, kind, state, status, 'continuation', NULL, NULL, NULL, NULL, NULL
  FROM runs WHERE account_id = ?2 AND kind = ?3 AND begin_key = ?4
"""


@dataclass(frozen=True)
class RunRows:
    """The rows of one run. `steps`, `attempts` and `outbox` are with what the archive has of them.

    Attributes:
        steps: of `run_steps`.
        intents: of `effect_intents`.
        attempts: of `step_attempts`.
        outbox: of `outbox`.
        waits: of `run_waits`, the open ones.
        related: the runs that it began, and the run that goes on in its place.
        attributes: of `run_attributes`.
        beats: of `step_beats`.
        holders: the runs before it in line, where they were asked for.
        of_view: what each statement of the kind's view found.
        of_tellers: of each `ToldBeside`, what each of its statements found.
        is_archived: whether the archive has a part of them.
        archived: that part, by table.
        lost: why that part cannot be read; None where it can.
    """

    steps: Sequence[Row]
    intents: Sequence[Row]
    attempts: Sequence[Row]
    outbox: Sequence[Row]
    waits: Sequence[Row]
    related: Sequence[Row]
    attributes: Sequence[Row]
    beats: Sequence[Row]
    holders: Sequence[Row]
    of_view: Sequence[Sequence[Row]]
    of_tellers: Sequence[Sequence[Sequence[Row]]]
    is_archived: bool
    archived: Rows
    lost: ArchiveLost | None

    @property
    def children(self) -> Sequence[Row]:
        """The runs that it began."""
        return [row for row in self.related if row["relation"] == "child"]

    @property
    def continuation(self) -> Row | None:
        """The run that goes on in its place; None where there is none."""
        for row in self.related:
            if row["relation"] == "continuation":
                return row
        return None


async def load_run_rows(
    platform: Platform, run: Row, *, view: View, tellers: Sequence[ToldBeside], with_line: bool
) -> RunRows:
    """Read all rows of a run in one batch, then what the archive has of it.

    `run` is its row of `runs`. `with_line` reads the runs before it in line too.
    """
    run_id = text(run, "id")
    continuation_key = f"{run_id}:continue"
    queries = {
        "steps": statement(_STEPS, [run_id]),
        "intents": statement(_INTENTS, [run_id]),
        "attempts": statement(_ATTEMPTS, [run_id]),
        "outbox": statement(_OUTBOX, [run_id]),
        "waits": statement(_WAITS, [run_id]),
        "related": statement(
            _RELATED_RUNS, [run_id, text(run, "account_id"), text(run, "kind"), continuation_key]
        ),
        "archive": where_kept(run_id),
        "attributes": statement(_ATTRIBUTES, [run_id]),
        "beats": statement(_BEATS, [run_id]),
    }
    teller_queries = [each.statements(run_id) for each in tellers]
    view_queries = view.statements(run_id)
    line_queries: list[Statement] = []
    if with_line:
        line_queries.append(holders_of_slots(run_id))
    batch = [*queries.values(), *chain.from_iterable(teller_queries), *view_queries, *line_queries]
    results = iter(await platform.database.batch(batch))
    rows_by_name = {name: next(results) for name in queries}
    teller_rows = [list(islice(results, len(each))) for each in teller_queries]
    view_rows = list(islice(results, len(view_queries)))
    holders: Sequence[Row] = ()
    if with_line:
        holders = next(results)
    archive_rows = rows_by_name.pop("archive")
    archived, lost = await _load_archived(platform, archive_rows)
    live = {
        "run_steps": rows_by_name.pop("steps"),
        "step_attempts": rows_by_name.pop("attempts"),
        "outbox": rows_by_name.pop("outbox"),
    }
    whole = joined(live, archived)
    return RunRows(
        **rows_by_name,
        steps=whole["run_steps"],
        attempts=whole["step_attempts"],
        outbox=whole["outbox"],
        holders=holders,
        of_view=view_rows,
        of_tellers=teller_rows,
        is_archived=bool(archive_rows),
        archived=archived,
        lost=lost,
    )


async def _load_archived(
    platform: Platform, rows: Sequence[Row]
) -> tuple[Rows, ArchiveLost | None]:
    """What the archive has of a run; where that is lost, nothing, and why."""
    if not rows:
        return {}, None
    try:
        return await rows_of(platform.objects, kept_of_row(rows[0])), None
    except ArchiveLost as lost:
        return {}, lost
