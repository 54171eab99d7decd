"""The seeds that have failed once, which are played before any other."""

from dataclasses import dataclass
from typing import Final

from local.places import ROOT
from tests.year.playing import Size

_FILE: Final = ROOT / "tests" / "year" / "failed.txt"


@dataclass(frozen=True)
class FailedSeed:
    """A seed, how much of a year it takes, and what it found."""

    seed: int
    size: Size
    found: str


def failed_seeds() -> list[FailedSeed]:
    """All of them, in the order in which they failed."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return [_read(line) for line in lines if line and not line.startswith("#")]


def _read(line: str) -> FailedSeed:
    numbers, _, found = line.partition(": ")
    seed, people, receipts, months = map(int, numbers.split())
    return FailedSeed(seed, Size(people=people, receipts=receipts, months=months), found)
