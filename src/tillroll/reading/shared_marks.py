"""Marks that several currencies share, such as "$", "Rs" and "kr": when the account's own currency is
not the one that is meant. A country or a tax on the paper says so."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final

from tillroll.reading import words
from tillroll.reading.page import Page
from tillroll.reading.places import by_code

_TAXES: Final = words("gst hst qst vat iva itbms itbis igv gct ppn sst tva moms mva")
"""Names of taxes on sales, folded. "PST" is left out: it is a time zone too."""
_LEVIED: Final[Mapping[str, frozenset[str]]] = {
    "AUD": words("gst"),
    "CAD": words("gst hst qst"),
    "DKK": words("moms"),
    "EGP": words("vat"),
    "GBP": words("vat"),
    "HKD": frozenset(),
    "INR": words("gst"),
    "JPY": frozenset(),
    "LKR": words("vat"),
    "MUR": words("vat"),
    "MXN": words("iva"),
    "MYR": words("gst sst"),
    "NOK": words("mva moms"),
    "NPR": words("vat"),
    "NZD": words("gst"),
    "PKR": words("gst sst"),
    "SEK": words("moms"),
    "SGD": words("gst"),
    "TWD": words("vat"),
    "USD": frozenset(),
}
"""Those that are charged where people pay with a currency, by the tax laws of its countries. The
United States have none of these; other countries with their dollar do, and are named or asked."""


_CLEARLY: Final = 2
"""So many more signs of another country leave no doubt: one may be in a shop's name."""


class Owner(StrEnum):
    """Whose currency a shared mark is."""

    ACCOUNT = "account"
    DOUBTFUL = "doubtful"
    OTHER = "other"


def owner_of_mark(page: Page, default: str, codes: Collection[str]) -> Owner:
    """Whether a mark with these currencies is the account's own, which is one of them, by the
    countries and taxes that the page names."""
    hinted: dict[str, int] = {}
    for country, count in page.hints.items():
        currency = by_code(country).currency
        hinted[currency] = max(count, hinted.get(currency, 0))
    others = max((hinted.get(code, 0) for code in codes if code != default), default=0)
    own = hinted.get(default, 0)
    if others >= own + _CLEARLY:
        return Owner.OTHER
    if others > own:
        return Owner.DOUBTFUL
    levied = _LEVIED.get(default)
    if own or levied is None or page.folded.words.isdisjoint(_TAXES - levied):
        return Owner.ACCOUNT
    return Owner.OTHER
