"""A trade in the name of a street is no shop: the name above the address is."""

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import read


@pytest.mark.parametrize(
    ("shop", "street"),
    [
        ("WALGREENS", "1 Market St San Francisco CA 94105"),
        ("ALDI", "Market Square 4 Leeds LS1 4AB"),
        ("LIDL", "Bakery Lane 3 Dublin 2"),
        ("Corner Bakery", "12 Market Street Leeds"),
        ("Market Street Pharmacy", "12 High Street Leeds"),
    ],
)
def test_the_name_above_a_street_is_the_shop(shop: str, street: str) -> None:
    text = f"""\
{shop}
{street}
14/03/2026 10:11
GUM 1.99
TOTAL GBP 1.99
VISA 1.99
"""
    reading = read(Transcript.from_text(text))
    assert reading.extraction.merchant.value == shop
