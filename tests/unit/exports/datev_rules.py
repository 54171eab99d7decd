"""DATEV's published rules for a batch of bookings (format 700, category 21, version 13).

The source is "DATEV-Format" on developer.datev.de: `Buchungsstapel` has an expression for each of
its 125 fields. The expressions are for a field as it stands in the file, with its quotation marks.
"""

import re
from typing import Final

FIELDS: Final = 125

_DAY = r"(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])20\d{2}"
_ABOVE_ZERO = r"(?!0{1,10},00)\d{1,10},\d{2}"
_ACCOUNT = r"(?!0{1,9}$)\d{1,9}"
_CURRENCY = '"[A-Z]{3}"'
_COUNTRY = '"[A-Z]{2}"'
# The description names these marks; it refuses blanks, umlauts, points and commas.
_NUMBER = r'"[A-Za-z0-9_$&%*+/-]{0,36}"'


def _text(longest: int) -> str:
    return f'"[^\\x00-\\x1f]{{0,{longest}}}"'


def _pairs(first: int, last: int) -> dict[int, str]:
    """A kind of at most 20 marks at each odd step, and a content of at most 210 after it."""
    kinds = {place: _text(20) for place in range(first, last, 2)}
    contents = {place + 1: _text(210) for place in range(first, last, 2)}
    return kinds | contents


# By the field's place, counted from 1.
_EXPRESSIONS: Final[dict[int, str]] = {
    1: _ABOVE_ZERO,
    2: '"[SH]"',
    3: _CURRENCY,
    4: r"[1-9]\d{0,3},\d{2,6}",
    5: _ABOVE_ZERO,
    6: _CURRENCY,
    7: _ACCOUNT,
    8: _ACCOUNT,
    # The table writes four digits. A key of fewer, such as 9, is taken here without zeros.
    9: r'"\d{1,4}"',
    10: r"(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])",
    11: _NUMBER,
    12: _NUMBER,
    13: r"[1-9]\d{0,7},\d{2}",
    14: _text(60),
    15: "[01]",
    16: r'"\w{0,9}"',
    17: r"\d{3}",
    18: r"\d{2}",
    19: "[01]",
    20: _text(210),
    **_pairs(21, 36),
    37: r'"[\w ]{0,36}"',
    38: r'"[\w ]{0,36}"',
    39: r"\d{12},\d{4}",
    40: _text(15),
    41: r"\d{2},\d{2}",
    42: '"[IKPS]"',
    43: r"[1-9]\d{0,2}",
    44: r"\d{0,3}",
    45: r"\d",
    46: r"\d{0,2}",
    47: r"\d{0,3}",
    **_pairs(48, 87),
    88: r"\d{0,8}",
    89: r"\d{1,8},\d{2}",
    90: r"\d{0,2}",
    91: r'"\w{0,10}"',
    92: r"20\d{2}",
    93: _DAY,
    94: r"\d",
    95: _text(30),
    96: _COUNTRY,
    97: r"\d{0,4}",
    98: _COUNTRY,
    99: r"\d{0,3}",
    100: r"\d{1,2},\d{2}",
    101: r"\d{4,8}",
    102: _COUNTRY,
    103: _text(36),
    104: _DAY,
    105: _text(35),
    106: "[01]",
    107: _text(76),
    108: r"\d{4}",
    109: _text(11),
    110: _text(20),
    111: _DAY,
    112: _text(30),
    113: r"\d{1,2}",
    114: "[01]",
    115: _DAY,
    116: _DAY,
    117: _DAY,
    118: '"[01]"',
    119: r"\d{1,2},\d{2}",
    120: _COUNTRY,
    121: _text(50),
    122: "[1-5]",
    123: _text(15),
    124: r"\d{2},\d{2}",
    125: r"\d{1,9}",
}
_NEEDED: Final = (1, 2, 7, 8, 10)
# Of an amount in another currency: the rate, the amount in the books' currency, and that currency.
_RATE, _BASE_AMOUNT, _BASE_CURRENCY = 4, 5, 6
_FIELD = re.compile(r'"(?:[^"]|"")*"|[^";]*')


def fields_of(line: str) -> list[str]:
    """The fields of a line without its end, each as it stands there.

    Raises:
        ValueError: a quotation mark is where none may be.
    """
    fields: list[str] = []
    place = 0
    while True:
        found = _FIELD.match(line, place)
        if found is None:
            raise ValueError(f"no field at {place}: {line}")
        fields.append(found.group())
        place = found.end()
        if place == len(line):
            return fields
        if line[place] != ";":
            raise ValueError(f"a field ends amiss at {place}: {line}")
        place += 1


def faults_of(line: str, *, currency: str) -> list[str]:
    """What of the published rules a booking breaks. `currency` is that of the header."""
    fields = fields_of(line)
    if len(fields) != FIELDS:
        return [f"{len(fields)} fields"]
    by_place = dict(enumerate(fields, start=1))
    faults: list[str] = []
    for place, field in by_place.items():
        if not _fits(place, field):
            faults.append(f"field {place}: {field}")
    parts = [by_place[_RATE], by_place[_BASE_AMOUNT], by_place[_BASE_CURRENCY].strip('"')]
    if any(parts) and not all(parts):
        faults.append(f"a rate, an amount and a currency go together: {parts}")
    if any(parts) and parts[2] != currency:
        faults.append(f"the base currency is not that of the header: {parts[2]}")
    faults += [
        f"field {place}: a kind without a content, or a content without a kind"
        for place in (*range(21, 37, 2), *range(48, 88, 2))
        if (by_place[place] == '""') != (by_place[place + 1] == '""')
    ]
    return faults


def _fits(place: int, field: str) -> bool:
    """A text is measured without the marks that double a quotation mark."""
    is_text = _EXPRESSIONS[place].startswith('"')
    if field == ('""' if is_text else ""):
        return place not in _NEEDED
    if not is_text:
        return re.fullmatch(_EXPRESSIONS[place], field) is not None
    if not field.startswith('"'):
        return False
    content = field[1:-1].replace('""', '"')
    return re.fullmatch(_EXPRESSIONS[place], f'"{content}"') is not None
