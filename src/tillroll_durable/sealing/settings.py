"""The settings of the sealed audit: the keys."""

import base64
import binascii
from dataclasses import dataclass
from typing import Self

from tillroll_durable.platform.settings import InvalidSetting, Variable, read_whole

# What PKCS #8 has before the 32 bytes of an Ed25519 key (RFC 8410, section 7).
_ED25519_HEADER = bytes.fromhex("302e020100300506032b657004220420")
_ED25519_BYTES = 32


@dataclass(frozen=True)
class AuditSettings:
    """`earlier_keys`: the public keys, 32 bytes each, whose seals count besides the one of the
    platform's signer.
    """

    earlier_keys: tuple[bytes, ...] = ()

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """The signing key is only checked: the platform's signer has it. Raises InvalidSetting."""
        signing_key = variable("AUDIT_SIGNING_KEY")
        if signing_key and not _is_signing_key(signing_key):
            raise InvalidSetting(
                "AUDIT_SIGNING_KEY must be an Ed25519 private key in PKCS #8, base64; "
                "`python -m cli audit key` makes one"
            )
        return cls(_public_keys(variable("AUDIT_EARLIER_KEYS")))


@dataclass(frozen=True)
class ArchiveSettings:
    """`after_days`: what is older than so many days is moved into the object store; None for
    never.
    """

    after_days: int | None = None

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: a value cannot be used."""
        if not variable("ARCHIVE_AFTER_DAYS"):
            return cls()
        return cls(read_whole("ARCHIVE_AFTER_DAYS", variable, default=0, allowed=range(1, 36_501)))


def _is_signing_key(secret: str) -> bool:
    try:
        content = base64.b64decode(secret, validate=True)
    except binascii.Error:
        return False
    return (
        content.startswith(_ED25519_HEADER)
        and len(content) == len(_ED25519_HEADER) + _ED25519_BYTES
    )


def _public_keys(text: str) -> tuple[bytes, ...]:
    """Keys in base64, apart by commas or blanks."""
    try:
        keys = tuple(
            base64.b64decode(word, validate=True) for word in text.replace(",", " ").split()
        )
    except binascii.Error:
        keys = (b"",)
    if any(len(key) != _ED25519_BYTES for key in keys):
        raise InvalidSetting(
            "AUDIT_EARLIER_KEYS must be Ed25519 public keys, 32 bytes in base64 each, "
            "apart by commas"
        )
    return keys
