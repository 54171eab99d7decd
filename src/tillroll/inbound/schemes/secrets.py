"""The secrets of the schemes: what they look like, and the key that each is of an HMAC."""

import base64
import binascii
import secrets
from typing import Final

from tillroll.inbound.schemes.schemes import Scheme, StandardWebhooks, Stripe

_PREFIX: Final = "whsec_"
# Standard Webhooks, "Signature scheme": between 24 and 64 bytes.
_LEAST_BYTES, _MOST_BYTES = 24, 64
_LEAST, _MOST = 16, 256
_NEW_BYTES: Final = 32


class BadSecret(ValueError):
    """It cannot be a secret of this scheme; the message says what can, and not what was given."""


def new_secret(scheme: Scheme) -> str:
    """A secret for a sender that takes one.

    Raises:
        BadSecret: the sender makes its secrets itself.
    """
    if isinstance(scheme, Stripe):
        raise BadSecret("Stripe makes the secret: give the endpoint's signing secret, whsec_…")
    if isinstance(scheme, StandardWebhooks):
        return _PREFIX + base64.b64encode(secrets.token_bytes(_NEW_BYTES)).decode()
    return secrets.token_urlsafe(_NEW_BYTES)


def check_secret(scheme: Scheme, given: str) -> str:
    """Raises BadSecret."""
    if isinstance(scheme, StandardWebhooks):
        if not _LEAST_BYTES <= len(_decoded(given)) <= _MOST_BYTES:
            raise BadSecret(f"Give whsec_ and {_LEAST_BYTES} to {_MOST_BYTES} bytes in base64, as the sender shows it")
    elif not (_LEAST <= len(given) <= _MOST and given.isprintable()):
        raise BadSecret(f"Give {_LEAST} to {_MOST} printable characters, as the sender has it")
    return given


def key_of(scheme: Scheme, secret: str) -> bytes:
    """The HMAC's key: of Standard Webhooks the bytes behind whsec_, of all others the text itself."""
    return _decoded(secret) if isinstance(scheme, StandardWebhooks) else secret.encode()


def _decoded(secret: str) -> bytes:
    """Empty where it is no base64."""
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return b""
