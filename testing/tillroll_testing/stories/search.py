"""Go through the pairs in an order that a seed gives, for some time, and keep what was found."""

import asyncio
import math
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tillroll_testing.stories.deadline import NoEnd, run_within
from tillroll_testing.stories.pair import Pair, Pairs, pairs_of
from tillroll_testing.stories.story import Story

# Alone a play takes some hundredths of a second.
DEADLINE_SECONDS = 30.0
_ID = re.compile(r"\b([a-z]{3}_)[0-9A-Z]{26}\b")


@dataclass(frozen=True)
class Finding:
    """`number` repeats it with the same code; `says` is the invariant that broke."""

    number: int
    pair: Pair
    says: str

    def __str__(self) -> str:
        return f"PAIR={self.number} {self.pair}\n  {self.says}"


@dataclass
class Searched:
    """`findings` has the first pair of each invariant that broke."""

    total: int
    played: int = 0
    broken: int = 0
    findings: dict[str, Finding] = field(default_factory=dict[str, Finding])


def order_of(total: int, seed: int) -> Iterator[int]:
    """Every number below `total` once: with a stride that has no divisor in common with it, one
    comes round only at the end.
    """
    chance = random.Random(seed)
    stride = chance.randrange(total // 3, total)
    while math.gcd(stride, total) > 1:
        stride += 1
    start = chance.randrange(total)
    return ((start + step * stride) % total for step in range(total))


def play_pair(pair: Pair, deadline_seconds: float = DEADLINE_SECONDS) -> str | None:
    """What does not hold, or None. Whatever is raised is a finding; the same one says the same of
    every run.
    """
    try:
        run_within(deadline_seconds, pair.play)
    except TimeoutError:
        return f"it did not end in {deadline_seconds:g} s"
    except (Exception, NoEnd) as error:  # noqa: BLE001 - any error is a finding
        first = _ID.sub(r"\1…", (str(error).splitlines() or [""])[0])
        return f"{type(error).__name__}: {first}"
    return None


def all_pairs(stories: Sequence[Story]) -> Pairs:
    return asyncio.run(pairs_of(stories))


def search(
    pairs: Pairs,
    seed: int,
    *,
    seconds: float,
    count: int,
    tell: Callable[[Finding], object] = lambda _: None,
) -> Searched:
    """Play pairs until the time is over, or `count` are played. `tell` hears of each finding that
    is new, at once.
    """
    until = time.monotonic() + seconds
    searched = Searched(len(pairs))
    for number in order_of(len(pairs), seed):
        if searched.played == count or time.monotonic() >= until:
            break
        says = play_pair(pairs[number])
        searched.played += 1
        if says is None:
            continue
        searched.broken += 1
        if says not in searched.findings:
            searched.findings[says] = Finding(number, pairs[number], says)
            tell(searched.findings[says])
    return searched
