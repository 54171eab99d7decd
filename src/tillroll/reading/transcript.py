"""A receipt as text: one printed line a line, columns kept apart by two or more spaces."""

import re
from dataclasses import dataclass

MAX_LINES = 1_000
MAX_LINE_LENGTH = 400

# Signs that a reader takes for the same as the plain one. One for one, so that spans stay valid in the original line.
_PLAIN = str.maketrans(
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys(map(ord, "\t\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"), " ")
    | dict.fromkeys(range(0x2000, 0x200B), " ")
    | dict.fromkeys(range(0x2010, 0x2016), "-")
    | {0x2212: "-", 0xFE63: "-"}
    | dict.fromkeys((0x2018, 0x2019, 0x60, 0xB4, 0x2BC), "'")
    | {0xD7: "x", 0x66B: "."}
)
_CELL = re.compile(r"\S+(?: \S+)*")


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line; `index` counts from 0."""

    index: int
    text: str
    plain: str
    """The line with look-alike signs (full-width letters, dashes, odd spaces) made plain; same length, at most
    MAX_LINE_LENGTH characters. The only white space in it is the space."""

    @property
    def cells(self) -> tuple[tuple[int, int], ...]:
        """Spans of the line's columns: runs kept apart by two or more spaces."""
        return tuple([match.span() for match in _CELL.finditer(self.plain)])


@dataclass(frozen=True)
class Transcript:
    """The lines of a receipt, in reading order; empty ones are kept, so that numbers agree with the stored text."""

    lines: tuple[Line, ...]

    @classmethod
    def from_text(cls, text: str) -> "Transcript":
        """Take the text as a vision model wrote it. What lies beyond MAX_LINES is not read."""
        rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:MAX_LINES]
        plain = "\n".join([row[:MAX_LINE_LENGTH] for row in rows]).translate(_PLAIN).split("\n")
        return cls(tuple([Line(index, row, plain[index]) for index, row in enumerate(rows)]))

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)
