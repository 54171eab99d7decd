"""For routes whose use case is idempotent by a key of its own, and writes too much to be noted on the way."""

import hashlib
from dataclasses import dataclass
from typing import Annotated, Protocol, cast

from fastapi import Depends, Request

from tillroll.api.door.access import Principal
from tillroll.api.door.admission import PRINCIPAL

# Where the journal of a request with a key stands in the ASGI scope.
JOURNAL = "tillroll.journal"


class _Journal(Protocol):
    def turn_off(self) -> str:
        """What is done from here on is idempotent by a key of its own, which is returned."""
        ...


async def _own_key(request: Request) -> str | None:
    if (of_journal := _turn_off(request)) is not None:
        return of_journal
    # Where no journal is kept, the use case's own key is all that there is: the header, within account and route.
    return _within(_account_of(request) or "", request, request.method, request.url.path)


async def _account_key(request: Request) -> str | None:
    _turn_off(request)
    account_id = _account_of(request)
    return None if account_id is None else _within(account_id, request)


def _turn_off(request: Request) -> str | None:
    """Turn the journal off; its key, None where none is kept."""
    journal = cast("_Journal | None", request.scope.get(JOURNAL))
    return None if journal is None else journal.turn_off()


def _account_of(request: Request) -> str | None:
    asking = cast("Principal | None", request.scope.get(PRINCIPAL))
    return None if asking is None else asking.account_id


def _within(account_id: str, request: Request, *route: str) -> str | None:
    """The header within an account, and a route where it is named; None where there is no header."""
    key = request.headers.get("idempotency-key")
    return None if key is None else hashlib.sha256("\n".join((account_id, *route, key)).encode()).hexdigest()


# Of what moves money: the key within the account, whoever sends it, and for ever. A token that was rotated, or a day
# that has passed, makes no second payment of it. None where the request came with no Idempotency-Key.
AccountKey = Annotated[str | None, Depends(_account_key)]

# The operation's key, the same for each attempt at it; None where the request came with no Idempotency-Key.
OwnKey = Annotated[str | None, Depends(_own_key)]


@dataclass(frozen=True)
class Keys:
    """Both, for a route that learns only from its path what is asked for."""

    own: str | None
    of_account: str | None


async def _both(own: OwnKey, of_account: AccountKey) -> Keys:
    return Keys(own, of_account)


BothKeys = Annotated[Keys, Depends(_both)]
