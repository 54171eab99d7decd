"""What a token is limited to: some permissions, some addresses."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tillroll.access.permissions import SCOPES, Permission

MOST_NETWORKS: Final = 20


@dataclass(frozen=True)
class Limits:
    """`scopes`: no more than these permissions; `addresses`: from these networks only, as CIDR. None for no limit."""

    scopes: tuple[Permission, ...] | None = None
    addresses: tuple[str, ...] | None = None

    @property
    def are_any(self) -> bool:
        return self.scopes is not None or self.addresses is not None


NO_LIMITS: Final = Limits()


def limited(may: frozenset[Permission], scopes: Iterable[str]) -> frozenset[Permission]:
    """What is left of a person's permissions to a token of these scopes. A name that is none grants nothing."""
    named = {*scopes}
    return frozenset(each for each in may if each in SCOPES and each in named) | {Permission.SIGNED_IN}


def network(given: str) -> str:
    """A network as CIDR, from that or from one address.

    Raises:
        ValueError: it is none.
    """
    try:
        return str(ipaddress.ip_network(given.strip(), strict=False))
    except ValueError as error:
        raise ValueError("Give an address or a network, such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32") from error


def is_within(address: str | None, networks: Iterable[str]) -> bool:
    """Whether an address lies in one of the networks. One that nobody told lies in none."""
    try:
        asked = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    mapped = asked.ipv4_mapped if isinstance(asked, ipaddress.IPv6Address) else None
    return any((mapped or asked) in ipaddress.ip_network(each) for each in networks)
