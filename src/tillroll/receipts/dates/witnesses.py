"""What else on a receipt tells of its date: the day of the week, date digits in numbers, a tax that is not older."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from tillroll.receipts.dates.dates import day
from tillroll.receipts.page.page import Page
from tillroll.receipts.page.transcript import Line
from tillroll.receipts.page.vocabulary import fold, weekdays_of

_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
_LONG_NUMBER: Final = re.compile(r"[0-9]{8,}")

_INTRODUCED: Final[Mapping[str, Mapping[str, date]]] = {
    "MY": {"gst": date(2015, 4, 1)},  # Goods and Services Tax Act 2014
    "IN": {"gstin": date(2017, 7, 1), "cgst": date(2017, 7, 1)},  # Central Goods and Services Tax Act, 2017
    "AE": {"vat": date(2018, 1, 1)},  # Federal Decree-Law No. 8 of 2017
    "SA": {"vat": date(2018, 1, 1)},  # Unified VAT Agreement of the Gulf states
    "AU": {"gst": date(2000, 7, 1)},  # A New Tax System (Goods and Services Tax) Act 1999
}
"""By country, the word for its tax and the day since when it is charged."""

_LOOK_ALIKE: Final[Mapping[str, str]] = {
    "0": "8",
    "1": "7",
    "3": "8",
    "5": "6",
    "6": "58",
    "7": "1",
    "8": "036",
    "9": "8",
}


def weekday_on(page: Page, line: Line) -> int | None:
    """The day of the week that the line names, Monday 0; None without one or with several ("Mon-Sat")."""
    names = weekdays_of(page.languages)
    found = {names[word] for match in _WORD.finditer(line.plain) if (word := fold(match[0])) in names}
    return found.pop() if len(found) == 1 else None


def stands_in_number(page: Page, value: date, outside: Line) -> bool:
    """Whether a long number on another line holds the date's digits: "BAT0220180312025"."""
    digits = (value.strftime("%Y%m%d"), value.strftime("%d%m%Y"))
    runs = [match[0] for line, _, match in page.search(_LONG_NUMBER) if line is not outside]
    return any(text in run for run in runs for text in digits)


def earliest(page: Page) -> date | None:
    """The day since when the tax is charged that the receipt names, in the country that its signs speak for."""
    country = max(page.hints, key=lambda code: page.hints[code], default=None)
    taxes = _INTRODUCED.get(country or "", {})
    return max((since for word, since in taxes.items() if _is_named(word, page.folded.text)), default=None)


def _is_named(word: str, text: str) -> bool:
    """Whether the folded text holds the word, not as a part of another or joined to one by a hyphen."""
    letter = r"[^\W\d_]"
    whole = rf"{word}(?<!{letter}{word})(?<!{letter}-{word})(?!{letter}|-{letter})"
    return word in text and re.search(whole, text) is not None


def look_alike_years(value: date) -> Iterator[date]:
    """The same day in the years whose last digit print takes for this one's: 2013 for 2018."""
    for digit in _LOOK_ALIKE.get(str(value.year)[-1], ""):
        other = day(value.year // 10 * 10 + int(digit), value.month, value.day)
        if other is not None:
            yield other
