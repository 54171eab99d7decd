"""The two ceremonies of W3C WebAuthn Level 3: a passkey is registered, and somebody signs in with
it.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Final, Literal, cast

from tillroll.identity import cose
from tillroll.identity.cose import (
    CeremonyRefused,
    read_cbor,
    read_first_cbor,
    read_key,
    signature_of,
)
from tillroll_durable.platform.bindings.crypto import Verifier

# What browsers add is flat; Python's parser must never follow more levels than these.
_MOST_BRACKETS: Final = 32


@dataclass(frozen=True)
class Expected:
    """What must be true of a ceremony: the `challenge` that was handed out for it, the `origin` of
    our page, and `rp_id`, its host. `must_verify`: the authenticator has verified the person, by a
    PIN, a finger or a face.
    """

    challenge: bytes
    origin: str
    rp_id: str
    must_verify: bool = True


def challenge_of(content: bytes) -> bytes:
    """The challenge that client data answers, before anything of it is believed."""
    return cose.from_base64url(_text(_read(content), "challenge"))


def check_client_data(
    content: bytes, kind: Literal["webauthn.create", "webauthn.get"], expected: Expected
) -> None:
    """Check the client data (section 7.1, steps 6 to 11, and section 7.2, steps 10 to 14). Our
    pages stand in no frame.
    """
    data = _read(content)
    if _text(data, "type") != kind:
        raise CeremonyRefused("the client data are of another kind of ceremony")
    if not hmac.compare_digest(cose.from_base64url(_text(data, "challenge")), expected.challenge):
        raise CeremonyRefused("the client data answer another challenge")
    if _text(data, "origin") != expected.origin:
        raise CeremonyRefused("the client data are of another origin")
    if data.get("crossOrigin", False) is not False or "topOrigin" in data:
        raise CeremonyRefused("the client data are of a page in another's frame")


def _read(content: bytes) -> dict[str, object]:
    if content.count(b"{") + content.count(b"[") > _MOST_BRACKETS:
        raise CeremonyRefused("the client data are nested too deeply")
    try:
        data = json.loads(content.decode())
    except ValueError as error:  # also what is no UTF-8
        raise CeremonyRefused("the client data are no JSON in UTF-8") from error
    if not isinstance(data, dict):
        raise CeremonyRefused("the client data are no JSON object")
    return cast("dict[str, object]", data)


def _text(data: dict[str, object], member: str) -> str:
    value = data.get(member)
    if not isinstance(value, str):
        raise CeremonyRefused(f"the client data have no {member}")
    return value


LONGEST_CREDENTIAL_ID: Final = 1023
_HEAD_BYTES: Final = 37
_PRESENT = 0x01
_VERIFIED = 0x04
_BACKUP_ELIGIBLE = 0x08
_BACKED_UP = 0x10
_ATTESTED = 0x40
_EXTENDED = 0x80


@dataclass(frozen=True)
class Credential:
    """A credential that is being registered: its id, and its public key as COSE has it."""

    id: bytes
    public_key: bytes


@dataclass(frozen=True)
class AuthenticatorData:
    """`sign_count` is 0 for ever where the authenticator does not count. `backed_up`: other devices
    have it too.
    """

    rp_id_hash: bytes
    is_present: bool
    is_verified: bool
    backup_eligible: bool
    backed_up: bool
    sign_count: int
    credential: Credential | None


def read_authenticator_data(content: bytes) -> AuthenticatorData:
    if len(content) < _HEAD_BYTES:
        raise CeremonyRefused("the authenticator data are cut off")
    flags = content[32]
    place = _HEAD_BYTES
    credential = None
    if flags & _ATTESTED:
        credential, place = _credential(content, place)
    if flags & _EXTENDED:
        extensions, size = read_first_cbor(content[place:])
        if not isinstance(extensions, dict):
            raise CeremonyRefused("the extensions of the authenticator data are no map")
        place += size
    if place != len(content):
        raise CeremonyRefused("there are bytes behind the authenticator data")
    return AuthenticatorData(
        rp_id_hash=content[:32],
        is_present=bool(flags & _PRESENT),
        is_verified=bool(flags & _VERIFIED),
        backup_eligible=bool(flags & _BACKUP_ELIGIBLE),
        backed_up=bool(flags & _BACKED_UP),
        sign_count=int.from_bytes(content[33:_HEAD_BYTES]),
        credential=credential,
    )


def check_authenticator_data(data: AuthenticatorData, expected: Expected) -> None:
    """Check the authenticator's data (section 7.1, steps 14 to 18; 7.2, steps 15 to 18)."""
    if not hmac.compare_digest(data.rp_id_hash, hashlib.sha256(expected.rp_id.encode()).digest()):
        raise CeremonyRefused("the authenticator data are for another site")
    if not data.is_present:
        raise CeremonyRefused("the authenticator saw nobody")
    if expected.must_verify and not data.is_verified:
        raise CeremonyRefused("the authenticator did not verify who is there")
    if data.backed_up and not data.backup_eligible:
        raise CeremonyRefused("the passkey is backed up, which it says it cannot be")


def _credential(content: bytes, start: int) -> tuple[Credential, int]:
    """The attested credential data (section 6.5.1), and where they end."""
    begin = start + 16 + 2  # behind the AAGUID and the length
    size = int.from_bytes(content[begin - 2 : begin])
    end = begin + size
    if len(content) <= end or not 1 <= size <= LONGEST_CREDENTIAL_ID:
        raise CeremonyRefused("the credential's id is cut off, empty or too long")
    _, key_size = read_first_cbor(content[end:])
    return Credential(content[begin:end], content[end : end + key_size]), end + key_size


@dataclass(frozen=True)
class Registered:
    """A new passkey: `public_key` in its COSE form."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    backup_eligible: bool
    backed_up: bool


@dataclass(frozen=True)
class Known:
    """A passkey as it was kept."""

    public_key: bytes
    sign_count: int
    backup_eligible: bool


@dataclass(frozen=True)
class Asserted:
    """What changed of a passkey that has signed in. `went_back`: its counter did not go on, as if
    there were a copy.
    """

    sign_count: int
    backed_up: bool
    went_back: bool


async def register(
    verifier: Verifier, client: bytes, attestation_object: bytes, expected: Expected
) -> Registered:
    """Verify a registration (section 7.1). A statement of attestation is ignored, since we ask for
    none. `client` is clientDataJSON.
    """
    check_client_data(client, "webauthn.create", expected)
    attestation = read_cbor(attestation_object)
    if not isinstance(attestation, dict) or set(attestation) != {"fmt", "attStmt", "authData"}:
        raise CeremonyRefused("the attestation object does not have its three members")
    content = attestation["authData"]
    if not isinstance(content, bytes):
        raise CeremonyRefused("the attestation object has no authenticator data")
    data = read_authenticator_data(content)
    check_authenticator_data(data, expected)
    if data.credential is None:
        raise CeremonyRefused("the authenticator data have no credential")
    if not await verifier.is_usable(read_key(data.credential.public_key)):
        raise CeremonyRefused("the public key cannot be used")
    return Registered(
        credential_id=data.credential.id,
        public_key=data.credential.public_key,
        sign_count=data.sign_count,
        backup_eligible=data.backup_eligible,
        backed_up=data.backed_up,
    )


async def assert_known(
    verifier: Verifier,
    known: Known,
    client: bytes,
    authenticator: bytes,
    signature: bytes,
    expected: Expected,
) -> Asserted:
    """Verify an assertion (section 7.2, from step 9 on). `client` is clientDataJSON,
    `authenticator` authenticatorData.
    """
    check_client_data(client, "webauthn.get", expected)
    data = read_authenticator_data(authenticator)
    check_authenticator_data(data, expected)
    if data.backup_eligible != known.backup_eligible:
        raise CeremonyRefused("whether the passkey can be backed up has changed")
    key = read_key(known.public_key)
    message = authenticator + hashlib.sha256(client).digest()
    if not await verifier.is_signed(key, signature_of(key, signature), message):
        raise CeremonyRefused("the signature is not the passkey's")
    # Step 22: where one of the two counts at all, the number must be higher than it was.
    went_back = bool(known.sign_count or data.sign_count) and data.sign_count <= known.sign_count
    return Asserted(data.sign_count, data.backed_up, went_back)
