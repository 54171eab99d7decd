"""`tillroll sources` and `tillroll events`: what other systems send, and what it came to."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..counting import counted
from ..endings import Code, Stopped
from ..session import Session, session
from ..shared_options import taking
from .runs import Cursor, Limit

if TYPE_CHECKING:
    from ..client.api import JsonObject

app = typer.Typer(
    no_args_is_help=True, help="Systems that send events, and what their events mean."
)
events_app = typer.Typer(no_args_is_help=True, help="Events that other systems sent.")

SourceId = Annotated[
    str, typer.Argument(metavar="SOURCE", help="src_…, as `tillroll sources list` shows it.")
]
EventId = Annotated[
    str, typer.Argument(metavar="EVENT", help="ine_…, as `tillroll events list` shows it.")
]
File = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help='JSON: {"name", "scheme", "mapping", "secret"} (docs/api.md has one).'
    ),
]
GivenSecret = Annotated[
    str | None,
    typer.Option(envvar="TILLROLL_SOURCE_SECRET", help="The sender's; else one is made."),
]
State = Annotated[
    str | None,
    typer.Option(
        "--only",
        help="In this state: stored, started, signalled, consumed, "
        "ignored, unmapped or failed. The "
        "last two "
        "can be mended and replayed.",
    ),
]


@app.command("list")
@taking(session)
def list_sources(here: Session) -> None:
    """List the systems that may send events."""
    found = here.api.get("/api/inbound-sources")
    rows = [
        (
            *(each["id"], each["name"], each["scheme"]["name"]),
            *(each["waiting"], each["unmapped"], each["refused"]["count"]),
            ", ".join(person["name"] for person in each["people"]),
            "" if each["stopped"] is None else f"since {each['stopped']['at'][:16]}",
        )
        for each in found["items"]
    ]
    columns = ("source", "name", "scheme", "waiting", "unmapped", "refused", "behind it", "stopped")
    here.show.listing(found, columns, rows)


@app.command("show")
@taking(session)
def show_source(here: Session, source: SourceId) -> None:
    """Show a source as JSON; saved to a file and edited, `tillroll sources change` takes it."""
    here.show.document(here.api.get(f"/api/inbound-sources/{source}"))


@app.command()
@taking(session)
def create(here: Session, file: File) -> None:
    """Let a system send events, as FILE says. The secret is shown once, where one was made."""
    _told(here, here.api.send("POST", "/api/inbound-sources", _read(file)))


@app.command()
@taking(session)
def change(here: Session, source: SourceId, file: File) -> None:
    """Give a source the name and the mapping of FILE."""
    given = _read(file)
    body = {name: given[name] for name in ("name", "mapping") if name in given}
    changed = here.api.send("PUT", f"/api/inbound-sources/{source}", body)
    if here.as_json:
        here.show.document(changed)
    else:
        here.show.say(
            f"{changed['name']} is changed. "
            f"{counted(changed['unmapped'], 'event')} can be replayed."
        )


@app.command()
@taking(session)
def rotate(
    here: Session,
    source: SourceId,
    hours: Annotated[int, typer.Option(help="For how long the secret before holds too.")] = 24,
    secret: GivenSecret = None,
) -> None:
    """Give a source another secret, which holds at once."""
    body = {"overlapHours": hours, **({} if secret is None else {"secret": secret})}
    _told(here, here.api.send("POST", f"/api/inbound-sources/{source}/secrets", body))


@app.command("take-over")
@taking(session)
def take_over(here: Session, source: SourceId, secret: GivenSecret = None) -> None:
    """Stand behind a source in the place of those who did, by a new secret. Those before end at
    once.
    """
    body = {} if secret is None else {"secret": secret}
    _told(here, here.api.send("POST", f"/api/inbound-sources/{source}/take-over", body))


@app.command()
@taking(session)
def end(here: Session, source: SourceId) -> None:
    """Take no events of a source any more. What it sent stays."""
    here.api.send("DELETE", f"/api/inbound-sources/{source}")
    here.show.say(f"{source} takes no events any more.")


@events_app.command("list")
@taking(session)
def list_events(
    here: Session,
    source: Annotated[str | None, typer.Option(help="Of this source.")] = None,
    only: State = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List the events that came, the newest first."""
    page = here.api.items(
        "/api/inbound-events", {"source": source, "state": only, "cursor": cursor}, limit
    )
    rows = [
        (
            each["id"],
            each["type"] or "",
            each["receivedAt"][:16],
            each["state"],
            each["runId"] or each["why"] or "",
        )
        for each in page["items"]
    ]
    here.show.page(page, ("event", "type", "came", "state", "run, or why not"), rows)


@events_app.command()
@taking(session)
def show(here: Session, event: EventId) -> None:
    """Show an event with what was sent, as JSON."""
    here.show.document(here.api.get(f"/api/inbound-events/{event}"))


@events_app.command()
@taking(session)
def replay(
    here: Session,
    event: Annotated[
        str, typer.Argument(metavar="EVENT|SOURCE", help="ine_…, or src_… for all of a source.")
    ],
) -> None:
    """Work an event off again, or all of a source that could not be mapped or failed, a hundred at
    once.
    """
    kind = "sources" if event.startswith("src_") else "events"
    answer = here.api.send("POST", f"/api/inbound-{kind}/{event}/replay")
    if here.as_json:
        here.show.document(answer)
    elif kind == "sources":
        here.show.say(f"Worked off again: {answer['replayed']}. Left: {answer['left']}.")
    else:
        here.show.say(f"{event} is worked off again.")


def _told(here: Session, made: "JsonObject") -> None:
    if here.as_json:
        here.show.document(made)
        return
    here.show.say(
        f"{made['name']}: {made['id']}",
        f"Address for the sender: {here.api.server.url}{made['path']}",
    )
    if made["secret"]:
        here.show.say(f"Secret, shown this once: {made['secret']}")


def _read(file: Path) -> "JsonObject":
    """Raises Stopped: the file is not there, or no JSON object."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise Stopped(Code.USAGE, f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise Stopped(Code.USAGE, f"{file} is no JSON: {error}.") from error
    if not isinstance(found, dict):
        raise Stopped(Code.USAGE, f"{file} holds no JSON object (docs/api.md has one).")
    return found  # pyright: ignore[reportUnknownVariableType] - what JSON gives
