"""Fits weights to receipts whose right candidate is known: a conditional logit, each reason's sign
kept.

The chance of a candidate is exp(score / scale) over the sum of all; weights are moved up the slope
of the logarithm of the right ones' chances, and pulled to where they began (Adam: Kingma and Ba,
arXiv:1412.6980). Deterministic.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SCALE = 12.0
START = 20.0
"""Every reason begins as strong as any other; only its sign, for or against, is taken from the
table.
"""
_STEPS = 80
_STEP = 2.0
_PULL = 0.005
_MOMENTUM, _SPREAD = 0.9, 0.99
"""How much of the last slopes, and of their squares, each step keeps."""

Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidates of one field of one receipt, in the order of the lines: the reasons of
    each.
    """

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


def share(choice: Choice, weights: Weights) -> float:
    """The chance of the best candidate, 0 to 1; 0 without candidates."""
    scores = [score(reasons, weights) / SCALE for reasons in choice.reasons]
    highest = max(scores, default=0.0)
    return 1 / sum(math.exp(value - highest) for value in scores) if scores else 0.0


def fit(choices: Sequence[Choice], table: Mapping[str, int]) -> dict[str, float]:
    """Weights for these choices, beginning `level`; a weight never changes its sign."""
    begin = level(table)
    weights, mean, square = dict(begin), dict.fromkeys(begin, 0.0), dict.fromkeys(begin, 0.0)
    told = [choice for choice in choices if 0 < len(choice.right) < len(choice.reasons)]
    for step in range(1, _STEPS + 1):
        slope: defaultdict[str, float] = defaultdict(float)
        for choice in told:
            _add_slope(slope, choice, weights)
        for code, begun in begin.items():
            pulled = slope[code] / max(1, len(told)) - _PULL * (weights[code] - begun) / SCALE
            mean[code] = _MOMENTUM * mean[code] + (1 - _MOMENTUM) * pulled
            square[code] = _SPREAD * square[code] + (1 - _SPREAD) * pulled**2
            size = math.sqrt(square[code] / (1 - _SPREAD**step)) + 1e-6
            moved = weights[code] + _STEP * mean[code] / (1 - _MOMENTUM**step) / size
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
