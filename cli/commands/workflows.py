"""`tillroll workflows`, `tillroll trigger`, `tillroll signal` and `tillroll status`: runs of any
kind, by its name.
"""

import hashlib
import json
from typing import TYPE_CHECKING, Annotated

import typer

from tillroll_command import standings
from tillroll_command.endings import Code
from tillroll_command.run_options import RunId
from tillroll_command.shared_options import taking

from ..session import Session, session

if TYPE_CHECKING:
    from ..client.api import JsonObject

Kind = Annotated[
    str, typer.Argument(metavar="KIND", help="A kind of work: `tillroll workflows` lists them.")
]


@taking(session)
def workflows(here: Session) -> None:
    """List the kinds of workflows, and who may trigger each. With --json, also params and
    contracts.
    """
    found = here.api.get("/api/workflows")
    rows = [(each["kind"], each["version"], _who(each), _params(each)) for each in found["items"]]
    here.show.listing(found, ("kind", "version", "triggered by", "params"), rows)


def _who(kind: "JsonObject") -> str:
    if kind["trigger"]:
        return ", ".join(kind["trigger"]["who"])
    otherwise = "a schedule begins it" if kind.get("schedule") else "other runs begin it"
    return f"nobody: {kind['begunBy'] or otherwise}"


def _params(kind: "JsonObject") -> str:
    return ", ".join(kind["trigger"]["params"].get("properties", {})) if kind["trigger"] else ""


@taking(session)
def trigger(
    here: Session,
    kind: Kind,
    params: Annotated[
        str | None, typer.Argument(metavar="JSON", help="Its params, as a JSON object.")
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="Triggered again under the same key, it is the same run.")
    ] = None,
) -> None:
    """Begin a run of a kind, where it may be begun so."""
    from tillroll_command.given_json import json_object

    headers = {} if key is None else {"Idempotency_Key": key}
    begun = here.api.send(
        "POST", f"/api/workflows/{kind}/trigger", json_object(params or "{}"), **headers
    )
    if here.as_json:
        here.show.document(begun)
    else:
        here.show.say(
            f"{begun['id']}: {begun['status']}. `tillroll status {kind} {begun['id']}` says how "
            "far it is."
        )


@taking(session)
def signal(
    here: Session,
    run_id: RunId,
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="The signal's name; `run ID` says what it waits for."),
    ],
    payload: Annotated[
        str | None,
        typer.Argument(metavar="JSON", help="What comes with it, as a JSON object; nothing is {}."),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(
            help="Sent again under the same key, it is the same signal. Else made of the payload."
        ),
    ] = None,
) -> None:
    """Send a run a signal that it waits for, or will. The same payload sent twice is one signal,
    unless keys differ.
    """
    from tillroll_command.given_json import json_object

    said = json_object(payload or "{}", "payload")
    key = key or f"cli-{_digest(said)}"
    sent = here.api.send(
        "POST", f"/api/runs/{run_id}/signals/{name}", {"key": key, "payload": said}
    )
    if here.as_json:
        here.show.document(sent)
    else:
        here.show.say(
            f"{sent['runId']}: the signal {sent['signal']} is sent, under the key {sent['key']}.",
            f"`tillroll run {sent['runId']} --follow` shows how it goes on.",
        )


def _digest(payload: "JsonObject") -> str:
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@taking(session)
def step(
    here: Session,
    run_id: RunId,
    name: Annotated[str, typer.Argument(help="The step's name; `run ID` lists them.")],
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
def query(
    here: Session,
    run_id: RunId,
    name: Annotated[
        str,
        typer.Argument(
            help="The query's name; one that there is not lists those of the run's kind."
        ),
    ],
) -> None:
    """Ask a run what its kind can say of it, such as its progress; the answer is JSON."""
    found = here.api.get(f"/api/runs/{run_id}/queries/{name}")
    here.show.document(found if here.as_json else found["result"])


@taking(session)
def status(here: Session, kind: Kind, run_id: RunId) -> Code:
    """Say where a run of a kind stands, what came of it, and what is safe next. The exit code says
    it too: 1 failed, 4 a person has to act, 8 it waits for an event, 9 nobody knows whether it was
    done.
    """
    found = here.api.get(f"/api/workflows/{kind}/status/{run_id}")
    run = standings.newest(lambda each: here.api.get(f"/api/runs/{each}"), run_id)
    if here.as_json:
        here.show.document({**found, **{name: run.get(name) for name in standings.BESIDE}})
    else:
        here.show.say(*standings.told(found, run))
    return standings.code_of(found, run)
