"""A release's schema as it is kept, and what holds of all that comes after it.

A folder of a release has two files: `migrations.sha256` says which migrations there were, and
`database.sql` has a small database that they made.
"""

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

RELEASES: Final = Path(__file__).parent
_HASHES: Final = "migrations.sha256"
_DUMP: Final = "database.sql"
# The value of a column that is there no more.
_GONE: Final = object()
_COLUMNS: Final = 'SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?)'
_FOREIGN: Final = 'SELECT "from", "table", "to", on_delete FROM pragma_foreign_key_list(?)'
_TABLES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
_BESIDE: Final = (
    "SELECT type, name, tbl_name, sql FROM sqlite_master "
    "WHERE type IN ('index', 'trigger', 'view') AND sql IS NOT NULL"
)


class NotAdded(Exception):
    """A migration did more than to add; the message says what and which remedy there is."""


@dataclass(frozen=True)
class Release:
    """What is kept of one.

    Attributes:
        version: such as 0.1.0.
        hashes: the SHA-256 of each migration by its file's name.
        dump: statements that make its database.
    """

    version: str
    hashes: Mapping[str, str]
    dump: str

    def check_files(self, migrations: Path) -> None:
        """Hold a folder of migrations to this release's: each is there, unchanged, and before all
        others.

        Raises NotAdded.
        """
        now = hashes_of(migrations)
        for name, digest in self.hashes.items():
            if now.get(name) != digest:
                raise NotAdded(
                    f"{name} was released with {self.version}, and is another now: take the "
                    "change back, and write a migration of its own."
                )
        early = [name for name in now.keys() - self.hashes.keys() if name < max(self.hashes)]
        if early:
            raise NotAdded(
                f"{early[0]} would be applied late, for {self.version} ends with "
                f"{max(self.hashes)}: give it a higher number."
            )

    def check_upgrade(self, migrations: Path) -> None:
        """Bring this release's database up to date. It then has the tables that a new one has, and
        each value that it had.

        Raises NotAdded.
        """
        scripts = [path.read_text(encoding="utf-8") for path in sorted(migrations.glob("*.sql"))]
        later = [name for name in sorted(hashes_of(migrations)) if name not in self.hashes]
        with closing(_made_of([self.dump])) as database, closing(_made_of(scripts)) as new:
            before = dict(_rows(database))
            for name in later:
                _apply(database, migrations / name)
            _check_whole(database)
            _check_kept(before, database)
            is_as_new = shape_of(database) == shape_of(new)
        if not is_as_new:
            raise NotAdded(f"A database of {self.version} ends with other tables than a new one.")


def releases(folder: Path = RELEASES) -> list[Release]:
    """All that are kept."""
    return [_read(path.parent) for path in sorted(folder.glob(f"*/{_HASHES}"))]


def record(version: str, migrations: Path, dump: str, folder: Path = RELEASES) -> Path:
    """Keep a release; its folder.

    Raises FileExistsError: it is kept already, and never changes again.
    """
    made = folder / version
    made.mkdir(parents=True)
    lines = "".join(f"{digest}  {name}\n" for name, digest in hashes_of(migrations).items())
    (made / _HASHES).write_text(lines, encoding="utf-8")
    (made / _DUMP).write_text(dump, encoding="utf-8")
    return made


def hashes_of(migrations: Path) -> dict[str, str]:
    """The SHA-256 of each migration of a folder, in the order in which they are applied."""
    paths = sorted(migrations.glob("*.sql"))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def shape_of(database: sqlite3.Connection) -> dict[str, object]:
    """What a database's tables, indexes and triggers are, whichever statements made them."""
    shape: dict[str, object] = {}
    for (table,) in database.execute(_TABLES).fetchall():
        columns = set(database.execute(_COLUMNS, (table,)))
        foreign = set(database.execute(_FOREIGN, (table,)))
        shape[f"table {table}"] = (frozenset(columns), frozenset(foreign))
    for kind, name, table, sql in database.execute(_BESIDE).fetchall():
        shape[f"{kind} {name}"] = (table, " ".join(sql.split()))
    return shape


def _read(folder: Path) -> Release:
    hashes: dict[str, str] = {}
    for line in (folder / _HASHES).read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        hashes[name] = digest
    return Release(folder.name, hashes, (folder / _DUMP).read_text(encoding="utf-8"))


def _made_of(scripts: list[str]) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:", isolation_level=None)
    for script in scripts:
        database.executescript(script)
    database.execute("PRAGMA foreign_keys = ON")
    return database


def _apply(database: sqlite3.Connection, migration: Path) -> None:
    try:
        database.executescript(migration.read_text(encoding="utf-8"))
    except sqlite3.Error as error:
        raise NotAdded(f"{migration.name} fails where there are rows: {error}") from error


def _check_whole(database: sqlite3.Connection) -> None:
    told = [text for (text,) in database.execute("PRAGMA integrity_check")]
    broken = database.execute("PRAGMA foreign_key_check").fetchall()
    if told != ["ok"] or broken:
        raise NotAdded(f"The database is not whole any more: {told[0]}, {broken[:3]}")


def _rows(database: sqlite3.Connection) -> Iterator[tuple[str, list[dict[str, object]]]]:
    for (table,) in database.execute(_TABLES).fetchall():
        found = database.execute(f'SELECT * FROM "{table}"')
        names = [column[0] for column in found.description]
        yield table, [dict(zip(names, values, strict=True)) for values in found.fetchall()]


def _check_kept(
    before: Mapping[str, list[dict[str, object]]], database: sqlite3.Connection
) -> None:
    after = dict(_rows(database))
    for table, rows in before.items():
        names = [*rows[0]] if rows else []
        now = {tuple(row.get(name, _GONE) for name in names) for row in after.get(table, [])}
        for row in rows:
            if tuple(row.values()) not in now:
                raise NotAdded(
                    f"A row of {table} is gone, or has another value: {row}. A migration only adds."
                )
