"""A browser with its push service: it reads what is sent to it, and checks who sent it, without the
code under test.
"""

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tests.support.http_server import Answer, LocalServer, Request
from tillroll_durable.platform.bindings.http import HttpReply, HttpRequest


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def from_b64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _expanded(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


@dataclass
class Browser:
    """`endpoint` is its subscription's address."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def public_key(self) -> bytes:
        x962, point = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        return self.key.public_key().public_bytes(x962, point)

    def body(self, *kinds: str, name: str = "Phone") -> dict[str, Any]:
        keys = {"p256dh": b64(self.public_key), "auth": b64(self.auth)}
        return {"endpoint": self.endpoint, "keys": keys, "name": name, "kinds": list(kinds)}

    def read(self, body: bytes) -> dict[str, Any]:
        """What a message says (RFC 8291)."""
        salt, size = body[:16], body[20]
        assert int.from_bytes(body[16:20]) == 4096
        sender = body[21 : 21 + size]
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        )
        key = _expanded(self.auth, shared, b"WebPush: info\0" + self.public_key + sender, 32)
        content_key = _expanded(salt, key, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _expanded(salt, key, b"Content-Encoding: nonce\0", 12)
        plain = AESGCM(content_key).decrypt(nonce, body[21 + size :], None)
        assert plain.endswith(b"\x02")
        return json.loads(plain[:-1])


def check_sender(headers: Mapping[str, str], public_key: str, audience: str) -> dict[str, Any]:
    """The claims of the sender's token (RFC 8292), which must be of the key that the browser
    subscribed with.
    """
    scheme, _, parameters = headers["authorization"].partition(" ")
    given = dict(each.strip().split("=", 1) for each in parameters.split(","))
    assert scheme == "vapid"
    assert given["k"] == public_key
    head, claims, signature = given["t"].split(".")
    raw = from_b64(signature)
    numbers = (int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_b64(public_key))
    key.verify(
        encode_dss_signature(*numbers), f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256())
    )
    assert json.loads(from_b64(head)) == {"typ": "JWT", "alg": "ES256"}
    said = json.loads(from_b64(claims))
    assert said["aud"] == audience
    return said


@dataclass
class PushService:
    """`Exchange` that keeps what it is sent; each answer is the next of `answers`, then 201."""

    answers: list[HttpReply] = field(default_factory=list[HttpReply])
    taken: list[HttpRequest] = field(default_factory=list[HttpRequest])

    async def send(self, request: HttpRequest) -> HttpReply:
        self.taken.append(request)
        return self.answers.pop(0) if self.answers else HttpReply(201, "")


class PushServer(LocalServer):
    """The same behind an address, on any path."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[Request] = []

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def answer(self, request: Request) -> Answer:
        self.taken.append(request)
        return Answer(201, "")
