"""A database of this machine is brought up to date with a folder of migrations, when there is
something new.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

# As wrangler makes it, which reads it too: `wrangler d1 migrations list` knows what was applied
# here.
_APPLIED: Final = """
CREATE TABLE IF NOT EXISTS d1_migrations(
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
);
"""


class MigrationsChanged(Exception):
    """The database was made by migrations that are others now, or gone. Nothing was changed.

    Attributes:
        names: their files.
    """

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class LocalDatabase(Protocol):
    """A database of this machine."""

    def exists(self) -> bool: ...

    def execute(self, sql: str) -> None:
        """Run statements as one transaction."""
        ...

    def rows(self, sql: str) -> Sequence[Mapping[str, Any]]:
        """The rows of one statement."""
        ...


@dataclass(frozen=True)
class Migrations:
    """A folder of migrations, and the file with the digests of those that were applied here."""

    folder: Path
    record: Path

    def unapplied(self) -> list[str]:
        """Those that were not applied here, by our record: they can still be edited."""
        return sorted({path.name for path in self._paths()} - self._recorded().keys())

    def apply(
        self, database: LocalDatabase, say: Callable[[str], None], *, first: str = ""
    ) -> None:
        """Apply those that the database has not seen, all or none, and `first` with the first ones.
        It costs nothing where there are none.

        In one go: `wrangler d1 migrations apply` starts a workerd for each, which takes seconds.

        Raises MigrationsChanged, and what the database raises.
        """
        known = self._known()
        applied: dict[str, str] = {}
        if database.exists():
            applied = self._recorded()
        if applied == known:
            return
        _check_same([name for name in applied if known.get(name) != applied[name]])
        say("Bringing the database up to date …")
        there = _there(database)
        _check_same(sorted(there - known.keys()))
        scripts = [_with_record(path) for path in self._paths() if path.name not in there]
        if scripts and not there:
            scripts.append(first)
        if scripts:
            database.execute("\n".join([_APPLIED, *scripts]))
        self.record.write_text(json.dumps(known), encoding="utf-8")

    def _known(self) -> dict[str, str]:
        """The SHA-256 of each, by its file's name."""
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in self._paths()}

    def _recorded(self) -> dict[str, str]:
        """What was applied here, by our record."""
        if not self.record.exists():
            return {}
        return json.loads(self.record.read_text(encoding="utf-8"))

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob("*.sql"))


def _check_same(changed: Sequence[str]) -> None:
    if changed:
        raise MigrationsChanged(changed)


def _there(database: LocalDatabase) -> set[str]:
    """The database's own record, which knows more than ours after a death, or after a backup was
    brought back.
    """
    if not database.exists():
        return set()
    database.execute(_APPLIED)
    return {str(row["name"]) for row in database.rows("SELECT name FROM d1_migrations")}


def _with_record(path: Path) -> str:
    sql = path.read_text(encoding="utf-8")
    return f"{sql}\nINSERT INTO d1_migrations (name) VALUES ('{path.name}');"
