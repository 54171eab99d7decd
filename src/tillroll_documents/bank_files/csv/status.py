"""Whether a cell says that a row is booked, pending, or moved no money. Pure."""

from typing import Final

from tillroll_documents.bank_files.csv.words import (
    BOOKED,
    NO,
    NOT,
    NOT_BOOKED,
    PENDING,
    STEMS,
    UNDONE,
    YES,
    plain,
)
from tillroll_documents.bank_files.printed import EntryStatus

_MOST_WORDS: Final = 6
_LONGEST: Final = 3
"""Words of the longest phrase."""
_ORDER: Final = (
    (NOT_BOOKED, EntryStatus.PENDING),
    (UNDONE, EntryStatus.INFORMATION),
    (PENDING, EntryStatus.PENDING),
    (BOOKED, EntryStatus.BOOKED),
)

_STEMS: Final = (
    (STEMS["undone"], EntryStatus.INFORMATION),
    (STEMS["pending"], EntryStatus.PENDING),
    (STEMS["booked"], EntryStatus.BOOKED),
)


def status_of(cell: str, header: str = "") -> EntryStatus | None:
    """The status by a cell's whole words; a yes or no answers to its header. None without such."""
    words = plain(cell[:200]).split()
    if not words or len(words) > _MOST_WORDS:
        return None
    question = _status_in(plain(header).split())
    answer = " ".join(words)
    if question is not None and answer in YES:
        return question
    if question is EntryStatus.BOOKED and answer in NO:
        return EntryStatus.PENDING
    if question is not None and answer in NO:
        return EntryStatus.BOOKED
    return _status_in(words)


def _status_in(words: list[str]) -> EntryStatus | None:
    status = _status_by_phrase(words) or _status_by_stem(words)
    is_denied = status is EntryStatus.BOOKED and not NOT.isdisjoint(words)
    if is_denied:
        return EntryStatus.PENDING
    return status


def _status_by_phrase(words: list[str]) -> EntryStatus | None:
    phrases = {
        " ".join(words[begin : begin + length])
        for length in range(1, _LONGEST + 1)
        for begin in range(len(words) - length + 1)
    }
    return next((status for meant, status in _ORDER if phrases & meant), None)


def _status_by_stem(words: list[str]) -> EntryStatus | None:
    for stems, status in _STEMS:
        if any(word.startswith(stems) for word in words):
            return status
    return None
