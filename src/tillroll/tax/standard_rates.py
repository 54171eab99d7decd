"""Standard rates of VAT by country and day: of the EU, the United Kingdom, Switzerland and Norway.

Sources, looked up in November 2026:
- EU: the European Commission's database "Taxes in Europe" (TEDB),
  https://ec.europa.eu/taxation_customs/tedb/, and its list of June 2021, "VAT rates applied in the
  Member States", https://taxation-customs.ec.europa.eu/system/files/2021-06/vat_rates_en.pdf
- United Kingdom: https://www.gov.uk/vat-rates
- Switzerland: https://www.estv.admin.ch/estv/en/home/value-added-tax/vat-rates-switzerland.html
- Norway: https://www.skatteetaten.no/en/rates/value-added-tax/
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from tillroll.tax.rates import RATES, rates_on
from tillroll.tax.reduced_rates import reduced_rates_on

_PERIODS: Final[Mapping[str, Mapping[str, str]]] = {
    "AT": {"1984-01-01": "20"},
    "BE": {"1996-01-01": "21"},
    "BG": {"1999-01-01": "20"},
    "CH": {"2018-01-01": "7.7", "2024-01-01": "8.1"},
    "CY": {"2014-01-13": "19"},
    "CZ": {"2013-01-01": "21"},
    "DK": {"1992-01-01": "25"},
    "EE": {"2009-07-01": "20", "2024-01-01": "22", "2025-07-01": "24"},
    "ES": {"2012-09-01": "21"},
    "FI": {"2013-01-01": "24", "2024-09-01": "25.5"},
    "FR": {"2014-01-01": "20"},
    "GR": {"2016-06-01": "24"},
    "HR": {"2012-03-01": "25"},
    "HU": {"2012-01-01": "27"},
    "IT": {"2013-10-01": "22"},
    "LT": {"2009-09-01": "21"},
    "LU": {"2015-01-01": "17", "2023-01-01": "16", "2024-01-01": "17"},
    "LV": {"2012-07-01": "21"},
    "MT": {"2004-01-01": "18"},
    "NL": {"2012-10-01": "21"},
    "NO": {"2005-01-01": "25"},
    "PL": {"2011-01-01": "23"},
    "PT": {"2011-01-01": "23"},
    "RO": {"2017-01-01": "19", "2025-08-01": "21"},
    "SE": {"1990-07-01": "25"},
    "SI": {"2013-07-01": "22"},
    "SK": {"2011-01-01": "20", "2025-01-01": "23"},
}
"""The rate in percent from each day on, the oldest first. Germany, Ireland and the United Kingdom
are in `RATES`, with their reduced rates; those of others are in `REDUCED`.
"""


def standard_rate_on(country: str, day: date) -> Decimal | None:
    """The standard rate of a country (ISO 3166) on a day, in percent; None where it is not
    known.
    """
    rates = rates_on(country, day)
    if rates:
        return rates[0]
    written = day.isoformat()
    periods = [rate for since, rate in _PERIODS.get(country, {}).items() if since <= written]
    if periods:
        return Decimal(periods[-1])
    return None


def is_rate_of(country: str, day: date, rate: Decimal) -> bool:
    """Whether a rate (percent) is one of a country on a day. Where these tables know nothing of the
    country, each can be one. At 0 percent nothing is deducted, and each country exempts something.
    """
    if not rate or not has_vat(country):
        return True
    if rate == standard_rate_on(country, day):
        return True
    return rate in rates_on(country, day) or rate in reduced_rates_on(country, day)


def has_vat(country: str) -> bool:
    """Whether these tables know VAT of a country (ISO 3166)."""
    return country in RATES or country in _PERIODS
