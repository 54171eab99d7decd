"""A fixed loop. Its seconds say how fast this processor is, with what else it does at this time."""

import json
import statistics
import threading
import time
from typing import Final

_ROUNDS: Final = 6_000
_PAUSE_SECONDS: Final = 5.0
_RECORD: Final = {
    "id": "run_01",
    "state": "processing",
    "amounts": [1290, 720, 20],
    "merchant": "Green Garden Café",
}


def turn() -> float:
    """Go around once, and return the seconds of processor that it took: some 30 ms.

    It does what the tests do most: functions, dictionaries, texts and JSON. Whoever changes it
    records anew.
    """
    began = time.thread_time()
    counts: dict[str, int] = {}
    for number in range(_ROUNDS):
        _go_around(number, counts)
    return time.thread_time() - began


def _go_around(number: int, counts: dict[str, int]) -> None:
    record = json.loads(json.dumps({**_RECORD, "number": number}))
    name = f"{record['id']}-{number % 97:04}"
    counts[name] = counts.get(name, 0) + sum(record["amounts"])
    words = sorted(str(record["merchant"]).upper().split(), key=len)
    counts[words[0]] = len(words)


class Sampling:
    """Turns of the loop every few seconds, beside what is measured: they meet the same load and the
    same clock rate.
    """

    def __init__(self) -> None:
        self._turns = [turn() for _ in range(5)]
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._go_on, daemon=True)

    def begin(self) -> None:
        self._thread.start()

    def end(self) -> float:
        """The median of the seconds of a turn."""
        self._is_over.set()
        self._thread.join()
        return statistics.median(self._turns)

    def _go_on(self) -> None:
        while not self._is_over.wait(_PAUSE_SECONDS):
            self._turns.append(turn())
