"""The two ceremonies: a passkey is registered, and somebody signs in with it (W3C WebAuthn Level 3, section 7)."""

import hashlib
from dataclasses import dataclass

from tillroll.platform.bindings.crypto import PublicKey, Verifier
from tillroll.webauthn import authenticator_data, cbor, client_data, cose
from tillroll.webauthn.authenticator_data import AuthenticatorData
from tillroll.webauthn.client_data import Expected
from tillroll.webauthn.errors import Refused


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
    """What changed of a passkey that has signed in. `went_back` says that its counter did not go on, which a copy of it
    would explain: nobody is to be let in."""

    sign_count: int
    backed_up: bool
    went_back: bool


async def register(verifier: Verifier, client: bytes, attestation_object: bytes, expected: Expected) -> Registered:
    """Section 7.1. Attestation was not asked for, so a statement of any format is read over.

    Args:
        client: clientDataJSON, as the browser hands it over.

    Raises:
        Refused: the registration is not as it must be.
    """
    client_data.check(client, "webauthn.create", expected)
    attestation = cbor.read(attestation_object)
    if not isinstance(attestation, dict) or set(attestation) != {"fmt", "attStmt", "authData"}:
        raise Refused("the attestation object does not have its three members")
    content = attestation["authData"]
    if not isinstance(content, bytes):
        raise Refused("the attestation object has no authenticator data")
    data = authenticator_data.read(content)
    authenticator_data.check(data, expected)
    if data.credential is None:
        raise Refused("the authenticator data have no credential")
    if not await verifier.is_usable(cose.read_key(data.credential.public_key)):
        raise Refused("the public key cannot be used")
    return Registered(
        credential_id=data.credential.id,
        public_key=data.credential.public_key,
        sign_count=data.sign_count,
        backup_eligible=data.backup_eligible,
        backed_up=data.backed_up,
    )


async def assert_known(
    verifier: Verifier, known: Known, client: bytes, authenticator: bytes, signature: bytes, expected: Expected
) -> Asserted:
    """Section 7.2, from step 9 on: whose passkey it is was looked up before.

    Args:
        client: clientDataJSON; `authenticator`: authenticatorData; both as the browser hands them over.

    Raises:
        Refused: the assertion is not as it must be.
    """
    client_data.check(client, "webauthn.get", expected)
    data = authenticator_data.read(authenticator)
    authenticator_data.check(data, expected)
    if data.backup_eligible != known.backup_eligible:
        raise Refused("whether the passkey can be backed up has changed")
    key = cose.read_key(known.public_key)
    if not await _is_signed(verifier, key, signature, authenticator + hashlib.sha256(client).digest()):
        raise Refused("the signature is not the passkey's")
    return Asserted(data.sign_count, data.backed_up, _went_back(known, data))


async def _is_signed(verifier: Verifier, key: PublicKey, signature: bytes, message: bytes) -> bool:
    return await verifier.is_signed(key, cose.signature_of(key, signature), message)


def _went_back(known: Known, data: AuthenticatorData) -> bool:
    """Step 22: where one of the two counts at all, the number must be higher than it was."""
    return bool(known.sign_count or data.sign_count) and data.sign_count <= known.sign_count
