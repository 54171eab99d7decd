"""The client data: what the browser says of a ceremony (W3C WebAuthn Level 3, section 5.8.1)."""

import hmac
import json
from dataclasses import dataclass
from typing import Final, Literal, cast

from tillroll.webauthn import base64url
from tillroll.webauthn.errors import Refused

# What browsers add is flat; Python's parser must never follow more levels than these.
_MOST_BRACKETS: Final = 32


@dataclass(frozen=True)
class Expected:
    """What must be true of a ceremony.

    Attributes:
        challenge: the bytes that were handed out for it, and for nothing else.
        origin: scheme, host and port of our page.
        rp_id: the name that passkeys are bound to; the origin's host.
        must_verify: the authenticator must have verified the person, by a PIN, a finger or a face.
    """

    challenge: bytes
    origin: str
    rp_id: str
    must_verify: bool = True


def challenge_of(content: bytes) -> bytes:
    """The challenge that client data answers, before anything of it is believed. Raises Refused."""
    return base64url.decode(_text(_read(content), "challenge"))


def check(content: bytes, kind: Literal["webauthn.create", "webauthn.get"], expected: Expected) -> None:
    """Section 7.1, steps 6 to 11, and section 7.2, steps 10 to 14. Our pages stand in no frame.

    Raises:
        Refused: the client data are of another ceremony, challenge or page.
    """
    data = _read(content)
    if _text(data, "type") != kind:
        raise Refused("the client data are of another kind of ceremony")
    if not hmac.compare_digest(base64url.decode(_text(data, "challenge")), expected.challenge):
        raise Refused("the client data answer another challenge")
    if _text(data, "origin") != expected.origin:
        raise Refused("the client data are of another origin")
    if data.get("crossOrigin", False) is not False or "topOrigin" in data:
        raise Refused("the client data are of a page in another's frame")


def _read(content: bytes) -> dict[str, object]:
    if content.count(b"{") + content.count(b"[") > _MOST_BRACKETS:
        raise Refused("the client data are nested too deeply")
    try:
        data = json.loads(content.decode())
    except ValueError as error:  # also what is no UTF-8
        raise Refused("the client data are no JSON in UTF-8") from error
    if not isinstance(data, dict):
        raise Refused("the client data are no JSON object")
    return cast("dict[str, object]", data)


def _text(data: dict[str, object], member: str) -> str:
    value = data.get(member)
    if not isinstance(value, str):
        raise Refused(f"the client data have no {member}")
    return value
