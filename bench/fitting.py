"""Fits weights to receipts whose right candidate is known: a conditional logit, each reason's sign kept.

The chance of a candidate is exp(score / scale) over the sum of all; weights are moved up the slope of the logarithm of
the right ones' chances, and pulled to where they began. Deterministic; no randomness.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SCALE = 12.0
START = 20.0
"""Every reason begins as strong as any other; only its sign, for or against, is taken from the table."""
_STEPS = 60
_STEP = 60.0
_PULL = 0.002

Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidates of one field of one receipt, in the order of the lines: the reasons of each."""

    reasons: Sequence[frozenset[str]]
    right: frozenset[int]
    """Numbers of the candidates that are right; none where the rules did not find it."""


def level(table: Mapping[str, int]) -> dict[str, float]:
    """All weights equally strong, with the signs of the table."""
    return {code: math.copysign(START, weight) for code, weight in table.items()}


def score(reasons: frozenset[str], weights: Weights) -> float:
    return sum(weights[code] for code in reasons)


def best(choice: Choice, weights: Weights) -> int | None:
    """The number of the best candidate; of equal ones the first. None without candidates."""
    scores = [score(reasons, weights) for reasons in choice.reasons]
    return max(range(len(scores)), key=lambda i: (scores[i], -i), default=None)


def hits(choices: Sequence[Choice], weights: Weights) -> int:
    """How many choices fall on a right candidate."""
    return sum(best(choice, weights) in choice.right for choice in choices)


def fit(choices: Sequence[Choice], table: Mapping[str, int]) -> dict[str, float]:
    """Weights for these choices, beginning `level`; a weight never changes its sign."""
    weights = level(table)
    begin = dict(weights)
    told = [choice for choice in choices if choice.right]
    for _ in range(_STEPS):
        slope: defaultdict[str, float] = defaultdict(float)
        for choice in told:
            _add_slope(slope, choice, weights)
        for code, begun in begin.items():
            moved = weights[code] + _STEP * slope[code] / max(1, len(told)) - _PULL * (weights[code] - begun)
            weights[code] = max(0.0, moved) if begun > 0 else min(0.0, moved)
    return weights


def _add_slope(slope: dict[str, float], choice: Choice, weights: Weights) -> None:
    scores = [score(reasons, weights) / SCALE for reasons in choice.reasons]
    highest = max(scores)
    shares = [math.exp(value - highest) for value in scores]
    everything, rights = sum(shares), sum(shares[i] for i in choice.right)
    for i, reasons in enumerate(choice.reasons):
        pull = (shares[i] / rights if i in choice.right else 0.0) - shares[i] / everything
        for code in reasons:
            slope[code] += pull
