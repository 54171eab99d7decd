"""Secrets kept in the database, encrypted under a key of the Worker. `kept_secrets.py` looks after
the rows.

What is kept is `key name.nonce.ciphertext`. A key's name is its version and a check value of the
key, such as `1-3fa9c2d1`. The check value finds the key again: another key of the same version is
never taken for it, and a key reads what it encrypted under whichever version it is listed.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, LiteralString, Self

from tillroll_durable.platform.bindings.crypto import KEY_BYTES, NONCE_BYTES, NotDecrypted
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.settings import InvalidSetting, Variable

_KEY = re.compile(r"([1-9][0-9]{0,3}):([A-Za-z0-9+/_=-]+)")
_REMEDY = (
    "version:key, the newest first, apart by commas, each key 32 bytes in base64: echo "
    '"1:$(openssl rand -base64 32)"'
)


# So many digits tell a few keys apart. That a text decrypts is proven by its tag.
_CHECK_DIGITS: Final = 8
_PARTS: Final = 3


class NoKey(InvalidSetting):
    """ENCRYPTION_KEYS is not set."""


UNREADABLE: Final = Kind(
    "secret-unreadable", 503, "This deployment cannot read what it keeps encrypted", may_pass=True
)


class UnreadableSecret(Refusal):
    """A secret cannot be read: its key is not in ENCRYPTION_KEYS, or it was changed. It stays as it
    is."""

    kind = UNREADABLE
    explanation = (
        "{}. Nothing was changed. An operator has to see to it: `tillroll secrets status`."
    )


def key_name(version: int, key: bytes) -> str:
    """The version with a check value: the first digits of HMAC-SHA-256 under the key.

    They tell nothing of the key.
    """
    message = b"tillroll: check value of an encryption key"
    digest = hmac.new(key, message, hashlib.sha256).hexdigest()
    return f"{version}-{digest[:_CHECK_DIGITS]}"


def check_of(name: str) -> str:
    """The check value in a key's name."""
    return name.partition("-")[2]


@dataclass(frozen=True)
class EncryptionSettings:
    """`keys`: the keys by their versions; the first one encrypts, all of them decrypt. Empty where
    none is set."""

    keys: Mapping[int, bytes] = field(default_factory=dict[int, bytes], repr=False)

    @cached_property
    def by_name(self) -> Mapping[str, bytes]:
        """The keys by their names, the newest first."""
        return {key_name(version, key): key for version, key in self.keys.items()}

    def key_of(self, name: str) -> bytes | None:
        """The key with this name, or listed under another version now; None where it is missing."""
        check = check_of(name)
        return next((key for other, key in self.by_name.items() if check_of(other) == check), None)

    @property
    def newest(self) -> str | None:
        """The name of the key that encrypts; None where none is set."""
        return next(iter(self.by_name), None)

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Read the keys. Raises InvalidSetting: a value cannot be used."""
        keys: dict[int, bytes] = {}
        for word in variable("ENCRYPTION_KEYS").replace(",", " ").split():
            match = _KEY.fullmatch(word)
            if match is None or int(match[1]) in keys:
                raise InvalidSetting(f"ENCRYPTION_KEYS must be {_REMEDY}")
            key = _decoded(match[2])
            if len(key) != KEY_BYTES:
                raise InvalidSetting(f"ENCRYPTION_KEYS must be {_REMEDY}")
            keys[int(match[1])] = key
        return cls(keys)


async def encrypt(platform: Platform, secret: str, bound_to: str) -> str:
    """Encrypt a secret for the row that `bound_to` names, such as `endpoint_secrets/sec_…`.
    Raises NoKey."""
    settings = platform.settings.of(EncryptionSettings)
    name = settings.newest
    if name is None:
        raise NoKey(f"ENCRYPTION_KEYS must be set before a secret can be kept: {_REMEDY}")
    nonce = os.urandom(NONCE_BYTES)
    key = settings.by_name[name]
    encrypted = await platform.cipher.encrypt(
        key, nonce, plain=secret.encode(), bound_to=bound_to.encode()
    )
    return f"{name}.{_encoded(nonce)}.{_encoded(encrypted)}"


async def decrypt(platform: Platform, ciphertext: str, bound_to: str) -> str:
    """Decrypt what `encrypt` returned for the same `bound_to`. Raises UnreadableSecret."""
    parts = ciphertext.split(".")
    if len(parts) != _PARTS:
        raise UnreadableSecret("what is kept is no encrypted secret")
    name = parts[0]
    nonce = _decoded(parts[1])
    encrypted = _decoded(parts[2])
    settings = platform.settings.of(EncryptionSettings)
    key = settings.key_of(name)
    if key is None:
        raise UnreadableSecret(_missing(name, settings))
    try:
        return (
            await platform.cipher.decrypt(
                key, nonce, encrypted=encrypted, bound_to=bound_to.encode()
            )
        ).decode()
    except NotDecrypted as error:
        message = "it was changed since it was encrypted, or is another row's"
        raise UnreadableSecret(message) from error


def _missing(name: str, settings: EncryptionSettings) -> str:
    version = name.partition("-")[0]
    if any(other.partition("-")[0] == version for other in settings.by_name):
        return f"another key is of version {version} in ENCRYPTION_KEYS: {name} encrypted it"
    return f"the key {name} that encrypted it is not in ENCRYPTION_KEYS"


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode()


def _decoded(text: str) -> bytes:
    """Base64 of either alphabet; empty where it is none."""
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        return b""


@dataclass(frozen=True)
class KeptSecrets:
    """A table with an `id`, a column that keeps what `encrypt` returned for `row(id)`, or NULL, and
    an index on the name of the key in it, and on `id`. `behind` tells columns of one table apart.
    `copy` is called with what is about to stand under an id, where it is kept elsewhere too."""

    table: LiteralString
    column: LiteralString
    behind: str = ""
    copy: Callable[[Platform, str, str], Awaitable[None]] | None = None

    def row(self, id_: str) -> str:
        """What the secret of a row is bound to."""
        return f"{self.table}/{id_}{self.behind}"

    @property
    def sort(self) -> LiteralString:
        return f"{self.table}.{self.column}"

    @property
    def key(self) -> LiteralString:
        """SQL for the name of the key. As the indexes of the migrations have it."""
        return f"substr({self.column}, 1, instr({self.column}, '.') - 1)"


UNREADABLE_SECRETS: Final = """
  SELECT sort, cause, secrets, since FROM unreadable_secrets WHERE sort > '' ORDER BY sort, cause
"""
"""What the last tick could not read."""
