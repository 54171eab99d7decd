"""`tillroll mail`: the address that receipts are mailed to, who may send there, and what came."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ..session import Session, session
from ..shared_options import taking
from .runs import Cursor, Limit

if TYPE_CHECKING:
    from ..client.api import JsonObject

app = typer.Typer(
    no_args_is_help=True, help="Receipts by mail: the address, who may send there, what came."
)

MailId = Annotated[
    str, typer.Argument(metavar="MAIL", help="rml_…, as `tillroll mail list` shows it.")
]
Grace = Annotated[
    int, typer.Option("--grace", metavar="HOURS", help="The address before holds for so long yet.")
]
Pattern = Annotated[
    str, typer.Argument(metavar="SENDER", help="An address, or all of a domain: @example.com.")
]
Person = Annotated[str, typer.Argument(metavar="PERSON", help="usr_…: whose receipts these are.")]
Only = Annotated[
    str | None, typer.Option("--only", help="In this state: stored, done, refused or failed.")
]
Unproven = Annotated[
    bool,
    typer.Option(
        "--unproven/--proven", help="Whether mail is taken whose sender's domain proves nothing."
    ),
]
_PATH = "/api/receipts-by-mail"


@app.command()
@taking(session)
def address(here: Session) -> None:
    """Show the address, and who may send there beside the account's people."""
    _told(here, here.api.get(_PATH))


@app.command("new-address")
@taking(session)
def new_address(here: Session, grace: Grace = 0) -> None:
    """Make the address, or another in its place."""
    _told(here, here.api.send("POST", f"{_PATH}/address", {"graceHours": grace}))


@app.command("no-address")
@taking(session)
def no_address(here: Session) -> None:
    """Take nothing by mail any more, at once."""
    _told(here, here.api.send("DELETE", f"{_PATH}/address"))


@app.command()
@taking(session)
def allow(here: Session, pattern: Pattern, person: Person) -> None:
    """Let somebody send receipts, which are the person's."""
    now = here.api.get(_PATH)
    others = [each for each in now["senders"] if each["pattern"] != pattern.casefold()]
    senders = [*others, {"pattern": pattern, "userId": person}]
    _change(here, senders, is_required=bool(now["requiresAuthentication"]))


@app.command()
@taking(session)
def disallow(here: Session, pattern: Pattern) -> None:
    """Take nothing from them any more."""
    now = here.api.get(_PATH)
    senders = [each for each in now["senders"] if each["pattern"] != pattern.casefold()]
    _change(here, senders, is_required=bool(now["requiresAuthentication"]))


@app.command()
@taking(session)
def accept(here: Session, unproven: Unproven) -> None:
    """Say whether a sender's domain must prove that it sent the mail."""
    _change(here, here.api.get(_PATH)["senders"], is_required=not unproven)


@app.command("list")
@taking(session)
def list_mail(here: Session, only: Only = None, limit: Limit = 20, cursor: Cursor = None) -> None:
    """List the mail that came, newest first."""
    page = here.api.items("/api/received-mail", {"state": only, "cursor": cursor}, limit)
    rows = [
        (
            each["id"],
            each["receivedAt"][:16],
            each["state"],
            each["taken"],
            each["refused"],
            each["sender"],
        )
        for each in page["items"]
    ]
    here.show.page(page, ("mail", "received", "state", "taken", "refused", "sender"), rows)


@app.command()
@taking(session)
def show(here: Session, mail: MailId) -> None:
    """Show a mail, with what was in it and what became of each."""
    here.show.document(here.api.get(f"/api/received-mail/{mail}"))


@app.command()
@taking(session)
def replay(here: Session, mail: MailId) -> None:
    """Work a mail off again that failed."""
    here.show.document(here.api.send("POST", f"/api/received-mail/{mail}/replay"))


def _change(here: Session, senders: Sequence[object], *, is_required: bool) -> None:
    _told(
        here,
        here.api.send("PUT", _PATH, {"requiresAuthentication": is_required, "senders": [*senders]}),
    )


def _told(here: Session, shown: "JsonObject") -> None:
    here.show.document(shown)
