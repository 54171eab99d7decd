"""A file of reference rates, in either form that the European Central Bank publishes.

https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/
"""

from typing import Final

from tillroll.exchange.csv_file import read_csv
from tillroll.exchange.rates import InvalidRates, Rate
from tillroll.exchange.xml_file import read_xml

MAX_CHARACTERS: Final = 16 * 1024 * 1024
"""The whole history since 1999 has some 8 million as XML."""


def read_rates(text: str) -> list[Rate]:
    """The rates of an XML or CSV file, each day and currency once.

    Raises:
        InvalidRates: it is too large, neither of the two, holds no rate, or two for the same day and currency.
    """
    if len(text) > MAX_CHARACTERS:
        raise InvalidRates(f"the file has {len(text)} characters, more than {MAX_CHARACTERS}")
    content = text.removeprefix("\ufeff").strip()
    rates = read_xml(content) if content.startswith("<") else read_csv(content)
    if not rates:
        raise InvalidRates("the file holds no rate")
    if len({(rate.day, rate.currency) for rate in rates}) < len(rates):
        raise InvalidRates("the file has two rates for the same day and currency")
    return rates
