"""What is decided of an entry of a statement, and by what. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    NEW = "new"
    KNOWN = "known"
    NOW_BOOKED = "now_booked"
    """It is known as pending, or announced, and this file has it booked: its amount and days are
    the ones to keep.
    """


class By(StrEnum):
    """What decided."""

    POSITION = "position"
    """The same entry of the same statement: the part was decided before."""
    REFERENCE = "reference"
    CONTENT = "content"
    """Amount, day and text."""
    LIKENESS = "likeness"
    """Amount and day, and texts that other formats write in another form."""
    BATCH = "batch"
    """A person: it is a batch of stored entries, or a part of a stored batch."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Decision:
    """What an entry is. `known` is the id of the entry that it is, None if it is new."""

    position: int
    verdict: Verdict
    known: str | None
    by: By
