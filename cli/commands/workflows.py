"""`tillroll workflows`, `tillroll trigger` and `tillroll status`: runs of any kind, by its name."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from ..endings import Code, Stopped
from ..session import Session, session
from ..taking import taking
from .runs import RunId

if TYPE_CHECKING:
    from ..client.api import JsonObject

Kind = Annotated[str, typer.Argument(metavar="KIND", help="A kind of work: `tillroll workflows` lists them.")]
_ENDED = {"failed": Code.FAILED, "waiting": Code.NEEDS_PERSON, "paused": Code.NEEDS_PERSON}


@taking(session)
def workflows(here: Session) -> None:
    """List the kinds of workflows, and who may trigger each. With --json, also params and contracts."""
    found = here.api.get("/api/workflows")
    rows = [(each["kind"], each["version"], _who(each), _params(each)) for each in found["items"]]
    here.show.listing(found, ("kind", "version", "triggered by", "params"), rows)


def _who(kind: "JsonObject") -> str:
    return (
        ", ".join(kind["trigger"]["who"]) if kind["trigger"] else f"nobody: {kind['begunBy'] or 'other runs begin it'}"
    )


def _params(kind: "JsonObject") -> str:
    return ", ".join(kind["trigger"]["params"].get("properties", {})) if kind["trigger"] else ""


@taking(session)
def trigger(
    here: Session,
    kind: Kind,
    params: Annotated[str | None, typer.Argument(metavar="JSON", help="Its params, as a JSON object.")] = None,
    key: Annotated[str | None, typer.Option(help="Triggered again under the same key, it is the same run.")] = None,
) -> None:
    """Begin a run of a kind, where it may be begun so."""
    headers = {} if key is None else {"Idempotency_Key": key}
    begun = here.api.send("POST", f"/api/workflows/{kind}/trigger", json_object(params or "{}"), **headers)
    if here.as_json:
        here.show.document(begun)
    else:
        here.show.say(f"{begun['id']}: {begun['status']}. `tillroll status {kind} {begun['id']}` says how far it is.")


def json_object(params: str) -> "JsonObject":
    """Raises Stopped: it is no JSON object."""
    try:
        found = json.loads(params)
    except ValueError as error:
        raise Stopped(Code.USAGE, f'The params are no JSON ({error}): write them as {{"name": "value"}}.') from error
    if not isinstance(found, dict):
        raise Stopped(Code.USAGE, 'The params are no JSON object: write them as {"name": "value"}.')
    return found  # pyright: ignore[reportUnknownVariableType] - what JSON gives


@taking(session)
def step(
    here: Session, run_id: RunId, name: Annotated[str, typer.Argument(help="The step's name; `run ID` lists them.")]
) -> None:
    """Show a step of a run: what it was given, what it gave back, and each attempt."""
    found = here.api.get(f"/api/runs/{run_id}/steps/{name}")
    if here.as_json:
        here.show.document(found)
        return
    here.show.say(f"{found['name']}: {found['outcome']}")
    for what in ("input", "output"):
        if found[what] is not None:
            here.show.say(f"{what}: {json.dumps(found[what], ensure_ascii=False)}")
    rows = [
        (
            each["generation"],
            each["attempt"],
            each["startedAt"],
            each["error"]["summary"] if each["error"] else "completed",
        )
        for each in found["attempts"]
    ]
    here.show.table(("generation", "attempt", "began", "came to"), rows)


@taking(session)
def status(here: Session, kind: Kind, run_id: RunId) -> int:
    """Say where a run of a kind stands, and what came of it; the exit code says it too."""
    found = here.api.get(f"/api/workflows/{kind}/status/{run_id}")
    if here.as_json:
        here.show.document(found)
    else:
        error = found["error"]
        told = "" if error is None else f": {error['summary']}"
        given = "" if found["output"] is None else f", gave {json.dumps(found['output'], ensure_ascii=False)}"
        here.show.say(f"{found['id']}: {found['status']}{told}{given}")
    return _ENDED.get(found["status"], Code.DONE)
