"""What runs have done, as their rows tell it: read once, and nothing written."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString, TypeAlias

from tillroll_durable.archive.files import (
    EVENTS,
    KEPT,
    ArchiveLost,
    Rows,
    joined,
    kept_of_row,
    rows_in,
)
from tillroll_durable.platform.bindings.database import (
    Row,
    Value,
    digits,
    integer,
    optional_text,
    text,
)
from tillroll_durable.platform.json import Json, load, load_object
from tillroll_durable.runs import Run, run_from_row
from tillroll_durable.step import rollback_name
from tillroll_testing.replaying.sql_text import literal

Query: TypeAlias = Callable[[Sequence[LiteralString]], Sequence[Sequence[Row]]]
"""Answers several SELECTs at once, each with its rows: to ask takes as long as a process takes to
start.
"""
ReadBytes: TypeAlias = Callable[[str], bytes | None]
"""The bytes of an object by its key; None where there is none."""

_RUN_ID = re.compile(r"run_[0-9A-Z]{26,29}")


@dataclass(frozen=True)
class Recorded:
    """Something that a run did: a step, or the beginning or the end of a wait. `outcome` is as in
    `run_steps`, `to` the state that it led to, `given` the JSON text of its input as far as it is
    kept.
    """

    name: str
    outcome: str
    generation: int
    output: Json
    given: str | None
    reason: str | None
    error_class: str | None
    error_summary: str | None
    ended_at: str | None
    to: str | None


@dataclass(frozen=True)
class Intent:
    effect: str
    digest: str
    was_refused: bool


@dataclass(frozen=True)
class History:
    """One run's. `done` is in order; `reviews` has reason and proposal by number, `children` the
    params of each.
    """

    run: Run
    done: Sequence[Recorded]
    intents: Mapping[str, Intent]
    reviews: Mapping[int, tuple[str, Json]]
    children: Mapping[str, str]
    failed_rollbacks: frozenset[str]


def is_run_id(word: str) -> bool:
    return _RUN_ID.fullmatch(word) is not None


def runs_of(query: Query, kind: str, since: str, most: int) -> list[str]:
    """The newest runs of a kind that were begun since then, oldest first; UTC text."""
    sql = f"SELECT id FROM runs WHERE kind = {literal(kind)} AND created_at >= {literal(since)}"
    [rows] = query([f"{sql} ORDER BY id DESC LIMIT {digits(most)}"])
    return [text(row, "id") for row in reversed(rows)]


@dataclass(frozen=True)
class RowsOfRuns:
    """The rows that tell what some runs did, as they are read, or lie in an export."""

    runs: Sequence[Row]
    steps: Sequence[Row]
    events: Sequence[Row]
    intents: Sequence[Row]
    reviews: Sequence[Row]
    children: Sequence[Row]
    kept: Sequence[Row]


def histories(
    query: Query, run_ids: Sequence[str], read_bytes: ReadBytes
) -> tuple[list[History], Mapping[str, ArchiveLost]]:
    """The histories of those of the runs that there are, in the order of their ids; what an
    archived run did is read from its bundle. Of a run whose bundle cannot be read there is none:
    beside, by its id, why.
    """
    return histories_of(rows_of(query, run_ids), read_bytes)


def live_runs(query: Query, most: int) -> list[str]:
    """The oldest runs that go on, wait for a person, or failed and can be retried: a deployment
    brings them on with the new bodies.
    """
    sql = """
      SELECT id FROM runs WHERE status IN ('processing', 'needs_review')
        OR status = 'failed' AND resume_state IS NOT NULL
      ORDER BY id
    """
    [rows] = query([f"{sql} LIMIT {digits(most)}"])
    return [text(row, "id") for row in rows]


def rows_of(query: Query, run_ids: Sequence[str]) -> RowsOfRuns:
    """All rows that tell what these runs did, read at once."""
    ids = ", ".join(literal(each) for each in run_ids)
    found = query(
        [
            f"SELECT * FROM runs WHERE id IN ({ids}) ORDER BY id",
            # A step's row is made when it first fails or completes: the rows stand in that order.
            # One that was noted on its way to a version stands before what took that version
            # instead.
            (
                f"SELECT * FROM run_steps WHERE run_id IN ({ids}) "
                "ORDER BY at_version, outcome = 'completed', started_at"
            ),
            (
                "SELECT stream, seq, event_key, action, detail FROM audit_events "
                f"WHERE stream IN ({ids}) ORDER BY id"
            ),
            f"SELECT * FROM effect_intents WHERE run_id IN ({ids})",
            f"SELECT run_id, number, reason, proposed FROM reviews WHERE run_id IN ({ids})",
            f"SELECT id, parent_run_id, params FROM runs WHERE parent_run_id IN ({ids})",
            f"{KEPT} WHERE a.run_id IN ({ids})",
        ]
    )
    return RowsOfRuns(*found)


def histories_of(
    rows: RowsOfRuns, read_bytes: ReadBytes
) -> tuple[list[History], Mapping[str, ArchiveLost]]:
    """As `histories`, of rows that were read before."""
    archived, lost = _archived(rows.kept, read_bytes)
    found = [
        _history(
            run_from_row(row),
            *_done(row["id"], rows.steps, rows.events, archived.get(text(row, "id"))),
            [each for each in rows.intents if each["run_id"] == row["id"]],
            {
                integer(each, "number"): (text(each, "reason"), load(text(each, "proposed")))
                for each in rows.reviews
                if each["run_id"] == row["id"]
            },
            {
                text(each, "id"): str(each["params"])
                for each in rows.children
                if each["parent_run_id"] == row["id"]
            },
        )
        for row in rows.runs
        if row["id"] not in lost
    ]
    return found, lost


def _archived(
    found: Sequence[Row], read_bytes: ReadBytes
) -> tuple[dict[str, Rows], dict[str, ArchiveLost]]:
    """What those of the runs left that are archived, and of which that cannot be read. Each bundle
    is read once.
    """
    bundles = {key: read_bytes(key) for key in sorted({text(row, "object_key") for row in found})}
    left: dict[str, Rows] = {}
    lost: dict[str, ArchiveLost] = {}
    for kept in map(kept_of_row, found):
        try:
            left[kept.run_id] = rows_in(bundles[kept.object_key], kept)
        except ArchiveLost as error:
            lost[kept.run_id] = error
    return left, lost


def _done(
    run_id: Value, steps: Sequence[Row], events: Sequence[Row], archived: Rows | None
) -> tuple[Sequence[Row], Sequence[Row]]:
    there = {
        "run_steps": [each for each in steps if each["run_id"] == run_id],
        EVENTS: [each for each in events if each["stream"] == run_id],
    }
    rows = joined(there, archived)
    return rows["run_steps"], rows[EVENTS]


def _history(
    run: Run,
    steps: Sequence[Row],
    events: Sequence[Row],
    intents: Sequence[Row],
    reviews: Mapping[int, tuple[str, Json]],
    children: Mapping[str, str],
) -> History:
    led_to: dict[str, str] = {}
    failed_rollbacks: set[str] = set()
    for event in events:
        detail = load_object(text(event, "detail"))
        if event["action"] == "rollback.failed":
            failed_rollbacks.add(rollback_name(str(detail["step"])))
        if "to" not in detail:
            continue
        if event["action"] == "step.failed":
            led_to[f"failed: {detail['step']}"] = str(detail["to"])
        elif text(event, "event_key").endswith(":completed") and "step" in detail:
            led_to[f"completed: {detail['step']}"] = str(detail["to"])
    return History(
        run,
        [_recorded(row, led_to) for row in steps],
        {
            text(row, "step"): Intent(
                text(row, "effect"), text(row, "request_digest"), row["outcome"] == "refused"
            )
            for row in intents
        },
        reviews,
        children,
        frozenset(failed_rollbacks),
    )


def _recorded(row: Row, led_to: Mapping[str, str]) -> Recorded:
    output = optional_text(row, "output")
    return Recorded(
        name=text(row, "step"),
        outcome=text(row, "outcome"),
        generation=integer(row, "generation"),
        output=None if output is None else load(output),
        given=optional_text(row, "input"),
        reason=optional_text(row, "reason"),
        error_class=optional_text(row, "error_class"),
        error_summary=optional_text(row, "error_summary"),
        ended_at=optional_text(row, "ended_at"),
        to=led_to.get(f"{row['outcome']}: {row['step']}"),
    )
