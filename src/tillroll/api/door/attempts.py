"""How often one address may try to sign in. Secrets here cannot be guessed; this bounds what trying costs us."""

import ipaddress
from typing import Annotated

from fastapi import Depends, Request

from tillroll.api.dependencies import PlatformHere
from tillroll.api.problems import TOO_MANY_ATTEMPTS, Problem

# Cloudflare sets it, whatever a client sends. Where nobody does, as in local development, nothing is counted.
_ADDRESS = "cf-connecting-ip"
_NETWORK_BITS = 64


async def count_attempt(request: Request, platform: PlatformHere) -> None:
    """A dependency of the routes that sign in.

    Raises:
        Problem: 429, there were too many attempts from the address within the last minute.
    """
    address = request.headers.get(_ADDRESS)
    if address and not await platform.attempts.may_try(f"sign-in:{_one_holder(address)}"):
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
