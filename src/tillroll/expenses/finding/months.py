"""A month that somebody types into a search, such as "mar 2018", "März 2018" or "2018 mars"."""

import calendar
import itertools
import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from tillroll.expenses.finding.words import plain

_NAME: Final = re.compile(r"[^\W\d_]{3,12}\.?")
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}", re.ASCII)


@dataclass(frozen=True)
class NamedMonth:
    """Its days, and the text without it."""

    first_day: date
    last_day: date
    rest: str


def month_in(text: str) -> NamedMonth | None:
    """The first month with its year in a text, by its name or its beginning in a language that receipts are read in."""
    words = text.split()
    for place, pair in enumerate(itertools.pairwise(words)):
        name, year = pair if _YEAR.fullmatch(pair[1]) else reversed(pair)
        if not (_NAME.fullmatch(name) and _YEAR.fullmatch(year)):
            continue
        month = _number_of(name.rstrip("."))
        if month is not None:
            last = calendar.monthrange(int(year), month)[1]
            rest = " ".join([*words[:place], *words[place + 2 :]])
            return NamedMonth(date(int(year), month, 1), date(int(year), month, last), rest)
    return None


def _number_of(name: str) -> int | None:
    # Nothing but a search for a month needs the words of all languages.
    from tillroll.receipts.languages import LANGUAGES  # noqa: PLC0415 - see above

    typed = plain(name)
    known = [(plain(each), number) for language in LANGUAGES for each, number in language.months.items()]
    exact = {number for each, number in known if each == typed}
    found = exact or {number for each, number in known if each.startswith(typed)}
    return found.pop() if len(found) == 1 else None
