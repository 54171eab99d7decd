"""Clients that send again as docs/api.md says, and remember what was acknowledged."""

import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import httpx

from bench.worker import TOKEN

# A restart takes some seconds on a busy machine. A client without an answer for so long gives up:
# that is an error.
_PATIENCE_SECONDS = 180.0
_FIRST_PAUSE_SECONDS = 0.25
_LONGEST_PAUSE_SECONDS = 4.0
_AGAIN = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.CONFLICT})


@dataclass
class Remembered:
    """What all clients were told.

    Attributes:
        runs: the run of each photo that was acknowledged, by the photo's number.
        approved: expenses whose approval was acknowledged.
        errors: what a client met although it sent again as documented.
        sent_again: how many requests were sent more than once.
    """

    runs: dict[int, str] = field(default_factory=dict[int, str])
    approved: set[str] = field(default_factory=set[str])
    acts: Counter[str] = field(default_factory=Counter[str])
    seconds: list[float] = field(default_factory=list[float])
    errors: list[str] = field(default_factory=list[str])
    sent_again: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Photos:
    """The numbered photos of all clients; none is taken by two of them."""

    def __init__(self, photos: Iterator[bytes]) -> None:
        self._photos = enumerate(photos)
        self._lock = threading.Lock()

    def take(self) -> tuple[int, bytes]:
        with self._lock:
            return next(self._photos)


class SoakClient:
    """One person or program: `act` does one thing; `source` chooses which."""

    def __init__(
        self, url: str, photos: Photos, remembered: Remembered, source: random.Random
    ) -> None:
        self._http = httpx.Client(
            base_url=url, headers={"authorization": f"Bearer {TOKEN}"}, timeout=60
        )
        self._photos, self._remembered, self._source = photos, remembered, source

    def close(self) -> None:
        self._http.close()

    def upload(self) -> None:
        number, photo = self._photos.take()
        answer = self._ask(
            "upload", "POST", "/api/receipts", files={"receipt": ("photo.jpg", photo, "image/jpeg")}
        )
        if answer is not None:
            with self._remembered.lock:
                self._remembered.runs[number] = answer.json()["runId"]

    def look(self) -> None:
        """Read what a person reads: a run, the newest expenses, a search, a month."""
        with self._remembered.lock:
            run_ids = list(itertools.islice(reversed(self._remembered.runs.values()), 200))
        paths = ["/api/expenses?limit=50", "/api/expenses?q=bakery&limit=20", "/api/runs?limit=50"]
        if run_ids:
            paths.append(f"/api/runs/{self._source.choice(run_ids)}")
        self._ask("look", "GET", self._source.choice(paths))

    def approve(self) -> None:
        """Approve some of the newest expenses, which others may be approving too."""
        found = self._ask("look", "GET", "/api/expenses?limit=20&sort=-created")
        items: list[dict[str, Any]] = found.json()["items"] if found else []
        ready = [each for each in items if each["status"] == "ready"]
        if not ready:
            return
        chosen = self._source.sample(ready, min(3, len(ready)))
        seen = {
            "ids": [each["id"] for each in chosen],
            "versions": [each["version"] for each in chosen],
        }
        answer = self._ask("approve", "POST", "/api/expenses/approve", json=seen)
        if answer is not None:
            done = {
                str(each["id"])
                for each in answer.json()["items"]
                if each["outcome"] in {"done", "already"}
            }
            with self._remembered.lock:
                self._remembered.approved |= done

    def act(self) -> None:
        """One thing of mixed use: four in ten are uploads."""
        acts: tuple[Callable[[], None], ...] = (self.upload, self.look, self.approve)
        self._source.choices(acts, weights=(40, 50, 10))[0]()

    def _ask(self, act: str, method: str, path: str, **content: Any) -> httpx.Response | None:
        """The answer of success; None where there was none in time, or a refusal, which is
        remembered as an error.
        """
        headers = {} if method == "GET" else {"idempotency-key": str(uuid4())}
        began = time.monotonic()
        pause, was_sent_again, last = _FIRST_PAUSE_SECONDS, False, "no answer"
        while time.monotonic() - began < _PATIENCE_SECONDS:
            try:
                answer = self._http.request(method, path, headers=headers, **content)
            except httpx.TransportError as error:
                last = type(error).__name__
            else:
                if answer.is_success:
                    self._count(act, time.monotonic() - began, was_sent_again=was_sent_again)
                    return answer
                last = f"{answer.status_code}: {answer.text[:200]}"
                if answer.status_code not in _AGAIN and not answer.is_server_error:
                    break
                pause = max(pause, float(answer.headers.get("retry-after", 0)))
            was_sent_again = True
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        with self._remembered.lock:
            self._remembered.errors.append(f"{method} {path}: {last}")
        return None

    def _count(self, act: str, seconds: float, *, was_sent_again: bool) -> None:
        with self._remembered.lock:
            self._remembered.acts[act] += 1
            self._remembered.seconds.append(seconds)
            self._remembered.sent_again += was_sent_again
