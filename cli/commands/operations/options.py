"""Options of operators' commands: on which database, and what names somebody or something."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from cli.operations.place import Where
from tillroll_command.replies import AsJson
from tillroll_durable.platform.shards import (
    FIRST_BINDING,
    binding_of,
    make_here,
    number_of,
    of_id,
)

LONGEST_NAME = 200


def name(text: str) -> str:
    """An option that names something or somebody."""
    if not text.strip() or not text.isprintable() or len(text) > LONGEST_NAME:
        raise typer.BadParameter(f"a name has 1 to {LONGEST_NAME} printable characters")
    return text.strip()


def where(
    *,
    remote: Annotated[
        bool, typer.Option("--remote", help="On the deployed database; wrangler must be logged in.")
    ] = False,
    local: Annotated[
        bool, typer.Option("--local", help="On this machine's database, which `make dev` has made.")
    ] = False,
    deployment: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="With --remote: of which deployment, if this machine has made several.",
        ),
    ] = "",
    state: Annotated[Path, typer.Option(help="This machine's folder.")] = Path(".tillroll"),
    database: Annotated[
        str, typer.Option(metavar="BINDING", help="Which of several databases, such as DB_2.")
    ] = "",
    as_json: AsJson = False,
) -> Where:
    """The database that the options say.

    What the command makes says that database: see `shards`.

    Raises:
        BadParameter: they say none, or both, or not which of several deployments.
    """
    binding = database or FIRST_BINDING
    number = number_of(binding)
    if number is None:
        raise typer.BadParameter(
            f"{database} is no binding of a database, such as DB or DB_2", param_hint="--database"
        )
    make_here(number)
    if remote == local:
        raise typer.BadParameter("say on which database: give --remote or --local")
    if local:
        return Where(state.resolve(), as_json, database=binding, is_database_given=bool(database))
    return Where(None, as_json, deployment or only_deployment(), binding, bool(database))


def in_database_of(place: Where, id_: str) -> Where:
    """The place on the database that an id says, unless somebody has named one. What the command
    makes says that database too.
    """
    if place.is_database_given:
        return place
    number = of_id(id_)
    make_here(number)
    return replace(place, database=binding_of(number))


def only_deployment() -> str:
    """The deployment that this machine knows; empty where it knows none, so that wrangler.jsonc is
    meant.
    """
    from cli.operations.deploying.record import deployments

    known = deployments()
    if len(known) > 1:
        raise typer.BadParameter(f"say which deployment, by --deployment: {', '.join(known)}")
    return known[0] if known else ""


Account = Annotated[str, typer.Option("--account", metavar="ID", help="The account's id, acc_…")]
User = Annotated[
    str,
    typer.Option("--user", metavar="ID", help="The user's id, usr_…; `account users` lists them"),
]
Address = Annotated[
    str, typer.Option("--url", help="Where Tillroll runs, such as https://tillroll.example.com.")
]
