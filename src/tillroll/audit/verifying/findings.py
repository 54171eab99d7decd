"""What verification can find."""

from dataclasses import dataclass
from enum import StrEnum


class Flaw(StrEnum):
    EDITED = "edited"
    DELETED = "deleted"
    GAP = "gap"
    INSERTED = "inserted"
    REORDERED = "reordered"
    UNREADABLE = "unreadable"
    SEAL_MISSING = "seal_missing"
    SEAL_ALTERED = "seal_altered"
    UNKNOWN_KEY = "unknown_key"
    BAD_SIGNATURE = "bad_signature"
    CHAIN_BROKEN = "chain_broken"
    COPY_MISSING = "copy_missing"
    COPY_DIFFERS = "copy_differs"
    HEAD_DIFFERS = "head_differs"
    NOT_SEALING = "not_sealing"
    SEALING_LATE = "sealing_late"
    ARCHIVE_MISSING = "archive_missing"
    ARCHIVE_DIFFERS = "archive_differs"
    ARCHIVE_UNPROVEN = "archive_unproven"


class Place(StrEnum):
    """Where it was found."""

    DATABASE = "database"
    COPY = "copy"
    EXPORT = "export"
    ARCHIVE = "archive"


@dataclass(frozen=True)
class Finding:
    """
    Attributes:
        says: one sentence for a person.
        seal: the seal's number, where it is about one or about an event under one.
        event: the event's id, where it is about one.
        stream: what the event belongs to, mostly a run; None where only the id is known.
    """

    flaw: Flaw
    place: Place
    says: str
    seal: int | None = None
    event: int | None = None
    stream: str | None = None


def first_event(findings: list[Finding]) -> Finding | None:
    """The finding about the event with the smallest id."""
    named = [finding for finding in findings if finding.event is not None]
    return min(named, key=lambda finding: finding.event or 0, default=None)
