"""Addresses that a person configures and the Worker then asks: only what is public is asked."""

import re
from dataclasses import dataclass
from ipaddress import (
    AddressValueError,
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
)
from typing import Final, Self, TypeAlias
from urllib.parse import urlsplit

from tillroll_durable.platform.bindings.http import ResolvingFailed
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.settings import InvalidSetting, Variable, read_address

IpAddress: TypeAlias = IPv4Address | IPv6Address

# IANA's registry of special-purpose addresses (RFC 6890), multicast, class E, and Azure's host in a
# public range.
_NOT_PUBLIC_4: Final = tuple(map(IPv4Network, (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32",
    "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24",
    "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
    "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
)))  # fmt: skip
# Global unicast (RFC 4291) is all that is handed out to the public; mapped, translated (NAT64),
# unique local, link-local and multicast addresses lie outside of it.
_PUBLIC_6: Final = IPv6Network("2000::/3")
# Protocol assignments with Teredo, documentation, 6to4 (an IPv4 address inside), AS112,
# documentation.
_NOT_PUBLIC_6: Final = tuple(
    map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"))
)
# Names that resolve inside of a network, or nowhere (RFC 2606, 6761, 6762, 7686, 8375, ICANN's
# `internal`).
_INNER_ENDING: Final = re.compile(
    "alt|arpa|corp|home|internal|intranet|invalid|lan|local|localdomain|localhost|mail|onion|"
    "private|test|workgroup"
)
_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# As the URL standard has it: a host whose last label looks like a number is an IPv4 address, or
# none at all.
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_DOTTED: Final = re.compile(r"(?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3}")
_LONGEST_URL: Final = 2000
_LONGEST_NAME: Final = 253


class NotPublic(Exception):
    """The address is none that may be asked; the message says why, and what would do."""


@dataclass(frozen=True)
class Target:
    """Where an address leads: a name (in lower case, without a dot at its end), or an IP address
    that is public."""

    host: str
    ip: IpAddress | None


def target_of(url: str) -> Target:
    """The host of an https address. Raises NotPublic: it is none, or not of the public Internet."""
    return _host(_host_of(url, schemes=("https",)))


def _host_of(url: str, *, schemes: tuple[str, ...]) -> str:
    """The host as it is written, of an address whose form is right. Raises NotPublic: it is not."""
    if (
        len(url) > _LONGEST_URL
        or not url.isascii()
        or not url.isprintable()
        or set(url) & set(' "<>\\^`{|}')
    ):
        raise NotPublic(
            f"give an address of at most {_LONGEST_URL} ASCII characters without blanks or "
            "backslashes; a name in other letters as xn--…"
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotPublic(f"this is no address on the web: {error}") from error
    beginnings = tuple(f"{scheme}://" for scheme in schemes)
    if not url.lower().startswith(beginnings):
        if "http" in schemes:
            raise NotPublic("give an address that begins with https:// or http://")
        raise NotPublic("give an address that begins with https://")
    if not parts.hostname:
        raise NotPublic("the address names no host")
    if "@" in parts.netloc or parts.fragment or url.endswith("#"):
        raise NotPublic("leave user name, password and #fragment out of the address")
    if port == 0 or parts.netloc.endswith(":"):
        raise NotPublic("give a port from 1 to 65535, or none")
    if port is None:
        return parts.netloc
    return parts.netloc.removesuffix(f":{port}")


def _host(text: str) -> Target:
    if text.startswith("["):
        return _ipv6(text)
    host = text.lower().removesuffix(".")
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _ipv4(host)
    if len(host) > _LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise NotPublic("the host is no name of letters, digits, hyphens and dots")
    if len(labels) < 2 or _INNER_ENDING.fullmatch(labels[-1]):
        raise NotPublic(
            "the host is a name of an inner network: only names of the public Internet are asked"
        )
    return Target(host, None)


def _ipv4(host: str) -> Target:
    if not _DOTTED.fullmatch(host):
        raise NotPublic("write an IPv4 address as four decimal numbers apart by dots")
    try:
        return _public(IPv4Address(host))
    except AddressValueError as error:
        raise NotPublic("write an IPv4 address as four decimal numbers from 0 to 255") from error


def _ipv6(text: str) -> Target:
    inner = text.removeprefix("[").removesuffix("]")
    if "%" in inner or not text.endswith("]"):
        raise NotPublic("write an IPv6 address between brackets, without a zone")
    try:
        return _public(IPv6Address(inner))
    except AddressValueError as error:
        raise NotPublic("this is no IPv6 address") from error


def _public(ip: IpAddress) -> Target:
    if not is_public(ip):
        raise NotPublic(
            "the address is private, local or reserved: only the public Internet is asked"
        )
    return Target(str(ip), ip)


def is_public(ip: IpAddress) -> bool:
    """Whether an address is one of the public Internet."""
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _NOT_PUBLIC_4)
    return ip in _PUBLIC_6 and not any(ip in network for network in _NOT_PUBLIC_6)


_YES: Final = {"": False, "false": False, "true": True}


@dataclass(frozen=True)
class OutgoingSettings:
    """`allow_private`: addresses of private networks, and http, may be asked too: for a machine of
    one's own; `public_url`: where this deployment is reached itself; never asked."""

    allow_private: bool = False
    public_url: str = ""

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: a value cannot be used."""
        allow = variable("ALLOW_PRIVATE_ADDRESSES")
        if allow not in _YES:
            raise InvalidSetting(
                f"ALLOW_PRIVATE_ADDRESSES must be empty, false or true; it is {allow!r}"
            )
        return cls(_YES[allow], read_address("PUBLIC_URL", variable))


def check_configured(platform: Platform, url: str, *own_hosts: str) -> None:
    """Look at what an address says, when a person sets it. Raises NotPublic: also PUBLIC_URL's and
    own hosts."""
    _checked(platform, url, own_hosts)


async def check_before_asking(platform: Platform, url: str) -> None:
    """Look at what an address resolves to, each time before it is asked. Raises NotPublic,
    ResolvingFailed."""
    target = _checked(platform, url)
    if target is None or target.ip is not None:
        return
    addresses = await platform.resolver.addresses(target.host)
    if not addresses:
        raise ResolvingFailed("the name has no address")
    for text in addresses:
        try:
            public = is_public(ip_address(text))
        except ValueError as error:
            raise ResolvingFailed("the resolver named something else than an address") from error
        if not public:
            raise NotPublic("the name leads to an address that is private, local or reserved")


def _checked(platform: Platform, url: str, own_hosts: tuple[str, ...] = ()) -> Target | None:
    """Where the address leads by what it says; None where it may lead anywhere."""
    settings = platform.settings.of(OutgoingSettings)
    if settings.allow_private:
        _host_of(url, schemes=("https", "http"))
        return None
    target = target_of(url)
    own = {
        (urlsplit(settings.public_url).hostname or "").removesuffix("."),
        *(host.lower() for host in own_hosts),
    }
    if target.host in own:
        raise NotPublic("the address is this deployment's own")
    return target
