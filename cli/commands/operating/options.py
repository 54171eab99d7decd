"""Options of operators' commands: on which database, and what names somebody or something."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.operating.place import Where

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
    state: Annotated[Path, typer.Option(help="This machine's folder.")] = Path(".tillroll"),
) -> Where:
    """The database that the options say.

    Raises:
        BadParameter: they say none, or both.
    """
    if remote == local:
        raise typer.BadParameter("say on which database: give one of --remote --local")
    return Where(None if remote else state.resolve())


def say(*lines: object) -> None:
    """What a command answers: one line each."""
    for line in lines:
        sys.stdout.write(f"{line}\n")


Account = Annotated[str, typer.Option("--account", metavar="ID", help="The account's id, acc_…")]
User = Annotated[str, typer.Option("--user", metavar="ID", help="The user's id, usr_…; `account users` lists them")]
Address = Annotated[str, typer.Option("--url", help="Where Tillroll runs, such as https://tillroll.example.com.")]
