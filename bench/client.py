"""A client as light as possible, so that what is measured is the server: one connection, bodies
made beforehand.
"""

import http.client
import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, Protocol

from bench.worker import TOKEN

_BOUNDARY = "tillroll-benchmark"
_HEAD = (
    f'--{_BOUNDARY}\r\ncontent-disposition: form-data; name="receipt"; filename="photo.jpg"\r\n'
    "content-type: image/jpeg\r\n\r\n"
)
_HEADERS = {
    "authorization": f"Bearer {TOKEN}",
    "content-type": f"multipart/form-data; boundary={_BOUNDARY}",
}
_POLL_SECONDS = 0.001
# wrangler closes a connection that was idle for 5 s.
_LONGEST_IDLE_SECONDS = 2.0
_PATIENCE_SECONDS = 120.0


# A run has ended, or waits for a person.
_ENDS = frozenset({"notified", "awaiting_review"})


class Refused(Exception):
    """The Worker did not take an upload."""


class Unfinished(Exception):
    """A run did not complete in time."""


class Rows(Protocol):
    """A connection to a database, as sqlite3 has it."""

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Any: ...

    def close(self) -> None: ...


class Served(Protocol):
    """What takes photos at a port, and has the state of its runs in a table `runs`."""

    port: int

    def database(self) -> Rows: ...


class Timing(NamedTuple):
    """Seconds from sending the photo to the 202, and to the commit that completed the run."""

    upload: float
    run: float


class Client:
    """Uploads photos one after the other and watches the database's file for the end of their
    runs.
    """

    def __init__(self, worker: Served, patience_seconds: float = _PATIENCE_SECONDS) -> None:
        self._patience_seconds = patience_seconds
        self._connection = http.client.HTTPConnection(
            "127.0.0.1", worker.port, timeout=patience_seconds
        )
        self._last_used = 0.0
        self._database = worker.database()

    def upload(self, photo: bytes) -> str:
        """Send a photo; return the run's id, which is an earlier one's where the photo was sent
        before.

        Raises:
            Refused: the answer is neither 202 nor 200.
            OSError: nobody listens (yet).
        """
        body = b"".join((_HEAD.encode(), photo, f"\r\n--{_BOUNDARY}--\r\n".encode()))
        if time.monotonic() - self._last_used > _LONGEST_IDLE_SECONDS:
            self._connection.close()
        self._connection.request("POST", "/api/receipts", body, _HEADERS)
        answer = self._connection.getresponse()
        content = answer.read()
        self._last_used = time.monotonic()
        if answer.status not in {http.client.ACCEPTED, http.client.OK}:
            raise Refused(f"{answer.status}: {content[:300]!r}")
        return str(json.loads(content)["runId"])

    def wait(self, run_id: str) -> None:
        """Wait until the run's last step is committed, or it asks for a person.

        Raises:
            Unfinished: it was not within the time.
        """
        deadline = time.monotonic() + self._patience_seconds
        while self._state(run_id) not in _ENDS:
            if time.monotonic() > deadline:
                raise Unfinished(f"{run_id} stands in {self._state(run_id)}")
            time.sleep(_POLL_SECONDS)

    def has_ended(self, run_id: str) -> bool:
        """Whether the run has ended, or asks for a person."""
        return self._state(run_id) in _ENDS

    def submit(self, photo: bytes) -> Timing:
        began = time.monotonic()
        run_id = self.upload(photo)
        answered = time.monotonic()
        self.wait(run_id)
        return Timing(answered - began, time.monotonic() - began)

    def close(self) -> None:
        self._connection.close()
        self._database.close()

    def _state(self, run_id: str) -> str | None:
        row: tuple[str] | None = self._database.execute(
            "SELECT state FROM runs WHERE id = ?", (run_id,)
        ).fetchone()
        return row[0] if row else None


def submit_at_once(worker: Served, photos: Sequence[bytes], clients: int) -> None:
    """Submit photos from several clients, each of which waits for its run's end before it uploads
    the next photo.
    """

    def submit(share: Sequence[bytes]) -> None:
        client = Client(worker)
        for photo in share:
            client.submit(photo)
        client.close()

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(submit, [photos[number::clients] for number in range(clients)]))
