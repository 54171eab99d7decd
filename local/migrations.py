"""Bring a state folder's database up to date with migrations/, by the genuine wrangler, when there is something new."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from local.places import MIGRATIONS
from local.wrangler import data_folder, run_wrangler


class MigrationError(Exception):
    """The migrations did not apply; the message says what to do."""


def migrate(state: Path, configuration: Path, say: Callable[[str], None]) -> None:
    """Apply the migrations that the folder's database has not seen. Costs nothing when there are none.

    Raises:
        MigrationError: wrangler could not apply one, or one was edited after it had been applied.
    """
    record = data_folder(state) / "migrated.json"
    applied: dict[str, str] = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
    known = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(MIGRATIONS.glob("*.sql"))}
    if applied == known:
        return
    edited = [name for name in applied if known.get(name) != applied[name]]
    if edited:
        raise MigrationError(
            f"migrations/{edited[0]} was changed after the database in {state} had it. Put a change into a new "
            f"migration, or start afresh: rm -r {state}"
        )
    say("Bringing the database up to date …")
    done = run_wrangler(state, configuration, ["d1", "migrations", "apply", "DB"])
    if done.returncode != 0:
        raise MigrationError(f"The migrations did not apply:\n{done.stdout}")
    record.write_text(json.dumps(known), encoding="utf-8")
