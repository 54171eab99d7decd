"""What happened in a year, with its simulated time: film and figures are made of it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

FAULT: Final = "fault"
PEOPLE: Final = "people"
OPERATION: Final = "operation"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened. `run` is empty where it concerns no run alone."""

    at: datetime
    kind: str
    what: str
    run: str = ""


@dataclass
class Journal:
    """The entries in their order, and how often each kind of thing happened."""

    entries: list[Entry] = field(default_factory=list[Entry])
    counts: Counter[str] = field(default_factory=Counter[str])

    def write(self, at: datetime, kind: str, what: str, run: str = "") -> None:
        """Keep that something happened."""
        self.entries.append(Entry(at, kind, what, run))
        self.counts[f"{kind}: {what}"] += 1

    def of_kind(self, kind: str) -> Counter[str]:
        """How often each thing of a kind happened."""
        prefix = f"{kind}: "
        found = {
            what.removeprefix(prefix): count
            for what, count in self.counts.items()
            if what.startswith(prefix)
        }
        return Counter(found)
