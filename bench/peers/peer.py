"""What all peers are to those who measure them: something that is started, killed and stopped, with
rows to be read.
"""

import contextlib
import os
import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import httpx

from bench.client import Rows
from bench.measuring import family, is_alive
from bench.peers.installed import TOOLS
from local.places import ROOT
from tillroll_local.processes import Part, end_all, free_port

_PATIENCE_SECONDS = 180.0
_POLL_SECONDS = 0.02


class DidNotStart(Exception):
    """A peer ended or did not answer in time; the message has the end of its logs."""


class Peer(ABC):
    """
    Attributes:
        name: as the table shows it.
        made_of: how it is set up, in a few words.
        port: where it takes receipts.
        parts: its processes, the database's first.
    """

    name: str
    made_of: str

    def __init__(self, folder: Path, ai_address: str, side: str = "") -> None:
        """`side` is the URL of the other side of orders, where there are some."""
        self.folder, self.ai_address, self.side = folder, ai_address, side
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.parts: list[Part] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @abstractmethod
    def begin(self) -> None:
        """Start all parts."""

    @abstractmethod
    def database(self) -> Rows:
        """The rows, to be read beside the peer: looking at them costs it as little as can be."""

    def start(self) -> None:
        """Start, and wait until it answers.

        Raises:
            DidNotStart: it does not.
        """
        self.begin()
        self.wait(f"{self.url}/api/health")

    def wait(self, url: str) -> None:
        """Wait until an address answers with success."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        with httpx.Client(timeout=60) as client:
            while time.monotonic() < deadline and self._is_alive():
                with contextlib.suppress(httpx.TransportError):  # not listening yet
                    if client.get(url).is_success:
                        return
                time.sleep(_POLL_SECONDS)
        raise DidNotStart(self.logs())

    def _is_alive(self) -> bool:
        """Whether it has been begun, and no part of it has ended."""
        parts = self.parts
        return len(parts) > 0 and all(part.exit_code() is None for part in parts)

    def run(
        self, name: str, command: Sequence[object], variables: Mapping[str, str] | None = None
    ) -> Part:
        """Start one more part."""
        words = [str(word) for word in command]
        part = Part(
            f"{self.name}: {name}", words, log=self.folder / f"{name}.log", env=variables or {}
        )
        self.parts.append(part)
        return part

    def processes(self) -> list[int]:
        """The ids of all its processes. Those of Postgres have groups of their own."""
        return family([part.pid for part in self.parts])

    def kill(self) -> None:
        """SIGKILL to every process of it, its database's too, as a power cut would; all are gone
        afterwards.
        """
        killed = self.processes()
        for process in killed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        for part in self.parts:
            part.kill()
        self.parts = []
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while any(map(is_alive, killed)) and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)

    def stop(self) -> None:
        """Ask all parts to end, the last first, then see to it."""
        while self.parts:
            end_all([self.parts.pop()])

    def fire_cron(self) -> None:  # noqa: B027 - most have none
        """What the platform does each minute; nothing, where there is no such thing."""

    def calls_person(self, run_id: str) -> bool:  # noqa: ARG002 - most have no such thing
        """Whether the peer's record says that a person is to look at this run."""
        return False

    def expenses(self) -> list[str]:
        """The run of each stored expense."""
        rows = self.database()
        try:
            return [str(run) for (run,) in rows.execute("SELECT run_id FROM expenses").fetchall()]
        finally:
            rows.close()

    def logs(self) -> str:
        return "\n".join(f"{part.name}:\n{part.tail()}" for part in self.parts)


class PythonPeer(Peer):
    """A peer whose app is a module of bench/peers, run with the peers' own packages.

    Attributes:
        variables: what its processes have in their environment besides.
    """

    variables: Mapping[str, str] = MappingProxyType({})

    def app(self, server: str, *arguments: object, **variables: str) -> Part:
        """Start the app: `server` is the module that serves it, with its arguments."""
        given = {
            "PEER_FOLDER": str(self.folder),
            "PEER_AI": self.ai_address,
            "PEER_SIDE": self.side,
            "PYTHONPATH": str(ROOT),
            **variables,
        }
        return self.run("app", (TOOLS.python, "-m", server, *arguments), given)
