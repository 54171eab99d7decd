"""What the API shows of a run's steps."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tillroll_durable.archive.files import (
    Rows,
    joined,
    kept_of_row,
    rows_of,
    where_kept,
    with_archived,
)
from tillroll_durable.contract import Contract
from tillroll_durable.explanation.attempts import tried_line
from tillroll_durable.explanation.effects import must_not_repeat_of
from tillroll_durable.explanation.progress import Occurrences, completed_steps, occurrences_of
from tillroll_durable.explanation.timeline import began_at
from tillroll_durable.platform.bindings.database import (
    Row,
    digits,
    integer,
    of_row,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.json import dump, load
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import creation_refused_at, stands_still
from tillroll_durable.slots import is_in_line
from tillroll_durable.states import Status
from tillroll_durable.step import Step, rollback_name
from tillroll_durable.step_records import shown_output, withhold
from tillroll_durable.views import models

BEAT = "(SELECT MAX(at) FROM step_beats WHERE run_id = runs.id) AS beat_at"


def step_under_way(contract: Contract, row: Row, steps: Sequence[Row] | None = None) -> str | None:
    """The step that runs now: the one that begins where the run stands, unless the run waits there.
    `steps` are the run's rows, where they are read.
    """
    if (
        text(row, "status") != Status.PROCESSING
        or row["waits"]
        or is_in_line(row)
        or creation_refused_at(row)
    ):
        return None
    if stands_still(row):
        return None
    if steps is None:
        done = None
    else:
        done = completed_steps(contract, steps)
    step = contract.step_from(text(row, "state"), done)
    if step is None:
        return None
    return step.name


def shown_steps(
    contract: Contract, run: Row, rows: Sequence[Row], beats: Sequence[Row]
) -> list[models.RunStep]:
    """The contract's steps in order, each as far as it has come; `beats` are the run's rows of
    `step_beats`.
    """
    under_way = step_under_way(contract, run, rows)
    stored = {text(row, "step"): row for row in rows}
    alive = {text(row, "step"): row for row in beats if row["generation"] == run["generation"]}
    steps: list[models.RunStep] = []
    for step in contract.steps:
        occurrences = occurrences_of(step.name, rows)
        if occurrences:
            steps.append(_repeated(step, run, occurrences))
        # What a run that is done did not come to, it never will.
        elif step.name in stored or step.name == under_way or run["status"] != Status.COMPLETE:
            stored_step = _step(step, stored.get(step.name), is_under_way=step.name == under_way)
            steps.append(_alive(stored_step, alive.get(step.name)))
    return steps


def _alive(step: models.RunStep, beat: Row | None) -> models.RunStep:
    """A step that is not completed, with its last beat."""
    if beat is None or step.outcome == "completed":
        return step
    total = None if beat["total"] is None else integer(beat, "total")
    if beat["done"] is None:
        progress = None
    else:
        progress = models.StepProgress(completed=integer(beat, "done"), failed=0, total=total)
    return step.model_copy(update={"progress": progress, "alive_at": text(beat, "at")})


def _repeated(step: Step[Any], run: Row, occurrences: Occurrences) -> models.RunStep:
    """A step that is done once for each key, as one."""
    rows = [*occurrences.maps, *occurrences.rows]
    is_over = occurrences.are_over
    is_under_way = not is_over and run["status"] == Status.PROCESSING
    failed = [error for row in rows if (error := optional_text(row, "error_summary"))]
    completed = occurrences.count("completed")
    total = occurrences.total
    return models.RunStep(
        name=step.name,
        title=step.title,
        outcome="completed" if is_over else "running" if is_under_way else "pending",
        attempts=sum(integer(row, "attempts") for row in occurrences.rows),
        started_at=min(text(row, "started_at") for row in rows),
        ended_at=max(text(row, "ended_at") for row in rows) if is_over else None,
        error=failed[-1] if failed else None,
        progress=models.StepProgress(
            completed=completed, failed=occurrences.count("failed"), total=total
        ),
    )


def _step(step: Step[Any], row: Row | None, *, is_under_way: bool) -> models.RunStep:
    if row is None:
        return models.RunStep(
            name=step.name,
            title=step.title,
            outcome="running" if is_under_way else "pending",
            attempts=1 if is_under_way else 0,
            started_at=None,
            ended_at=None,
            error=None,
        )
    return of_row(
        models.RunStep,
        row,
        name=step.name,
        title=step.title,
        error=optional_text(row, "error_summary"),
        progress=None,
        alive_at=None,
    )


_MOST_ATTEMPTS: Final = 100
_STEP: Final = "SELECT * FROM run_steps WHERE run_id = ? AND step = ?"
_ATTEMPTS: Final = f"""
  SELECT * FROM step_attempts WHERE run_id = ? AND step = ? ORDER BY started_at DESC
  LIMIT {digits(_MOST_ATTEMPTS)}
"""


async def step_detail(
    platform: Platform, contract: Contract, run_id: str, name: str
) -> models.StepDetail | None:
    """One step of a run, as the record has it; None where the run has no such step."""
    step_rows, attempts, archive_rows = await platform.database.batch(
        [statement(_STEP, [run_id, name]), statement(_ATTEMPTS, [run_id, name]), where_kept(run_id)]
    )
    if archive_rows:
        rows = await with_archived(
            platform.objects, {"run_steps": [], "step_attempts": []}, archive_rows
        )
        step_rows = [row for row in rows["run_steps"] if row["step"] == name]
        failed = [row for row in rows["step_attempts"] if row["step"] == name]
        attempts = sorted(failed, key=lambda row: text(row, "started_at"), reverse=True)
    failures = [_failed(each) for each in attempts]
    if not step_rows:
        if contract.find_step(name) is None:
            return None
        return models.StepDetail(
            run_id=run_id,
            name=name,
            outcome="pending",
            started_at=None,
            ended_at=None,
            input=None,
            output=None,
            attempts=failures[:_MOST_ATTEMPTS],
        )
    [row] = step_rows
    if row["outcome"] == "completed":
        completed = [_completed(row)]
    else:
        completed = []
    return of_row(
        models.StepDetail,
        row,
        name=name,
        input=_value_of(contract, name, row=row, column="input"),
        output=_value_of(contract, name, row=row, column="output"),
        attempts=[*completed, *failures][:_MOST_ATTEMPTS],
    )


def _value_of(contract: Contract, name: str, row: Row, column: str) -> Any:
    """Read a stored value, and withhold again: a newer contract may call secret what was kept
    before.
    """
    stored = optional_text(row, column)
    if stored is None:
        return None
    return withhold(shown_output(load(stored)), contract.withheld_of(name))


def _completed(row: Row) -> models.StepAttempt:
    started_at = began_at(row)
    attempt = integer(row, "attempts")
    return of_row(
        models.StepAttempt,
        row,
        attempt=attempt,
        started_at=started_at,
        reason=None,
        error=None,
        next_retry_at=None,
    )


def _failed(row: Row) -> models.StepAttempt:
    return of_row(
        models.StepAttempt,
        row,
        ended_at=text(row, "ended_at"),
        error=models.RunError(
            error_class=text(row, "error_class"), summary=text(row, "error_summary")
        ),
    )


# The names of a run's steps (?1) behind one (?2), those of effects without a row among them.
_NAMES: Final = """
  SELECT step FROM (
    SELECT step FROM run_steps WHERE run_id = ?1 AND step > ?2
    UNION
    SELECT step FROM effect_intents WHERE run_id = ?1 AND step > ?2
  ) ORDER BY step LIMIT ?3
"""
_OF_NAMES: Final = "run_id = ?1 AND step IN (SELECT value FROM json_each(?2))"


async def step_lines(
    platform: Platform, run_id: str, after: str, *, limit: int
) -> list[models.StepLine]:
    """What the record has of the steps behind the name `after`, in the order of their names."""
    database = platform.database
    name_rows, archive_rows = await database.batch(
        [statement(_NAMES, [run_id, after, limit]), where_kept(run_id)]
    )
    names = [text(row, "step") for row in name_rows]
    archived: Rows | None = None
    if archive_rows:
        archived = await rows_of(platform.objects, kept_of_row(archive_rows[0]))
        archived_names = {
            text(row, "step") for row in archived.get("run_steps", ()) if text(row, "step") > after
        }
        names = sorted({*names, *archived_names})[:limit]
    names_and_undoings = dump([*names, *map(rollback_name, names)])
    tables = ("run_steps", "step_attempts", "effect_intents")
    queries = [
        statement(
            f"SELECT * FROM {table} WHERE {_OF_NAMES}",
            [run_id, names_and_undoings],
        )
        for table in tables
    ]
    steps, attempts, intents = await database.batch(queries)
    record = joined({"run_steps": steps, "step_attempts": attempts}, archived)
    by_name = {text(row, "step"): row for row in record["run_steps"]}
    effects = {text(row, "step"): row for row in intents}
    lines: list[models.StepLine] = []
    for name in names:
        own = [row for row in record["step_attempts"] if row["step"] == name]
        lines.append(_step_line(name, by_name, attempts=own, intent=effects.get(name)))
    return lines


def _step_line(
    name: str, steps: Mapping[str, Row], *, attempts: Sequence[Row], intent: Row | None
) -> models.StepLine:
    line = models.StepLine(
        name=name, outcome="pending", tried=None, must_not_repeat=None, external_id=None
    )
    step = steps.get(name)
    if step is not None:
        line.outcome = text(step, "outcome")
        line.tried = tried_line(step, attempts)
        line.external_id = optional_text(step, "external_id")
    if intent is not None:
        effects = must_not_repeat_of([*steps.values()], [intent])
        line.must_not_repeat = next(iter(effects), None)
    return line
