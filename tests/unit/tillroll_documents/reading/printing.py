"""Prints invented receipts as transcripts, in the words, numbers, dates and layouts of several
countries.

What is printed depends on the chance alone: a seed gives the same receipts whatever else is
imported, which Hypothesis' own strategies do not, since they also draw constants of the source.
"""

import random
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time

from hypothesis import strategies as st

from tests.unit.tillroll_documents.reading.locales import LOCALES, Locale
from tillroll_documents.money import decimal_string, minor_digits

WIDTH = 40
GOODS = (
    "BREAD",
    "Green tea",
    "A4 PAPER",
    "Hammer 500g",
    "Soup of the day",
    "Notebook",
    "Batteries AA",
    "Olive oil",
)


@dataclass(frozen=True)
class Printed:
    """A transcript and what stands on it, amounts in minor units."""

    text: str
    locale: Locale
    merchant: str
    day: date
    total: int
    tax: int


def amount_text(minor: int, locale: Locale) -> str:
    """An amount as the locale prints it, without a mark: 1234567 is "12.345,67" in Germany."""
    whole, _, fraction = decimal_string(minor, minor_digits(locale.currency)).partition(".")
    grouped = f"{int(whole):,}".replace(",", locale.thousands)
    return f"{grouped}{locale.decimal}{fraction}" if fraction else grouped


def row(label: str, value: str) -> str:
    """A label at the left, a value at the right edge, at least two spaces between them."""
    return f"{label}  {value.rjust(max(0, WIDTH - len(label) - 2))}"


def print_receipt(
    chance: random.Random, locales: tuple[Locale, ...] = LOCALES, sold: tuple[str, ...] = GOODS
) -> Printed:
    """A receipt of one of the locales, of what is `sold`. The day is past the 12th, so that its
    order is certain.
    """
    locale = chance.choice(locales)
    merchant = chance.choice(locale.merchants)
    day = _day(chance)
    at = time(chance.randint(6, 22), chance.randint(0, 59), chance.randint(0, 59))
    prices = [chance.randint(100, 60_000) for _ in range(chance.randint(1, 6))]
    goods = sum(prices)
    tax = goods * locale.tax_rate // (100 + locale.tax_rate * locale.tax_inside)
    total = goods if locale.tax_inside else goods + tax
    with_mark = _heads(chance)

    def money(minor: int) -> str:
        text = amount_text(minor, locale)
        return f"{locale.mark} {text}" if with_mark else text

    date_text = day.strftime(chance.choice(locale.dates))
    clock = at.strftime(chance.choice(("%H:%M", "%H:%M:%S")))
    dated = chance.choice((f"{locale.date_label} {date_text} {clock}", f"{date_text}  {clock}"))
    lines = [merchant, *locale.address, locale.heading, dated]
    lines += [row(chance.choice(sold), money(price)) for price in prices]
    if not locale.tax_inside or _heads(chance):
        lines.append(row(locale.subtotal, money(goods)))
    if not locale.tax_inside:
        lines.append(row(f"{locale.tax} {locale.tax_rate}%", money(tax)))
    lines.append(row(f"{locale.total} {locale.mark}", amount_text(total, locale)))
    lines += _payment(chance, locale, total, money)
    if locale.tax_inside:
        lines += [
            row(locale.net, money(total - tax)),
            row(f"{locale.tax} {locale.tax_rate}%", money(tax)),
        ]
    lines.append(locale.thanks)
    return Printed("\n".join(lines), locale, merchant, day, total, tax)


def receipts(locales: tuple[Locale, ...] = LOCALES) -> st.SearchStrategy[Printed]:
    """The same receipts for property tests: Hypothesis leads the chance, so that it shrinks what
    fails.
    """
    return st.builds(print_receipt, st.randoms(use_true_random=False), st.just(locales))


def _day(chance: random.Random) -> date:
    year, month = chance.randint(2015, 2029), chance.randint(1, 12)
    return date(year, month, chance.randint(13, monthrange(year, month)[1]))


def _payment(
    chance: random.Random, locale: Locale, total: int, money: Callable[[int], str]
) -> list[str]:
    if _heads(chance):
        return [row(locale.card, money(total))]
    change = chance.randint(0, 5_000)
    return [row(locale.cash, money(total + change)), row(locale.change, money(change))]


def _heads(chance: random.Random) -> bool:
    return chance.choice((True, False))
