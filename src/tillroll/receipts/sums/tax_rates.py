"""Rates of value added, goods and services, and sales tax, against which a total and its tax are held.

Sources: the European Commission's list of VAT rates in the member states; elsewhere the tax authority. Rates of the
last ten years stand beside today's, as old receipts are read too. Extend the table; no code needs to change.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from tillroll.receipts.languages import Concept
from tillroll.receipts.page.page import Page

_USUAL: Final[Mapping[str, str]] = {
    "MY": "6 8 10",
    "SG": "7 8 9",
    "GB": "20 5",
    "IE": "23 13.5 9",
    "AU": "10",
    "NZ": "15",
    "DE": "19 7 16 5",
    "AT": "20 13 10",
    "CH": "7.7 8.1 2.5 2.6 3.7 3.8",
    "FR": "20 10 5.5 2.1",
    "BE": "21 12 6",
    "NL": "21 9 6",
    "LU": "17 14 8 3",
    "ES": "21 10 4",
    "PT": "23 13 6",
    "IT": "22 10 5 4",
    "DK": "25",
    "SE": "25 12 6",
    "NO": "25 15 12",
    "FI": "24 25.5 14 10",
    "PL": "23 8 5",
    "CZ": "21 15 12 10",
    "HU": "27 18 5",
    "TR": "20 18 10 8 1",
    "JP": "10 8",
    "KR": "10",
    "TW": "5",
    "ID": "10 11",
    "TH": "7",
    "PH": "12",
    "VN": "10 8",
    "AE": "5",
    "SA": "15 5",
    "ZA": "15 14",
    "MX": "16",
}
_PRINTED: Final = re.compile(r"(?<![0-9.,])([0-9]{1,2}(?:[.,][0-9]{1,2})?)\s?%")


def rates_on(page: Page) -> frozenset[Decimal]:
    """Rates in percent that a tax on this receipt may have: those printed beside a word for tax, and the usual ones of
    the country that its signs speak for."""
    country = max(page.hints, key=lambda code: page.hints[code], default="")
    printed = (
        match[1].replace(",", ".") for line in page.naming(Concept.TAX) for match in _PRINTED.finditer(line.plain)
    )
    return frozenset(rate for rate in map(Decimal, (*_USUAL.get(country, "").split(), *printed)) if rate)


def contains_tax(total: int, tax: int, rates: frozenset[Decimal]) -> bool:
    """Whether `tax` is what a total with tax contains at one of the rates, give or take a minor unit of rounding."""
    return any(abs(total * rate / (100 + rate) - tax) <= 1 for rate in rates)
