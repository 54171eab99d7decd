"""Standard rates of VAT, as they are published: by the European Commission for its members (TEDB),
https://www.gov.uk/vat-rates, the Swiss ESTV and the Norwegian Skatteetaten.
"""

from datetime import date
from decimal import Decimal

import pytest

from tillroll.expenses.sellers import EU
from tillroll.tax.standard_rates import standard_rate_on

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
