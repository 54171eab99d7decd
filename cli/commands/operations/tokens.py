"""`tillroll token`: bearer tokens."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.commands.operations.options import Account, User, in_database_of, name, where
from cli.operations.place import Where
from tillroll_command.replies import reply
from tillroll_command.shared_options import taking

app = typer.Typer(no_args_is_help=True, help="Bearer tokens: list, make, revoke.")


def _days(text: str) -> int:
    from tillroll.identity.models import MOST_TOKEN_DAYS

    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= MOST_TOKEN_DAYS:
        raise typer.BadParameter(f"a number of days is 1 to {MOST_TOKEN_DAYS}")
    return int(text)


def _scope(text: str) -> str:
    from tillroll.access.permissions import SCOPES

    if text not in SCOPES:
        raise typer.BadParameter(f"a token is limited to {', '.join(SCOPES)}")
    return text


def _network(text: str) -> str:
    from tillroll.access.permissions import network

    try:
        return network(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


@app.command("list")
@taking(where)
def list_all(place: Where, account: Account) -> None:
    """List the tokens of an account, also those that have ended."""
    from cli.operations.failures import or_else
    from cli.operations.people import those_of, tokens_of
    from cli.operations.where import query

    place = in_database_of(place, account)
    with or_else("The tokens could not be read."):
        rows = those_of(account, query(tokens_of(account, datetime.now(UTC)), place))
    lines = [
        f"{row['id']}  {row['user']}  made {row['created_at']}  {row['status']}  "
        f"{row['name']}{_limits(row)}"
        for row in rows
    ]
    reply({"items": rows}, *lines, as_json=place.as_json)


def _limits(row: Mapping[str, object]) -> str:
    said = (("may", row["scopes"]), ("from", row["addresses"]), ("last used", row["last_used_at"]))
    return "".join(f"  {word} {kept}" for word, kept in said if kept)


@app.command()
@taking(where)
def create(
    place: Where,
    account: Account,
    user: User,
    name: Annotated[
        str, typer.Option(parser=name, help="What it is for, for instance a script's name.")
    ],
    days: Annotated[
        int | None,
        typer.Option(
            parser=_days, metavar="DAYS", help="After so many days it is refused; else never."
        ),
    ] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            parser=_scope,
            metavar="PERMISSION",
            help="No more than this (read, submit, …); several times for several.",
        ),
    ] = None,
    address: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            parser=_network,
            metavar="CIDR",
            help="Only from there; several times for several.",
        ),
    ] = None,
) -> None:
    """Make a token for a user; print it, once."""
    from cli.operations.people import OPERATOR
    from cli.operations.reasons import no_user, or_why
    from cli.operations.where import execute
    from tillroll.access.permissions import Limits, Permission
    from tillroll.identity.repository import Person
    from tillroll.identity.tokens import new_token
    from tillroll_command.sql import as_text

    place = in_database_of(place, account)
    scopes = tuple(Permission(each) for each in scope or ())
    limits = Limits(scopes or None, tuple(address or ()) or None)
    made = new_token(Person(account, user), name, days, OPERATOR, datetime.now(UTC), limits)
    with or_why("No token was made.", place, no_user(account, user)):
        execute(as_text(made.statements), place)
    end = f"It ends at {made.expires_at}." if made.expires_at else "It does not end by itself."
    reply(
        {"id": made.id, "token": made.secret, "expiresAt": made.expires_at},
        f"Made {made.id} ({name}) for {user}. {end} It is shown this once and stored nowhere:",
        made.secret,
        as_json=place.as_json,
    )


@app.command()
@taking(where)
def revoke(
    place: Where,
    account: Account,
    token: Annotated[
        str, typer.Option(metavar="ID", help="The token's id, tok_…, as `token list` shows it")
    ],
) -> None:
    """End a token: the next request with it is refused."""
    from cli.operations.people import OPERATOR
    from cli.operations.reasons import no_token, or_why
    from cli.operations.where import execute
    from tillroll.identity.tokens import revoke_token
    from tillroll_command.sql import as_text

    place = in_database_of(place, account)
    with or_why("Nothing was changed.", place, no_token(account, token)):
        execute(as_text(revoke_token(account, token, OPERATOR, datetime.now(UTC))), place)
    sentence = f"{token} is revoked. The next request with it is refused."
    reply({"id": token, "status": "revoked"}, sentence, as_json=place.as_json)
