"""Candidates for a value, weighed by the reasons for and against them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Generic, TypeVar

from tillroll.reading.extraction import Evidence, Reason
from tillroll.reading.transcript import Line

Value = TypeVar("Value")

CLEAR_LEAD: Final = 30
"""A candidate that leads by this much is not doubted for the next one's sake."""
_STEEPNESS: Final = 12
"""How many points of score take the confidence from one half to about three quarters."""


@dataclass(slots=True)
class Candidate(Generic[Value]):
    """A possible value with its place; `reasons` are codes of one table of `weights`."""

    value: Value
    line: Line
    start: int
    end: int
    reasons: dict[str, int] = field(default_factory=dict[str, int])

    def give(self, code: str, weights: Mapping[str, int]) -> None:
        """Note a reason once, with its weight from the table."""
        self.reasons[code] = weights[code]

    def give_all(self, signs: Mapping[str, bool], weights: Mapping[str, int]) -> None:
        """Note the reasons that hold."""
        for code, holds in signs.items():
            if holds:
                self.give(code, weights)

    @property
    def score(self) -> int:
        return sum(self.reasons.values())

    @property
    def evidence(self) -> Evidence:
        return Evidence(line=self.line.index, text=self.line.text, start=self.start, end=self.end)

    @property
    def explained(self) -> tuple[Reason, ...]:
        return tuple([_reason(code, weight) for code, weight in self.reasons.items()])


@lru_cache(maxsize=1_000)
def _reason(code: str, weight: int) -> Reason:
    """There are few different ones, each made once."""
    return Reason(code=code, weight=weight)


def ranked(candidates: Sequence[Candidate[Value]]) -> list[Candidate[Value]]:
    """Best first; of equal ones the earlier."""
    return sorted(candidates, key=lambda candidate: -candidate.score)


def confidence(candidates: Sequence[Candidate[Value]], *, half: int) -> float:
    """How sure the first of the ranked candidates is, 0..1: one half at the score `half`, down to half of that when
    the next candidate is as good."""
    certain = 1 / (1 + math.exp((half - candidates[0].score) / _STEEPNESS))
    lead = max(0, candidates[0].score - candidates[1].score) if len(candidates) > 1 else CLEAR_LEAD
    return round(certain * (0.5 + 0.5 * min(lead, CLEAR_LEAD) / CLEAR_LEAD), 3)
