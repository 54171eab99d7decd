"""What the API shows of a run, from its rows and what the view of its kind found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tillroll.api.shapes import ArchiveLostShape, ErrorShape, RelatedRun, ReviewShape, SendShape, StepShape, WaitShape
from tillroll.durable.contract import Contract, Status
from tillroll.durable.explanation.explanation import STANDS_ELSEWHERE, Explanation, is_not_undone, is_undone
from tillroll.durable.record.archive import ArchiveLost
from tillroll.durable.record.decisions import Review
from tillroll.durable.record.runs import PLACE_IN_LINE, creation_refused_at, is_in_line, stands_still
from tillroll.durable.workflow import NO_QUERY, Registry, example_of
from tillroll.platform.bindings.database import (
    Database,
    Row,
    Statement,
    Value,
    integer,
    of_row,
    optional_text,
    statement,
    text,
)
from tillroll.platform.json import Json, JsonObject

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


# Its state says how the run ended, and knows nothing of what came behind.
_NOT_UNDONE = "Something that it did was to be undone, and is not yet: it may still stand."


def summary(registry: Registry, found: ShownRun) -> JsonObject:
    """What a list has of a run: a RunSummary, with what its kind's view shows."""
    row = found.run
    kind = text(row, "kind")
    contract = registry.contract_of(kind, integer(row, "contract_version"))
    state = contract.shown_state(text(row, "state"), text(row, "status"), text(row, "next_safe_action"))
    error = _error(row)
    says = registry.message_for(kind, state.says, optional_text(row, "reason"))
    not_undone = is_not_undone(row)
    return {
        "id": text(row, "id"),
        "status": state.status,
        "state": state.name,
        "message": f"{says} {_NOT_UNDONE}" if not_undone else says,
        "reason": optional_text(row, "reason"),
        "step": step_under_way(contract, row),
        "stateVersion": integer(row, "state_version"),
        "createdAt": text(row, "created_at"),
        "updatedAt": text(row, "updated_at"),
        **({} if found.shown is None else registry.view_of(kind).listed(found.shown)),
        "error": None if error is None else error.as_json(),
        "kind": kind,
        "subject": text(row, "subject"),
        **({"notUndone": True} if not_undone else {}),
        **({"undone": True} if is_undone(row) else {}),
        **({"standsStill": True} if stands_still(row) else {}),
        **({"queuedAt": text(row, "queued_at")} if is_in_line(row) else {}),
        **({"creationRefusedAt": refused_at} if (refused_at := creation_refused_at(row)) else {}),
    }


def step_under_way(contract: Contract, row: Row) -> str | None:
    """The step that runs now: the one that begins where the run stands, unless the run waits there."""
    if text(row, "status") != Status.PROCESSING or row["waits"] or is_in_line(row) or creation_refused_at(row):
        return None
    if stands_still(row):
        return None
    step = contract.step_from(text(row, "state"))
    return None if step is None else step.name


def steps(contract: Contract, under_way: str | None, rows: Sequence[Row]) -> list[StepShape]:
    """The contract's steps in order, each as far as it has come."""
    stored = {text(row, "step"): row for row in rows}
    return [_step(step.name, stored.get(step.name), is_under_way=step.name == under_way) for step in contract.steps]


def _step(name: str, row: Row | None, *, is_under_way: bool) -> StepShape:
    if row is None:
        return StepShape(
            name=name,
            outcome="running" if is_under_way else "pending",
            attempts=1 if is_under_way else 0,
            started_at=None,
            ended_at=None,
            error=None,
        )
    return of_row(
        StepShape, row, name=name, started_at=text(row, "started_at"), error=optional_text(row, "error_summary")
    )


def archive_lost_shown(lost: ArchiveLost, contract: Contract, row: Row, must_not_repeat: Sequence[str]) -> JsonObject:
    """What is said of a run whose record cannot be read, over what was made of too few rows. Whether an effect was
    undone stood there too; of a run that did what it was made for, nothing was."""
    undoable = tuple(f"{step.name} (" for step in contract.steps if step.rollback_config)
    may_be_undone = undoable if row["status"] != Status.COMPLETE else ()
    shape = ArchiveLostShape(object_key=lost.object_key, wrong=lost.wrong, says=str(lost))
    return {
        "archiveLost": shape.as_json(),
        "whatHappened": "What the run did is not known while its record cannot be read.",
        "tried": [],
        "mustNotRepeat": [
            f"{line} (whether it was undone is not known)" if line.startswith(may_be_undone) else line
            for line in must_not_repeat
        ],
    }


def _error(row: Row) -> ErrorShape | None:
    error_class = optional_text(row, "error_class")
    if error_class is None:
        return None
    return ErrorShape(error_class=error_class, summary=optional_text(row, "error_summary") or "")


def review_shown(registry: Registry, kind: str, review: Review, proposed: JsonObject) -> JsonObject:
    """A ReviewShape, with what the run's kind shows of what is proposed."""
    reasons = review.reasons
    shape = ReviewShape(
        id=review.id,
        reason=review.reason,
        reasons=reasons,
        sentences=[registry.sentence_for(kind, code) for code in reasons],
        deadline=review.deadline,
        escalated=review.escalated_at is not None,
        decision=review.decision,
    )
    return {**shape.as_json(), **proposed}


def explanation_shown(explained: Explanation) -> JsonObject:
    """What a run says of itself: the properties of a RunDetail of the same names."""
    return {
        "whatHappened": explained.what_happened,
        "lastSuccessfulStep": explained.last_successful_step,
        "externalIds": explained.external_ids,
        "tried": [*explained.tried],
        "safeToRetry": explained.safe_to_retry,
        "mustNotRepeat": [*explained.must_not_repeat],
        "nextSafeAction": explained.next_safe_action,
    }


def wait_shown(registry: Registry, row: Row, waits: Sequence[Row]) -> JsonObject:
    """What a run waits for now, of its rows of `run_waits` that have not ended; nothing for one that waits for nothing,
    or for its end."""
    if not waits or row["status"] != Status.PROCESSING or row["cancel_requested_at"] is not None:
        return {}
    kind, name = text(waits[0], "kind"), text(waits[0], "name")
    send = _sending(registry, row, name) if kind == "signal" else None
    shape = WaitShape(
        kind=kind,
        name=optional_text(waits[0], "awaits") or name,
        until=optional_text(waits[0], "until"),
        send=send,
    )
    return {"waitsFor": shape.as_json()}


def _sending(registry: Registry, row: Row, name: str) -> SendShape | None:
    """How people send a signal; None where the deployment sends it by itself."""
    workflow = registry.find(text(row, "kind"), integer(row, "contract_version"))
    if workflow is None or workflow.allowed is None or name in workflow.own_signals:
        return None
    signal = next((each for each in workflow.contract.signals if each.name == name), None)
    if signal is None:
        return None
    return SendShape(permission=workflow.allowed.signals[name], payload=example_of(signal.payload))


# What a run (?1) has begun, and the run that goes on in its place; ?4 is the key of that one among its account's.
RELATED_RUNS = f"""
  SELECT * FROM (
    SELECT id, kind, state, status, 'child' AS relation, {STANDS_ELSEWHERE}
    FROM runs WHERE parent_run_id = ?1 ORDER BY rowid LIMIT 100
  )
  UNION ALL
  SELECT id, kind, state, status, 'continuation', NULL FROM runs WHERE account_id = ?2 AND kind = ?3 AND begin_key = ?4
"""  # noqa: S608 - a constant


def lineage_shown(run: Row, related: Sequence[Row]) -> JsonObject:
    """Where a run comes from and what comes of it, beside `previousRunId`; nothing for one that stands by itself."""
    children: list[Json] = [
        of_row(RelatedRun, row, run_id=text(row, "id")).as_json() for row in related if row["relation"] == "child"
    ]
    parent = optional_text(run, "parent_run_id")
    following = next((text(row, "id") for row in related if row["relation"] == "continuation"), None)
    return {
        **({"parentRunId": parent} if parent else {}),
        **({"childRuns": children} if children else {}),
        **({"continuedAs": following} if following else {}),
    }
