"""Secrets that an earlier key encrypted, encrypted anew under the newest, so that the earlier one can go.

Each minute looks for them by an index on the version that they begin with, so that it costs nothing where there are
none.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.platform import log
from tillroll.platform.bindings.database import Row, Statement, statement, text
from tillroll.platform.cipher import NotDecrypted
from tillroll.platform.encryption import EncryptionSettings, NoKey, decrypt, encrypt
from tillroll.platform.services import Platform

_BATCH: Final = 10
_BATCHES: Final = 5
# As the indexes of the migration have it.
_VERSION: Final = "substr({column}, 1, instr({column}, '.') - 1)"


@dataclass(frozen=True)
class KeptSecrets:
    """A table with an `id`, a column that keeps what `encrypt` returned for `bound_to(id)`, or NULL, and an index on
    the version in it. `copy` is told what is about to stand under an id, where it is kept elsewhere too."""

    table: str
    column: str
    bound_to: Callable[[str], str]
    copy: Callable[[Platform, str, str], Awaitable[None]] | None = None

    @property
    def version(self) -> str:
        """SQL for the version of the key, as text."""
        return _VERSION.format(column=self.column)


def versions_of(kept: Sequence[KeptSecrets]) -> str:
    """The query for how many secrets each key's version encrypted: `kept_in`, `version`, `secrets`."""
    parts = (
        f"SELECT '{each.table}' AS kept_in, {each.version} AS version, count(*) AS secrets"  # noqa: S608 - a constant
        f" FROM {each.table} WHERE {each.column} IS NOT NULL GROUP BY 2"
        for each in kept
    )
    return f"{' UNION ALL '.join(parts)} ORDER BY 1, 2"


async def reencrypt(platform: Platform, kept: Sequence[KeptSecrets]) -> None:
    """Encrypt up to 50 of each anew, each by itself. What cannot be read or renewed is left as it is, and named in the
    log."""
    newest = next(iter(platform.settings.of(EncryptionSettings).keys), None)
    if newest is None:
        return
    for _ in platform.turn.take(range(_BATCHES)):
        found = await platform.database.batch([_earlier(each, str(newest)) for each in kept])
        for each, rows in zip(kept, found, strict=True):
            if rows:
                await _renew(platform, each, rows)
        if all(len(rows) < _BATCH for rows in found):
            return


def _earlier(kept: KeptSecrets, newest: str) -> Statement:
    return statement(
        f"""
        SELECT id, {kept.column} AS kept FROM {kept.table}
        WHERE {kept.version} < ?1 OR {kept.version} > ?1
        -- So that those which cannot be renewed keep no other from its turn.
        ORDER BY random() LIMIT ?2
        """,  # noqa: S608 - constants
        newest,
        _BATCH,
    )


async def _renew(platform: Platform, kept: KeptSecrets, rows: Sequence[Row]) -> None:
    update = f"UPDATE {kept.table} SET {kept.column} = ? WHERE id = ? AND {kept.column} = ?"  # noqa: S608 - constants
    renewed = 0
    for row in rows:
        id_, before = text(row, "id"), text(row, "kept")
        try:
            secret = await decrypt(platform, before, kept.bound_to(id_))
            anew = await encrypt(platform, secret, kept.bound_to(id_))
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
