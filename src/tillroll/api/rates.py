"""How many requests come in a minute, at most: from an address, of a token or a person, of an
account.

Cloudflare's rate limits answer yes or no without a round trip to the database. Each of its places
counts for itself, and approximately, so no header says how many are left; only that none are, where
none are.
"""

import ipaddress
from typing import Final

from tillroll.api.problems import TOO_MANY_ATTEMPTS, TOO_MANY_REQUESTS, Problem
from tillroll_durable.platform.bindings.objects import Attempts, may_try
from tillroll_durable.platform.services import Platform

_NETWORK_BITS: Final = 64
# As wrangler.jsonc sets it for each limit.
WINDOW_SECONDS: Final = 60


async def count_address(platform: Platform, address: str | None) -> None:
    """Before anything is looked up: anyone who has no valid token does not wear out the database,
    either. Where nobody says the address, or it is this machine's own, as in local development,
    nothing is counted.
    """
    if address and not _is_own(address):
        await _count(
            platform.limits.by_address, one_holder(address), name="address", whose="this address"
        )


async def count_principal(platform: Platform, actor: str, account_id: str) -> None:
    """Raises Problem: 429, there were too many of the token or person, or of their account."""
    name, whose = ("token", "this token") if actor.startswith("token:") else ("person", "you")
    await _count(platform.limits.by_actor, actor, name=name, whose=whose)
    await _count(platform.limits.by_account, account_id, name="account", whose="this account")


async def count_sign_in(platform: Platform, what: str) -> None:
    """Count an attempt to sign in: by an address, by a code's hash, or as a person, from wherever
    it comes.
    """
    if not await may_try(platform.attempts, f"sign-in:{what}"):
        raise Problem(
            TOO_MANY_ATTEMPTS, "Wait a minute, then try again.", headers=_nothing_left("sign-in")
        )


async def count_event(
    platform: Platform, *, address: str | None = None, account_id: str | None = None
) -> None:
    """An event of another system, by where it comes from before anything is looked up, and then by
    whose it is. Systems send in bursts, so an address may send as many as an account may ask; and
    they are counted by themselves, so that no burst shuts an account's people out.
    """
    if address:
        await _count(
            platform.limits.by_account,
            f"events:{one_holder(address)}",
            name="address",
            whose="this address",
        )
    if account_id:
        await _count(
            platform.limits.by_account,
            f"events:{account_id}",
            name="account",
            whose="the systems of this account",
        )


async def _count(limit: Attempts, key: str, name: str, whose: str) -> None:
    if not await may_try(limit, key):
        detail = f"Too many requests came from {whose} within a minute. Send it again later."
        raise Problem(TOO_MANY_REQUESTS, detail, headers=_nothing_left(name))


def _nothing_left(name: str) -> dict[str, str]:
    """The RateLimit header (draft-ietf-httpapi-ratelimit-headers-10, section 4)."""
    return {"ratelimit": f'"{name}";r=0;t={WINDOW_SECONDS}'}


def _is_own(address: str) -> bool:
    """Whether it is of this machine: no request that came through Cloudflare says so."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def one_holder(address: str) -> str:
    """What one customer of a provider has: an address, or of IPv6 the network of the first 64
    bits.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, _NETWORK_BITS), strict=False))
    return str(parsed)
