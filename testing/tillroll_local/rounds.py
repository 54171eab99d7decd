"""Something that looks at the local stack again and again, in a thread of its own."""

import threading
from abc import ABC, abstractmethod

import httpx


class Rounds(ABC):
    """Calls `look` every `seconds`, from `start` until `stop`, which closes the client too."""

    def __init__(self, client: httpx.Client, *, name: str, seconds: float) -> None:
        self._client = client
        self._seconds = seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @abstractmethod
    def look(self) -> None:
        """Do what there is to do once."""

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the rounds. Where a request is under way, end workerd first."""
        self._stopping.set()
        self._thread.join()
        self._client.close()

    def _run(self) -> None:
        while not self._stopping.wait(self._seconds):
            self.look()
