"""Web Push on the wire: a message that only its browser can read (RFC 8291), and who sends it (RFC
8292).
"""

import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self
from urllib.parse import urlsplit

from tillroll_durable.platform import base64url
from tillroll_durable.platform.bindings.crypto import Agreement, Cipher, Signer, UnusableKey
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.settings import InvalidSetting, Variable, read_address, read_base64

AUTH_BYTES: Final = 16
_REMEDY: Final = "PUSH_SIGNING_KEY must be empty, or a private key of P-256 in PKCS #8, as base64"
_RECORD_BYTES: Final = 4096
_TAG_BYTES: Final = 16
# Behind the last record's text (RFC 8188, section 2).
_END: Final = b"\x02"
# A push service takes no token that holds for more than a day.
_TOKEN_LASTS: Final = timedelta(hours=12)


@dataclass(frozen=True)
class PushSettings:
    """`key`: our private key of P-256, PKCS #8; empty where no messages are offered. `contact`: an
    address at which those who run a push service find us; empty where there is none.
    """

    key: bytes = field(default=b"", repr=False)
    contact: str = ""

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: the key is no base64."""
        key = read_base64("PUSH_SIGNING_KEY", variable)
        if key is None:
            raise InvalidSetting(_REMEDY)
        return cls(key, read_address("PUBLIC_URL", variable))

    @property
    def is_offered(self) -> bool:
        return bool(self.key)


@dataclass(frozen=True)
class Receiver:
    """A browser's keys for one subscription: the point of its public key, 65 bytes, and what it
    shares with us alone, AUTH_BYTES.
    """

    public_key: bytes
    auth_secret: bytes = field(repr=False)


async def encrypted(
    cipher: Cipher, to: Receiver, agreed: Agreement, salt: bytes, plain: bytes
) -> bytes:
    """A message for one browser (RFC 8291, section 3.4). `agreed` and the 16 bytes of `salt` are
    new with each.
    """
    info = b"WebPush: info\0" + to.public_key + agreed.public_key
    key_material = _expanded(_mac(to.auth_secret, agreed.secret), info)
    return await aes128gcm(cipher, key_material, salt=salt, key_id=agreed.public_key, plain=plain)


async def aes128gcm(
    cipher: Cipher, key_material: bytes, salt: bytes, key_id: bytes, plain: bytes
) -> bytes:
    """Content of one record in the encoding of that name (RFC 8188). Raises ValueError: it is
    longer than a record.
    """
    if len(plain) + len(_END) + _TAG_BYTES > _RECORD_BYTES:
        raise ValueError(f"a message has at most {_RECORD_BYTES - _TAG_BYTES - len(_END)} bytes")
    key = _mac(salt, key_material)
    content_key = _expanded(key, b"Content-Encoding: aes128gcm\0")[:16]
    nonce = _expanded(key, b"Content-Encoding: nonce\0")[:12]
    header = salt + _RECORD_BYTES.to_bytes(4) + len(key_id).to_bytes(1) + key_id
    return header + await cipher.encrypt(content_key, nonce, plain=plain + _END, bound_to=b"")


async def public_key_of(signer: Signer, settings: PushSettings) -> bytes:
    """What browsers subscribe with, 65 bytes. Raises InvalidSetting: the setting is no such key."""
    try:
        return await signer.public_es256(settings.key)
    except UnusableKey as error:
        raise InvalidSetting(_REMEDY) from error


async def authorization(
    signer: Signer, settings: PushSettings, endpoint: str, now: datetime
) -> str:
    """The header that names us to the push service of an endpoint. Raises InvalidSetting, as
    above.
    """
    public_key = await public_key_of(signer, settings)
    parts = urlsplit(endpoint)
    claims: JsonObject = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + _TOKEN_LASTS).timestamp()),
        **({"sub": settings.contact} if settings.contact else {}),
    }
    head: JsonObject = {"typ": "JWT", "alg": "ES256"}
    signed = ".".join(base64url.encoded(dump(part).encode()) for part in (head, claims))
    signature = await signer.sign_es256(settings.key, signed.encode())
    return f"vapid t={signed}.{base64url.encoded(signature)}, k={base64url.encoded(public_key)}"


def _mac(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA-256, which is also HKDF's extraction (RFC 5869, section 2.2)."""
    return hmac.digest(key, message, "sha256")


def _expanded(key: bytes, info: bytes) -> bytes:
    """HKDF's first 32 bytes (RFC 5869, section 2.3)."""
    return _mac(key, info + b"\x01")
