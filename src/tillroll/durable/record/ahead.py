"""Reads that go along with a batch that is made anyway, since each round trip to the database costs milliseconds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tillroll.platform.bindings.database import Row, Statement


@dataclass(frozen=True)
class Ahead:
    """Queries that stand behind a batch's own statements; `take` is given the rows of each once it has succeeded. What
    it keeps is lost with the instance, so whoever misses it asks by itself."""

    queries: Sequence[Statement]
    take: Callable[[Sequence[list[Row]]], None]


@dataclass(frozen=True)
class ReadAlong:
    """What an instance has read along with what it did anyway. After an interruption it is empty, and whoever wants it
    asks anew: nothing may depend on its being here.

    Attributes:
        subject_rows: the rows of what the run is about, where its workflow says how to find them.
        found: what a step left for a later one, by a name of its own.
    """

    subject_rows: Sequence[Row] = ()
    found: dict[str, object] = field(default_factory=dict[str, object])
