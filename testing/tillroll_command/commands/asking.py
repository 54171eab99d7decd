"""`tillroll trigger`, `signal`, `runs`, `status` and `schedules`: a deployment by its HTTP."""

import time
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote
from uuid import uuid4

import typer

from tillroll_command import standings
from tillroll_command.endings import Code
from tillroll_command.replies import AsJson, reply
from tillroll_command.run_options import Attributes, RunId, Unresolved, WithFailures
from tillroll_command.shared_options import Cursor, Url

if TYPE_CHECKING:
    from tillroll_command.deployment import Deployment

schedules = typer.Typer(help="What the deployment begins by time.")
_MOST_LISTED: Final = 100
_LOOK_SECONDS: Final = 1.0


class Until(StrEnum):
    """What of a run is waited for."""

    ENDED = "ended"
    WAITING = "waiting"


# Where a run stands while something else is waited for. A person or an operator ends the rest.
_GOES_ON: Final[Mapping[Until, frozenset[str]]] = {
    Until.ENDED: frozenset({"started", "running", "waiting"}),
    Until.WAITING: frozenset({"started", "running"}),
}

Kind = Annotated[str, typer.Argument(metavar="KIND", help="A kind of workflow.")]
ScheduleId = Annotated[str, typer.Argument(metavar="ID", help="The schedule's id, sch_…")]


def trigger(
    kind: Kind,
    params: Annotated[
        str, typer.Argument(metavar="JSON", help="Its params, as a JSON object.")
    ] = "{}",
    *,
    key: Annotated[
        str | None, typer.Option(help="Triggered again under the same key, it is the same run.")
    ] = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Begin a run of a kind."""
    from tillroll_command.given_json import json_object

    begun = deployed_at(url).ask(
        "POST",
        f"/api/workflows/{quote(kind, safe='')}/trigger",
        body=json_object(params),
        key=key or f"cli-{uuid4()}",
    )
    told = (
        f"{begun['id']}: {begun['status']}. `tillroll status {kind} {begun['id']}` says how "
        "far it is."
    )
    reply(begun, told, as_json=as_json)


def signal(
    run_id: RunId,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The signal's name.")],
    payload: Annotated[
        str, typer.Argument(metavar="JSON", help="What comes with it, as a JSON object.")
    ] = "{}",
    *,
    key: Annotated[
        str | None, typer.Option(help="Sent again under the same key, it is the same signal.")
    ] = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Send a run a signal that it waits for, or will."""
    from tillroll_command.given_json import json_object

    body = {"key": key or f"cli-{uuid4()}", "payload": json_object(payload, "payload")}
    path = f"{run_path(run_id)}/signals/{quote(name, safe='')}"
    sent = deployed_at(url).ask("POST", path, body=body)
    told = f"{sent['runId']}: the signal {sent['signal']} is sent, under the key {sent['key']}."
    reply(sent, told, as_json=as_json)


def runs(
    *,
    kind: Annotated[str | None, typer.Option(help="Only runs of this kind.")] = None,
    status: Annotated[str | None, typer.Option(help="Only those, such as failed.")] = None,
    state: Annotated[str | None, typer.Option(help="Only runs in this state.")] = None,
    subject: Annotated[str | None, typer.Option(help="Only runs about this.")] = None,
    external_id: Annotated[
        str | None, typer.Option(help="Only runs that made this in another system.")
    ] = None,
    unresolved: Unresolved = False,
    with_failures: WithFailures = False,
    attribute: Attributes = None,
    limit: Annotated[
        int, typer.Option(min=1, max=_MOST_LISTED, help="How many, newest first.")
    ] = 20,
    cursor: Cursor = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """List runs, newest first."""
    query: dict[str, str | list[str] | None] = {
        "kind": kind,
        "status": status,
        "state": state,
        "subject": subject,
        "externalId": external_id,
        "unresolved": "true" if unresolved else None,
        "attribute": attribute,
        "withFailures": "true" if with_failures else None,
        "limit": str(limit),
        "cursor": cursor,
    }
    found = deployed_at(url).ask("GET", "/api/runs", query=query)
    lines = [
        f"{each['id']}  {each['kind']}  {each['status']}  {each['state']}  {each['createdAt']}"
        f"{_failed_items(each)}"
        for each in found["items"]
    ]
    if not lines:
        lines = ["There are no such runs."]
    if found["nextCursor"]:
        lines.append(f"There are more: --cursor {found['nextCursor']}")
    reply(found, *lines, as_json=as_json)


def _failed_items(run: Mapping[str, Any]) -> str:
    if "failedItems" not in run:
        return ""
    return f"  {run['failedItems']} of {run['items']} items failed"


def status(
    kind: Kind,
    run_id: RunId,
    *,
    until: Annotated[
        Until | None,
        typer.Option(
            help=(
                "Wait until it has ended, or until it waits for a person or an event; and in any "
                "case until an operator has to act."
            )
        ),
    ] = None,
    url: Url = None,
    as_json: AsJson = False,
) -> Code:
    """Say where a run stands, what came of it, and what is safe next. The exit code says it too:
    1 failed, 4 a person has to act, 8 it waits for an event, 9 nobody knows whether it was done.
    """
    path = f"/api/workflows/{quote(kind, safe='')}/status/{quote(run_id, safe='')}"
    deployed = deployed_at(url)
    found = deployed.ask("GET", path)
    while until is not None and found["status"] in _GOES_ON[until]:
        time.sleep(_LOOK_SECONDS)
        found = deployed.ask("GET", path)
    run = standings.newest(lambda each: deployed.ask("GET", run_path(each)), run_id)
    beside = {name: run.get(name) for name in standings.BESIDE}
    reply({**found, **beside}, *standings.told(found, run), as_json=as_json)
    return standings.code_of(found, run)


@schedules.command("list")
def list_schedules(*, url: Url = None, as_json: AsJson = False) -> None:
    """List what is begun by time, when next, and what became of it last."""
    found = deployed_at(url).ask("GET", "/api/schedules")
    lines = [_told_of(each) for each in found["items"]] or ["Nothing is begun by time."]
    reply(found, *lines, as_json=as_json)


@schedules.command("pause")
def pause_schedule(schedule_id: ScheduleId, *, url: Url = None, as_json: AsJson = False) -> None:
    """Stop a schedule until it is resumed. Its runs go on."""
    _set_paused(schedule_id, url, is_paused=True, as_json=as_json)


@schedules.command("resume")
def resume_schedule(schedule_id: ScheduleId, *, url: Url = None, as_json: AsJson = False) -> None:
    """Let a paused schedule go on from the next time that comes."""
    _set_paused(schedule_id, url, is_paused=False, as_json=as_json)


@schedules.command("run")
def run_schedule(schedule_id: ScheduleId, *, url: Url = None, as_json: AsJson = False) -> None:
    """Begin its run now. When it is next due stays as it is."""
    path = f"/api/schedules/{quote(schedule_id, safe='')}/run"
    found = deployed_at(url).ask("POST", path, key=f"cli-{uuid4()}")
    reply(found, _told_of(found), as_json=as_json)


def _set_paused(schedule_id: str, url: str | None, *, is_paused: bool, as_json: bool) -> None:
    path = f"/api/schedules/{quote(schedule_id, safe='')}"
    found = deployed_at(url).ask("PATCH", path, body={"paused": is_paused})
    reply(found, _told_of(found), as_json=as_json)


def _told_of(schedule: dict[str, Any]) -> str:
    due = f"next at {schedule['nextTick']}"
    if schedule["paused"]:
        due = "paused"
    told = (
        f"{schedule['id']}  {schedule['name']} ({schedule['kind']}, {schedule['inWords']}): {due}"
    )
    last = schedule["last"]
    if last is None:
        return told
    return f"{told}; last {last['tick']}: {last['outcome']}"


def run_path(run_id: str) -> str:
    """Where the API has a run."""
    return f"/api/runs/{quote(run_id, safe='')}"


def deployed_at(url: str | None) -> "Deployment":
    """Its HTTP is imported where a command asks, so that help is there at once."""
    from tillroll_command.deployment import deployment

    return deployment(url)
