"""What tests order of the AI server: failures and delays, and which photos were read."""

from collections.abc import Callable

import httpx

from tests.support.patience import PATIENCE_SECONDS

OUT_OF_CAPACITY, OUT_OF_QUOTA = 3040, 3036
"""Workers AI's codes: the first is worth another attempt, the second is not."""
_HELD_MILLISECONDS, _ALL = 600_000, 1_000_000


class AiOrders:
    """`base_url` is asked each time: a restarted stack may have another."""

    def __init__(self, base_url: Callable[[], str]) -> None:
        self._base_url = base_url

    def fail(self, code: int, times: int = 1) -> None:
        """Let the next calls fail with one of Workers AI's internal codes."""
        self._post({"internalCode": code, "description": "Ordered by a test", "times": times})

    def answer(self, content: str | None, finish_reason: str, times: int = 1) -> None:
        """Let the next calls be answered with this text, and this reason for its end."""
        self._post({"answer": {"content": content, "finishReason": finish_reason}, "times": times})

    def fail_without_code(self, text: str, times: int = 1) -> None:
        """Let the next calls fail with a text that is no JSON."""
        self._post({"text": text, "times": times})

    def lose(self, times: int = 1) -> None:
        """Let the connections of the next calls be lost."""
        self._post({"isLost": True, "times": times})

    def delay(self, milliseconds: int, times: int = 1) -> None:
        self._post({"delayMs": milliseconds, "times": times})

    def hold(self) -> None:
        """Let every call wait, until `clear`."""
        self.delay(_HELD_MILLISECONDS, times=_ALL)

    def clear(self) -> None:
        """Forget the orders, and let go the calls that wait."""
        httpx.delete(f"{self._base_url()}/failures", timeout=PATIENCE_SECONDS).raise_for_status()

    def calls(self) -> int:
        """How often a model was asked since the server started."""
        return len(
            httpx.get(f"{self._base_url()}/calls", timeout=PATIENCE_SECONDS)
            .raise_for_status()
            .json()["calls"]
        )

    def _post(self, order: dict[str, object]) -> None:
        httpx.post(
            f"{self._base_url()}/failures", json=order, timeout=PATIENCE_SECONDS
        ).raise_for_status()
