"""FastAPI without durability, served by uvicorn, with SQLite."""

import sqlite3

from bench.client import Rows
from bench.peers.peer import PythonPeer


class Plain(PythonPeer):
    name = "FastAPI"
    made_of = "uvicorn, a background task, SQLite with a write-ahead log"

    def begin(self) -> None:
        self.app(
            "uvicorn", "bench.peers.jobs.fastapi_app:app", "--port", self.port, "--no-access-log"
        )

    def database(self) -> Rows:
        return sqlite3.connect(f"file:{self.folder / 'rows.sqlite'}?mode=ro", uri=True, timeout=30)
