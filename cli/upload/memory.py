"""What was sent of a watched folder: a small SQLite file, so that a kill at any time leaves it
whole.
"""

import hashlib
import os
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tillroll_command.endings import Code, Stopped

from .sending import Sent
from .settling import Look

_TABLE = """
  CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL,
    outcome TEXT NOT NULL, run_id TEXT, at TEXT NOT NULL
  ) STRICT
"""


def place_of(environment: Mapping[str, str], folder: Path, url: str, account: str) -> Path:
    """Where a folder's memory lies, apart for each server and account (XDG Base Directory:
    `state`).
    """
    base = environment.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    name = hashlib.sha256("\0".join((str(folder.resolve()), url, account)).encode()).hexdigest()[
        :16
    ]
    return Path(base) / "tillroll" / "watched" / f"{name}.sqlite"


class Memory:
    """The memory of one folder. Only one command at a time has it."""

    def __init__(self, file: Path) -> None:
        """Raises Stopped: another command watches this folder, or the file cannot be used."""
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
            self._database = sqlite3.connect(file, timeout=1, isolation_level=None)
        except (OSError, sqlite3.DatabaseError) as error:
            raise Stopped(Code.FAILED, _why_not(file, error)) from error
        try:
            self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._database.execute("BEGIN EXCLUSIVE")
            self._database.execute(_TABLE)
            self._database.execute("COMMIT")
            rows = self._database.execute(
                "SELECT sha256, run_id FROM files WHERE run_id IS NOT NULL"
            )
            self._runs: dict[str, str] = dict(rows)
        except sqlite3.DatabaseError as error:
            self._database.close()
            raise Stopped(Code.FAILED, _why_not(file, error)) from error

    def close(self) -> None:
        self._database.close()

    def knows(self, path: str, look: Look) -> bool:
        """Whether this file was dealt with as it is now."""
        found = self._database.execute(
            "SELECT size, mtime_ns FROM files WHERE path = ?", (path,)
        ).fetchone()
        return found == tuple(look)

    def run_of(self, sha256: str) -> str | None:
        """The run of these bytes, under whatever name they were sent."""
        return self._runs.get(sha256)

    def remember(self, path: str, look: Look, sent: Sent) -> None:
        """On the disk when this returns."""
        self._database.execute(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                path,
                *look,
                sent.sha256,
                sent.outcome,
                sent.run_id,
                datetime.now(UTC).isoformat(timespec="seconds"),
            ),
        )
        if sent.run_id is not None:
            self._runs[sent.sha256] = sent.run_id


def _why_not(file: Path, error: Exception) -> str:
    if "locked" in str(error):
        return f"Another command watches this folder already, and has {file}. End that one first."
    return (
        f"{file} cannot be used to remember what was sent: {error}. Name another file with "
        "--remember-in."
    )
