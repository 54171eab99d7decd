"""`tillroll runs` and `tillroll run`: what became of what was sent."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from tillroll_command.endings import Code
from tillroll_command.reasons import reason_of
from tillroll_command.run_options import (
    Attributes,
    FirstStep,
    Follow,
    Operation,
    Reason,
    Repeats,
    RestartKey,
    RunId,
    Unresolved,
    WithFailures,
)
from tillroll_command.run_views import follow_run, operated, show_run, show_steps
from tillroll_command.shared_options import Cursor, taking

from ..session import Session, session

if TYPE_CHECKING:
    from ..client.api import JsonObject


class Status(StrEnum):
    PROCESSING = "processing"
    NEEDS_REVIEW = "needs_review"
    COMPLETE = "complete"
    REJECTED = "rejected"
    FAILED = "failed"
    CANCELLED = "cancelled"


Limit = Annotated[int, typer.Option(min=1, help="How many, newest first.")]


@taking(session)
def runs(
    here: Session,
    status: Annotated[Status | None, typer.Option(help="Only those.")] = None,
    kind: Annotated[
        str | None, typer.Option(help="Only runs of this kind: `tillroll workflows` lists them.")
    ] = None,
    subject: Annotated[
        str | None, typer.Option(help="Only runs about this: the id of what they work on.")
    ] = None,
    in_state: Annotated[
        str | None, typer.Option(help="Only runs in this state of their contract.")
    ] = None,
    failure_class: Annotated[
        str | None, typer.Option(help="Only runs that failed so, such as read_failed.")
    ] = None,
    parent: Annotated[
        str | None, typer.Option(metavar="RUN", help="Only runs that this one has begun.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="Begun then or later.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Begun before then.")
    ] = None,
    unresolved: Unresolved = False,
    with_failures: WithFailures = False,
    attribute: Attributes = None,
    external_id: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Only runs whose doing has this id in another system."),
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List runs: each is one piece of work on its way."""
    asked = {
        "kind": kind,
        "subject": subject,
        "state": in_state,
        "failureClass": failure_class,
        "parent": parent,
        "externalId": external_id,
    }
    asked |= {
        "status": status,
        "from": since,
        "to": until,
        "unresolved": "true" if unresolved else None,
        "withFailures": "true" if with_failures else None,
    }
    page = here.api.items("/api/runs", {**asked, "attribute": attribute, "cursor": cursor}, limit)
    show_runs(here, page)


def show_runs(here: Session, page: "JsonObject") -> None:
    """A page of runs."""
    rows = [
        (run["id"], _status(run), run["createdAt"][:16], _what(run), run["message"])
        for run in page["items"]
    ]
    here.show.page(page, ("run", "status", "begun", "what", "says"), rows)
    if not rows and not here.as_json:
        here.show.note("There is none.")


def _status(run: "JsonObject") -> str:
    """Its status, with a mark where a person was called to a run that has not ended, and where
    items of its maps failed.
    """
    status = str(run["status"])
    if run.get("escalated"):
        status = f"{status}, stands still"
    if run.get("failedItems"):
        status = f"{status}, {run['failedItems']} of {run['items']} items failed"
    return status


def _what(run: "JsonObject") -> str:
    return str((run.get("receipt") or run).get("fileName") or run["kind"])


@taking(session)
def run(
    here: Session,
    run_id: RunId,
    follow: Follow = False,
) -> int:
    """Show one run: its steps, what happened, and what is safe to do next."""
    if not follow:
        show_run(here.show, here.api.get(f"/api/runs/{run_id}"))
        return Code.DONE
    from ..client.following import changes

    return follow_run(here.show, changes(here.api, run_id))


@taking(session)
def steps(here: Session, run_id: RunId, limit: Limit = 100, cursor: Cursor = None) -> None:
    """List all steps of a run that were begun, by name: how each ended, and what it did
    elsewhere.
    """
    page = here.api.items(f"/api/runs/{run_id}/steps", {"cursor": cursor}, limit)
    show_steps(here.show, page)


@taking(session)
def restart(
    here: Session,
    run_id: RunId,
    step: FirstStep,
    repeat: Repeats = None,
    key: RestartKey = None,
    reason: Reason = None,
) -> None:
    """Begin a new run from a step of one that has completed or failed, with what it did before."""
    body = {"step": step, "repeats": repeat or [], "reason": reason_of(reason)}
    headers = {} if key is None else {"Idempotency_Key": key}
    begun = here.api.send("POST", f"/api/runs/{run_id}/restart", body, **headers)
    if here.as_json:
        here.show.document(begun)
    else:
        here.show.say(f"{begun['runId']} goes on from {step} of {run_id}.")


@taking(session)
def operate(
    here: Session,
    run_id: RunId,
    operation: Operation,
    reason: Reason = None,
) -> None:
    """Retry, abandon, cancel, pause or resume a run, or deliver its event."""
    body = {"reason": reason_of(reason)}
    done = here.api.send("POST", f"/api/runs/{run_id}/{operation}", body)
    if here.as_json:
        here.show.document(done)
    else:
        here.show.say(operated(done, run_id, operation))
