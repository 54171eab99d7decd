"""`tillroll deliveries`: what became of events that were sent to endpoints."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from tillroll_command.counting import counted
from tillroll_command.endings import Code, Stopped
from tillroll_command.shared_options import Cursor, taking

from ..session import Session, session
from .runs import Limit

if TYPE_CHECKING:
    from ..client.api import JsonObject

app = typer.Typer(no_args_is_help=True, help="Events on their way to endpoints, and each attempt.")

DeliveryId = Annotated[
    str, typer.Argument(metavar="DELIVERY", help="dlv_…, as `tillroll deliveries list` shows it.")
]
Topic = Annotated[
    str | None, typer.Option("--topic", help="Events of this name, such as run.failed.")
]
Of = Annotated[str | None, typer.Option("--endpoint", metavar="ENDPOINT", help="To this endpoint.")]


def _moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError as error:
        raise typer.BadParameter(
            "write the time as 2026-01-31 or 2026-01-31T09:00:00+00:00"
        ) from error


def _told_of(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


@app.command("list")
@taking(session)
def list_deliveries(
    here: Session,
    endpoint: Of = None,
    only: Annotated[
        str | None,
        typer.Option("--only", help="In this state: pending, delivered, given_up or cancelled."),
    ] = None,
    topic: Topic = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List what was sent, the newest first."""
    query = {"endpoint": endpoint, "state": only, "topic": topic, "cursor": cursor}
    page = here.api.items("/api/deliveries", query, limit)
    rows = [
        (
            each["id"],
            each["topic"],
            each["createdAt"][:16],
            each["state"],
            each["attemptsMade"],
            each["lastError"] or each["lastStatus"] or "",
        )
        for each in page["items"]
    ]
    here.show.page(
        page,
        ("delivery", "event", "since", "state", "attempts", "last answer"),
        rows,
        ("attempts",),
    )


@app.command("show")
@taking(session)
def show_delivery(here: Session, delivery: DeliveryId) -> None:
    """Show a delivery with each attempt: its status, how long it took, the beginning of the
    answer.
    """
    found = here.api.get(f"/api/deliveries/{delivery}")
    if here.as_json:
        here.show.document(found)
        return
    here.show.say(
        f"{found['topic']} as {found['eventId']} to {found['endpointId']}: {found['state']}."
    )
    _attempts(here, found)


@app.command()
@taking(session)
def redeliver(
    here: Session,
    delivery: Annotated[
        str | None, typer.Argument(metavar="[DELIVERY]", help="One; else all that are chosen.")
    ] = None,
    endpoint: Of = None,
    topic: Topic = None,
    states: Annotated[
        str, typer.Option("--states", help="Apart by commas: given_up, cancelled, delivered.")
    ] = "given_up,cancelled",
    since: Annotated[
        str | None, typer.Option(parser=_moment, metavar="TIME", help="Made at this time or later.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(parser=_moment, metavar="TIME", help="Made before this time.")
    ] = None,
) -> None:
    """Send one delivery again, or all that are chosen, each under its webhook-id."""
    if delivery is not None:
        if endpoint or topic or since or until:
            raise Stopped(Code.USAGE, "Give a delivery, or what chooses several, not both.")
        sent = here.api.send("POST", f"/api/deliveries/{delivery}/redeliver")
        if here.as_json:
            here.show.document(sent)
        else:
            here.show.say(f"{delivery} is sent again.")
        return
    chosen = {"endpointId": endpoint, "topic": topic, "since": since, "until": until}
    body: JsonObject = {
        "states": _told_of(states),
        **{name: value for name, value in chosen.items() if value is not None},
    }
    count = 0
    while True:
        answer = here.api.send("POST", "/api/deliveries/redeliver", body)
        count += int(answer["redelivered"])
        # What was delivered is so again a moment later: it would be sent without end.
        if "delivered" in body["states"] or not answer["redelivered"] or not answer["more"]:
            break
    if here.as_json:
        here.show.document({"redelivered": count, "more": bool(answer["more"])})
        return
    here.show.say(f"{counted(count, 'is', 'are')} sent again.")
    if answer["more"]:
        here.show.note("There are more: narrow it by --until, or give the command again.")


def _attempts(here: Session, delivery: "JsonObject") -> None:
    rows = [
        (
            each["number"],
            each["at"][:19],
            each["status"],
            f"{each['durationMs']} ms",
            each["error"] or "taken",
            " ".join((each["answer"] or "").split())[:60],
        )
        for each in delivery["attempts"]
    ]
    here.show.table(("attempt", "at", "status", "took", "came of it", "answer"), rows)
