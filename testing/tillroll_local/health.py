"""Whether the Worker still answers: wrangler can lose one of its processes and run on without
it.
"""

import threading
import time
from http import HTTPStatus

import httpx

from tillroll_local.rounds import Rounds

SILENT_SECONDS = 20.0
_MOST_PATIENCE_SECONDS = 320.0
_BETWEEN_SECONDS = 2.0
_TIMEOUT_SECONDS = 5.0


class Health(Rounds):
    """Asks an address in a thread of its own. Between `pause` and `go_on`, silence does not
    count.
    """

    def __init__(
        self,
        url: str,
        *,
        silent_seconds: float = SILENT_SECONDS,
        between_seconds: float = _BETWEEN_SECONDS,
        timeout_seconds: float = _TIMEOUT_SECONDS,
    ) -> None:
        super().__init__(
            httpx.Client(timeout=timeout_seconds), name="health", seconds=between_seconds
        )
        self._url = url
        self.patience_seconds = silent_seconds
        self._lock = threading.Lock()
        self._is_paused = False
        self._turn = 0
        self._silent_since: float | None = None

    def pause(self) -> None:
        """The Worker is being loaded."""
        with self._lock:
            self._is_paused = True
            self._turn += 1
            self._silent_since = None

    def go_on(self) -> None:
        """The Worker is loaded, so silence counts from now on."""
        with self._lock:
            self._is_paused = False
            self._turn += 1
            self._silent_since = None

    def silent_for(self) -> float:
        """Since when no request was answered, in seconds; 0 where the last one was."""
        with self._lock:
            since = self._silent_since
        if since is None:
            return 0.0
        return time.monotonic() - since

    def is_silent(self) -> bool:
        """Whether no request was answered for as long as its patience goes."""
        silent = self.silent_for()
        return silent > 0 and silent >= self.patience_seconds

    def be_patient(self) -> None:
        """Wait twice as long the next time: what was started again was perhaps only slow."""
        self.patience_seconds = min(2 * self.patience_seconds, _MOST_PATIENCE_SECONDS)

    def look(self) -> None:
        """Ask once."""
        turn = self._turn
        start = time.monotonic()
        answers = self._answers()
        with self._lock:
            # What was asked before a pause says nothing of what runs now.
            if self._is_paused or turn != self._turn:
                return
            if answers:
                self._silent_since = None
            elif self._silent_since is None:
                self._silent_since = start

    def _answers(self) -> bool:
        """Any answer of the Worker counts. Of one that is lost, wrangler's own proxy says 5xx."""
        try:
            return self._client.get(self._url).status_code < HTTPStatus.INTERNAL_SERVER_ERROR
        except httpx.TransportError:
            return False
