"""Who we are to an authenticator: the relying party, by the address at which the app was opened."""

import ipaddress
from dataclasses import dataclass
from typing import Final

from fastapi import Request

from tillroll.api.problems import NO_PASSKEYS_HERE, Problem

NAME: Final = "Tillroll"


@dataclass(frozen=True)
class RelyingParty:
    """`id` is the host's name, to which passkeys are bound; `origin` has its scheme and port too."""

    id: str
    origin: str


def relying_party(request: Request) -> RelyingParty:
    """The relying party that a browser means which sends this request to us.

    Cloudflare hands us requests for our own hosts only; a page of another one has another origin in its client data.

    Raises:
        Problem: 409, the address has no name, and no passkey can be bound to it.
    """
    host = (request.url.hostname or "").lower()
    if not host or _is_address(host):
        raise Problem(
            NO_PASSKEYS_HERE, "Open Tillroll by its name, on this machine http://localhost and the port, and try again."
        )
    return RelyingParty(host, f"{request.url.scheme}://{request.url.netloc}".lower())


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
