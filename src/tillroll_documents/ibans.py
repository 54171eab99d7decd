"""What is wrong with an IBAN, in words. Pure."""

from typing import Final

from tillroll_documents.bank_numbers import IBAN, has_right_check_digits

# ISO 13616, registry of July 2025: the countries with IBANs, by how long these are.
_LENGTHS: Final = {
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}
LENGTH_OF: Final = {
    country: length for length, countries in _LENGTHS.items() for country in countries.split()
}


def in_fours(iban: str) -> str:
    """An IBAN as people read it."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def iban_problem(iban: str) -> str | None:
    """Why a text in capitals without spaces is no IBAN, in a sentence that never repeats it; None
    where it is one.
    """
    country = iban[:2]
    length = LENGTH_OF.get(country)
    if length is None:
        return "This is no IBAN: no country has IBANs that begin with these two letters"
    if len(iban) != length:
        return f"An IBAN of {country} has {length} characters, and this one has {len(iban)}"
    if not IBAN.fullmatch(iban):
        return "An IBAN has letters and digits only, and two digits behind its country"
    if not has_right_check_digits(iban):
        return "The check digits of this IBAN do not fit: look for a mistyped one"
    return None
