"""How often somebody may try to sign in: an address, a code, a person. Secrets here cannot be guessed; this bounds what
trying costs us, and what a secret that leaked but ended is good for."""

from typing import Annotated

from fastapi import Depends, Request

from tillroll.api.dependencies import PlatformHere
from tillroll.api.door.access import ADDRESS
from tillroll.api.door.rates import WINDOW_SECONDS, one_holder
from tillroll.api.problems import TOO_MANY_ATTEMPTS, Problem
from tillroll.platform.services import Platform


async def count_attempt(request: Request, platform: PlatformHere) -> None:
    """A dependency of the routes that sign in.

    Raises:
        Problem: 429, there were too many attempts from the address within the last minute.
    """
    address = request.headers.get(ADDRESS)
    if address and not await platform.attempts.may_try(f"sign-in:{one_holder(address)}"):
        raise Problem(TOO_MANY_ATTEMPTS, "Wait a minute, then try again.", limited=("sign-in", WINDOW_SECONDS))


async def count_for(platform: Platform, what: str) -> None:
    """Count an attempt on `what`: a code by its hash, or a person by their id, from wherever it comes.

    Raises:
        Problem: 429, there were too many within the last minute.
    """
    if not await platform.attempts.may_try(f"sign-in:{what}"):
        raise Problem(TOO_MANY_ATTEMPTS, "Wait a minute, then try again.", limited=("sign-in", WINDOW_SECONDS))


Counted = Annotated[None, Depends(count_attempt)]
