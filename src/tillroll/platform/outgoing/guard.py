"""Whether an address that a person configured may be asked now.

What is asked here and what the fetch resolves a moment later can differ: a name that changes between the two
(rebinding) is not caught, since a Worker's fetch cannot be told which address to take.
"""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, Self
from urllib.parse import urlsplit

from tillroll.platform.outgoing.literals import NotPublic, Target, is_public, target_of
from tillroll.platform.outgoing.resolving import ResolvingFailed
from tillroll.platform.services import Platform
from tillroll.platform.settings import InvalidSetting, Variable, read_address

_YES: Final = {"": False, "false": False, "true": True}


@dataclass(frozen=True)
class OutgoingSettings:
    """
    Attributes:
        allow_private: addresses of private networks, and http, may be asked too: for a machine of one's own.
        public_url: where this deployment is reached itself; never asked.
    """

    allow_private: bool = False
    public_url: str = ""

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: a value cannot be used."""
        allow = variable("ALLOW_PRIVATE_ADDRESSES")
        if allow not in _YES:
            raise InvalidSetting(f"ALLOW_PRIVATE_ADDRESSES must be empty, false or true; it is {allow!r}")
        return cls(_YES[allow], read_address("PUBLIC_URL", variable))


def check_configured(platform: Platform, url: str, *own_hosts: str) -> None:
    """Look at an address when a person sets it: at what it says, not at what its name resolves to.

    Raises:
        NotPublic: it may not be asked, or is this deployment itself: PUBLIC_URL's host, or one of `own_hosts`.
    """
    settings = platform.settings.of(OutgoingSettings)
    if settings.allow_private:
        _check_local(url)
        return
    _check_others(target_of(url), settings, own_hosts)


async def check_before_asking(platform: Platform, url: str) -> None:
    """Look at an address before each time that it is asked, at what its name resolves to as well.

    Raises:
        NotPublic: it may not be asked.
        ResolvingFailed: nobody knows now.
    """
    settings = platform.settings.of(OutgoingSettings)
    if settings.allow_private:
        _check_local(url)
        return
    target = target_of(url)
    _check_others(target, settings, ())
    if target.ip is not None:
        return
    found = await platform.resolver.addresses(target.host)
    if not found:
        raise ResolvingFailed("the name has no address")
    for text in found:
        try:
            public = is_public(ip_address(text))
        except ValueError as error:
            raise ResolvingFailed("the resolver named something else than an address") from error
        if not public:
            raise NotPublic("the name leads to an address that is private, local or reserved")


def _check_local(url: str) -> None:
    if not url.isascii() or not url.isprintable() or urlsplit(url).scheme not in {"http", "https"}:
        raise NotPublic("give an address that begins with https:// or http://")


def _check_others(target: Target, settings: OutgoingSettings, own_hosts: tuple[str, ...]) -> None:
    own = {(urlsplit(settings.public_url).hostname or "").removesuffix("."), *(host.lower() for host in own_hosts)}
    if target.host in own:
        raise NotPublic("the address is this deployment's own")
