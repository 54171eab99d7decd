"""Secrets that are kept in the database: encrypted under a key of the Worker, which the database never has.

What is kept reads `version.nonce.ciphertext`, the last two in base64 (URL-safe): the version names the key, so that a
new key can be set while what the earlier ones encrypted is still read (docs/operations.md says how).
"""

import base64
import binascii
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from tillroll.platform.cipher import KEY_BYTES, NONCE_BYTES, NotDecrypted
from tillroll.platform.services import Platform
from tillroll.platform.settings import InvalidSetting, Variable

_KEY = re.compile(r"([1-9][0-9]{0,3}):([A-Za-z0-9+/_=-]+)")
_REMEDY = (
    'version:key, the newest first, apart by commas, each key 32 bytes in base64: echo "1:$(openssl rand -base64 32)"'
)


class NoKey(InvalidSetting):
    """ENCRYPTION_KEYS is not set, or lacks the key that this was encrypted under."""


@dataclass(frozen=True)
class EncryptionSettings:
    """
    Attributes:
        keys: the keys by their versions; the first one encrypts, all of them decrypt. Empty where none is set.
    """

    keys: Mapping[int, bytes] = field(default_factory=dict[int, bytes], repr=False)

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: a value cannot be used."""
        keys: dict[int, bytes] = {}
        for word in variable("ENCRYPTION_KEYS").replace(",", " ").split():
            match = _KEY.fullmatch(word)
            if match is None or int(match[1]) in keys or len(key := _decoded(match[2])) != KEY_BYTES:
                raise InvalidSetting(f"ENCRYPTION_KEYS must be {_REMEDY}")
            keys[int(match[1])] = key
        return cls(keys)


async def encrypt(platform: Platform, secret: str, bound_to: str) -> str:
    """Encrypt a secret for a row: `bound_to` names the row, such as `endpoint_secrets/sec_…`, and no other row's name
    decrypts it.

    Raises:
        NoKey: this deployment has no key.
    """
    keys = platform.settings.of(EncryptionSettings).keys
    if not keys:
        raise NoKey(f"ENCRYPTION_KEYS must be set before a secret can be kept: {_REMEDY}")
    version, key = next(iter(keys.items()))
    nonce = os.urandom(NONCE_BYTES)
    encrypted = await platform.cipher.encrypt(key, nonce, secret.encode(), bound_to.encode())
    return f"{version}.{_encoded(nonce)}.{_encoded(encrypted)}"


async def decrypt(platform: Platform, kept: str, bound_to: str) -> str:
    """Decrypt what `encrypt` returned for the same `bound_to`.

    Raises:
        NoKey: this deployment does not have the key of that version (any more).
        NotDecrypted: that key is another one than it was, or the row was changed.
    """
    version, nonce, encrypted = _parts(kept)
    key = platform.settings.of(EncryptionSettings).keys.get(version)
    if key is None:
        raise NoKey(f"ENCRYPTION_KEYS lacks the key of version {version}: put it behind the newest one")
    return (await platform.cipher.decrypt(key, nonce, encrypted, bound_to.encode())).decode()


def is_of_newest_key(platform: Platform, kept: str) -> bool:
    """Whether the newest key encrypted it. What another did is to be encrypted anew before that key goes."""
    return _parts(kept)[0] == next(iter(platform.settings.of(EncryptionSettings).keys), None)


def _parts(kept: str) -> tuple[int, bytes, bytes]:
    parts = kept.split(".")
    if len(parts) != 3 or not parts[0].isdecimal():
        raise NotDecrypted("what is kept is no encrypted secret")
    return int(parts[0]), _decoded(parts[1]), _decoded(parts[2])


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode()


def _decoded(text: str) -> bytes:
    """Base64 of either alphabet; empty where it is none."""
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        return b""
