"""A line of what was not proven without an account, and how it stands."""

from dataclasses import dataclass
from enum import StrEnum


class Stand(StrEnum):
    """`open`: it was not seen; the line says what to do."""

    PROVEN = "proven"
    DIFFERS = "differs"
    OPEN = "open"


@dataclass(frozen=True)
class Line:
    """`about` is what the line is of, `says` what was seen, or what to do."""

    about: str
    stand: Stand
    says: str

    def as_json(self) -> dict[str, str]:
        return {"about": self.about, "stand": self.stand, "says": self.says}


def proven(about: str, says: str) -> Line:
    return Line(about, Stand.PROVEN, says)


def differs(about: str, says: str) -> Line:
    return Line(about, Stand.DIFFERS, says)


def open_line(about: str, says: str) -> Line:
    return Line(about, Stand.OPEN, says)
