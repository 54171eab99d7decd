"""`tillroll dev`, `token` and `build`: a project's Worker on this machine, and on its way out."""

from typing import TYPE_CHECKING, Annotated

import typer

from tillroll_command.endings import Code, Stopped
from tillroll_command.replies import AsJson, reply

if TYPE_CHECKING:
    from tillroll_command.running.places import Places

# The other side listens on the one behind.
_HIGHEST_PORT = 65_534
token = typer.Typer(no_args_is_help=True, help="Bearer tokens of the deployment's HTTP.")


def dev(
    *,
    port: Annotated[
        int, typer.Option(min=1, max=_HIGHEST_PORT, help="Where the Worker answers.")
    ] = 8787,
) -> Code:
    """Run the project on this machine until Ctrl-C. The first start installs what that needs."""
    from tillroll_command.running.dev import run
    from tillroll_command.running.parts import NotInstalled
    from tillroll_local.stack import StackError

    try:
        run(_places(), port)
    except (NotInstalled, StackError) as error:
        raise Stopped(Code.FAILED, f"It has stopped. {error}") from error
    return Code.DONE


def build() -> None:
    """Put the Worker's packages into python_modules, and the page into the assets, for `wrangler
    deploy`.
    """
    from tillroll_command.running.configuration import read, told_of_missing
    from tillroll_command.running.page import copy_page
    from tillroll_command.running.parts import NotInstalled, install_packages

    places = _places()
    try:
        install_packages(places)
    except NotInstalled as error:
        raise Stopped(Code.FAILED, str(error)) from error
    reply({"written": "python_modules"}, "python_modules is up to date.", as_json=False)
    for missing in told_of_missing(read(places.configuration)):
        reply({"missing": missing}, missing, as_json=False)
    page = copy_page(places)
    if page is not None:
        told = f"The page is in {page.relative_to(places.root)}."
        reply({"written": str(page)}, told, as_json=False)


@token.callback()
# Typer calls it, and so keeps the subcommand's name.
def _token() -> None:
    """Bearer tokens of the deployment's HTTP."""


@token.command("create")
def create_token(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="What it is for, such as a script's name.")
    ],
    *,
    remote: Annotated[
        bool, typer.Option("--remote", help="On the deployed database; else on this machine's.")
    ] = False,
    permissions: Annotated[
        str,
        typer.Option(help="What it may do, with commas between: read, run, operate, and others."),
    ] = "read,run,operate",
    as_json: AsJson = False,
) -> None:
    """Make a token, and the account where there is none; print it, once."""
    from tillroll_command.running.database import Database, DatabaseRefused
    from tillroll_command.tokens import made_token

    places = _places()
    try:
        made = made_token(name, [each.strip() for each in permissions.split(",")])
    except ValueError as error:
        raise Stopped(Code.USAGE, str(error)) from error
    database = Database(places, places.configuration, is_remote=remote)
    try:
        database.execute(made.sql)
    except DatabaseRefused as error:
        raise Stopped(Code.FAILED, f"No token was made. {error}") from error
    reply(
        {"id": made.id, "token": made.secret},
        f"Made {made.id} ({name}). It is shown this once and stored nowhere:",
        made.secret,
        as_json=as_json,
    )


def _places() -> "Places":
    from tillroll_command.project import authors_project
    from tillroll_command.running.places import Places

    return Places(authors_project())
