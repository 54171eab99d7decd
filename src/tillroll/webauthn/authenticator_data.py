"""The authenticator data: what the authenticator says and signs (W3C WebAuthn Level 3, section 6.1)."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from tillroll.webauthn.cbor import read_first
from tillroll.webauthn.client_data import Expected
from tillroll.webauthn.errors import Refused

LONGEST_CREDENTIAL_ID: Final = 1023
_HEAD_BYTES: Final = 37
_AAGUID_BYTES: Final = 16
_PRESENT, _VERIFIED, _BACKUP_ELIGIBLE, _BACKED_UP, _ATTESTED, _EXTENDED = 0x01, 0x04, 0x08, 0x10, 0x40, 0x80


@dataclass(frozen=True)
class Credential:
    """A credential that is being registered: its id, and its public key as COSE has it."""

    id: bytes
    public_key: bytes


@dataclass(frozen=True)
class AuthenticatorData:
    """`sign_count` is 0 for ever where the authenticator does not count. A passkey that is `backup_eligible` may be on
    several devices, which `backed_up` says of it now."""

    rp_id_hash: bytes
    is_present: bool
    is_verified: bool
    backup_eligible: bool
    backed_up: bool
    sign_count: int
    credential: Credential | None


def read(content: bytes) -> AuthenticatorData:
    """The data from its bytes.

    Raises:
        Refused: they are cut off, or there are more.
    """
    if len(content) < _HEAD_BYTES:
        raise Refused("the authenticator data are cut off")
    flags, place, credential = content[32], _HEAD_BYTES, None
    if flags & _ATTESTED:
        credential, place = _credential(content, place)
    if flags & _EXTENDED:
        extensions, size = read_first(content[place:])
        if not isinstance(extensions, dict):
            raise Refused("the extensions of the authenticator data are no map")
        place += size
    if place != len(content):
        raise Refused("there are bytes behind the authenticator data")
    return AuthenticatorData(
        rp_id_hash=content[:32],
        is_present=bool(flags & _PRESENT),
        is_verified=bool(flags & _VERIFIED),
        backup_eligible=bool(flags & _BACKUP_ELIGIBLE),
        backed_up=bool(flags & _BACKED_UP),
        sign_count=int.from_bytes(content[33:_HEAD_BYTES]),
        credential=credential,
    )


def check(data: AuthenticatorData, expected: Expected) -> None:
    """Section 7.1, steps 14 to 18, and section 7.2, steps 15 to 18.

    Raises:
        Refused: the data are for another site, or nobody was present, or was not verified where they must be.
    """
    if not hmac.compare_digest(data.rp_id_hash, hashlib.sha256(expected.rp_id.encode()).digest()):
        raise Refused("the authenticator data are for another site")
    if not data.is_present:
        raise Refused("the authenticator saw nobody")
    if expected.must_verify and not data.is_verified:
        raise Refused("the authenticator did not verify who is there")
    if data.backed_up and not data.backup_eligible:
        raise Refused("the passkey is backed up, which it says it cannot be")


def _credential(content: bytes, start: int) -> tuple[Credential, int]:
    """The attested credential data (section 6.5.1), and where they end."""
    begin = start + _AAGUID_BYTES + 2
    size = int.from_bytes(content[begin - 2 : begin])
    end = begin + size
    if len(content) <= end or not 1 <= size <= LONGEST_CREDENTIAL_ID:
        raise Refused("the credential's id is cut off, empty or too long")
    _, key_size = read_first(content[end:])
    return Credential(content[begin:end], content[end : end + key_size]), end + key_size
