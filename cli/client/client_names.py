"""A client that somebody named by its id or its name."""

from typing import TYPE_CHECKING

from tillroll_command.endings import Code, Stopped

if TYPE_CHECKING:
    from ..session import Session


def client_id(here: "Session", client: str) -> str:
    """The id of a client that somebody named by it, or by its name."""
    if client.startswith("cli_"):
        return client
    found = here.api.get("/api/clients", {"name": client})["items"]
    if not found:
        raise Stopped(
            Code.NOT_FOUND,
            f"There is no client {client}: `tillroll api GET /api/clients` lists them.",
        )
    if len(found) > 1:
        raise Stopped(
            Code.REFUSED, f"Several clients are called {client}: name one by its id, or merge them."
        )
    return str(found[0]["id"])
