"""An owner who goes on uploading while the account moves, and whose program asks again."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self
from uuid import uuid4

import httpx

from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack

_BETWEEN_SECONDS: Final = 1.0
_BEFORE_THE_NEXT_ATTEMPT_SECONDS: Final = 0.3
_ACCEPTED_WITHIN_SECONDS: Final = 180.0
_IN_FLIGHT: Final = "urn:tillroll:problem:request-in-flight"
_CONFLICT: Final = 409
_UNAVAILABLE: Final = 503


def _shop_of(key: str) -> str:
    """A name of letters, which nobody is asked about."""
    letters = "".join(chr(ord("A") + int(digit, 16)) for digit in key[:7])
    return f"{letters} TRADING SDN BHD"


@dataclass
class Uploader:
    """Uploads a receipt a second, each under a key of its own, until it is stopped.

    Attributes:
        runs: the runs that were answered, each with the key of its upload.
        answers: how often each status was answered; 0 where nothing was.
        fault: what no answer may be.
        is_killed: whether everything is being killed. Its processes die one after the other, so
            that one may answer of the death of the next: such an answer counts as none.
    """

    stack: RunningStack
    runs: dict[str, str] = field(default_factory=dict[str, str])
    answers: Counter[int] = field(default_factory=Counter[int])
    fault: str | None = None
    is_killed: bool = False

    def __post_init__(self) -> None:
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._upload_all, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._thread.join()

    def _upload_all(self) -> None:
        while not self._stopped.is_set() and self.fault is None:
            self._upload_one()
            self._stopped.wait(_BETWEEN_SECONDS)

    def _upload_one(self) -> None:
        """Ask until it is accepted, under one key: so one receipt comes of it."""
        key = uuid4().hex
        # Receipts of one day and one total may be the same one.
        total = f"{1_000 + len(self.runs)}.{int(key[:2], 16) % 90 + 10}"
        picture = draw_receipt(clear_receipt(_shop_of(key), total))
        until = time.monotonic() + _ACCEPTED_WITHIN_SECONDS
        while time.monotonic() < until:
            answer = self._ask(key, picture)
            if answer is not None and answer.is_success:
                self.runs[answer.json()["runId"]] = key
                return
            time.sleep(_BEFORE_THE_NEXT_ATTEMPT_SECONDS)
        self.fault = f"an upload was not accepted within {_ACCEPTED_WITHIN_SECONDS:.0f} s"

    def _ask(self, key: str, picture: bytes) -> httpx.Response | None:
        try:
            with self.stack.client() as client:
                answer = client.post(
                    "/api/receipts",
                    files={"receipt": ("receipt.jpg", picture)},
                    headers={"idempotency-key": key},
                )
        except httpx.TransportError:  # everything was killed
            self.answers[0] += 1
            return None
        if self.is_killed and answer.is_server_error:
            self.answers[0] += 1
            return None
        self.answers[answer.status_code] += 1
        if answer.status_code == _UNAVAILABLE:
            if "retry-after" not in answer.headers:
                self.fault = "an answer of 503 does not say when to ask again"
        elif answer.status_code == _CONFLICT and _IN_FLIGHT in answer.text:
            return answer  # the death of its first request is not noticed yet: it is sent again
        elif not answer.is_success:
            self.fault = f"{answer.status_code}: {answer.text[:300]}\n{self.stack.logs()}"
        return answer
