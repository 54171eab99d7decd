"""People and programs that use a stack which can die at any moment. What it acknowledged, they
remember.
"""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt, receipt_without_total
from tests.support.running_stack import RunningStack

_UPLOADERS = 4
_EVERY_UNSURE = 4
VALUES = {"total": "45.00", "currency": "MYR"}


@dataclass
class Promise:
    """What the stack acknowledged about a run: its upload, and perhaps a decision or a
    cancellation.
    """

    is_unsure: bool
    decision: str | None = None
    is_cancelled: bool = False


@dataclass
class Counted:
    """How much was asked, and how much of it got no answer, or a fault for one, because the stack
    was dying.
    """

    acts: dict[str, int] = field(default_factory=dict[str, int])
    unanswered: int = 0

    def count(self, act: str) -> None:
        self.acts[act] = self.acts.get(act, 0) + 1


class Clients:
    """`source` makes all their choices."""

    def __init__(self, stack: RunningStack, source: random.Random) -> None:
        self.promises: dict[str, Promise] = {}
        self.counted = Counted()
        self._stack = stack
        self._source = source
        self._unsent: list[int] = []
        self._number = 0
        self._lock = threading.Lock()

    def upload(self, count: int) -> None:
        """Upload so many receipts: first those again that got no answer, then new ones."""
        while len(self._unsent) < count:
            self._unsent.append(self._number)
            self._number += 1
        with ThreadPoolExecutor(_UPLOADERS) as pool:
            list(pool.map(self._upload, self._unsent[:count]))

    def _upload(self, number: int) -> None:
        is_unsure = number % _EVERY_UNSURE == 0
        merchant = f"CHAOS NUMBER {number} SDN BHD"
        lines = (
            receipt_without_total(merchant)
            if is_unsure
            else clear_receipt(merchant, f"{number + 10}.50")
        )
        photo = draw_receipt(lines, noise_seed=number)
        answer = self._ask("upload", "/api/receipts", files={"receipt": ("receipt.jpg", photo)})
        if answer is not None and answer.is_success:
            with self._lock:
                self._unsent.remove(number)
                self.promises[answer.json()["runId"]] = Promise(is_unsure)

    def act_until(self, dead: threading.Event) -> None:
        """Upload, decide, cancel, pause and resume at random, too early, too late or twice, until
        the stack is dead.
        """
        while not dead.is_set():
            self._act()
            dead.wait(self._source.uniform(0, 0.2))

    def _act(self) -> None:
        with self._lock:
            run_id, promise = self._source.choice(list(self.promises.items()))
        match self._source.choices(
            ("upload", "decide", "cancel", "pause", "look"), weights=(15, 50, 5, 10, 20)
        )[0]:
            case "upload":
                self.upload(1)
            case "decide" if promise.is_unsure:
                self.decide(run_id, self._source.choice(("approve", "approve", "reject")))
            case "cancel":
                answer = self._operate(run_id, "cancel")
                promise.is_cancelled |= answer is not None and answer.is_success
            case "pause":
                self._operate(run_id, "pause")
                self._operate(run_id, "resume")
            case _:
                self._ask("look", f"/api/runs/{run_id}", method="GET")

    def decide(self, run_id: str, decision: str) -> None:
        """Decide on a run, twice: saying the same again is fine."""
        body = (
            {"decision": decision, "values": VALUES}
            if decision == "approve"
            else {"decision": decision}
        )
        for _ in range(2):
            answer = self._ask(decision, f"/api/runs/{run_id}/review", json=body)
            if answer is not None and answer.is_success:
                self.promises[run_id].decision = decision

    def resume_all(self) -> None:
        """Resume what a death left paused."""
        live = "status IN ('processing', 'needs_review')"
        for row in self._stack.d1(f"SELECT id FROM runs WHERE paused_at IS NOT NULL AND {live}"):
            self._operate(row["id"], "resume")

    def _operate(self, run_id: str, operation: str) -> httpx.Response | None:
        return self._ask(operation, f"/api/runs/{run_id}/{operation}", json={"reason": "chaos"})

    def _ask(
        self, act: str, path: str, method: str = "POST", **content: Any
    ) -> httpx.Response | None:
        """One request; None where no answer came, or a dying stack's."""
        self.counted.count(act)
        try:
            with self._stack.client() as client:
                answer = client.request(method, path, **content)
        except httpx.TransportError:
            answer = None
        if answer is None or answer.is_server_error:
            self.counted.unanswered += 1
            return None
        return answer
