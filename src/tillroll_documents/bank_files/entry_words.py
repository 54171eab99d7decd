"""The words of an entry in one form for all formats, and how alike two of them are.

MT940 has no umlauts and breaks lines within words; other formats cut names, or put name and text in
one column.
"""

import re
import unicodedata
from typing import Final

from tillroll_documents.bank_files.printed import Details

_MAX_WORDS: Final = 40
_WORD: Final = re.compile(r"[a-z0-9]+")
_LEAST: Final = 3
_LEAST_BEGINNING: Final = 4
_LEAST_JOINED: Final = 8
_DIGRAPHS: Final = re.compile(r"([aou])e")


def words_of(details: Details) -> str:
    """The different words of the counterparty and the text, in order, at most 40, with a space
    between them.

    Small letters without accents; “ü” and “ue” are both `u`, since MT940 has no umlauts.
    """
    printed = " ".join(
        filter(
            None,
            (
                details.counterparty.name,
                details.text,
                details.creditor_reference,
                details.counterparty.ultimate,
            ),
        )
    )
    parted = unicodedata.normalize(
        "NFKD", printed.casefold().replace("ł", "l").replace("ø", "o").replace("đ", "d")
    )
    plain = _DIGRAPHS.sub(
        r"\1", "".join(mark for mark in parted if not unicodedata.combining(mark))
    )
    words = dict.fromkeys(word for word in _WORD.findall(plain) if len(word) >= _LEAST)
    return " ".join(list(words)[:_MAX_WORDS])


def alike(one: str, other: str) -> float | None:
    """How much of the shorter of two texts is in the other, from 0 to 1; None if one has no words.

    A word that begins like another, with four letters or more, was cut off.
    """
    if not one or not other:
        return None
    if one == other:
        return 1.0
    first = one.split()
    second = other.split()
    joined = sorted(("".join(first), "".join(second)), key=len)
    if len(joined[0]) >= _LEAST_JOINED and joined[0] in joined[1]:
        return 1.0
    fewer, more = sorted((first, second), key=len)
    has = set(more)
    shared = sum(1 for word in fewer if word in has or any(_is_cut(word, each) for each in more))
    return shared / len(fewer)


def _is_cut(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= _LEAST_BEGINNING and longer.startswith(shorter)
