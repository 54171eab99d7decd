"""What every command that asks a server has: its options, the server, and where it prints."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tillroll_command.output import Output
from tillroll_command.surroundings import Surroundings

from .client.server import Server, ServerOptions, find_server

if TYPE_CHECKING:
    from .client.api import Api


class Session:
    """One command's way to the server."""

    def __init__(
        self,
        options: ServerOptions,
        surroundings: Surroundings,
        *,
        as_json: bool,
        help: Callable[[], str],  # noqa: A002 - the word that a reader knows
    ) -> None:
        self.options = options
        self.surroundings = surroundings
        self.help = help
        self.show = Output(as_json=as_json)

    @property
    def as_json(self) -> bool:
        return self.show.as_json

    @cached_property
    def server(self) -> Server:
        """Raises Stopped."""
        return find_server(self.options, self.surroundings.environment, self.surroundings.folder)

    @cached_property
    def api(self) -> "Api":
        """Raises Stopped."""
        return self.api_of(self.server)

    def api_of(self, server: Server) -> "Api":
        from .client.api import Api  # noqa: PLC0415 - httpx, which help and completion do not need

        return Api(server, self.surroundings.transport, self.surroundings.sleep)


def session(
    context: typer.Context,
    *,
    url: Annotated[
        str | None,
        typer.Option(
            "--url", metavar="URL", help="The server; else TILLROLL_URL, else that of `make dev`."
        ),
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option(
            "--token-file",
            metavar="FILE",
            help="Holds the token; else TILLROLL_TOKEN, or `make dev`'s.",
        ),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(
            "--state",
            metavar="FOLDER",
            help="The STATE of `make dev`; else of the one that runs here.",
        ),
    ] = None,
    account: Annotated[
        str | None,
        typer.Option(
            "--account",
            metavar="ID",
            help="Work in no other account than this; else TILLROLL_ACCOUNT.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="JSON on stdout, and nothing else.")
    ] = False,
) -> Session:
    """The session that the options of a command ask for."""
    return Session(
        ServerOptions(url, token_file, state, account),
        context.obj or Surroundings(),
        as_json=as_json,
        help=context.get_help,
    )
