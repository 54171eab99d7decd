"""Rows of runs, each with what the view of its kind found for it, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tillroll.durable.record.concurrency.slots import PLACE_IN_LINE
from tillroll.durable.registry import Registry
from tillroll.durable.telling.views import NO_QUERY
from tillroll.platform.bindings.database import Database, Row, Statement, Value, optional_text, statement, text

_WAITS = "EXISTS (SELECT 1 FROM run_waits WHERE run_id = runs.id AND ended_at IS NULL) AS waits"
# Of a page of runs, who is in line is shown; the place is counted for one that is looked at.
_PLACE = f"{PLACE_IN_LINE} AS place_in_line"


@dataclass(frozen=True)
class ShownRun:
    """`run` is a row of `runs`, with `waits`: whether it waits for time, a signal or another run. `shown` is its view's
    row, None where the kind shows nothing of its own."""

    run: Row
    shown: Row | None

    @property
    def changed_at(self) -> str | None:
        """When something changed that only the view shows."""
        return None if self.shown is None or "changed_at" not in self.shown else optional_text(self.shown, "changed_at")


async def shown_runs(
    database: Database,
    registry: Registry,
    where: str,
    *values: Value,
    index: str | None = None,
    with_place: bool = False,
) -> list[ShownRun]:
    """The runs that `where` (conditions, order and limit over `runs`) names, in its order; found by `index`, or as the
    database thinks best. `with_place` counts the place in line as well, as `place_in_line`."""
    columns = f"*, {_WAITS}, {_PLACE}" if with_place else f"*, {_WAITS}"
    runs_by = "runs" if index is None else f"runs INDEXED BY {index}"
    queries = {kind: each.view.query for kind, each in registry.newest.items() if each.view.query != NO_QUERY}
    runs, *found = await database.batch(
        [
            statement(f"SELECT {columns} FROM {runs_by} WHERE {where}", *values),  # noqa: S608 - written in the code
            *(_of_kind(kind, query, f"{runs_by} WHERE {where}", values) for kind, query in queries.items()),
        ]
    )
    shown = _by_run(found)
    return [ShownRun(run, shown.get(text(run, "id"))) for run in runs]


def _of_kind(kind: str, query: str, which: str, values: Sequence[Value]) -> Statement:
    page = f"SELECT id, kind FROM {which}"  # noqa: S608 - written in the code
    sql = f"WITH page AS (SELECT id AS run_id FROM ({page}) WHERE kind = '{kind}') {query}"  # noqa: S608 - as above
    return statement(sql, *values)


def _by_run(found: Sequence[Sequence[Row]]) -> Mapping[str, Row]:
    return {text(row, "run_id"): row for rows in found for row in rows}
