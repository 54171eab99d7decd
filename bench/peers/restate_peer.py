"""Restate: its server, with the disk as its store, and the Python SDK served by hypercorn."""

import sqlite3
from pathlib import Path

import httpx

from bench.client import Rows
from bench.peers.installed import TOOLS
from bench.peers.peer import PythonPeer
from tillroll_local.processes import free_port


class Restate(PythonPeer):
    name = "Restate"
    made_of = "restate-server, hypercorn, uvicorn before it, SQLite for rows"
    module = "bench.peers.jobs.restate_app"

    def __init__(self, folder: Path, ai_address: str, side: str = "") -> None:
        super().__init__(folder, ai_address, side)
        self._ingress, self._admin, self._node, self._service = (free_port() for _ in range(4))

    def begin(self) -> None:
        # Variables name the keys of its configuration.
        variables = {
            "RESTATE_BASE_DIR": str(self.folder / "restate"),
            "RESTATE_LISTEN_MODE": "tcp",
            "RESTATE_NODE_NAME": "peer",
            "RESTATE_BIND_ADDRESS": f"127.0.0.1:{self._node}",
            "RESTATE_ADVERTISED_ADDRESS": f"http://127.0.0.1:{self._node}",
            "RESTATE_INGRESS__BIND_ADDRESS": f"127.0.0.1:{self._ingress}",
            "RESTATE_ADMIN__BIND_ADDRESS": f"127.0.0.1:{self._admin}",
            "RESTATE_DISABLE_TELEMETRY": "true",
        }
        self.run("restate", (TOOLS.product_of_node, "--no-logo"), variables)
        ingress = {
            "PEER_INGRESS": f"http://127.0.0.1:{self._ingress}",
            "PEER_ADMIN": f"http://127.0.0.1:{self._admin}",
            **self.variables,
        }
        self.app(
            "hypercorn",
            f"{self.module}:workflows",
            "--bind",
            f"127.0.0.1:{self._service}",
            **ingress,
        )
        self.wait(f"http://127.0.0.1:{self._admin}/health")
        self._register()
        self.app("uvicorn", f"{self.module}:app", "--port", self.port, "--no-access-log", **ingress)

    def database(self) -> Rows:
        return sqlite3.connect(f"file:{self.folder / 'rows.sqlite'}?mode=ro", uri=True, timeout=30)

    def _register(self) -> None:
        """Tell the server where the service is; the same place again changes nothing."""
        service = f"http://127.0.0.1:{self._service}"
        self.wait(f"{service}/health")
        body = {"uri": service, "force": False}
        httpx.post(
            f"http://127.0.0.1:{self._admin}/deployments", json=body, timeout=60
        ).raise_for_status()
