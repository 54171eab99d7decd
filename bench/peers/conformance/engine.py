"""An adapter of a peer: its processes, and the routes that its app has for the suite.

POST /runs/RUN?workflow=NAME begins a run, GET /runs/RUN tells of it, POST /runs/RUN/signal?value=V
sends its signal, and POST /runs/RUN/retry has it go on. 501 says that the engine has no such thing.
"""

import time
from http import HTTPStatus
from pathlib import Path
from typing import Any, ClassVar

import httpx

from bench.peers.peer import DidNotStart as PeerDidNotStart
from bench.peers.peer import Peer
from tillroll_testing.conformance.adapter import (
    Adapter,
    DidNotStart,
    NotOffered,
    NotReached,
    Standing,
    Status,
)

_TIMEOUT_SECONDS = 20.0
_MOST_STARTS = 20
_PAUSE_SECONDS = 0.5
_PORT_TAKEN = "address in use"


class PeerEngine(Adapter):
    """
    Attributes:
        peer_kind: which peer it is.
        place: what stands before the paths of its routes.
    """

    peer_kind: ClassVar[type[Peer]]
    place: ClassVar[str] = ""

    def __init__(self, folder: Path, side: str) -> None:
        self.store = folder / "peer"
        self.peer = self.peer_kind(self.store, "", side)
        self.kills = 0
        self.version = self.version_of()
        # A connection that is kept would outlive the engine that it leads to.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._client = httpx.Client(timeout=_TIMEOUT_SECONDS, limits=limits)

    def version_of(self) -> str:
        """The version of the engine that is installed."""
        raise NotImplementedError

    def start(self) -> None:
        """Start it, and again where a run that it resumes kills it while it starts, or where a
        neighbour on this machine holds one of its ports for a moment.
        """
        for _ in range(_MOST_STARTS):
            kills = self.kills
            self.peer.kill()  # what a kill amid the last start has left
            try:
                self.peer.start()
            except (PeerDidNotStart, httpx.HTTPError) as error:
                is_port_taken = _PORT_TAKEN in str(error).lower()
                if self.kills == kills and not is_port_taken:
                    raise DidNotStart(str(error)) from error
                time.sleep(_PAUSE_SECONDS)
            else:
                return
        raise DidNotStart(f"It did not come up in {_MOST_STARTS} starts.")

    def kill(self) -> None:
        self.kills += 1
        self.peer.kill()

    def stop(self) -> None:
        self.peer.stop()

    def begin(self, workflow: str, run: str) -> None:
        self.ask("POST", f"/runs/{run}", workflow=workflow)

    def signal(self, run: str, value: str) -> None:
        self.ask("POST", f"/runs/{run}/signal", value=value)

    def retry(self, run: str) -> None:
        self.ask("POST", f"/runs/{run}/retry")

    def status(self, run: str) -> Status:
        told = self.ask("GET", f"/runs/{run}").json()
        return Status(Standing(told["standing"]), told["says"], frozenset(told.get("doubts", [])))

    def tick(self) -> None:
        self.peer.fire_cron()

    def ask(self, method: str, path: str, **query: Any) -> httpx.Response:
        """Ask the app. Raises NotReached, NotOffered."""
        url = f"{self.peer.url}{self.place}{path}"
        try:
            answer = self._client.request(method, url, params=query)
        except httpx.TransportError as error:
            raise NotReached(str(error)) from error
        if answer.status_code == HTTPStatus.NOT_IMPLEMENTED:
            raise NotOffered(answer.text)
        if not answer.is_success:
            raise NotReached(f"{answer.status_code}: {answer.text[:300]}")
        return answer
