"""The occasion and guests of an entertainment, in a row of DATEV's batch. Pure.

Section 4 (5) sentence 1 no. 2 EStG asks for both in writing.
"""

from typing import Final

from tillroll.expenses.exported import ExportedExpense, Share
from tillroll.exports.writers.datev_rows import DATEV_HEADINGS
from tillroll.exports.writers.formats import harmless

# Kind and content of Zusatzinformation 5 to 14: the longest note fits in whole.
_KINDS: Final = DATEV_HEADINGS[55:75:2]
_CONTENTS: Final = DATEV_HEADINGS[56:76:2]
_PIECE: Final = 210
"""So many marks a content takes, apostrophes before formulas included."""


def note_on(expense: ExportedExpense, share: Share) -> str:
    """The note of the parts of a share's category, or else of the expense; empty without one."""
    of_parts = [part.note for part in expense.parts if part.category == share.category]
    notes = [note for note in dict.fromkeys(of_parts) if note]
    return "; ".join(notes) or expense.note or ""


def occasion_fields(note: str) -> dict[str, str]:
    """The fields of a row that have the note, in pieces that fit."""
    fields: dict[str, str] = {}
    rest = note.strip()
    for kind, content in zip(_KINDS, _CONTENTS, strict=True):
        if not rest:
            break
        fields[kind] = "Bewirtung"
        length = _PIECE
        while len(harmless(rest[:length])) > _PIECE:
            length -= 1
        fields[content] = harmless(rest[:length])
        rest = rest[length:]
    return fields
