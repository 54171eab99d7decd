"""For routes whose use case is idempotent by a key of its own, and writes too much to be noted on the way."""

from typing import Annotated, cast

from fastapi import Depends, Request

from tillroll.idempotency.journal import Journal

# Where the journal of a request with a key stands in the ASGI scope.
JOURNAL = "tillroll.journal"


async def _own_key(request: Request) -> str | None:
    journal = cast("Journal | None", request.scope.get(JOURNAL))
    return None if journal is None else journal.turn_off()


# The operation's key, the same for each attempt at it; None where the request came with no Idempotency-Key.
OwnKey = Annotated[str | None, Depends(_own_key)]
