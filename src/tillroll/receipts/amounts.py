"""Amounts as tills print them and OCR reads them: found in a line, with their span, in minor units.

Understood: decimal point and comma, thousands separators (`.` `,` `'` and a space), a currency mark before or after,
a minus before, behind or as parentheses, missing spaces ("RM15.90SR", "39.092.34"), and letters read for digits
("RMO.08").
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tillroll.receipts.currencies import CODES, MARKS
from tillroll.receipts.number_style import NumberStyle
from tillroll.receipts.patterns import one_of

_DIGIT: Final = r"[0-9OoDQIil|!SB]"

# RM is often read as RN, RH, PM, FM or M.
_MARK: Final = "|".join(
    [
        *sorted(map(re.escape, MARKS), key=len, reverse=True),
        r"R[mNH]",
        r"[PF]?M(?=\s?[0-9OoD])",
        one_of(sorted(CODES)),
    ]
)
_AMOUNT: Final = re.compile(
    rf"""
    (?: (?<![\w.,'/%@\#*-])(?<!\d:)
      | (?=[A-Z]{{2,3}}[0-9])(?<=[A-Za-z])(?=(?:RM|{one_of(sorted(CODES))})[0-9])     # "CHANGERM5.00"
    )
    (?P<sign>[-+(]\s?)?
    (?P<mark>(?:{_MARK})\.?:?\s{{0,12}})?
    (?P<inner>-\s?)?
    (?P<body>
        [0-9]{{1,3}}(?:\ [0-9]{{3}})+,[0-9]{{2}}
      | [0-9][0-9.,']*[.,][0-9]{{2}}(?=[A-Z]{{1,3}}(?![^\W_]))      # "15.90SR": the S is no 5
      | {_DIGIT}(?:{_DIGIT}|[.,'](?=\s?{_DIGIT}))*
      | [.,][0-9]{{2}}
    )
    (?P<close>\)|\ ?-(?![\w-]))?
    (?=(?P<tail>\s?%|/[A-Za-z]+|:|[A-Za-z]*)(?P<next>\s?[A-Za-z]*))
    """,
    re.VERBOSE,
)
_DIGITS: Final = re.compile(rf"[0-9]|[.,']\s?{_DIGIT}")
"""A line without is text: letters alone are no amount, though some look like digits."""
_AFTER: Final = re.compile(
    rf"\s?(?:{'|'.join(re.escape(m) for m in MARKS if m != 'RM')}|{one_of(sorted(CODES))})(?!\w)"
)
_TWO_DIGITS: Final = "B"
_TAX_CODE: Final = re.compile(r"[A-Z]{1,3}|[a-z]|O\d")
_UNIT_WORDS: Final = "kg g gr gm mg lb lbs oz l lt ltr liter litre litres ml cl m cm mm km pcs stk am pm"
_UNITS: Final = frozenset(_UNIT_WORDS.split())
"""What makes a number a measure. A litre's price stands after it, so "35.10 litre" is no amount."""
_GLUED: Final = re.compile(r"[0-9]{1,4}[.,][0-9]{2}")
_LOST_POINT: Final = re.compile(
    r"(?:^|(?<=\s\s)|(?<=RM)|(?<=RM\s))([0-9]{1,4})[ ·-]?([0-9]{2})\s*(?:[A-Z]{1,2}|[a-z])?$"
)


@dataclass(frozen=True, slots=True)
class PrintedAmount:
    """An amount in a line: minor units, span in the line, and whether a currency mark stands with it."""

    minor: int
    start: int
    end: int
    marked: bool
    exact: bool
    """Printed with all the currency's decimals. Otherwise it is a whole number that may be a quantity or an id."""
    repaired: bool = False
    """The decimal point was not read; it is a guess that something else must confirm."""
    doubtful: bool = False
    """A letter in it may be one of two digits, so that it confirms no other amount: B is 8, or 3."""


def find_amounts(line: str, style: NumberStyle) -> list[PrintedAmount]:
    """The amounts of a line, left to right, as the currency's minor units. Percentages, dates, times and
    measures ("500ml") are not amounts."""
    if not _DIGITS.search(line):
        return []
    numbers = [match for match in _AMOUNT.finditer(line) if not match["body"].isalpha()]  # most are a word's beginning
    return [amount for match in numbers for amount in _read(match, line, style)]


def find_pointless_amount(line: str, style: NumberStyle) -> PrintedAmount | None:
    """The number at the end of the line, its decimal point taken for lost: "20 00" and "2000" are 20.00."""
    match = _LOST_POINT.search(line)
    if match is None or style.printed != 2:
        return None
    return PrintedAmount(
        int(match[1] + match[2]), match.start(1), match.end(2), marked=False, exact=True, repaired=True
    )


def _read(match: re.Match[str], line: str, style: NumberStyle) -> Iterator[PrintedAmount]:
    body, tail = match["body"], match["tail"].strip()
    followed_by_mark = bool(_AFTER.match(line, match.end("body")))
    marked = bool(match["mark"]) or followed_by_mark
    if tail and not followed_by_mark and not _TAX_CODE.fullmatch(tail):
        return
    if (tail + match["next"]).strip().casefold() in _UNITS:
        return
    value = style.parse(body)
    if value is None:
        yield from _glued(match, style)
        return
    minor, exact = value
    exact = exact or (style.printed == 0 and (marked or _is_column(match, line)))
    letters = 0 if body.isdecimal() else sum(c.isalpha() or c in "|!" for c in body)
    if letters == len(body) or (letters and not (exact and (marked or letters == 1))):
        return
    if not exact and tail and not marked:
        return
    bracketed = (match["sign"] or "").strip() == "(" and match["close"] == ")"
    minus = "-" in (match["sign"] or "") or bool(match["inner"]) or (match["close"] or "").strip() == "-"
    start = match.start("body") if not (match["mark"] or bracketed or minus) else _start(match, bracketed)
    end = match.end("close") if bracketed or (match["close"] or "").strip() == "-" else match.end("body")
    yield PrintedAmount(
        -minor if minus or bracketed else minor, start, end, marked, exact, doubtful=_TWO_DIGITS in body
    )


def _start(match: re.Match[str], bracketed: bool) -> int:
    opened_only = (match["sign"] or "").strip() == "(" and not bracketed
    return match.start("mark") if opened_only and match["mark"] else match.start()


def _is_column(match: re.Match[str], line: str) -> bool:
    """Whether a whole number ends its line, apart from what stands before it: how tills without decimals print."""
    before, after = line[: match.start("body")], line[match.end("body") :]
    return not after.strip() and (before.endswith("  ") or not before.strip()) and len(match["body"]) <= 8


def _glued(match: re.Match[str], style: NumberStyle) -> Iterator[PrintedAmount]:
    """Columns printed so close that OCR lost the space: "39.092.3441.43"."""
    body = match["body"]
    pieces = list(_GLUED.finditer(body))
    if style.printed != 2 or len(pieces) < 2 or "".join(piece[0] for piece in pieces) != body:
        return
    for piece in pieces:
        value = style.parse(piece[0])
        if value is not None:
            offset = match.start("body")
            yield PrintedAmount(value[0], offset + piece.start(), offset + piece.end(), marked=False, exact=True)
