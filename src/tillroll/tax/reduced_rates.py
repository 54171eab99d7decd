"""Reduced rates of VAT by country and day: of the EU, Switzerland and Norway. Pure.

Super-reduced and parking rates count as reduced ones. Rates of regions are here where no other
country has them. Others are asked: 19 % of Jungholz and Mittelberg in Austria is also the rate of
Germany, and 13 % of Corsica is one of Portugal. A country's days begin with the first line here.
For days before that only the standard rate is sure.

Sources, looked up in November 2026:
- EU, as of 29 September 2026: the European Commission's database "Taxes in Europe" (TEDB),
  https://ec.europa.eu/taxation_customs/tedb/
- EU, until June 2021: the Commission's list "VAT rates applied in the Member States",
  https://taxation-customs.ec.europa.eu/system/files/2021-06/vat_rates_en.pdf
- Austria, 5 % of July 2020 to December 2021: UStG 1994, section 28 (52); 4.9 % of food since July
  2026: UStG 1994, section 10
- Cyprus, 3 % since 21 July 2023: the Official Gazette of that day, which amends Law 95(I)/2000
- Finland, 13.5 %: https://www.vero.fi/en/businesses-and-corporations/taxes-and-charges/vat/
- France: CGI, articles 278-0 bis, 279 and 281 quater; of its regions, articles 296 and 297
- Lithuania, 12 % since 2026: law XV-287, which amends article 19 of the VAT law
- Spain, 5 % of 2022 to 2024, 7.5 and 2 % until the end of 2024: Real Decreto-ley 11/2022, 20/2022
  and 4/2024
- Switzerland: https://www.estv.admin.ch/estv/en/home/value-added-tax/vat-rates-switzerland.html
- Norway: https://www.skatteetaten.no/en/rates/value-added-tax/
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

REDUCED: Final[Mapping[str, Mapping[str, str]]] = {
    "AT": {
        "2016-01-01": "10 13",
        "2020-07-01": "5 10 13",
        "2022-01-01": "10 13",
        "2026-07-01": "4.9 10 13",
    },
    "BE": {"2000-01-01": "6 12"},
    "BG": {"2011-04-01": "9"},
    "CH": {"2018-01-01": "2.5 3.7", "2024-01-01": "2.6 3.8"},
    "CY": {"2014-01-13": "5 9", "2023-07-21": "3 5 9"},
    "CZ": {"2015-01-01": "10 15", "2024-01-01": "12"},
    "DK": {"1992-01-01": ""},
    "EE": {"2009-07-01": "9", "2022-08-01": "5 9", "2025-01-01": "9 13"},
    "ES": {
        "2012-09-01": "4 10",
        "2022-07-01": "4 5 10",
        "2024-10-01": "2 4 7.5 10",
        "2025-01-01": "4 10",
    },
    "FI": {"2013-01-01": "10 14", "2026-01-01": "10 13.5"},
    "FR": {"2014-01-01": "0.9 1.05 1.75 2.1 5.5 8.5 10"},
    "GR": {"2016-06-01": "6 13"},
    "HR": {"2014-01-01": "5 13"},
    "HU": {"2012-01-01": "5 18"},
    "IT": {"2016-01-01": "4 5 10"},
    "LT": {"2013-01-01": "5 9", "2026-01-01": "5 12"},
    "LU": {"2015-01-01": "3 8 14", "2023-01-01": "3 7 13", "2024-01-01": "3 8 14"},
    "LV": {"2018-01-01": "5 12"},
    "MT": {"2011-01-01": "5 7", "2024-01-01": "5 7 12"},
    "NL": {"2012-10-01": "6", "2019-01-01": "9"},
    # Raw fish has 11.11 %.
    "NO": {"2018-01-01": "11.11 12 15", "2020-04-01": "6 11.11 15", "2021-10-01": "11.11 12 15"},
    "PL": {"2011-01-01": "5 8"},
    "PT": {"2011-01-01": "6 13"},
    "RO": {"2017-01-01": "5 9", "2025-08-01": "11"},
    "SE": {"1996-01-01": "6 12"},
    "SI": {"2013-07-01": "9.5", "2020-01-01": "5 9.5"},
    "SK": {"2011-01-01": "10", "2023-01-01": "5 10", "2025-01-01": "5 19"},
}
"""The rates in percent from each day on, the oldest first; empty where a country has none.
Germany, Ireland and the United Kingdom are in `rates.RATES`.
"""


def reduced_rates_on(country: str, day: date) -> tuple[Decimal, ...]:
    """The reduced rates of a country (ISO 3166) on a day, in percent; none where it has none, or
    they are not known.
    """
    written = day.isoformat()
    periods = [rates for since, rates in REDUCED.get(country, {}).items() if since <= written]
    if not periods:
        return ()
    return tuple(Decimal(rate) for rate in periods[-1].split())
