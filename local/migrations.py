"""Bring a state folder's database up to date with migrations/, by the genuine wrangler, when there
is something new.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from local.d1 import D1Error, create_locally, query_locally
from local.places import MIGRATIONS
from local.wrangler import data_folder

# As wrangler makes it, which reads it too: `wrangler d1 migrations list` knows what was applied
# here.
_APPLIED = """
CREATE TABLE IF NOT EXISTS d1_migrations(
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
);
"""


class MigrationError(Exception):
    """The migrations did not apply; the message says what to do."""


def migrate(state: Path, configuration: Path, say: Callable[[str], None]) -> None:
    """Apply the migrations that the folder's database has not seen, all or none. Costs nothing when
    there are none.

    In one go: `wrangler d1 migrations apply` starts a workerd for each, which takes seconds.

    Raises:
        MigrationError: wrangler could not apply one, or the database was made by migrations that
            are not the same now.
    """
    record, applied = _record(state), _recorded(state)
    paths = sorted(MIGRATIONS.glob("*.sql"))
    known = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    if applied == known:
        return
    _check_same([name for name in applied if known.get(name) != applied[name]], state)
    say("Bringing the database up to date …")
    try:
        there = _applied(state, configuration)
        _check_same(sorted(there - known.keys()), state)
        new = [path for path in paths if path.name not in there]
        if new:
            create_locally(_APPLIED + _as_one(new), state, configuration)
    except D1Error as error:
        raise MigrationError(f"The migrations did not apply:\n{error}") from error
    record.write_text(json.dumps(known), encoding="utf-8")


def unapplied(state: Path) -> list[str]:
    """The migrations that the folder's database has not seen, by our record: they can still be
    edited.
    """
    return sorted({path.name for path in MIGRATIONS.glob("*.sql")} - _recorded(state).keys())


def _record(state: Path) -> Path:
    return data_folder(state) / "migrated.json"


def _recorded(state: Path) -> dict[str, str]:
    record = _record(state)
    return json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}


def _check_same(changed: Sequence[str], state: Path) -> None:
    """`changed` are migrations that the database has, and that are others now or gone.

    Raises:
        MigrationError: there is one.
    """
    if changed:
        others = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise MigrationError(
            f"The database in {state} was made by migrations that have changed since: "
            f"{changed[0]}{others}. "
            "It is not converted. Start with another folder, make dev STATE=…, or delete this one, "
            f"rm -r {data_folder(state)}, and upload the originals again. To keep the data, undo "
            "your change of the "
            "migration and make a new one."
        )


def _applied(state: Path, configuration: Path) -> set[str]:
    """The database's own record, which knows more than ours after a death, or after a backup was
    brought back.
    """
    if not data_folder(state).exists():
        return set()
    create_locally(_APPLIED, state, configuration)
    rows = query_locally("SELECT name FROM d1_migrations", state, configuration)
    return {str(row["name"]) for row in rows}


def _as_one(paths: Iterable[Path]) -> str:
    return "\n".join(
        f"{path.read_text(encoding='utf-8')}\nINSERT INTO d1_migrations (name) "
        f"VALUES ('{path.name}');"
        for path in paths
    )
