"""Amounts as tills print them and OCR reads them: found in a line, with their span, in the
receipt's style of numbers.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from tillroll_documents.money import CODES, MARKS, WITHOUT_COINS, minor_digits
from tillroll_documents.reading import words
from tillroll_documents.reading.extraction import Line
from tillroll_documents.reading.text.glued import part_labels
from tillroll_documents.reading.text.patterns import (
    one_of,
)
from tillroll_documents.reading.text.torn import Stretch, holds_torn, loses_points, mend

DecimalSign = Literal[".", ","]

_BLANK_GROUPED: Final = words(
    "RUB UAH BYN KZT UZS KGS AMD ZAR HUF CZK PLN SEK NOK ISK XOF XAF XPF MGA"
)
"""Currencies whose countries part thousands by a blank, also in whole amounts: the sign of
groups in Unicode CLDR. Tills of Iceland print a blank as well as its point."""
_WITH_CENTS: Final = words("EUR USD GBP CHF CAD AUD NZD SGD MYR BND BRL PLN BGN RON ILS ZAR")
"""Currencies whose tills print the cents of each amount, also of whole ones."""
_MISREAD: Final = str.maketrans("OoDQIil|!SB", "00001111158")
_LONGEST_WHOLE: Final = 9
"""Digits; a longer number is an id."""
_ESCUDOS: Final = re.compile(r"(?<=[0-9])\$(?=[0-9]{2}(?![0-9.,]))")
"""What parts escudos from centavos: "12$50" (Cape Verde)."""
_PARTED_DAY: Final = re.compile(r"[0-3][0-9]\.[01][0-9]\.(?=[\s-])(?:(?<![0-9.,].{6}))")
"""A day without its year, which tells nothing of the sign before decimals: "02.10. "."""
_SEPARATOR: Final = re.compile(r"[.,']")
_PLAIN: Final = frozenset("0123456789.,'")
"""The signs of a number in which nothing was misread."""


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How a receipt prints amounts: the sign before the decimals, how many it prints, and how many
    its currency has.
    """

    sign: DecimalSign
    printed: int
    digits: int
    is_blank_grouped: bool = False
    """Whether a blank may part thousands where no comma stands before the decimals: "2 574.90"."""
    is_torn: bool = False
    """Whether decimals may stand apart from their whole part: "15 .80"."""

    @classmethod
    def of(cls, lines: Sequence[Line], currency: str) -> "NumberStyle":
        """The sign that most numbers put before their last digits; no decimals where none are
        found.
        """
        digits = minor_digits(currency)
        text = "\n".join([line.plain for line in lines])
        if "$" in text:
            text = _ESCUDOS.sub(",", text)
        width = digits or 2
        if width == 2:
            text = part_labels(text)
        has_coins = digits > 0 and currency not in WITHOUT_COINS
        is_torn = has_coins and holds_torn(text)
        rows: list[str] = []
        if is_torn:
            rows = text.split("\n")
            text = "\n".join([mend(line, width)[0] for line in rows])
        signs = _decimals(width).findall(_PARTED_DAY.sub("", text))
        points = signs.count(".")
        commas = signs.count(",")
        sign: DecimalSign = "," if commas > points else "."
        printed = 0
        is_grouped = currency in _BLANK_GROUPED
        is_lost = is_torn and not is_grouped and loses_points(rows)
        if has_coins and (points + commas or is_lost):
            printed = digits
        return cls(sign, printed, digits=digits, is_blank_grouped=is_grouped, is_torn=is_torn)

    def may_lack_cents(self, currency: str) -> bool:
        """Whether the cents of all amounts may have been cut off: none are printed, and the tills
        of this currency print them."""
        return self.printed == 0 and currency in _WITH_CENTS

    def parse(self, body: str) -> tuple[int, bool] | None:
        """A number's minor units, and whether all decimals were printed; None for a fraction of
        another length (a weight, a unit price), or groups that are no thousands.
        """
        if _PLAIN.issuperset(body):
            text = body
        else:
            text = body.translate(_MISREAD).replace(" ", "")
        if text.isdecimal():
            return (int(text) * 10**self.digits, False) if len(text) <= _LONGEST_WHOLE else None
        parts = _SEPARATOR.split(text)
        digits = "".join(parts)
        if not digits.isdecimal() or "" in parts[1:]:
            return None
        separators = _SEPARATOR.findall(text)
        if self._has_decimals(parts, separators[-1]):
            # "1.510.73": a comma was read as a point. With three decimals, that would be
            # "1.510.730", or a million.
            if not _are_thousands(parts[:-1]) or (
                separators[-1] in separators[:-1] and self.printed == 3
            ):
                return None
            return int(digits), True
        if (
            parts[0]
            and _are_thousands(parts)
            and (separators[-1] != self.sign or self.printed == 0)
        ):
            return int(digits) * 10**self.digits, self.printed == 0
        return None

    def _has_decimals(self, parts: Sequence[str], separator: str) -> bool:
        """Whether what follows the last separator are the decimals. Three could be a thousand:
        there the sign tells.
        """
        is_width = self.printed > 0 and len(parts[-1]) == self.printed
        return is_width and separator != "'" and (self.printed != 3 or separator == self.sign)


@lru_cache(maxsize=4)
def _decimals(width: int) -> re.Pattern[str]:
    """A number with so many decimals, also behind a mark ("kr.45,20"); what is found is the sign
    before them.
    """
    # Behind the first digit, which is looked for before all else.
    indian = r"[0-9]?(?:,[0-9]{2})+,[0-9]{3}(?=\.)"
    commas = r"[0-9]{0,2}(?:,[0-9]{3})+(?=\.)"
    points = r"[0-9]{0,2}(?:\.[0-9]{3})+(?=,)"
    whole = f"(?:{indian}|{commas}|{points}|[0-9]{{0,5}})"
    return re.compile(
        rf"[0-9](?:(?<![0-9.,].)|(?<=[A-Za-z]\..)){whole}([.,])[0-9]{{{width}}}"
        r"(?![0-9]|[.,/-][0-9])"
    )


_FEWEST_OF_INDIA: Final = 2


def _are_of_india(groups: Sequence[str]) -> bool:
    """Whether a number is grouped in lakhs and crores: "1,25,000"."""
    *upper, thousands = groups
    first, *others = upper
    return len(first) <= 2 and len(thousands) == 3 and all(len(group) == 2 for group in others)


def _are_thousands(groups: Sequence[str]) -> bool:
    if len(groups) > _FEWEST_OF_INDIA and _are_of_india(groups):
        return True
    longest = 3 if len(groups) > 1 else _LONGEST_WHOLE
    lengths = [len(group) for group in groups]
    if lengths[0] <= longest and all(length == 3 for length in lengths[1:]):
        return True
    # India parts a lakh and a crore: "1,25,000", "12,34,56,789".
    is_indian = len(lengths) > 2 and lengths[-1] == 3 and lengths[0] <= 2
    return is_indian and all(length == 2 for length in lengths[1:-1])


_DIGIT: Final = r"[0-9OoDQIil|!SB]"

_GLUED_LETTERS: Final = (
    r"(?:[RKNQPL]|JD|KD|BD|SR|QR|RO|LE|LD|Rf)"
    r"(?=[0-9]{1,3}(?:[,.]?[0-9]{3})*[.,][0-9]{2,3}(?![0-9]))"
)
"""Letters that are marks where they touch an amount with its decimals: "R45.00"."""
# RM is often read as RN, RH, PM, FM or M.
_MARK: Final = "|".join(
    [
        *sorted(map(re.escape, MARKS), key=len, reverse=True),
        r"R[mNH]",
        r"[PF]?M(?=\s?[0-9OoD])",
        one_of(sorted(CODES)),
        _GLUED_LETTERS,
    ]
)
# Turkish tills print a star before every amount: "TOPLAM *12,50". Behind a number it means times:
# "2 *12,50".
_STARS: Final = (r"[^\d\s*\#]\s\*", r"\s\s\*", r"%\d\s\*", r"%\d\d\s\*")
_BEHIND_STAR: Final = "|".join(f"(?<={star})" for star in _STARS)
_STAR_AND_DIGIT: Final = "|".join(f"(?<={star}[0-9])" for star in _STARS)


@lru_cache(maxsize=6)
def _amount(sign: DecimalSign, *, is_blank_grouped: bool, is_whole: bool) -> re.Pattern[str]:
    """Where decimals stand behind a comma, "1 9l0,33" and "1 525.51" are thousands too; else
    quantity and price, unless the currency's thousands are parted by blanks."""
    group = "[0-9]"
    decimals = ","
    whole = ""
    if sign == ",":
        group = _DIGIT
    if sign == "," or is_blank_grouped:
        decimals = "[.,]"
    if is_blank_grouped and is_whole:
        whole = r"[0-9]{1,3}(?:\ [0-9]{3})+(?![0-9.,])|"
    return re.compile(
        rf"""
    (?: (?<![\w.,'/%@\#*-])(?<!\d:)(?<!\d\?)
      | (?:{_BEHIND_STAR})(?=[0-9]{{1,3}}(?:[.,]?[0-9]{{3}})*[.,][0-9]{{2}}(?![0-9]))
      | (?=[A-Z]{{2,3}}[0-9])(?<=[A-Za-z])(?=(?:RM|{one_of(sorted(CODES))})[0-9])
                                                      # "CHANGERM5.00"
    )
    (?P<sign>[-+(]\s?)?
    (?P<mark>(?:{_MARK})\.?:?\s{{0,12}})?
    (?P<inner>-\s?)?
    (?P<body>
        {whole}[0-9]{{1,3}}(?:\ {group}{{3}})+{decimals}[0-9]{{2}}
      | [0-9][0-9.,']*[.,][0-9]{{2}}(?=[A-Z]{{1,3}}(?![^\W_]))      # "15.90SR": the S is no 5
      | {_DIGIT}(?:{_DIGIT}|[.,'](?=\s?{_DIGIT}))*
      | [.,][0-9]{{2}}
    )
    (?P<close>\)|\ ?-(?![\w-]))?
    (?=(?P<tail>\s?%|/[A-Za-z]+|:|[A-Za-z]*)(?P<next>\s?[A-Za-z]*))
    """,
        re.VERBOSE,
    )


_FIRST: Final = "".join({re.escape(mark[0]) for mark in MARKS if not mark[0].isupper()})
_START: Final = re.compile(
    rf"[0-9A-Zoil|!+(.,\-{_FIRST}](?:(?<![\w.,'/%@#*-].)(?<!\d:.)"
    rf"|(?<=[A-Za-z][A-Z])(?=[A-Z]{{1,2}}[0-9])"
    rf"|{_STAR_AND_DIGIT})"
)
"""Where an amount may begin: looked for first, as most places are within a word, and `_amount` is
slow to say so.
"""
_DIGITS: Final = re.compile(rf"[0-9.,'](?:(?<=[0-9])|\s?{_DIGIT})")
"""A line without is text: letters alone are no amount, though some look like digits."""
_BEHIND: Final = "|".join(re.escape(mark) for mark in MARKS if mark != "RM")
_AFTER: Final = re.compile(rf"\s?(?:F\.?\s?(?:CFA|CFP)|{_BEHIND}|{one_of(sorted(CODES))})(?!\w)")
_UNREAD: Final = re.compile(r"\?[., ]?[0-9]")
"""A digit in the midst of a number that OCR did not read: "8?2,64", "1,03?.40"."""
_TWO_DIGITS: Final = "B"
_TAX_CODE: Final = re.compile(r"[A-Z]{1,3}|[a-z]|O\d")
_UNITS: Final = words(
    "kg g gr gm mg lb lbs oz l lt ltr liter litre litres ml cl m cm mm km pcs stk am pm uhr"
)
"""What makes a number a measure. A litre's price stands after it, so "35.10 litre" is no amount."""
_DAY: Final = re.compile(r"(?:0?[1-9]|[12][0-9]|3[01])\.(?:0[1-9]|1[0-2])")
"""A day without its year, as DIN 1355 wrote it: "02.10." with a point behind the month too."""
_BEHIND_DAY: Final = re.compile(r"\.(?=\s|-|$)")
_DAY_AND_WORD: Final = re.compile(r"\s{1,12}[^\W\d_]{3}")
_GLUED: Final = re.compile(r"[0-9]{1,4}[.,][0-9]{2}")
_LOST_POINT: Final = re.compile(
    r"(?:^|(?<=\s\s)|(?<=RM)|(?<=RM\s))([0-9]{1,4})[ ·-]?([0-9]{2})\s*(?:[A-Z]{1,2}|[a-z])?$"
)


_WORN: Final = re.compile(
    r"(?:^|(?<=[^\w.,/-])|(?P<mark>R[MNH]\s?))(?P<whole>\d{1,3}(?:,?\d{3})*)(?:[.,]\s?"
    r"|\s[.,]\s?)(?P<cents>\d{2})"
    r"(?:\s?[^\w\s%/]{0,2}\s?[A-Z]{0,2}\W{0,2})$"
)
"""An amount at the end of a line, its point between spaces or a sign behind it."""


class PrintedAmount(NamedTuple):
    """An amount in a line: minor units, span in the line, and whether a currency mark stands with
    it.
    """

    minor: int
    start: int
    end: int
    marked: bool
    exact: bool
    """Printed with all the currency's decimals. Otherwise it is a whole number that may be a
    quantity or an id.
    """
    repaired: bool = False
    """The decimal point was not read; it is a guess that something else must confirm."""
    doubtful: bool = False
    """A letter in it may be one of two digits, so that it confirms no other amount: B is 8, or
    3.
    """


def find_amounts(line: str, style: NumberStyle) -> list[PrintedAmount]:
    """The amounts of a line, left to right; percentages, dates, times and measures ("500ml") are
    none.
    """
    if not _DIGITS.search(line):
        return []
    if style.is_torn:
        whole, stretches = mend(line, style.digits)
        if stretches:
            return [_as_torn(each, stretches) for each in _find_amounts(whole, style)]
    return _find_amounts(line, style)


def _as_torn(amount: PrintedAmount, stretches: Sequence[Stretch]) -> PrintedAmount:
    """The amount with its span in the line as it is printed."""
    for stretch in stretches:
        if stretch.start <= amount.start < stretch.end:
            return amount._replace(
                start=stretch.start, repaired=amount.repaired or stretch.is_guess
            )
    return amount


def _find_amounts(line: str, style: NumberStyle) -> list[PrintedAmount]:
    if "$" in line:
        line = _ESCUDOS.sub(style.sign, line)
    if style.printed == 2:
        line = part_labels(line)
    is_whole = style.printed == 0
    pattern = _amount(style.sign, is_blank_grouped=style.is_blank_grouped, is_whole=is_whole)
    amounts: list[PrintedAmount] = []
    end = 0
    for place in _START.finditer(line):
        start = place.start()
        if start < end:
            continue
        match = pattern.match(line, start)
        if match:
            end = match.end()
            if not match["body"].isalpha():  # most are a word's beginning
                amounts += _read(match, line, style)
    return amounts


def find_damaged_amount(line: str, style: NumberStyle) -> PrintedAmount | None:
    """The number at the end of a label's line, with a sign hanging on it ("87.10 M"), its decimals
    parted ("21. 85"), or its decimal point lost ("20 00", "2000").
    """
    if style.printed == 2 and any(map(str.isdecimal, line[-8:])):
        worn = _WORN.search(line)
    else:
        worn = None
    if worn:
        value = style.parse(f"{worn['whole']}{style.sign}{worn['cents']}")
    else:
        value = None
    if worn and value:
        start = worn.start("whole")
        end = worn.end("cents")
        return PrintedAmount(value[0], start, end, marked=bool(worn["mark"]), exact=True)
    match = _LOST_POINT.search(line)
    if match is None or style.printed != 2:
        return None
    return PrintedAmount(
        int(match[1] + match[2]),
        match.start(1),
        match.end(2),
        marked=False,
        exact=True,
        repaired=True,
    )


def _read(match: re.Match[str], line: str, style: NumberStyle) -> Sequence[PrintedAmount]:
    sign, mark, inner, body, close, tail, following = match.groups(default="")
    start, end = match.span("body")
    tail = tail.strip()
    followed_by_mark = end < len(line) and _AFTER.match(line, end) is not None
    marked = bool(mark) or followed_by_mark
    goes_on = line.startswith("?", end) and _UNREAD.match(line, end) is not None
    is_other_text = tail and not followed_by_mark and not _TAX_CODE.fullmatch(tail)
    if goes_on or is_other_text or _is_day(match, line, style):
        return ()
    if (tail or following) and (tail + following).strip().casefold() in _UNITS:
        return ()
    value = style.parse(body)
    if value is None:
        return _glued(body, start, style)
    minor, exact = value
    exact = exact or (style.printed == 0 and (marked or _is_column(match, line)))
    if _PLAIN.issuperset(body):
        letters = 0
    else:
        letters = sum([c.isalpha() or c in "|!" for c in body])
    if letters == len(body) or (letters and not (exact and (marked or letters == 1))):
        return ()
    if not exact and tail and not marked:
        return ()
    negative = bracketed = False
    if sign or inner or close:
        sign = sign.strip()
        close = close.strip()
        bracketed = sign == "(" and close == ")"
        negative = bracketed or bool(inner) or "-" in (sign, close)
    if negative or mark:
        start = match.start("mark") if mark and sign == "(" and not bracketed else match.start()
    if bracketed or close == "-":
        end = match.end("close")
    return (
        PrintedAmount(
            -minor if negative else minor,
            start,
            end=end,
            marked=marked,
            exact=exact,
            doubtful=_TWO_DIGITS in body,
        ),
    )


def _is_day(match: re.Match[str], line: str, style: NumberStyle) -> bool:
    """Whether the number is a day without its year: "02.10." as on a hotel's bill. Where points
    stand before the decimals too, only what opens the line is one.
    """
    if match["mark"] or not _DAY.fullmatch(match["body"]):
        return False
    start, end = match.span("body")
    is_first = not line[:start].strip()
    if _BEHIND_DAY.match(line, end):
        return style.sign == "," or is_first
    # "02.10  Breakfast": an amount would have a comma.
    is_before_word = _DAY_AND_WORD.match(line, end) is not None
    return style.sign == "," and is_first and is_before_word


def _is_column(match: re.Match[str], line: str) -> bool:
    """Whether a whole number ends its line, apart from what stands before it: how tills without
    decimals print.
    """
    before = line[: match.start("body")]
    after = line[match.end("body") :]
    return (
        not after.strip()
        and (before.endswith("  ") or not before.strip())
        and len(match["body"]) <= 8
    )


def _glued(body: str, start: int, style: NumberStyle) -> Sequence[PrintedAmount]:
    """Columns printed so close that OCR lost the space: "39.092.3441.43"."""
    pieces = list(_GLUED.finditer(body))
    if style.printed != 2 or len(pieces) < 2 or "".join([piece[0] for piece in pieces]) != body:
        return ()
    values = [(style.parse(piece[0]), piece) for piece in pieces]
    return [
        PrintedAmount(
            value[0], start + piece.start(), start + piece.end(), marked=False, exact=True
        )
        for value, piece in values
        if value is not None
    ]
