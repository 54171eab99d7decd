"""A value that cannot be used is refused, with what would do."""

import pytest

from tillroll.platform.settings import InvalidSetting, Settings, read_settings


def read(**given: str) -> Settings:
    return read_settings(lambda name: {"VISION_MODEL": "@cf/test/vision", **given}.get(name, ""))


def test_rates_are_fetched_from_nowhere_unless_an_address_is_set() -> None:
    assert read().exchange_rates_url == ""
    assert read(EXCHANGE_RATES_URL="https://rates.test/daily.xml").exchange_rates_url == "https://rates.test/daily.xml"


@pytest.mark.parametrize("address", ["rates.test/daily.xml", "file:///etc/passwd", "ftp://rates.test"])
def test_rates_are_fetched_over_http_only(address: str) -> None:
    with pytest.raises(InvalidSetting, match="EXCHANGE_RATES_URL must be empty or an address"):
        read(EXCHANGE_RATES_URL=address)
