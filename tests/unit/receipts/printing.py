"""Prints invented receipts as transcripts, in the words, numbers, dates and layouts of several countries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time

from hypothesis import strategies as st

from tests.unit.receipts.locales import LOCALES, Locale
from tillroll.receipts.currencies import minor_digits
from tillroll.receipts.money import decimal_string

WIDTH = 40


GOODS = ("BREAD", "Green tea", "A4 PAPER", "Hammer 500g", "Soup of the day", "Notebook", "Batteries AA", "Olive oil")


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


@st.composite
def receipts(draw: st.DrawFn, locales: tuple[Locale, ...] = LOCALES) -> Printed:
    """Receipts of any of the locales. The day is past the 12th, so that its order is certain."""
    locale = draw(st.sampled_from(locales))
    merchant = draw(st.sampled_from(locale.merchants))
    day = draw(st.dates(date(2015, 1, 1), date(2029, 12, 28)).filter(lambda d: d.day > 12))
    at = draw(st.times(time(6), time(22, 59)))
    prices = draw(st.lists(st.integers(100, 60_000), min_size=1, max_size=6))
    goods = sum(prices)
    tax = goods * locale.tax_rate // (100 + locale.tax_rate * locale.tax_inside)
    total = goods if locale.tax_inside else goods + tax
    with_mark = draw(st.booleans())

    def money(minor: int) -> str:
        text = amount_text(minor, locale)
        return f"{locale.mark} {text}" if with_mark else text

    date_text = day.strftime(draw(st.sampled_from(locale.dates)))
    clock = at.strftime(draw(st.sampled_from(("%H:%M", "%H:%M:%S"))))
    dated = draw(st.sampled_from((f"{locale.date_label} {date_text} {clock}", f"{date_text}  {clock}")))
    lines = [merchant, *locale.address, locale.heading, dated]
    lines += [row(draw(st.sampled_from(GOODS)), money(price)) for price in prices]
    if not locale.tax_inside or draw(st.booleans()):
        lines.append(row(locale.subtotal, money(goods)))
    if not locale.tax_inside:
        lines.append(row(f"{locale.tax} {locale.tax_rate}%", money(tax)))
    lines.append(row(f"{locale.total} {locale.mark}", amount_text(total, locale)))
    lines += draw(_payment(locale, total, money))
    if locale.tax_inside:
        lines += [row(locale.net, money(total - tax)), row(f"{locale.tax} {locale.tax_rate}%", money(tax))]
    lines.append(locale.thanks)
    return Printed("\n".join(lines), locale, merchant, day, total, tax)


@st.composite
def _payment(draw: st.DrawFn, locale: Locale, total: int, money: Callable[[int], str]) -> list[str]:
    if draw(st.booleans()):
        return [row(locale.card, money(total))]
    change = draw(st.integers(0, 5_000))
    return [row(locale.cash, money(total + change)), row(locale.change, money(change))]
