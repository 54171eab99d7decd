"""Options of operators' commands: on which database, and what names somebody or something."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from cli.hints import with_hints
from cli.operations.place import Where
from cli.views.output import Output

LONGEST_NAME = 200
AsJson = Annotated[bool, typer.Option("--json", help="JSON on stdout, and nothing else.")]


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
    as_json: AsJson = False,
) -> Where:
    """The database that the options say.

    Raises:
        BadParameter: they say none, or both, or not which of several deployments.
    """
    if remote == local:
        raise typer.BadParameter("say on which database: give --remote or --local")
    if local:
        return Where(state.resolve(), as_json)
    return Where(None, as_json, deployment or only_deployment())


def only_deployment() -> str:
    """The deployment that this machine knows; empty where it knows none, so that wrangler.jsonc is
    meant.
    """
    from cli.operations.deploying.record import deployments

    known = deployments()
    if len(known) > 1:
        raise typer.BadParameter(f"say which deployment, by --deployment: {', '.join(known)}")
    return known[0] if known else ""


def reply(document: Mapping[str, object], *lines: str, as_json: bool) -> None:
    """What a command answers: one JSON document, or lines for people."""
    if as_json:
        Output(as_json=True).document(document)
    else:
        sys.stdout.writelines(f"{with_hints(line)}\n" for line in lines)


def say_beside(*, as_json: bool) -> Callable[[str], None]:
    """For what is said on the way: with the answer, or beside it where that is JSON."""
    stream = sys.stderr if as_json else sys.stdout

    def say(line: str) -> None:
        stream.write(f"{with_hints(line)}\n")

    return say


Account = Annotated[str, typer.Option("--account", metavar="ID", help="The account's id, acc_…")]
User = Annotated[
    str,
    typer.Option("--user", metavar="ID", help="The user's id, usr_…; `account users` lists them"),
]
Address = Annotated[
    str, typer.Option("--url", help="Where Tillroll runs, such as https://tillroll.example.com.")
]
