"""What is asked of a stack that can die at any moment, and what it was answered."""

import threading
import time
from dataclasses import dataclass
from typing import Any, Literal

import httpx

from tests.arrivals.arrival_stack import event_of
from tests.arrivals.sender import Sender
from tests.support.running_stack import RunningStack

_IN_FLIGHT = 409
_SETTLED_WITHIN_SECONDS = 90.0


@dataclass(frozen=True)
class Asked:
    """A number that is to be counted, or a receipt that is to be read: by an event, or by a trigger
    under a key.
    """

    number: int
    way: Literal["event", "trigger"]
    receipt: str | None = None

    @property
    def what(self) -> str:
        return "tallies" if self.receipt is None else "receipts"


class Asker:
    """Remembers what was accepted: `accepted` has the first id that was answered, `runs` all of the
    triggers'.
    """

    def __init__(self, stack: RunningStack, source: dict[str, Any]) -> None:
        self.accepted: dict[Asked, str] = {}
        self.runs: dict[Asked, set[str]] = {}
        self.sender = Sender(stack.url, source, may_die=True)
        self._stack = stack
        self._lock = threading.Lock()

    def ask_once(self, asked: Asked) -> bool:
        """True where it was accepted; False where no answer came, a dying stack's, or that it is
        being done.
        """
        try:
            if asked.way == "event":
                return self._send(asked)
            return self._trigger(asked)
        except httpx.TransportError:
            return False

    def ask_until_accepted(self, asked: Asked) -> None:
        """Raises AssertionError: it was not, in time."""
        deadline = time.monotonic() + _SETTLED_WITHIN_SECONDS
        while not self.ask_once(asked):
            assert time.monotonic() < deadline, f"{asked} is not accepted"
            time.sleep(0.2)

    def _send(self, asked: Asked) -> bool:
        body = event_of(asked.number, asked.receipt)
        with self.sender.client() as client:
            is_accepted = self.sender.try_once(client, asked.number, body)
        if is_accepted:
            with self._lock:
                self.accepted.setdefault(asked, next(iter(self.sender.answers.ids[asked.number])))
        return is_accepted

    def _trigger(self, asked: Asked) -> bool:
        kind = "tally" if asked.receipt is None else "receipt"
        body = {"number": asked.number} if asked.receipt is None else {"receiptId": asked.receipt}
        headers = {"idempotency-key": f"trigger {asked.number}"}
        with self._stack.client() as client:
            answer = client.post(f"/api/workflows/{kind}/trigger", json=body, headers=headers)
        if answer.is_server_error or answer.status_code == _IN_FLIGHT:
            return False
        assert answer.is_success, f"{asked}: {answer.status_code} {answer.text}"
        with self._lock:
            self.accepted.setdefault(asked, answer.json()["id"])
            self.runs.setdefault(asked, set()).add(answer.json()["id"])
        return True
