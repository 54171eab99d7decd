"""An index of vectors in memory, which keeps to what is documented of Vectorize: its limits, and
that what was written is found later. Whether the genuine index does is unproven."""

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from tillroll_durable.platform.bindings.vectors import (
    Match,
    Vector,
    VectorsRefused,
    check_query,
    check_vectors,
)
from tillroll_testing.host.memory import ManualClock

FOUND_AFTER: Final = timedelta(seconds=10)
"""The documentation says "a few seconds"."""


class MemoryVectors:
    """`upserts` has the ids of each call, in order; `answers` has what `present` has said. The
    first vector says how many dimensions there are.
    """

    def __init__(self, clock: ManualClock) -> None:
        self.upserts: list[list[str]] = []
        self.answers: list[set[str]] = []
        self._clock = clock
        self._written: list[tuple[timedelta, Vector]] = []

    async def upsert(self, vectors: Sequence[Vector]) -> str:
        check_vectors(vectors)
        for vector in vectors:
            self._check_dimensions(vector.values)
            self._written.append((self._clock.passed, vector))
        self.upserts.append([vector.id for vector in vectors])
        return f"mutation-{len(self.upserts)}"

    async def present(self, ids: Sequence[str]) -> set[str]:
        answer = self.found().keys() & {*ids}
        self.answers.append(answer)
        return answer

    async def query(self, values: Sequence[float], most: int = 5) -> list[Match]:
        check_query(most)
        self._check_dimensions(values)
        matches = [Match(each.id, _cosine(values, each.values)) for each in self.found().values()]
        return sorted(matches, key=lambda match: -match.score)[:most]

    def found(self) -> dict[str, Vector]:
        """What can be found by now, by id."""
        until = self._clock.passed - FOUND_AFTER
        return {vector.id: vector for at, vector in self._written if at <= until}

    def _check_dimensions(self, values: Sequence[float]) -> None:
        if self._written and len(values) != len(self._written[0][1].values):
            raise VectorsRefused(
                f"the index has {len(self._written[0][1].values)} dimensions, and not {len(values)}"
            )


def _cosine(left: Sequence[float], right: Sequence[float]) -> float:
    dot = sum(one * other for one, other in zip(left, right, strict=True))
    length = math.hypot(*left) * math.hypot(*right)
    return dot / length if length else 0.0
