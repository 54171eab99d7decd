"""The deployed databases brought up to date with migrations/.

All that is new goes in one file by `wrangler d1 execute --file`, an import: whole or not at all,
each migration with its row in `d1_migrations`, which `wrangler d1 migrations` reads and writes too.
`wrangler d1 migrations apply` sends a file as one text to a splitter, which was reported to break
triggers over several lines (workers-sdk 15690, 15314, 15178).
"""

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from cli.operations.deploying.errors import NotDeployed
from cli.operations.deploying.wrangler import Wrangler
from tillroll_durable.platform.shards import FIRST_BINDING, numbers_of

_TABLES: Final = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'"
)
_TABLES_BEGUN: Final = "tables"
_APPLIED: Final = "SELECT name FROM d1_migrations"
_RECORD: Final = """
CREATE TABLE IF NOT EXISTS d1_migrations(
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
);
"""


def migrate(wrangler: Wrangler, say: Callable[[str], None], folder: Path) -> None:
    """Apply to each database what it has not seen.

    Raises:
        NotDeployed: a migration that was applied has changed since, or D1 refused one: then none
            was applied to that database.
    """
    record = wrangler.record
    paths = sorted(folder.glob("*.sql"))
    sums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    for binding in bindings_of(wrangler):
        migrated = record.migrated_in(binding)
        if migrated != sums:
            _check_unchanged(migrated, sums)
            _migrate_one(wrangler, say, binding, paths)
            record.set_migrated(binding, sums)


def bindings_of(wrangler: Wrangler) -> list[str]:
    """The bindings of the databases that are deployed, the first one first."""
    bindings = [str(each["binding"]) for each in wrangler.deployed["d1_databases"]]
    return [*numbers_of(bindings).values()]


def _migrate_one(
    wrangler: Wrangler, say: Callable[[str], None], binding: str, paths: list[Path]
) -> None:
    record = wrangler.record
    existing = tables(wrangler, binding)
    if binding == FIRST_BINDING and _TABLES_BEGUN not in record.begun:
        # Nothing was ever written into this database here, so what it has is a backup's.
        record.is_restored = bool(existing)
        record.begun.append(_TABLES_BEGUN)
        record.save()
    applied = set[str]()
    if "d1_migrations" in existing:
        applied = {str(row["name"]) for row in query(wrangler, _APPLIED, binding)}
    unknown = sorted(applied - {path.name for path in paths})
    if unknown:
        raise NotDeployed(
            f"The database {binding} has seen {unknown[0]}, which this folder does not have: it "
            "belongs to another version of the code."
        )
    new = [path for path in paths if path.name not in applied]
    if new:
        count = f"{len(new)} migrations"
        if len(new) == 1:
            count = "a migration"
        say(f"Applying {count} to {binding}; it answers nobody meanwhile …")
        execute(wrangler, _RECORD + "\n".join(_as_applied(path) for path in new), binding)


def tables(wrangler: Wrangler, binding: str = FIRST_BINDING) -> set[str]:
    """The names of a database's tables. Raises WranglerFailed."""
    return {str(row["name"]) for row in query(wrangler, _TABLES, binding)}


def execute(wrangler: Wrangler, sql: str, binding: str = FIRST_BINDING) -> None:
    """Run the statements as one transaction. By a file: everybody on the machine sees the arguments
    of a process. Raises WranglerFailed.
    """
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".sql") as file:
        file.write(sql)
        file.flush()
        wrangler.run("d1", "execute", binding, "--remote", "--yes", "--file", file.name)


def query(wrangler: Wrangler, sql: str, binding: str = FIRST_BINDING) -> list[dict[str, Any]]:
    """The rows of one statement, which holds no secret. Raises WranglerFailed."""
    [answer] = wrangler.document(
        "d1", "execute", binding, "--remote", "--yes", "--json", "--command", sql
    )
    return answer["results"]


def _check_unchanged(migrated: dict[str, str], sums: dict[str, str]) -> None:
    changed = sorted(name for name, known in migrated.items() if sums.get(name) != known)
    if changed:
        raise NotDeployed(
            f"The database was made by migrations that have changed since: {changed[0]}. It is not "
            "converted. Undo the change and write a new migration; or, before the first release, "
            "deploy under another name."
        )


def _as_applied(path: Path) -> str:
    return (
        f"{path.read_text(encoding='utf-8')}\nINSERT INTO d1_migrations (name) "
        f"VALUES ('{path.name}');"
    )
