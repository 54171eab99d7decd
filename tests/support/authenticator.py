"""An authenticator in software, and the browser before it.

They answer options as they should, or otherwise where a test says so.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tillroll_durable.platform import base64url
from tillroll_durable.platform.json import JsonObject

PRESENT, VERIFIED, BACKUP_ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


@dataclass
class Authenticator:
    """One passkey on P-256. It does not count unless it is told to."""

    origin: str = "http://tillroll.test"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    user_handle: str = ""
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def create(self, options: JsonObject, name: str = "Ann's phone") -> JsonObject:
        """What `POST /api/passkeys` takes, for the options of a registration."""
        rp, user = options["rp"], options["user"]
        assert isinstance(rp, dict)
        assert isinstance(user, dict)
        self.user_handle = str(user["id"])
        content = self._data(str(rp["id"]), self.flags | ATTESTED) + bytes(16)
        content += len(self.credential_id).to_bytes(2) + self.credential_id + self._cose()
        attestation = (
            b"\xa3" + _text("fmt") + _text("none") + _text("attStmt") + b"\xa0" + _text("authData")
        )
        return {
            "name": name,
            "clientDataJSON": base64url.encoded(self._client("webauthn.create", options)),
            "attestationObject": base64url.encoded(attestation + _bytes(content)),
            "transports": ["internal"],
        }

    def get(self, options: JsonObject) -> JsonObject:
        """What `POST /api/session/passkey` takes, for the options of a sign-in."""
        content = self._data(str(options["rpId"]), self.flags)
        client = self._client("webauthn.get", options)
        signed = self.key.sign(content + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return {
            "id": base64url.encoded(self.credential_id),
            "clientDataJSON": base64url.encoded(client),
            "authenticatorData": base64url.encoded(content),
            "signature": base64url.encoded(signed),
            "userHandle": self.user_handle,
        }

    def _client(self, kind: str, options: JsonObject) -> bytes:
        said = {
            "type": kind,
            "challenge": options["challenge"],
            "origin": self.origin,
            "crossOrigin": False,
        }
        return json.dumps(said).encode()

    def _data(self, rp_id: str, flags: int) -> bytes:
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _cose(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        return (
            bytes.fromhex("a5010203262001")
            + b"\x21"
            + _bytes(numbers.x.to_bytes(32))
            + b"\x22"
            + _bytes(numbers.y.to_bytes(32))
        )


def _text(text: str) -> bytes:
    return bytes([0x60 + len(text)]) + text.encode()


def _bytes(content: bytes) -> bytes:
    return (
        b"\x58" + len(content).to_bytes(1)
        if len(content) < 256
        else b"\x59" + len(content).to_bytes(2)
    ) + content
