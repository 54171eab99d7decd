"""`tillroll endpoints` and `tillroll deliveries`: where events go, and what became of them."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ..counting import counted
from ..endings import Code, Stopped
from ..session import Session, session
from ..shared_options import taking
from .runs import Cursor, Limit

if TYPE_CHECKING:
    from ..client.api import JsonObject

endpoints_app = typer.Typer(
    no_args_is_help=True, help="Webhook endpoints: where the account's events go."
)
deliveries_app = typer.Typer(
    no_args_is_help=True, help="Events on their way to endpoints, and each attempt."
)

EndpointId = Annotated[
    str, typer.Argument(metavar="ENDPOINT", help="ep_…, as `tillroll endpoints list` shows it.")
]
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


def _in_utc(moment: datetime) -> str:
    """A time as the API takes it: one without a zone is of UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.isoformat()


def _told_of(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


@endpoints_app.command("list")
@taking(session)
def list_endpoints(here: Session) -> None:
    """List the account's endpoints; the deployment's own stands first."""
    found = here.api.get("/api/endpoints")
    rows = [
        (
            each["id"],
            each["url"],
            ", ".join(each["topics"]) or "all",
            each["disabledWhy"] or ("failing" if each["failingSince"] else "enabled"),
            (each["lastDeliveredAt"] or "")[:16],
        )
        for each in found["items"]
    ]
    here.show.listing(found, ("endpoint", "address", "events", "state", "last delivered"), rows)


@endpoints_app.command()
@taking(session)
def create(
    here: Session,
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="Begins with https://, and is public.")
    ],
    topics: Annotated[
        str, typer.Option(help="Events, apart by commas: run.*,review.requested. Or all.")
    ] = "",
    description: Annotated[str, typer.Option(help="What it is, for people.")] = "",
) -> None:
    """Set an endpoint up. Its key is shown once."""
    body = {"url": address, "topics": _told_of(topics), "description": description}
    made = here.api.send("POST", "/api/endpoints", body)
    if here.as_json:
        here.show.document(made)
        return
    here.show.say(
        f"{made['id']} gets {', '.join(made['topics']) or 'all events'} at {made['url']}."
    )
    here.show.say(f"Key, shown this once: {made['secret']}")


@endpoints_app.command()
@taking(session)
def change(
    here: Session,
    endpoint: EndpointId,
    address: Annotated[
        str | None, typer.Option("--to", metavar="ADDRESS", help="Another address.")
    ] = None,
    topics: Annotated[
        str | None, typer.Option(help="Other events, apart by commas; '' for all.")
    ] = None,
    description: Annotated[str | None, typer.Option(help="What it is, for people.")] = None,
) -> None:
    """Change where an endpoint is, or what it gets."""
    given = {
        "url": address,
        "topics": None if topics is None else _told_of(topics),
        "description": description,
    }
    body = {name: value for name, value in given.items() if value is not None}
    if not body:
        raise Stopped(Code.USAGE, "Say what to change: --to, --topics or --description.")
    _changed(here, endpoint, body)


@endpoints_app.command()
@taking(session)
def enable(here: Session, endpoint: EndpointId) -> None:
    """Let an endpoint get what happens from now on. `deliveries redeliver` sends what it missed."""
    _changed(here, endpoint, {"enabled": True})


@endpoints_app.command()
@taking(session)
def disable(here: Session, endpoint: EndpointId) -> None:
    """Send an endpoint nothing more; what is on its way there is cancelled."""
    _changed(here, endpoint, {"enabled": False})


@endpoints_app.command()
@taking(session)
def delete(here: Session, endpoint: EndpointId) -> None:
    """Delete an endpoint and its keys. Its deliveries stay to be looked at."""
    here.api.send("DELETE", f"/api/endpoints/{endpoint}")
    here.show.say(f"{endpoint} is deleted.")


@endpoints_app.command()
@taking(session)
def rotate(
    here: Session,
    endpoint: EndpointId,
    hours: Annotated[
        int, typer.Option(help="For how long the key before signs too; 0 ends it at once.")
    ] = 24,
) -> None:
    """Give an endpoint a new key, shown once."""
    made = here.api.send(
        "POST", f"/api/endpoints/{endpoint}/rotate-secret", {"overlapHours": hours}
    )
    if here.as_json:
        here.show.document(made)
        return
    here.show.say(f"Key, shown this once: {made['secret']}")
    here.show.say(f"The one before signs too until {made['previousUntil'][:16]}.")


@endpoints_app.command()
@taking(session)
def test(here: Session, endpoint: EndpointId) -> None:
    """Send an event `endpoint.test` now, and say what the receiver answered."""
    sent = here.api.send("POST", f"/api/endpoints/{endpoint}/test")
    if here.as_json:
        here.show.document(sent)
    else:
        _attempts(here, sent)
    if sent["state"] != "delivered":
        raise Stopped(Code.FAILED, f"{endpoint} did not take it: {sent['lastError']}.")


@endpoints_app.command()
@taking(session)
def replay(
    here: Session,
    endpoint: EndpointId,
    since: Annotated[
        datetime | None,
        typer.Option(help="Only events that were written since then, UTC. Else all."),
    ] = None,
    topics: Annotated[
        str,
        typer.Option(
            help="Only these, apart by commas: expense.*. Else all that the endpoint wants."
        ),
    ] = "",
) -> None:
    """Send past events to an endpoint, the oldest first: those that it did not take yet."""
    body: JsonObject = {"topics": _told_of(topics)}
    if since is not None:
        body["since"] = _in_utc(since)
    begun = here.api.send("POST", f"/api/endpoints/{endpoint}/replays", body)
    if here.as_json:
        here.show.document(begun)
        return
    here.show.say(f"{begun['id']} sends past events to {endpoint}.")
    here.show.say(f"How far it is: `tillroll endpoints replays {endpoint}`")


@endpoints_app.command()
@taking(session)
def replays(here: Session, endpoint: EndpointId) -> None:
    """List what was replayed to an endpoint, the newest first, and how far each is."""
    listed = here.api.get(f"/api/endpoints/{endpoint}/replays")
    rows = [
        (
            each["id"],
            each["state"],
            each["queued"],
            ", ".join(each["topics"]) or "all",
            (each["since"] or "the first event")[:16],
            each["createdAt"][:16],
        )
        for each in listed["items"]
    ]
    columns = ("replay", "state", "events queued", "events", "since", "asked for")
    here.show.listing(listed, columns, rows)


@endpoints_app.command("stop-replay")
@taking(session)
def stop_replay(
    here: Session,
    endpoint: EndpointId,
    replay_id: Annotated[
        str,
        typer.Argument(metavar="REPLAY", help="rpl_…, as `tillroll endpoints replays` shows it."),
    ],
) -> None:
    """Stop a replay: what is under way is sent, and no more."""
    here.api.send("DELETE", f"/api/endpoints/{endpoint}/replays/{replay_id}")
    here.show.say(f"{replay_id} is stopped.")


@deliveries_app.command("list")
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


@deliveries_app.command("show")
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


@deliveries_app.command("events")
@taking(session)
def list_events(
    here: Session,
    since: Annotated[
        datetime | None, typer.Option(help="Only events that were written since then, UTC.")
    ] = None,
    topic: Annotated[
        str | None, typer.Option(help="Only these, such as expense.created or expense.*")
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List events as they are sent, the first that was written first."""
    asked = {
        "since": None if since is None else since.isoformat(),
        "topic": topic,
        "cursor": cursor,
    }
    page = here.api.items("/api/events", asked, limit)
    rows = [(each["id"], each["topic"], each["createdAt"], each["runId"]) for each in page["items"]]
    here.show.page(page, ("event", "topic", "since", "run"), rows)


@deliveries_app.command()
@taking(session)
def event(
    here: Session,
    webhook_id: Annotated[str, typer.Argument(metavar="WEBHOOK-ID", help="As a receiver got it.")],
) -> None:
    """Show an event with all its data, as JSON."""
    here.show.document(here.api.get(f"/api/events/{webhook_id}"))


@deliveries_app.command()
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


def _changed(here: Session, endpoint: str, body: "JsonObject") -> None:
    changed = here.api.send("PATCH", f"/api/endpoints/{endpoint}", body)
    if here.as_json:
        here.show.document(changed)
    else:
        here.show.say(
            f"{changed['url']} is {changed['status']}, and gets "
            f"{', '.join(changed['topics']) or 'all events'}."
        )


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
