"""What the local Workflows engine keeps of runs that have ended.

Each instance is a database of three files, which workerd opens when the instance is first asked
for, and never closes: after a restart that is for all of them, since the waker lists them. Where
the system allows no further open file, every request fails. Cloudflare has no such bound, so this
belongs to this machine.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

# 5, "complete", as V8 serialises it.
_COMPLETE = b"\xff\x0fI\x0a"
_STATUS = "SELECT value FROM _cf_KV WHERE key = 'ENGINE_STATUS'"


def forget_ended(data: Path, keep: int = 500) -> int:
    """Delete the instances that have ended well, but for the newest of each workflow; return how
    many. Only while no workerd runs on the data. What became of a run stands in the D1 database.
    """
    forgotten = 0
    for workflow in (data / "v3" / "workflows").glob("*"):
        ended = sorted(_ended(workflow), key=lambda each: each.stat().st_mtime, reverse=True)
        for database in ended[keep:]:
            for file in database.parent.glob(f"{database.name}*"):
                file.unlink()
        forgotten += len(ended[keep:])
    return forgotten


def _ended(workflow: Path) -> Iterator[Path]:
    for database in workflow.glob("*.sqlite"):
        try:
            with closing(sqlite3.connect(database)) as connection:
                row = connection.execute(_STATUS).fetchone()
        except (
            sqlite3.DatabaseError
        ):  # it has no such table (yet), so nothing says that it has ended
            continue
        if row is not None and row[0] == _COMPLETE:
            yield database
