"""Rates of VAT, as they are published: by the European Commission for its members (TEDB),
https://www.gov.uk/vat-rates, the Swiss ESTV and the Norwegian Skatteetaten.
"""

from datetime import date
from decimal import Decimal

import pytest

from tillroll.expenses.sellers import EU
from tillroll.tax.rates import RATES
from tillroll.tax.reduced_rates import REDUCED, reduced_rates_on
from tillroll.tax.standard_rates import is_rate_of, standard_rate_on

# Of November 2026.
PUBLISHED = {
    "20": "AT BG FR GB",
    "21": "BE CZ ES LT LV NL RO",
    "25": "DK HR NO SE",
    "19": "CY DE",
    "23": "IE PL PT SK",
    "22": "IT SI",
    "24": "EE GR",
    "25.5": "FI",
    "27": "HU",
    "17": "LU",
    "18": "MT",
    "8.1": "CH",
}
# TEDB of 29 September 2026, without rates of regions that other countries have too.
PUBLISHED_REDUCED = {
    "AT": "4.9 10 13",
    "BE": "6 12",
    "BG": "9",
    "CH": "2.6 3.8",
    "CY": "3 5 9",
    "CZ": "12",
    "DK": "",
    "EE": "9 13",
    "ES": "4 10",
    "FI": "10 13.5",
    "FR": "0.9 1.05 1.75 2.1 5.5 8.5 10",
    "GR": "6 13",
    "HR": "5 13",
    "HU": "5 18",
    "IT": "4 5 10",
    "LT": "5 12",
    "LU": "3 8 14",
    "LV": "5 12",
    "MT": "5 7 12",
    "NL": "9",
    "NO": "11.11 12 15",
    "PL": "5 8",
    "PT": "6 13",
    "RO": "11",
    "SE": "6 12",
    "SI": "5 9.5",
    "SK": "5 19",
}
TODAY = date(2026, 11, 29)


def test_each_country_has_the_rate_that_is_published() -> None:
    published = {
        country: Decimal(rate)
        for rate, countries in PUBLISHED.items()
        for country in countries.split()
    }
    assert {country: standard_rate_on(country, TODAY) for country in published} == published
    assert published.keys() == EU | {"CH", "GB", "NO"}


@pytest.mark.parametrize(
    ("country", "day", "rate"),
    [
        ("EE", "2025-06-30", "22"),
        ("EE", "2025-07-01", "24"),
        ("FI", "2024-08-31", "24"),
        ("FI", "2024-09-01", "25.5"),
        ("SK", "2024-12-31", "20"),
        ("SK", "2025-01-01", "23"),
        ("RO", "2025-07-31", "19"),
        ("RO", "2025-08-01", "21"),
        ("CH", "2023-12-31", "7.7"),
        ("CH", "2024-01-01", "8.1"),
        ("IE", "2020-10-01", "21"),
        ("LU", "2023-06-01", "16"),
        ("DE", "2020-12-31", "16"),
    ],
)
def test_a_rate_holds_from_a_day_on(country: str, day: str, rate: str) -> None:
    assert standard_rate_on(country, date.fromisoformat(day)) == Decimal(rate)


@pytest.mark.parametrize(("country", "day"), [("US", "2026-11-29"), ("IE", "1970-01-01")])
def test_what_is_not_published_here_is_not_guessed(country: str, day: str) -> None:
    assert standard_rate_on(country, date.fromisoformat(day)) is None


def test_each_country_has_the_reduced_rates_that_are_published() -> None:
    published = {
        country: tuple(Decimal(rate) for rate in rates.split())
        for country, rates in PUBLISHED_REDUCED.items()
    }
    assert {country: reduced_rates_on(country, TODAY) for country in REDUCED} == published
    assert REDUCED.keys() | RATES.keys() == EU | {"CH", "GB", "NO"}


@pytest.mark.parametrize("country", REDUCED)
def test_reduced_rates_are_below_the_standard_one_of_their_day(country: str) -> None:
    days = [date.fromisoformat(day) for day in REDUCED[country]]
    assert days == sorted(days)
    for day in days:
        rates = reduced_rates_on(country, day)
        assert list(rates) == sorted(set(rates))
        standard = standard_rate_on(country, day)
        assert standard is None or all(0 < rate < standard for rate in rates)


@pytest.mark.parametrize(
    ("country", "day", "rate", "expected"),
    [
        ("NL", "2018-12-31", "6", True),
        ("NL", "2019-01-01", "6", False),
        ("AT", "2021-12-31", "5", True),
        ("AT", "2022-01-01", "5", False),
        ("AT", "2026-06-30", "4.9", False),
        ("AT", "2026-07-01", "4.9", True),
        ("ES", "2024-12-31", "7.5", True),
        ("ES", "2025-01-01", "7.5", False),
        ("FI", "2025-12-31", "14", True),
        ("FI", "2026-01-01", "14", False),
        ("LT", "2026-01-01", "9", False),
        ("EE", "2025-07-01", "22", False),
        ("CZ", "2024-01-01", "15", False),
        # Rates of regions that are also rates of another country.
        ("AT", "2026-11-29", "19", False),
        ("PT", "2026-11-29", "22", False),
        # What law exempts has no tax in any country, and of some countries nothing is known.
        ("DK", "2026-11-29", "0", True),
        ("US", "2026-11-29", "8.875", True),
        # Of days before the table begins only the standard rate is sure.
        ("IT", "2014-06-01", "22", True),
        ("IT", "2014-06-01", "10", False),
        ("DE", "2000-01-01", "16", False),
    ],
)
def test_a_rate_is_one_of_a_country_by_its_day(
    country: str, day: str, rate: str, *, expected: bool
) -> None:
    assert is_rate_of(country, date.fromisoformat(day), Decimal(rate)) is expected
