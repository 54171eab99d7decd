"""Amounts whose decimals stand apart from their whole part, made whole again: "$15 .80",
"$27 . 04", "$1 ,234 .56", and "EUR 15 80", where the point was not read or the cents are printed
small above.

What an amount must show: a mark or code of a currency before or behind it, or its place at the end
of a line. Two digits behind a blank are its decimals only beside a mark, in a currency of two
decimals, and where no unit or further number follows ("$5 12 oz").
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from tillroll_documents.money import CODES, MARKS
from tillroll_documents.reading import words
from tillroll_documents.reading.text.patterns import one_of

_TORN: Final = re.compile(
    r"[0-9](?: [.,'] ?|[.,'] )[0-9]{2,3}(?![0-9])|[0-9] [0-9]{2}(?![0-9]|[.,:/'-][0-9])"
)
"""In every torn amount, and in some other text."""
_BODY: Final = re.compile(
    r"(?<![0-9.,'/:%@#])(?<![0-9][ -])[0-9]{1,7}(?: ?[.,'] ?[0-9]{2,3})*(?P<loose> [0-9]{2})?"
    r"(?![0-9]| ?[.,'/:-] ?[0-9]| ?%| [0-9])"
)
_SEPARATOR: Final = re.compile(r" ?[.,'] ?")
_OF_LETTERS: Final = one_of(
    sorted((mark for mark in (*MARKS, *CODES) if mark[0].isalpha()), key=len, reverse=True)
)
_OF_SIGNS: Final = one_of(
    sorted((mark for mark in MARKS if not mark[0].isalpha()), key=len, reverse=True)
)
_MARK_BEFORE: Final = re.compile(
    rf"(?:[-+(] ?)?(?P<mark>(?<![^\W_])(?:{_OF_LETTERS})\.?:?|{_OF_SIGNS})? {{0,3}}-?\Z"
)
_MARK_BEHIND: Final = re.compile(rf" ?(?:{_OF_SIGNS}|(?:{_OF_LETTERS})(?![^\W_]))")
_END: Final = re.compile(r"\)?-? {0,4}[A-Z]{0,2}\Z")
_COLUMN: Final = re.compile(r"(?:^|  |[^\W\d_][:.]? )\Z")
_WORD: Final = re.compile(r" ?([^\W\d_]+)")
_MOST_BEFORE: Final = 12
"""Signs before an amount that may be its mark."""
_UNITS: Final = words(
    "KG G GR LB LBS OZ L LT LTR ML CL CM MM M KM PCS PC STK X AM PM UHR MIN STD H"
)
_FEWEST_LOST: Final = 2
"""Lines that end in a whole number and two digits: one may be an address."""


class Stretch(NamedTuple):
    """A stretch of a line in which an amount was made whole."""

    start: int
    end: int
    is_guess: bool
    """Whether no point was read: a blank stood in its place."""


@lru_cache(maxsize=4)
def _is_last_group(width: int) -> frozenset[int]:
    """How many digits may stand last: decimals, or a thousand."""
    return frozenset({width, 3})


def holds_torn(text: str) -> bool:
    """Whether a text may hold a torn amount; found soon, and wrong at times."""
    return _TORN.search(text) is not None


def mend(line: str, width: int) -> tuple[str, tuple[Stretch, ...]]:
    """The line, of the same length, with its torn amounts made whole, and where. `width` is how
    many decimals the currency has.
    """
    if not holds_torn(line):
        return line, ()
    stretches: list[Stretch] = []
    pieces: list[str] = []
    position = 0
    for start, end, text, is_guess in _amounts(line, width):
        if start < position:
            continue
        pieces += [line[position:start], text.rjust(end - start)]
        stretches.append(Stretch(start, end, is_guess))
        position = end
    return "".join([*pieces, line[position:]]), tuple(stretches)


def loses_points(lines: list[str]) -> bool:
    """Whether lines end in a whole number and two digits behind a blank: a column of amounts whose
    point was not read ("TOTAL  15 80"), whatever marks it has.
    """
    lost = 0
    for line in lines:
        ends = [body for body in _BODY.finditer(line) if _END.match(line, body.end())]
        lost += any(
            body["loose"] is not None and _COLUMN.search(line[: body.start()]) for body in ends
        )
    return lost >= _FEWEST_LOST


def _amounts(line: str, width: int) -> Iterator[tuple[int, int, str, bool]]:
    for body in _BODY.finditer(line):
        loose = body["loose"]
        number = body[0].removesuffix(loose or "")
        if " " not in body[0]:
            continue
        before = _MARK_BEFORE.search(line[max(0, body.start() - _MOST_BEFORE) : body.start()])
        prefix = ""
        if before is not None:
            prefix = before[0]
        is_marked = (before is not None and before["mark"] is not None) or (
            _MARK_BEHIND.match(line, body.end()) is not None
        )
        text = _whole(number, line, body=body, is_marked=is_marked, width=width)
        if text is not None:
            start = body.start() - len(prefix)
            yield start, body.end(), f"{prefix}{text}", loose is not None


def _whole(
    number: str,
    line: str,
    *,
    body: re.Match[str],
    is_marked: bool,
    width: int,
) -> str | None:
    """The amount without its blanks; None where it is none."""
    loose = body["loose"]
    groups = _SEPARATOR.split(number)
    separators = [separator.strip() for separator in _SEPARATOR.findall(number)]
    joined = "".join(part for pair in zip(groups, [*separators, ""], strict=True) for part in pair)
    if loose is not None:
        is_whole = all(len(group) == 3 for group in groups[1:])
        if width != 2 or not is_marked or not is_whole or _is_counted(line, body.end()):
            return None
        sign = "."
        if sign in separators:
            sign = ","
        return f"{joined}{sign}{loose.strip()}"
    if len(groups[-1]) not in _is_last_group(width):
        return None
    is_at_end = _END.match(line, body.end()) is not None
    is_column = _COLUMN.search(line[: body.start()]) is not None
    if is_marked or (is_at_end and is_column and len(groups[-1]) == width):
        return joined
    return None


def _is_counted(line: str, end: int) -> bool:
    """Whether a word behind the two digits makes them a number of things: "$5 12 oz"."""
    word = _WORD.match(line, end)
    if word is None or _MARK_BEHIND.match(line, end):
        return False
    return not word[1].isupper() or word[1] in _UNITS
