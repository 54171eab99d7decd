"""`tillroll notices`: what whoever asks is told, how, where mail to them goes, and which browsers
show it.
"""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ..endings import Code, Stopped
from ..session import Session, session
from ..shared_options import taking
from .runs import Cursor, Limit

if TYPE_CHECKING:
    from ..client.api import JsonObject

app = typer.Typer(no_args_is_help=True, help="What you are told, how, and where mail to you goes.")


class How(StrEnum):
    """How somebody is told."""

    APP = "app"
    MAIL = "mail"
    BOTH = "both"
    NEITHER = "neither"


class PushKind(StrEnum):
    """What a browser shows: what waits for your approval, what needs you, what was paid, which
    expenses are ready.
    """

    APPROVAL = "approval"
    ATTENTION = "attention"
    PAID = "paid"
    READY = "ready"


@app.command("list")
@taking(session)
def list_notices(
    here: Session,
    unread: Annotated[bool, typer.Option("--unread", help="Only those that are not read.")] = False,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List what you are told, the newest first."""
    page = here.api.items(
        "/api/notices", {"unread": "true" if unread else None, "cursor": cursor}, limit
    )
    rows = [
        (
            each["id"],
            each["createdAt"][:16],
            "needs you" if each["needsYou"] else "" if each["readAt"] else "new",
            f"{each['message']} {each['about']}".strip(),
        )
        for each in page["items"]
    ]
    here.show.page(page, ("notice", "told", "", "what"), rows)


@app.command()
@taking(session)
def read(
    here: Session,
    notices: Annotated[
        list[str] | None, typer.Argument(metavar="NOTICE...", help="As the list shows them.")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="All that were told then or before, such as 2026-03-31T12:00:00Z."
        ),
    ] = None,
) -> None:
    """Mark notices as read: these, or all until a time."""
    if bool(notices) is (until is not None):
        raise Stopped(
            Code.USAGE,
            "Name the notices, or give --until, the time of the newest that you have seen.",
        )
    body: JsonObject = {"ids": notices} if notices else {"until": until}
    left = here.api.send("POST", "/api/notices/read", body)
    if here.as_json:
        here.show.document(left)
    else:
        here.show.say(f"{left['unread']} are not read, {left['needsYou']} need you.")


@app.command()
@taking(session)
def choices(here: Session) -> None:
    """List what you can be told of, how you are, and where mail goes."""
    found = here.api.get("/api/notices/choices")
    rows = [
        (each["topic"], _how(each), "chosen" if each["isOwn"] else "", each["title"])
        for each in found["items"]
    ]
    here.show.listing(found, ("topic", "told", "", "what happened"), rows)
    here.show.note(_mail(found["mail"]))


@app.command()
@taking(session)
def choose(
    here: Session,
    topic: Annotated[str, typer.Argument(help="As `tillroll notices choices` names it.")],
    how: Annotated[How, typer.Argument(help="From now on.")],
) -> None:
    """Choose how you are told of a topic."""
    chosen = {
        "topic": topic,
        "inApp": how in {How.APP, How.BOTH},
        "byMail": how in {How.MAIL, How.BOTH},
    }
    found = here.api.send("PUT", "/api/notices/choices", chosen)
    if here.as_json:
        here.show.document(found)
    else:
        here.show.say(f"You are told of {topic} so from now on: {how.value}.")


class Language(StrEnum):
    """What is sent to somebody is written in."""

    ENGLISH = "en"
    GERMAN = "de"


@app.command()
@taking(session)
def language(
    here: Session,
    given: Annotated[
        Language | None, typer.Argument(metavar="LANGUAGE", help="en or de, from now on.")
    ] = None,
) -> None:
    """Show the language of mail and messages to you, or choose another."""
    if given is None:
        found = here.api.get("/api/notices/choices")
    else:
        found = here.api.send("PUT", "/api/notices/language", {"language": given.value})
    if here.as_json:
        here.show.document(found)
    else:
        here.show.say(
            "Mail and messages to you are in "
            f"{'German' if found['language'] == 'de' else 'English'}."
        )


@app.command()
@taking(session)
def address(
    here: Session,
    given: Annotated[
        str | None, typer.Argument(metavar="ADDRESS", help="Where mail is to go.")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Send no mail any more.")] = False,
) -> None:
    """Show where mail to you goes, or give another address: the link that is mailed there confirms
    it.
    """
    if given and remove:
        raise Stopped(Code.USAGE, "Give an address, or --remove: not both.")
    if given:
        mail = here.api.send("PUT", "/api/mail-address", {"address": given})
    elif remove:
        mail = here.api.send("DELETE", "/api/mail-address")
    else:
        mail = here.api.get("/api/notices/choices")["mail"]
    if here.as_json:
        here.show.document(mail)
    else:
        here.show.say(_mail(mail))


@app.command()
@taking(session)
def devices(
    here: Session,
    device: Annotated[
        str | None, typer.Argument(metavar="DEVICE", help="As the list shows it.")
    ] = None,
    kinds: Annotated[
        list[PushKind] | None,
        typer.Option("--show", help="What it shows from now on; several times for several."),
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="It shows nothing any more.")] = False,
) -> None:
    """List the browsers that show you messages, or change or remove one. It is added in itself:
    Settings, Notices.
    """
    if (device is None) is (remove or bool(kinds)) or (remove and kinds):
        raise Stopped(Code.USAGE, "Name a device with --show or --remove, or nothing for the list.")
    path = f"/api/notices/devices/{device}"
    if remove:
        here.api.send("DELETE", path)
        here.show.say(f"{device} shows nothing any more.")
    elif kinds:
        changed = here.api.send("PATCH", path, {"kinds": [kind.value for kind in kinds]})
        if here.as_json:
            here.show.document(changed)
        else:
            here.show.say(f"{changed['name']} shows {', '.join(changed['kinds'])} from now on.")
    else:
        found = here.api.get("/api/notices/devices")
        rows = [
            (
                each["id"],
                each["name"],
                ", ".join(each["kinds"]),
                each["lastError"] or (each["lastSentAt"] or "")[:16],
            )
            for each in found["items"]
        ]
        here.show.listing(found, ("device", "name", "shows", "last message"), rows)


def _how(choice: "JsonObject") -> str:
    ways = [way for way, is_so in (("app", choice["inApp"]), ("mail", choice["byMail"])) if is_so]
    return " and ".join(ways) or "neither"


def _mail(mail: "JsonObject") -> str:
    if not mail["isOffered"]:
        return "This deployment sends no mail."
    waits = ""
    if mail["pendingStopped"]:
        why = mail["pendingStopped"]
        waits = (
            f" The link to {mail['pending']} did not come: mail there {why}. Give another address."
        )
    elif mail["pending"]:
        waits = f" A link was mailed to {mail['pending']}: use it within a day."
    if not mail["address"]:
        return f"No mail goes to you.{waits}"
    stopped = f", but nothing is sent: mail there {mail['stopped']}" if mail["stopped"] else ""
    return f"Mail goes to {mail['address']}{stopped}.{waits}"
