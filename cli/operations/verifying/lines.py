"""How a thing that was not proven without an account stands in the owner's."""

from dataclasses import dataclass
from enum import StrEnum


class Stand(StrEnum):
    """`not proven`: it was not seen; the line says what to do."""

    PROVEN = "proven"
    NOT_PROVEN = "not proven"
    FAILED = "failed"


@dataclass(frozen=True)
class Finding:
    """`text` is what was seen, or what to do."""

    stand: Stand
    text: str


@dataclass(frozen=True)
class Line:
    """A line of the table: the name of its subject, and what was found of it."""

    subject: str
    finding: Finding

    def as_json(self) -> dict[str, str]:
        return {"subject": self.subject, "stand": self.finding.stand, "text": self.finding.text}


def proven(text: str) -> Finding:
    return Finding(Stand.PROVEN, text)


def not_proven(text: str) -> Finding:
    return Finding(Stand.NOT_PROVEN, text)


def failed(text: str) -> Finding:
    return Finding(Stand.FAILED, text)
