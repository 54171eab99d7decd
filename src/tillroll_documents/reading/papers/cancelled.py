"""Papers of a sale that was cancelled: a line of few words says so, in any language.

A cancelled sale is never money back: whether the card was charged, the paper does not say.
"""

import re
from collections.abc import Collection
from typing import Final

from tillroll_documents.reading.extraction import Line
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.text.folding import (
    Folded,
    fold,
)

_STEMS: Final = (
    # Latin letters. "storn" stands inside of words too: Belegstorno.
    *("annul", "anul", "cancel", "iptal", "makuler", "mitat", "peruttu", "razveljav", "ponisten"),
    *("reversal", "tuhist", "zrusen"),
    # Cyrillic, Greek, Hebrew and Arabic.
    *("анул", "аннул", "скасов", "отменен", "ακυρ", "בוטל", "ביטול", "ملغ", "الغاء"),
)
_INSIDE: Final = (
    *("storn", "sztorn", "сторн"),
    # No spaces part words in these scripts.
    *("取消", "撤销", "작废", "취소", "ยกเลิก"),
)
_WHOLE: Final = ("void", "voided", "huy", "hủy")
_RULES: Final = (
    *("bedingung", "condi", "fee", "free", "frei", "frist", "gebuhr", "gratis", "gratuit"),
    *("kosten", "polic", "polit", "terms", "until", "vilkar", "villkor", "voorwaard"),
)
"""Words of a rule on cancelling: such a line says nothing of this sale."""


def _alternatives(words: Collection[str]) -> str:
    return "|".join(re.escape(fold(word)) for word in words)


_CANCELLED: Final = re.compile(
    rf"\b(?:{_alternatives(_STEMS)})|(?:{_alternatives(_INSIDE)})|\b(?:{_alternatives(_WHOLE)})\b"
)
_PARTS: Final = tuple(map(fold, _INSIDE))
_BEGINNINGS: Final = tuple(map(fold, (*_STEMS, *_WHOLE)))
_RULE: Final = re.compile(rf"(?:{_alternatives(_RULES)})")
_WORD: Final = re.compile(r"[^\W\d_]+")
_MOST_WORDS: Final = 4
_MOST_LETTERS: Final = 60


def says_cancelled(folded: str) -> bool:
    """Whether a line of folded text says that the sale was cancelled."""
    if len(folded) > _MOST_LETTERS or _CANCELLED.search(folded) is None:
        return False
    return len(_WORD.findall(folded)) <= _MOST_WORDS and _RULE.search(folded) is None


def _may_say_cancelled(folded: Folded) -> bool:
    if any(part in folded.text for part in _PARTS):
        return True
    return any(word.startswith(_BEGINNINGS) for word in folded.words)


def find_cancelled(page: Page, skipped: Collection[int]) -> Line | None:
    """The first line that says that the sale was cancelled, if any.

    `skipped` are the indexes of lines that name an article or an amount: there an article was
    cancelled."""
    # Most pages hold none of the words.
    if not _may_say_cancelled(page.folded):
        return None
    for line, text in zip(page.lines, page.folded.lines, strict=True):
        if line.index not in skipped and says_cancelled(text):
            return line
    return None
