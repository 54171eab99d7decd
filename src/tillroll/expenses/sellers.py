"""Where a seller is: by its tax number, or by what its e-invoice says. Pure."""

from collections.abc import Mapping
from typing import Final

_FEWEST_DIGITS: Final = 5
# What a seller's tax number begins with, where it names a country. Northern Ireland is in the
# United Kingdom.
_COUNTRIES: Final[Mapping[str, str]] = {"EL": "GR", "XI": "GB"} | {
    code: code
    for code in (
        *("AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
}
EU: Final = frozenset(_COUNTRIES.values()) - {"CH", "GB", "NO"}
"""The members of the EU, by ISO 3166."""
OWED_CATEGORIES: Final = frozenset({"AE", "K", "G", "O"})
"""VAT categories of EN 16931 that charge nothing, since the buyer may owe the tax."""
OTHER_TAX_CATEGORIES: Final = frozenset({"L", "M"})
"""VAT categories of EN 16931 that are no VAT: IGIC and IPSI."""


def country_of(tax_id: str | None) -> str | None:
    """The country (ISO 3166) that a VAT number begins with; None for other numbers."""
    if tax_id is None:
        return None
    plain = "".join(mark for mark in tax_id.upper() if mark.isalnum())
    digits = sum(mark.isdecimal() for mark in plain[2:])
    # "BE" begins an English word too: a number has digits.
    if digits < _FEWEST_DIGITS:
        return None
    return _COUNTRIES.get(plain[:2])


def seller_country(tax_id: str | None, named: str | None) -> str | None:
    """The seller's country (ISO 3166): by its tax number, else as `named` in its e-invoice."""
    by_number = country_of(tax_id)
    if by_number is not None or named is None:
        return by_number
    return _COUNTRIES.get(named, named)
