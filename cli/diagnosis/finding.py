"""What was found of one thing, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum

from tillroll_command.endings import Code


class Health(StrEnum):
    """`warning` is worth knowing; `bad` keeps something from working, or needs a
    person now.
    """

    OK = "ok"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """`remedy` says what to do where something is wrong; `code` is how the command then ends."""

    about: str
    health: Health
    says: str
    remedy: str | None = None
    code: Code = Code.FAILED

    def as_json(self) -> dict[str, str | None]:
        return {
            "about": self.about,
            "health": self.health,
            "says": self.says,
            "remedy": self.remedy,
        }


def good(about: str, says: str) -> Finding:
    return Finding(about, Health.OK, says)


def worth_knowing(about: str, says: str, remedy: str) -> Finding:
    return Finding(about, Health.WARNING, says, remedy)


def bad(about: str, says: str, remedy: str, code: Code = Code.FAILED) -> Finding:
    return Finding(about, Health.BAD, says, remedy, code)
