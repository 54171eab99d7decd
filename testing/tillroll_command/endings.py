"""How a command ends: its exit code, which scripts can trust, and the sentences that a person
reads.
"""

from enum import IntEnum
from typing import Final


class Code(IntEnum):
    """Exit codes, whose `MEANINGS` are below (docs/cli.md lists both)."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    NEEDS_PERSON = 4
    REFUSED = 5
    UNREACHABLE = 6
    NOT_ALLOWED = 7
    WAITS = 8
    NOT_KNOWN = 9
    INTERRUPTED = 130


MEANINGS: Final = {
    Code.DONE: "what was asked for is done",
    Code.FAILED: (
        "it was tried and failed: a run or an export that failed, a file that is not what it "
        "should be; or something is wrong: `tillroll doctor` and `tillroll jobs` say what"
    ),
    Code.USAGE: (
        "the command was not understood: an option or argument that there is not, or that cannot be"
    ),
    Code.NOT_FOUND: "there is no such run, file, or whatever else was named",
    Code.NEEDS_PERSON: (
        "a run waits for a person: `tillroll run` says for what; or a month of the bank is not "
        "complete"
    ),
    Code.REFUSED: "what was asked for was understood and refused: a file or "
    "a value that cannot be taken, "
    "a quota that is used up, a decision that was made before",
    Code.UNREACHABLE: (
        "no server answers, or it has a fault of its own: the same command may be tried again"
    ),
    Code.NOT_ALLOWED: "the token is missing, wrong or expired, or may not do this",
    Code.WAITS: (
        "a run waits for a signal, a time or another run, and goes on by itself when that comes"
    ),
    Code.NOT_KNOWN: (
        "a run has failed, and nobody knows whether the other side did what it was asked: "
        "`tillroll run` says what must not be repeated"
    ),
    Code.INTERRUPTED: "Ctrl-C; nothing is left half-done, and the same command may be given again",
}

# Of several files that end differently, the first of these that came about is the whole command's
# ending.
GRAVEST_FIRST: Final = (
    Code.USAGE,
    Code.UNREACHABLE,
    Code.NOT_ALLOWED,
    Code.REFUSED,
    Code.NOT_FOUND,
    Code.NOT_KNOWN,
    Code.FAILED,
    Code.NEEDS_PERSON,
    Code.WAITS,
    Code.DONE,
)


TYPE: Final = "urn:tillroll:command:"
"""How the type of an error begins that is this command's own, in front of `not-found` and other
names of codes.
"""


class Stopped(Exception):
    """The command ends here, with a code and sentences for a person."""

    def __init__(self, code: Code, sentences: str) -> None:
        super().__init__(sentences)
        self.code = code

    @property
    def problem(self) -> dict[str, object]:
        """What --json says of it: the members of a problem (RFC 9457)."""
        return {"type": f"{TYPE}{self.code.name.lower().replace('_', '-')}", "detail": str(self)}


def gravest(codes: "set[Code]") -> Code:
    """The ending of a command whose parts have ended so; DONE where there were none."""
    return next((code for code in GRAVEST_FIRST if code in codes), Code.DONE)
