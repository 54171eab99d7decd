"""Expressions that see no foreign text, or only one behind a boundary of the product, which bounds
its lines.
"""

from typing import Final

from tests.patterns.found import Found
from tillroll_documents.reading.extraction import MAX_LINE_LENGTH, Transcript

OWN: Final = ("tillroll/api/native.py", "tillroll_durable/declared.py")
"""Their text is our own: the templates of routes, and the keys of objects."""
_OF_PAGES: Final = ("tillroll_documents/reading/",)
"""They see what `Transcript.from_text` leaves: lines of at most 400 characters, and no white space
but the space.
"""
_OF_XML: Final = tuple(
    f"tillroll_documents/reading/invoices/{name}.py"
    for name in ("e_invoice", "extraction", "judgement")
)
OF_LINES: Final = frozenset(
    {
        "tillroll_documents/reading/invoices/printed.py _TITLES",
        "tillroll_documents/reading/invoices/party_names.py TITLE",
        "tillroll_documents/reading/invoices/words.py REFERENCE",
        "tillroll_documents/reading/merchants/names.py _NUMBER_AT_END",
        "tillroll_documents/reading/merchants/names.py _OPEN_BRACKET_AS_I",
        "tillroll_documents/reading/merchants/names.py _REGISTRATION",
        "tillroll_documents/reading/details.py _TAIL",
    }
)
"""Of those, by file and constant, what takes the square of the time on a long text and is asked of
one line, or a part of it, alone. 400 characters are enough for these: what they are asked of is cut
out of `Line.plain`, which only `Transcript.from_text` makes, and that cuts each line there. Titles
and references are asked of a cell of a `Sheet` or what stands before it in its line; names of a
line's cells, or of what follows a greeting in it; a tail of the goods' line before its amount, or
of a neighbouring line.
"""


def longest_of(found: Found, longest: int) -> int:
    """How many characters it may be given."""
    return MAX_LINE_LENGTH if _is_of_lines(found) else longest


def as_given(found: Found, text: str) -> str:
    """A text as it comes to the expression, behind the boundary that bounds it."""
    if not found.place.startswith(_OF_PAGES) or found.place.startswith(_OF_XML):
        return text
    if _is_of_lines(found):
        return Transcript.from_text(text).lines[0].plain
    rows = (text[at : at + MAX_LINE_LENGTH] for at in range(0, len(text), MAX_LINE_LENGTH))
    return "\n".join(
        line.plain for line in Transcript.from_text("\n".join(rows)).lines if line.plain.strip()
    )


def _is_of_lines(found: Found) -> bool:
    return f"{found.place.partition(':')[0]} {found.name}" in OF_LINES
