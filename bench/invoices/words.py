"""The words and customs of languages and countries, which lie beside this module as JSON, and how
they are written.
"""

import json
import random
import re
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent
_DOUBLED = frozenset({"titles", "credit_titles", "labels", "columns", "sums"})
_NEVER_DOUBLED = frozenset(
    {"phone", "fax", "mail", "web", "prepaid", "partial", "retention", "carry"}
)
_DAY_PARTS = re.compile(r"'([^']*)'|MMMM|MMM|dth|[DMYydm]")
LANGUAGES = tuple(sorted(path.stem for path in (_FOLDER / "languages").glob("*.json")))
COUNTRIES = tuple(sorted(path.stem for path in (_FOLDER / "countries").glob("*.json")))


@cache
def language(code: str) -> dict[str, Any]:
    return json.loads((_FOLDER / "languages" / f"{code}.json").read_text(encoding="utf-8"))


@cache
def country(code: str) -> dict[str, Any]:
    return json.loads((_FOLDER / "countries" / f"{code}.json").read_text(encoding="utf-8"))


@cache
def coined() -> tuple[str, ...]:
    """Invented words that firms are named by."""
    return tuple((_FOLDER / "coined.txt").read_text(encoding="utf-8").split("\n")[:-1])


class Writing:
    """How one invoice writes labels, amounts and days: drawn once, so that the whole page writes
    them alike. Labels are in a `second` language too, where it has one.
    """

    def __init__(
        self,
        chance: random.Random,
        country_code: str,
        language_code: str,
        currency: str,
        second: str = "",
    ) -> None:
        self._chance = chance
        self._words = language(language_code)
        self._customs = country(country_code)
        self._language = language_code
        self._drawn: dict[str, str] = {}
        self._second = second
        self._between = chance.choice([" / ", " / ", "/", " | "])
        is_own = language_code in self._customs.get("tax", {})
        self.decimal, self.group = self._customs["decimal"], chance.choice(self._customs["groups"])
        if (
            language_code == "en"
            and country_code not in {"GB", "US", "IE"}
            and chance.random() < 0.6
        ):
            self.decimal, self.group = ".", ","
        dates = self._customs["dates"].get(language_code) or self._words["dates"]
        self._day_form = chance.choice(dates)
        self.tax_name = chance.choice(self._customs["tax"][language_code if is_own else "en"])
        where, _, symbol = chance.choice(self._customs["symbols"]).partition(":")
        if currency != self._customs["currency"]:
            where, symbol = chance.choice(["before", "after"]), currency
        self._where, self.symbol = where, symbol
        self._space = (
            chance.choice([" ", "\N{NO-BREAK SPACE}", ""]) if symbol in {"£", "$", "€"} else " "
        )

    def word(self, *path: str, **values: object) -> str:
        """The invoice's word for something, such as "labels", "date"; always the same one. A
        country can have words that are not its language's.
        """
        key = "/".join(path)
        if key not in self._drawn:
            found = _at(self._customs.get("words", {}), path) or _at(self._words, path)
            self._drawn[key] = self._chance.choice(found)
            if (
                self._second
                and path[0] in _DOUBLED
                and path[-1] not in _NEVER_DOUBLED
                and "/" not in self._drawn[key]
            ):
                self._drawn[key] += self._between + self._chance.choice(
                    _at(language(self._second), path)
                )
        return self._drawn[key].format(**values) if values else self._drawn[key]

    def custom(self, name: str) -> str:
        """One of the country's words in this language, such as `vat_labels`."""
        if name not in self._drawn:
            found = self._customs.get(name, {})
            choices = found.get(self._language) or found.get("en") or [""]
            self._drawn[name] = self._chance.choice(choices)
        return self._drawn[name]

    def amount(self, value: Decimal, places: int = 2) -> str:
        """Without a currency."""
        text = (
            f"{abs(value):,.{places}f}".replace(",", "\0")
            .replace(".", self.decimal)
            .replace("\0", self.group)
        )
        return f"-{text}" if value < 0 else text

    def money(self, value: Decimal) -> str:
        """With the currency where this invoice prints it beside amounts."""
        text = self.amount(abs(value))
        sign = "-" if value < 0 else ""
        if self._where == "before":
            return f"{sign}{self.symbol}{self._space}{text}"
        return (
            f"{sign}{text}{self._space or ' '}{self.symbol}"
            if self._where == "after"
            else f"{sign}{text}"
        )

    def quantity(self, value: Decimal) -> str:
        whole = value == value.to_integral_value()
        return str(int(value)) if whole else f"{value.normalize():f}".replace(".", self.decimal)

    def rate(self, value: Decimal) -> str:
        return f"{value.normalize():f}".replace(".", self.decimal)

    def day(self, value: date) -> str:
        month = self._words["months"][value.month - 1]
        ending = (
            "th"
            if value.day in {11, 12, 13}
            else {1: "st", 2: "nd", 3: "rd"}.get(value.day % 10, "th")
        )
        parts = {
            "MMMM": month,
            "MMM": month[:3],
            "dth": f"{value.day}{ending}",
            "D": f"{value.day:02}",
            "M": f"{value.month:02}",
            "Y": str(value.year),
            "y": f"{value.year % 100:02}",
            "d": str(value.day),
            "m": str(value.month),
        }
        return _DAY_PARTS.sub(lambda part: parts.get(part[0]) or part[1], self._day_form)


def _at(words: Any, path: tuple[str, ...]) -> Any:
    """None where the words have none for it."""
    for part in path:
        words = words.get(part, {})
    return words or None
