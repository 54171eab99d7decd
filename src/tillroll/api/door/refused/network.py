"""Where a request came from, so far that nobody is named by it."""

import ipaddress
from typing import Final

UNKNOWN: Final = "unknown"
_IPV4_BITS: Final = 24
_IPV6_BITS: Final = 48


def network_of(address: str | None) -> str:
    """The network of an address, as CIDR: of IPv4 the first 24 bits, of IPv6 48, which a site has. `unknown` where
    nobody says the address."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return UNKNOWN
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    shown = mapped or parsed
    bits = _IPV4_BITS if isinstance(shown, ipaddress.IPv4Address) else _IPV6_BITS
    return str(ipaddress.ip_network((shown, bits), strict=False))
