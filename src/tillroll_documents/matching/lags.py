"""How long after a document its money moves: what that says for the two, in points. Pure."""

from functools import lru_cache
from typing import Final

from tillroll_documents.matching.models import Document, DocumentKind

EARLIEST: Final = 60
"""Days before an expense's date on which it may have been charged."""
EARLY: Final = 3
"""Days before an expense's date that are usual: an invoice may be dated after the card paid."""
_TERM: Final = 30
"""Days in which an invoice is due that names no day."""
_LATE_AFTER_DUE: Final = 14
"""Days after it is due in which an invoice is usually paid, and the last in which it may be."""
_LATEST_AFTER_DUE: Final = 45


def points_of_lag(document: Document, day: int, lag: int) -> tuple[int | None, bool]:
    due = None if document.due is None else document.due.toordinal()
    match document.kind:
        case DocumentKind.CLAIM:
            if lag < -3 or lag > 400:
                return None, False
            return (110 if due is None or day <= due + 14 else 70), lag >= 0
        case DocumentKind.PAYOUT:
            if lag < -1 or lag > 30:
                return None, False
            return (150 if lag <= 5 else 60), lag <= 7
        case _:
            if due is not None and lag >= -1 and day <= due + _LATEST_AFTER_DUE:
                return (130 if day <= due + 7 else 70), day <= due + _LATE_AFTER_DUE
            return _purchase_points(lag)


def points_within_terms(lag: int) -> tuple[int | None, bool]:
    """As of an invoice that is due in 30 days, the usual term (Directive 2011/7/EU, Article 3)."""
    if lag < -EARLIEST or lag > _TERM + _LATEST_AFTER_DUE:
        return None, False
    if lag < -1:
        return 0, False
    return 70, lag <= _TERM + _LATE_AFTER_DUE


def _purchase_points(lag: int) -> tuple[int | None, bool]:
    if lag < -EARLIEST or lag > 21:
        return None, False
    if lag < -EARLY:
        return lag * 3 // 2, False
    if lag < 0:
        return (70 if lag == -1 else 0), lag == -1
    for most, points in ((1, 150), (2, 140), (3, 130), (4, 115), (5, 100), (7, 70), (10, 30)):
        if lag <= most:
            return points, lag <= 7
    return 0, False


_WORDS: Final = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
)


@lru_cache(maxsize=2_048)
def lag_in_words(lag: int) -> str:
    """How long after a document its money moved: "two days later", "the same day", "one day
    earlier".
    """
    if lag == 0:
        return "the same day"
    if lag == 1:
        return "one day later"
    if lag == -1:
        return "one day earlier"
    days = abs(lag)
    if days < len(_WORDS):
        number = _WORDS[days]
    else:
        number = str(days)
    if lag > 0:
        return f"{number} days later"
    return f"{number} days earlier"
