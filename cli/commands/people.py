"""`tillroll people`: who is in the account, what they do there, and what lets them in."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ..session import Session, session
from ..shared_options import taking
from .runs import Cursor, Limit

if TYPE_CHECKING:
    from ..client.api import JsonObject

app = typer.Typer(
    no_args_is_help=True,
    help="The people of the account: roles, links, sign-ins that were refused.",
)


class Role(StrEnum):
    """What somebody does in the account."""

    OWNER = "owner"
    APPROVER = "approver"
    SUBMITTER = "submitter"
    OPERATOR = "operator"
    AUDITOR = "auditor"


PersonId = Annotated[
    str, typer.Argument(metavar="PERSON", help="usr_…, as `tillroll people list` shows it.")
]
Roles = Annotated[
    list[Role], typer.Option("--role", help="What they do; give it again for another role.")
]


@app.command("list")
@taking(session)
def list_people(here: Session) -> None:
    """List the people of the account, those who were removed last."""
    found = here.api.get("/api/people")
    rows = [
        (
            each["id"],
            each["name"],
            "removed" if each["removedAt"] else ", ".join(each["roles"]),
            _count(each["passkeys"]),
            _count(each["openLinks"]),
            each["mail"] or "",
        )
        for each in found["items"]
    ]
    here.show.listing(found, ("person", "name", "roles", "passkeys", "unused links", "mail"), rows)


def _count(number: object) -> str:
    return "" if number is None else str(number)


@app.command()
@taking(session)
def invite(
    here: Session,
    name: Annotated[str, typer.Argument(help="What the new person is called.")],
    roles: Roles,
    mail: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Mail the link there; else it is printed.")
    ] = None,
) -> None:
    """Make a further person of the account, and the link that lets them in, once, within three
    days.
    """
    body: JsonObject = {"name": name, "roles": [role.value for role in roles], "mail": mail}
    _told(here, here.api.send("POST", "/api/people", body))


@app.command("let-in")
@taking(session)
def let_in(here: Session, person: PersonId) -> None:
    """Make a link that lets a person in who cannot sign in any more, once, within a day. It is
    mailed to their confirmed address. Without one it is printed, all owners are told, and you count
    as that person wherever a second one decides.
    """
    _told(here, here.api.send("POST", f"/api/people/{person}/links"))


@app.command("take-back")
@taking(session)
def take_back(here: Session, person: PersonId) -> None:
    """Take back all links and codes of a person that nobody has used."""
    here.api.send("DELETE", f"/api/people/{person}/links")
    here.show.say(f"No link lets {person} in any more.")


@app.command("roles")
@taking(session)
def change_roles(here: Session, person: PersonId, roles: Roles) -> None:
    """Give a person these roles in place of those they had."""
    changed = here.api.send(
        "PUT", f"/api/people/{person}/roles", {"roles": [role.value for role in roles]}
    )
    if here.as_json:
        here.show.document(changed)
    else:
        here.show.say(f"{person} is {', '.join(changed['roles'])} from now on.")


@app.command("sign-out")
@taking(session)
def sign_out(here: Session, person: PersonId) -> None:
    """End all sessions of a person. Their passkeys and tokens stay."""
    here.api.send("DELETE", f"/api/people/{person}/sessions")
    here.show.say(f"{person} is signed out everywhere.")


@app.command("lock-out")
@taking(session)
def lock_out(here: Session, person: PersonId) -> None:
    """End all sessions, passkeys and unused links of a person, for instance after a theft."""
    here.api.send("POST", f"/api/people/{person}/lock-out")
    here.show.say(f"{person} is locked out. `tillroll people let-in {person}` makes a link.")


@app.command()
@taking(session)
def remove(here: Session, person: PersonId) -> None:
    """Remove a person: nothing lets them in any more. What they did stays, under their name."""
    here.api.send("DELETE", f"/api/people/{person}")
    here.show.say(f"{person} is removed.")


@app.command()
@taking(session)
def refused(
    here: Session,
    of_nobody: Annotated[
        bool, typer.Option("--of-nobody", help="What is nobody's; for whoever runs the deployment.")
    ] = False,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List sign-ins that were refused within thirty days: how often, whose, from which network."""
    path = "/api/sign-in-refusals/of-nobody" if of_nobody else "/api/sign-in-refusals"
    page = here.api.items(path, {"cursor": cursor}, limit)
    rows = [
        (
            each["hour"][:13],
            each["userId"] or "nobody",
            each["how"],
            each["network"],
            str(each["refused"]),
        )
        for each in page["items"]
    ]
    here.show.page(page, ("hour (UTC)", "person", "by", "from", "refused"), rows)


def _told(here: Session, made: "JsonObject") -> None:
    if here.as_json:
        here.show.document(made)
    elif made["mailedTo"]:
        here.show.say(
            f"The link for {made['userId']} is mailed to {made['mailedTo']}, until "
            f"{made['expiresAt'][:16]}."
        )
    else:
        here.show.say(
            f"Link for {made['userId']}, shown this once, until {made['expiresAt'][:16]}:"
        )
        here.show.say(f"{here.api.server.url}{made['url']}")
