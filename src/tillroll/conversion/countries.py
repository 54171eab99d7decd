"""The currencies of a country: to propose a base currency, and to tell what is of another country.
Pure.

Countries are named by ISO 3166-1, currencies by ISO 4217 (list one, amendment 180).
"""

from typing import Final

_CURRENCIES: Final = {
    "AD": "EUR",
    "AE": "AED",
    "AR": "ARS",
    "AT": "EUR",
    "AU": "AUD",
    "BA": "BAM",
    "BE": "EUR",
    "BG": "EUR",
    "BR": "BRL",
    "CA": "CAD",
    "CH": "CHF",
    "CL": "CLP",
    "CN": "CNY",
    "CO": "COP",
    "CY": "EUR",
    "CZ": "CZK",
    "DE": "EUR",
    "DK": "DKK",
    "EE": "EUR",
    "EG": "EGP",
    "ES": "EUR",
    "FI": "EUR",
    "FR": "EUR",
    "GB": "GBP",
    "GR": "EUR",
    "HK": "HKD",
    "HR": "EUR",
    "HU": "HUF",
    "ID": "IDR",
    "IE": "EUR",
    "IL": "ILS",
    "IN": "INR",
    "IS": "ISK",
    "IT": "EUR",
    "JP": "JPY",
    "KE": "KES",
    "KR": "KRW",
    "LI": "CHF",
    "LT": "EUR",
    "LU": "EUR",
    "LV": "EUR",
    "MA": "MAD",
    "MC": "EUR",
    "ME": "EUR",
    "MT": "EUR",
    "MX": "MXN",
    "MY": "MYR",
    "NG": "NGN",
    "NL": "EUR",
    "NO": "NOK",
    "NZ": "NZD",
    "PE": "PEN",
    "PH": "PHP",
    "PL": "PLN",
    "PT": "EUR",
    "QA": "QAR",
    "RO": "RON",
    "RS": "RSD",
    "SA": "SAR",
    "SE": "SEK",
    "SG": "SGD",
    "SI": "EUR",
    "SK": "EUR",
    "SM": "EUR",
    "TH": "THB",
    "TN": "TND",
    "TR": "TRY",
    "TW": "TWD",
    "UA": "UAH",
    "US": "USD",
    "UY": "UYU",
    "VA": "EUR",
    "VN": "VND",
    "XK": "EUR",
    "ZA": "ZAR",
}
# What a country had before the euro, on receipts that are still entered.
_FORMER: Final = {"BG": "BGN", "HR": "HRK"}


def currencies_of(country: str) -> frozenset[str]:
    """The currency of a country (ISO 3166-1), and that which it lately had; none where it is not
    listed.
    """
    listed = (_CURRENCIES.get(country), _FORMER.get(country))
    return frozenset(each for each in listed if each is not None)


def currency_of(country: str) -> str | None:
    """The currency (ISO 4217) of a country (ISO 3166-1); None where it is not listed."""
    return _CURRENCIES.get(country)
