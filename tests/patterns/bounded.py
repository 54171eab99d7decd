"""Expressions that see no foreign text, or only one behind a boundary of the product, which bounds its lines."""

from typing import Final

from tests.patterns.found import Found
from tillroll.receipts.page.transcript import MAX_LINE_LENGTH, Transcript

OWN: Final = ("tillroll/api/files/native_route.py", "tillroll/durable/objects.py")
"""Their text is our own: the templates of routes, and the keys of objects."""
_OF_PAGES: Final = ("tillroll/receipts/", "tillroll/invoices/printed/")
"""They see what `Transcript.from_text` leaves: lines of at most 400 characters, and no white space but the space."""
_OF_LINES: Final = frozenset(
    {
        "tillroll/invoices/printed/words.py",
        "tillroll/receipts/names/names.py",
        "tillroll/receipts/page/regions.py",
        "tillroll/receipts/sums/line_items.py",
    }
)
"""Of those, by file or by file and constant: what is asked of one line, or a part of it, at a time."""


def longest_of(found: Found, longest: int) -> int:
    """How many characters it may be given."""
    return MAX_LINE_LENGTH if _is_of_lines(found) else longest


def as_given(found: Found, text: str) -> str:
    """A text as it comes to the expression, behind the boundary that bounds it."""
    if not found.place.startswith(_OF_PAGES):
        return text
    if _is_of_lines(found):
        return Transcript.from_text(text).lines[0].plain
    rows = (text[at : at + MAX_LINE_LENGTH] for at in range(0, len(text), MAX_LINE_LENGTH))
    return "\n".join(line.plain for line in Transcript.from_text("\n".join(rows)).lines if line.plain.strip())


def _is_of_lines(found: Found) -> bool:
    file = found.place.partition(":")[0]
    return file in _OF_LINES or f"{file} {found.name}" in _OF_LINES
