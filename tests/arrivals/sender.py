"""A system that sends signed events, by many at once, each again until it has an answer that
settles it.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from standardwebhooks import Webhook

from tests.support.patience import PATIENCE_SECONDS

_ACCEPTED, _LATER = 202, frozenset({429, 503})
# A sender waits longer; what is tried here is that it is told how long, and comes again.
_LONGEST_WAIT_SECONDS = 2.0
_MOST_UNANSWERED = 200


@dataclass
class Answers:
    """What a sender was answered. `ids` are ours, by the numbers of the events; `seconds` how long
    each answer took.
    """

    ids: dict[int, set[str]] = field(default_factory=dict[int, set[str]])
    statuses: Counter[int] = field(default_factory=Counter[int])
    unanswered: int = 0
    seconds: list[float] = field(default_factory=list[float])

    def quantile(self, part: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


class Sender:
    """Signs as Standard Webhooks says, by its official library. `source` is one as the API answered
    it when it was set up; of a stack that `may_die` a fault is no answer.
    """

    def __init__(self, url: str, source: dict[str, Any], *, may_die: bool = False) -> None:
        self.answers = Answers()
        self._may_die = may_die
        self._url = url
        self._path, self._webhook = str(source["path"]), Webhook(str(source["secret"]))
        self._lock = threading.Lock()

    def send_all(self, bodies: Sequence[tuple[int, dict[str, object]]], clients: int) -> None:
        """Send each event, until it is accepted, from so many threads.

        Raises:
            AssertionError: an answer is neither 202 nor one that says when to come again.
        """
        shares = [bodies[first::clients] for first in range(clients)]
        with ThreadPoolExecutor(clients) as pool:
            list(pool.map(self._send_share, shares))

    def _send_share(self, bodies: Iterable[tuple[int, dict[str, object]]]) -> None:
        with self.client() as client:
            for number, body in bodies:
                while not self._is_accepted(client, number, body):
                    pass

    def _is_accepted(self, client: httpx.Client, number: int, body: dict[str, object]) -> bool:
        """As `try_once`; where a connection breaks, the sender cannot know what was heard."""
        try:
            return self.try_once(client, number, body)
        except httpx.TransportError:
            with self._lock:
                self.answers.unanswered += 1
            assert self.answers.unanswered <= _MOST_UNANSWERED, "the stack does not answer"
            time.sleep(_LONGEST_WAIT_SECONDS)
            return False

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self._url, timeout=PATIENCE_SECONDS)

    def try_once(self, client: httpx.Client, number: int, body: dict[str, object]) -> bool:
        """One attempt, after which a sender that was told so waits; True where the event was
        accepted.

        Raises:
            httpx.TransportError: no answer came, or a part of one.
            AssertionError: see `send_all`.
        """
        content, now = json.dumps(body), datetime.now(UTC)
        event_id = f"evt_{number}"
        headers = {
            "content-type": "application/json",
            "webhook-id": event_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(event_id, now, content),
        }
        began = time.monotonic()
        answer = client.post(self._path, content=content, headers=headers)
        with self._lock:
            self.answers.statuses[answer.status_code] += 1
            self.answers.seconds.append(time.monotonic() - began)
            if answer.status_code == _ACCEPTED:
                self.answers.ids.setdefault(number, set()).add(answer.json()["id"])
                return True
        if answer.is_server_error and self._may_die:
            return False
        assert answer.status_code in _LATER, f"event {number}: {answer.status_code} {answer.text}"
        wait = answer.headers.get("retry-after")
        assert wait, f"event {number}: {answer.status_code} does not say when to come again"
        time.sleep(min(float(wait), _LONGEST_WAIT_SECONDS))
        return False
