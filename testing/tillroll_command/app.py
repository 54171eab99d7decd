"""The command as one Typer application: an author's commands, and what others add."""

import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Annotated, Final

import typer

from tillroll_command import VERSION
from tillroll_command.commands import (
    asking,
    checking,
    exporting,
    making,
    operating,
    reading,
    running,
)
from tillroll_command.commands.playing import playing
from tillroll_command.project import authors_project

ADDITIONS: Final = "tillroll.commands"
"""The group of entry points by which a distribution adds commands: each is a function that is given
the application. A command that it adds takes the place of one that has the same name.
"""
AUTHORS: Final = "For authors of workflows"
DEPLOYED: Final = "What a deployment runs"
_HELP: Final = {"help_option_names": ["-h", "--help"]}


def application() -> typer.Typer:
    """The whole command, with what the distributions of this environment add."""
    app = authors_own()
    for point in sorted(entry_points(group=ADDITIONS), key=lambda each: each.name):
        add: Callable[[typer.Typer], None] = point.load()
        add(app)
    return app


def authors_own() -> typer.Typer:
    """The commands that the library brings."""
    app = typer.Typer(
        name="tillroll",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings=_HELP,
        help="Durable workflows with recovery contracts, on Cloudflare Python Workers.",
    )
    app.callback()(_root)
    for command in (
        making.init,
        making.migrate,
        making.eject,
        running.dev,
        running.build,
        checking.check,
        exporting.histories,
        reading.docs,
        playing(authors_project),
    ):
        app.command(rich_help_panel=AUTHORS)(command)
    app.command("test", rich_help_panel=AUTHORS)(checking.run_tests)
    app.add_typer(running.token, name="token", rich_help_panel=AUTHORS)
    for command in (
        asking.trigger,
        asking.signal,
        asking.runs,
        asking.status,
        operating.run,
        operating.steps,
        operating.review,
        operating.operate,
        operating.restart,
        operating.query,
    ):
        app.command(rich_help_panel=DEPLOYED)(command)
    app.add_typer(asking.schedules, name="schedules", rich_help_panel=DEPLOYED)
    app.add_typer(making.new, name="new", rich_help_panel=AUTHORS)
    return app


def _say_version(is_asked: bool) -> None:
    if is_asked:
        sys.stdout.write(f"tillroll {VERSION}\n")
        raise typer.Exit


def _root(
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Say which version this is.", callback=_say_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Durable, audited workflows."""
