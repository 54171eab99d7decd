"""A value that cannot be used is refused, with what would do."""

import base64

import pytest

from tests.support.host_platform import SIGNING_KEY
from tillroll.platform.settings.settings import InvalidSetting, Settings, read_settings


def read(**given: str) -> Settings:
    return read_settings(lambda name: {"VISION_MODEL": "@cf/test/vision", **given}.get(name, ""))


def test_rates_are_fetched_from_nowhere_unless_an_address_is_set() -> None:
    assert read().exchange_rates_url == ""
    assert read(EXCHANGE_RATES_URL="https://rates.test/daily.xml").exchange_rates_url == "https://rates.test/daily.xml"


@pytest.mark.parametrize("address", ["rates.test/daily.xml", "file:///etc/passwd", "ftp://rates.test"])
def test_rates_are_fetched_over_http_only(address: str) -> None:
    with pytest.raises(InvalidSetting, match="EXCHANGE_RATES_URL must be empty or an address"):
        read(EXCHANGE_RATES_URL=address)


PRICES = '{"@cf/test/vision": {"input": 0.1, "output": 0.3}}'


def test_prices_and_a_budget_are_read() -> None:
    settings = read(AI_PRICES=PRICES, AI_DAILY_BUDGET="1.50")
    assert settings.ai_daily_budget == 1_500_000
    assert settings.ai_prices["@cf/test/vision"].cost(1_000_000, 0) == 100_000
    assert (read().ai_daily_budget, read().ai_prices) == (None, {})


@pytest.mark.parametrize("prices", ["x", "[]", '{"m": 1}', '{"m": {"input": 1}}', '{"m": {"input": -1, "output": 0}}'])
def test_prices_of_another_shape_are_refused(prices: str) -> None:
    with pytest.raises(InvalidSetting, match="AI_PRICES must be JSON like"):
        read(AI_PRICES=prices)


@pytest.mark.parametrize("budget", ["a lot", "-1", "NaN", "Infinity", "0.0000001", "1e30"])
def test_a_budget_is_an_amount_of_dollars(budget: str) -> None:
    with pytest.raises(InvalidSetting, match="AI_DAILY_BUDGET must be empty or US dollars"):
        read(AI_PRICES=PRICES, AI_DAILY_BUDGET=budget)


def test_a_budget_wants_the_price_of_every_model_in_use() -> None:
    with pytest.raises(InvalidSetting, match="AI_PRICES must name the price of @cf/test/other"):
        read(AI_PRICES=PRICES, AI_DAILY_BUDGET="1", LANGUAGE_MODEL="@cf/test/other")


def test_the_audit_is_sealed_with_an_ed25519_key_or_not_at_all() -> None:
    assert read().audit_signing_key == ""
    assert read(AUDIT_SIGNING_KEY=SIGNING_KEY).audit_signing_key == SIGNING_KEY


@pytest.mark.parametrize("key", ["secret", SIGNING_KEY[:-4], SIGNING_KEY.replace("MC4C", "MC5C"), "A" * 64])
def test_another_signing_key_is_refused_with_the_remedy(key: str) -> None:
    with pytest.raises(InvalidSetting, match=r"AUDIT_SIGNING_KEY must be an Ed25519 private key .* cli audit key"):
        read(AUDIT_SIGNING_KEY=key)


def test_earlier_keys_are_a_list_of_public_keys() -> None:
    keys = [bytes([number]) * 32 for number in range(3)]
    text = [base64.b64encode(key).decode() for key in keys]
    assert read().audit_earlier_keys == ()
    assert read(AUDIT_EARLIER_KEYS=f"{text[0]}, {text[1]} {text[2]}").audit_earlier_keys == tuple(keys)


@pytest.mark.parametrize("text", ["key", "AAAA", "AAAA,"])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidSetting, match="AUDIT_EARLIER_KEYS must be Ed25519 public keys"):
        read(AUDIT_EARLIER_KEYS=text)
