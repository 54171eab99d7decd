"""Secrets kept in the database, encrypted under a key of the Worker, and again under its newest key."""

import base64
import binascii
import os
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from tillroll.platform import log
from tillroll.platform.bindings.crypto import KEY_BYTES, NONCE_BYTES, NotDecrypted
from tillroll.platform.bindings.database import Row, Statement, statement, text
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
    """`keys`: the keys by their versions; the first one encrypts, all of them decrypt. Empty where none is set."""

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
    """Encrypt a secret for the row that `bound_to` names, such as `endpoint_secrets/sec_…`. Raises NoKey."""
    keys = platform.settings.of(EncryptionSettings).keys
    if not keys:
        raise NoKey(f"ENCRYPTION_KEYS must be set before a secret can be kept: {_REMEDY}")
    version, key = next(iter(keys.items()))
    nonce = os.urandom(NONCE_BYTES)
    encrypted = await platform.cipher.encrypt(key, nonce, secret.encode(), bound_to.encode())
    return f"{version}.{_encoded(nonce)}.{_encoded(encrypted)}"


async def decrypt(platform: Platform, kept: str, bound_to: str) -> str:
    """Decrypt what `encrypt` returned for the same `bound_to`. Raises NoKey; NotDecrypted: key or row was changed."""
    parts = kept.split(".")
    if len(parts) != 3 or not parts[0].isdecimal():
        raise NotDecrypted("what is kept is no encrypted secret")
    version, nonce, encrypted = int(parts[0]), _decoded(parts[1]), _decoded(parts[2])
    key = platform.settings.of(EncryptionSettings).keys.get(version)
    if key is None:
        raise NoKey(f"ENCRYPTION_KEYS lacks the key of version {version}: put it behind the newest one")
    return (await platform.cipher.decrypt(key, nonce, encrypted, bound_to.encode())).decode()


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode()


def _decoded(text: str) -> bytes:
    """Base64 of either alphabet; empty where it is none."""
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        return b""


# D1 takes no more terms of a compound SELECT.
_TERMS: Final = 5
_BATCH: Final = 25


@dataclass(frozen=True)
class KeptSecrets:
    """A table with an `id`, a column that keeps what `encrypt` returned for `row(id)`, or NULL, and an index on the
    version in it. `behind` tells columns of one table apart. `copy` is told what is about to stand under an id, where
    it is kept elsewhere too."""

    table: str
    column: str
    behind: str = ""
    copy: Callable[[Platform, str, str], Awaitable[None]] | None = None

    def row(self, id_: str) -> str:
        """What the secret of a row is bound to."""
        return f"{self.table}/{id_}{self.behind}"

    @property
    def version(self) -> str:
        """SQL for the version of the key, as text. As the indexes of the migration have it."""
        return f"substr({self.column}, 1, instr({self.column}, '.') - 1)"


def versions_of(kept: Sequence[KeptSecrets]) -> str:
    """The query for how many secrets each key's version encrypted: `kept_in`, `version`, `secrets`."""
    parts = [
        f"SELECT '{each.table}' AS kept_in, {each.version} AS version, count(*) AS secrets"  # noqa: S608 - a constant
        f" FROM {each.table} WHERE {each.column} IS NOT NULL GROUP BY 2"
        for each in kept
    ]
    groups = (" UNION ALL ".join(parts[begin : begin + _TERMS]) for begin in range(0, len(parts), _TERMS))
    return f"{' UNION ALL '.join(f'SELECT * FROM ({each})' for each in groups)} ORDER BY 1, 2"  # noqa: S608 - constants


async def reencrypt(platform: Platform, kept: Sequence[KeptSecrets]) -> None:
    """Encrypt up to 25 of each anew, each by itself; what cannot be renewed is left, and named in the log."""
    newest = next(iter(platform.settings.of(EncryptionSettings).keys), None)
    if newest is None:
        return
    earlier = " OR ".join(f"EXISTS (SELECT 1 FROM {each.table} WHERE {_is_earlier(each)})" for each in kept)  # noqa: S608 - constants
    [there] = await platform.database.all(statement(f"SELECT {earlier} AS some", str(newest)))
    if not there["some"]:
        return
    found = await platform.database.batch([_earlier(each, str(newest)) for each in kept])
    renewed = sum([await _renew(platform, each, rows) for each, rows in zip(kept, found, strict=True) if rows])
    platform.turn.has_more(where=renewed > 0 and any(len(rows) == _BATCH for rows in found))


def _is_earlier(kept: KeptSecrets) -> str:
    return f"{kept.version} < ?1 OR {kept.version} > ?1"


def _earlier(kept: KeptSecrets, newest: str) -> Statement:
    sql = f"""
      SELECT id, {kept.column} AS kept FROM {kept.table}
      WHERE {_is_earlier(kept)}
      -- So that those which cannot be renewed keep no other from its turn.
      ORDER BY random() LIMIT ?2
    """  # noqa: S608 - constants
    return statement(sql, newest, _BATCH)


async def _renew(platform: Platform, kept: KeptSecrets, rows: Sequence[Row]) -> int:
    update = f"UPDATE {kept.table} SET {kept.column} = ? WHERE id = ? AND {kept.column} = ?"  # noqa: S608 - constants
    renewed = 0
    for row in rows:
        id_, before = text(row, "id"), text(row, "kept")
        try:
            secret = await decrypt(platform, before, kept.row(id_))
            anew = await encrypt(platform, secret, kept.row(id_))
            if kept.copy is not None:
                await kept.copy(platform, id_, anew)
            await platform.database.all(statement(update, anew, id_, before))
        except (NoKey, NotDecrypted) as error:
            log.error("secret.unreadable", subject=id_, source=kept.table, error=error)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one, the others have their turn
            log.crash("secret.not_renewed", error, subject=id_, source=kept.table)
        else:
            renewed += 1
    if renewed:
        log.info("secrets.renewed", source=kept.table, count=renewed)
    return renewed
