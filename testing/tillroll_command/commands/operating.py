"""`tillroll run`, `steps`, `review`, `operate`, `restart` and `query`: a run of a deployment, what
happened to it, and what a person does about it.
"""

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote

import typer

from tillroll_command.commands.asking import deployed_at, run_path, runs
from tillroll_command.endings import Code
from tillroll_command.output import Output
from tillroll_command.reasons import reason_of
from tillroll_command.replies import AsJson, reply
from tillroll_command.run_options import (
    Comment,
    Corrections,
    FirstStep,
    Follow,
    Operation,
    Reason,
    Repeats,
    RestartKey,
    RunId,
    RunOrAll,
)
from tillroll_command.run_views import follow_run, is_at_work, operated, show_run, show_steps
from tillroll_command.shared_options import Cursor, Url, assignments

if TYPE_CHECKING:
    from tillroll_command.deployment import Deployment

_LOOK_SECONDS: Final = 1.0
_MOST_STEPS: Final = 100


def run(
    run_id: RunId,
    *,
    follow: Follow = False,
    url: Url = None,
    as_json: AsJson = False,
) -> Code:
    """Show one run: its steps, what happened, and what is safe to do next."""
    show = Output(as_json=as_json)
    deployed = deployed_at(url)
    if follow:
        return follow_run(show, _changes(deployed, run_id))
    show_run(show, _run(deployed, run_id))
    return Code.DONE


def steps(
    run_id: RunId,
    *,
    limit: Annotated[
        int, typer.Option(min=1, max=_MOST_STEPS, help="How many, by their names.")
    ] = _MOST_STEPS,
    cursor: Cursor = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """List all steps of a run that were begun, by name: how each ended, and what it did
    elsewhere.
    """
    query = {"limit": str(limit), "cursor": cursor}
    page = deployed_at(url).ask("GET", f"{run_path(run_id)}/steps", query=query)
    show_steps(Output(as_json=as_json), page)


def review(
    run_id: RunOrAll = None,
    *,
    approve: Annotated[bool, typer.Option("--approve", help="Say yes to what it asks.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="Say no to it.")] = False,
    values: Corrections = None,
    reason: Comment = None,
    url: Url = None,
    as_json: AsJson = False,
) -> Code:
    """List what waits for a person; with an ID, show what it asks, and approve or reject it."""
    if run_id is None:
        if approve or reject or values:
            raise typer.BadParameter("name the run that is decided")
        runs(status="needs_review", url=url, as_json=as_json)
        return Code.DONE
    if approve and reject:
        raise typer.BadParameter("give one of --approve and --reject")
    corrections = assignments(values or [])
    if corrections and not approve:
        raise typer.BadParameter("give --approve with --set")
    deployed = deployed_at(url)
    if not approve and not reject:
        return _ask(_run(deployed, run_id), as_json=as_json)
    body: dict[str, Any] = {"decision": "approve" if approve else "reject"}
    if corrections:
        body["values"] = corrections
    if reason is not None:
        body["comment"] = reason
    done = deployed.ask("POST", f"{run_path(run_id)}/review", body=body)
    told = f"{run_id}: {'approved' if approve else 'rejected'}."
    reply(done, told, as_json=as_json)
    return Code.DONE


def _ask(found: Mapping[str, Any], *, as_json: bool) -> Code:
    """Show what a run asks a person."""
    asked = found["review"]
    if asked is None or asked["decision"] is not None:
        reply(found, "Nothing waits here for a decision.", as_json=as_json)
        return Code.DONE
    run_id = found["id"]
    lines = [
        *(f"Asked: {each}" for each in asked["sentences"]),
        f"Until: {asked['deadline']}",
        f"Decide: `tillroll review {run_id} --approve`, or `tillroll review {run_id} --reject`",
    ]
    reply(found, *lines, as_json=as_json)
    return Code.NEEDS_PERSON


def operate(
    run_id: RunId,
    operation: Operation,
    *,
    reason: Reason = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Retry, abandon, cancel, pause or resume a run, or deliver its event."""
    body = {"reason": reason_of(reason)}
    done = deployed_at(url).ask("POST", f"{run_path(run_id)}/{operation}", body=body)
    reply(done, operated(done, run_id, operation), as_json=as_json)


def restart(
    run_id: RunId,
    step: FirstStep,
    *,
    repeat: Repeats = None,
    key: RestartKey = None,
    reason: Reason = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Begin a new run from a step of one that has completed or failed, with what it did before."""
    body = {"step": step, "repeats": repeat or [], "reason": reason_of(reason), "key": key}
    begun = deployed_at(url).ask("POST", f"{run_path(run_id)}/restart", body=body)
    reply(begun, f"{begun['runId']} goes on from {step} of {run_id}.", as_json=as_json)


def query(
    run_id: RunId,
    name: Annotated[
        str,
        typer.Argument(
            help="The query's name; one that there is not lists those of the run's kind."
        ),
    ],
    *,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Ask a run what its kind can say of it, such as its progress; the answer is JSON."""
    path = f"{run_path(run_id)}/queries/{quote(name, safe='')}"
    found = deployed_at(url).ask("GET", path)
    Output(as_json=True).document(found if as_json else found["result"])


def _run(deployed: "Deployment", run_id: str) -> dict[str, Any]:
    return deployed.ask("GET", run_path(run_id))


def _changes(deployed: "Deployment", run_id: str) -> Iterator[dict[str, Any]]:
    """The run as it is, and again with each change, until nothing more happens by itself."""
    last: dict[str, Any] = {}
    while True:
        found = _run(deployed, run_id)
        if found != last:
            yield found
        last = found
        if not is_at_work(found) or found["paused"]:
            return
        time.sleep(_LOOK_SECONDS)
