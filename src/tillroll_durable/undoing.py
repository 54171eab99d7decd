"""Completed runs are undone: what a run has begun is brought to an end with it, and a person undoes
a run by itself.
"""

from contextlib import suppress
from typing import Final

from tillroll_durable._operations.instances import escalate
from tillroll_durable._record.changes import RunChange
from tillroll_durable._record.instances import start_instance
from tillroll_durable.audit import Audited, event_of_run, guarded_batch
from tillroll_durable.errors import LostGuard
from tillroll_durable.explanation.effects import is_not_undone
from tillroll_durable.explanation.summary import is_undone
from tillroll_durable.operations import NotPossible, Request, cancel
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import Row, optional_text, statement, text
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import CHAIN, Run, log_fields, run_from_row
from tillroll_durable.states import NextSafeAction, State, Status

# Newest first.
_AND_ITS_CONTINUATIONS: Final = f"""
  {CHAIN}
  SELECT runs.*, EXISTS (SELECT 1 FROM archived_runs WHERE run_id = runs.id) AS is_archived
  FROM chain JOIN runs ON runs.id = chain.id ORDER BY place DESC
"""
_ENDS: Final = {
    "cancel": "was cancelled",
    "abandon": "was given up",
    "undo": "is undone",
    None: "has failed",
}


async def take_back(platform: Platform, parent: Run, key: str) -> str | None:
    """Bring the child that `parent` has begun under a key, and all that it goes on as, to be
    cancelled or undone, the newest first; return the id of the one that is to be awaited, None
    where none of them is to be undone (any more). One that needs a person needs one for the parent,
    too. It may be called again at any time. Raises NonRetryable: a run cannot be undone, and the
    parent is to end all the same; LostGuard: the run has changed meanwhile.
    """
    query = "SELECT id FROM runs WHERE parent_run_id = ? AND begin_key = ?"
    first = await platform.database.first(statement(query, [parent.id, f"{parent.id}:{key}"]))
    if first is None:
        rows = []
    else:
        rows = await platform.database.all(statement(_AND_ITS_CONTINUATIONS, [text(first, "id")]))
    for row in rows:
        if _stands_or_is_undone(row):
            continue
        run = run_from_row(row)
        why = await _bring_on(platform, parent, row=row, run=run)
        if why is None:
            return run.id
        sentence = f"the run {run.id} ({run.kind}), which it began, {why}"
        if parent.ends_as_it_stands:
            raise NonRetryable(sentence)
        await escalate(
            platform,
            parent,
            why=f"{sentence}: see to that one, then this goes on",
            now=to_text(platform.clock.now()),
        )
        return run.id
    return None


def _stands_or_is_undone(row: Row) -> bool:
    match Status(text(row, "status")):
        case Status.PROCESSING | Status.NEEDS_REVIEW:
            return False
        case Status.COMPLETE:
            return row["undoing"] is None
        case Status.FAILED:
            return is_undone(row)
        case Status.REJECTED | Status.CANCELLED:
            return not is_not_undone(row)


async def _bring_on(platform: Platform, parent: Run, row: Row, run: Run) -> str | None:
    """Do what can be done now; return what needs a person, None where nothing does."""
    request = Request(
        f"run:{parent.id}", f"the run {parent.id} that began it {_ENDS[parent.cancel_kind]}"
    )
    undoing = optional_text(row, "undoing")
    match run.status:
        case Status.PROCESSING | Status.NEEDS_REVIEW:
            if run.cancel_kind is None:
                with suppress(NotPossible):  # it has ended in between
                    await cancel(platform, run, request)
            return "stands still" if run.is_escalated else None
        case Status.COMPLETE if row["is_archived"] == 1:
            return "is archived, and has to be restored before it can be undone"
        case Status.COMPLETE if (
            undoing is not None and row["next_safe_action"] == NextSafeAction.NONE
        ):
            await _begin_undoing(platform, run, to=State.processing(undoing, ""), request=request)
            return None
        case Status.COMPLETE:
            return (
                None
                if row["next_safe_action"] == NextSafeAction.WAIT
                else "waits for its event to be sent"
            )
        case Status.FAILED if not is_not_undone(row):
            return "has failed"
        case _:
            return "is not undone, since a rollback failed"


async def undo(platform: Platform, run: Run, request: Request) -> None:
    """Have a completed run of a kind with `undone` undo what it did, by its own body. Once it is
    undone, or on its way there, it stays as it is. Raises NotPossible: it is not completed, cannot
    be undone, or is archived.
    """
    query = (
        "SELECT runs.*, EXISTS (SELECT 1 FROM archived_runs "
        "WHERE run_id = runs.id) AS is_archived FROM runs"
    )
    row = await platform.database.first(statement(f"{query} WHERE id = ?", [run.id]))
    if row is None:
        raise NotPossible("the run is not there any more")
    if row["cancel_kind"] == "undo":
        return
    undoing = optional_text(row, "undoing")
    now = run_from_row(row)
    if now.status != Status.COMPLETE or undoing is None:
        raise NotPossible(
            f"only a completed run that can be undone is undone; this one is {now.status}"
        )
    if row["is_archived"] == 1:
        raise NotPossible("the run is archived, and has to be restored before it can be undone")
    if row["next_safe_action"] != NextSafeAction.NONE:
        raise NotPossible("the run waits for its event to be sent: try it again in a minute")
    try:
        await _begin_undoing(platform, now, to=State.processing(undoing, ""), request=request)
    except LostGuard as lost:
        raise NotPossible("somebody else was first: look at the run again") from lost


async def _begin_undoing(platform: Platform, run: Run, to: State, request: Request) -> None:
    """Raises LostGuard: it has changed meanwhile."""
    now = to_text(platform.clock.now())
    event = event_of_run(
        run,
        Audited.RUN_UNDOING,
        f"{run.id}:{Audited.RUN_UNDOING}:{run.generation + 1}",
        actor=request.actor,
        at=now,
        detail={"reason": request.reason, "from": run.state, "to": to.name},
    )
    await guarded_batch(
        platform.database, RunChange(run, now).undoing(to, request.reason), event, *request.also
    )
    log.info(event.action, **log_fields(run), state=to.name)
    await start_instance(platform, run.kind, run_id=run.id, generation=run.generation + 1)
