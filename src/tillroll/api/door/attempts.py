"""How often somebody may try to sign in: an address, a code, a person. Secrets here cannot be guessed; this bounds what
trying costs us, and what a secret that leaked but ended is good for."""

import ipaddress
from typing import Annotated

from fastapi import Depends, Request

from tillroll.api.dependencies import PlatformHere
from tillroll.api.door.access import ADDRESS
from tillroll.api.problems import TOO_MANY_ATTEMPTS, Problem
from tillroll.platform.services import Platform

_NETWORK_BITS = 64


async def count_attempt(request: Request, platform: PlatformHere) -> None:
    """A dependency of the routes that sign in.

    Raises:
        Problem: 429, there were too many attempts from the address within the last minute.
    """
    address = request.headers.get(ADDRESS)  # where nobody says it, as in local development, nothing is counted
    if address and not await platform.attempts.may_try(f"sign-in:{_one_holder(address)}"):
        raise Problem(TOO_MANY_ATTEMPTS, "Wait a minute, then try again.")


async def count_for(platform: Platform, what: str) -> None:
    """Count an attempt on `what`: a code by its hash, or a person by their id, from wherever it comes.

    Raises:
        Problem: 429, there were too many within the last minute.
    """
    if not await platform.attempts.may_try(f"sign-in:{what}"):
        raise Problem(TOO_MANY_ATTEMPTS, "Wait a minute, then try again.")


Counted = Annotated[None, Depends(count_attempt)]


def _one_holder(address: str) -> str:
    """What one customer of a provider has: an address, or of IPv6 the network of the first 64 bits."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, _NETWORK_BITS), strict=False))
    return str(parsed)
