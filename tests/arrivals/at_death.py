"""The rows of a stack that was killed, read from its files before it is started anew and goes
on.
"""

import shutil
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

from local.wrangler import data_folder


def rows_at_death(state: Path, sql: str) -> list[dict[str, Any]]:
    """What D1's file says, from a copy: to read it is to recover its journal.

    Raises:
        AssertionError: there is no file with runs in it.
    """
    for file in sorted(data_folder(state).glob("**/d1/**/*.sqlite")):
        with tempfile.TemporaryDirectory() as folder:
            for part in file.parent.glob(f"{file.name}*"):
                shutil.copy(part, folder)
            connection = sqlite3.connect(Path(folder) / file.name)
            connection.row_factory = sqlite3.Row
            try:
                if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchone():
                    return [dict(row) for row in connection.execute(sql)]
            finally:
                connection.close()
    raise AssertionError("the stack's database is not where wrangler keeps it")
