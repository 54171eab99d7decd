"""Words of sums that OCR glued to their figure: "MwSt12,82", "Netto67,48", "TOTAL€80.30"."""

import re
from functools import cache
from typing import Final

from tillroll_documents.reading.languages import LANGUAGES, Concept
from tillroll_documents.reading.text.folding import WORD, fold

GLUED_FIGURE: Final = r"[€$£]?[0-9]{1,3}(?:[.,]?[0-9]{3})*[.,][0-9]{2}(?![^\W_]|[.,/:-][0-9])"
"""An amount with two decimals. "VAT123456789" is a number of registration, "Datum12.11.2026" a
day."""

_C = Concept
_OF_SUMS: Final = (
    *(_C.TOTAL, _C.SUBTOTAL, _C.PAYABLE, _C.AMOUNT, _C.TAX, _C.EXCLUDING, _C.CONTAINED),
    *(_C.PAID, _C.CASH, _C.CARD, _C.CHANGE, _C.ROUNDING, _C.DISCOUNT, _C.TIP),
)
_SHORTEST: Final = 3
_SHORTEST_END: Final = 5
_GLUED: Final = re.compile(rf"(?<![\w.-])[^\W\d_]{{{_SHORTEST},}}(?={GLUED_FIGURE})")


def part_labels(line: str) -> str:
    """The line, of the same length, with a space for the last letter of each word of sums that a
    figure is glued to."""
    return _GLUED.sub(_with_space, line)


def _with_space(match: re.Match[str]) -> str:
    word = match[0]
    folded = fold(word)
    # "Steuerbetrag12,82": the end of a compound says what it is.
    if folded in _labels() or folded.endswith(_ends()):
        return f"{word[:-1]} "
    return word


@cache
def _labels() -> frozenset[str]:
    """The last words of all that names a sum or a tax."""
    return frozenset(
        word
        for language in LANGUAGES
        for concept in _OF_SUMS
        for spelling in language.words.get(concept, ())
        for word in WORD.findall(fold(spelling))[-1:]
        if len(word) >= _SHORTEST
    )


@cache
def _ends() -> tuple[str, ...]:
    return tuple(sorted(word for word in _labels() if len(word) >= _SHORTEST_END))
