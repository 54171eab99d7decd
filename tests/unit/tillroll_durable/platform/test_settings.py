"""A value that cannot be used is refused, with what would do."""

import base64

import pytest

from tests.support.host_platform import SIGNING_KEY
from tillroll.ai.settings import AiSettings
from tillroll.conversion.settings import ConversionSettings
from tillroll.observability.settings import AlertSettings, TraceSettings
from tillroll.workflows.registry import SETTINGS
from tillroll_durable.ai.costs import CostSettings
from tillroll_durable.platform.settings import InvalidSetting, Settings
from tillroll_durable.sealing.settings import ArchiveSettings, AuditSettings
from tillroll_durable.settings import RunSettings


def read(**given: str) -> Settings:
    settings = Settings(lambda name: {"VISION_MODEL": "@cf/test/vision", **given}.get(name, ""))
    settings.check(SETTINGS)
    return settings


def test_rates_are_fetched_from_nowhere_unless_an_address_is_set() -> None:
    assert read().of(ConversionSettings).exchange_rates_url == ""
    address = "https://rates.test/daily.xml"
    assert read(EXCHANGE_RATES_URL=address).of(ConversionSettings).exchange_rates_url == address


@pytest.mark.parametrize(
    "address", ["rates.test/daily.xml", "file:///etc/passwd", "ftp://rates.test"]
)
def test_rates_are_fetched_over_http_only(address: str) -> None:
    with pytest.raises(InvalidSetting, match="EXCHANGE_RATES_URL must be empty or an address"):
        read(EXCHANGE_RATES_URL=address)


PRICES = '{"@cf/test/vision": {"input": 0.1, "output": 0.3}}'


def test_prices_and_a_budget_are_read() -> None:
    settings = read(AI_PRICES=PRICES, AI_DAILY_BUDGET="1.50").of(CostSettings)
    assert settings.daily_budget == 1_500_000
    assert settings.prices["@cf/test/vision"].cost(1_000_000, 0) == 100_000
    assert read().of(CostSettings) == CostSettings()
    assert read().of(AiSettings) == AiSettings("@cf/test/vision")


@pytest.mark.parametrize(
    "prices", ["x", "[]", '{"m": 1}', '{"m": {"input": 1}}', '{"m": {"input": -1, "output": 0}}']
)
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
    assert (
        read().of(AuditSettings)
        == read(AUDIT_SIGNING_KEY=SIGNING_KEY).of(AuditSettings)
        == AuditSettings()
    )


@pytest.mark.parametrize(
    "key", ["secret", SIGNING_KEY[:-4], SIGNING_KEY.replace("MC4C", "MC5C"), "A" * 64]
)
def test_another_signing_key_is_refused_with_the_remedy(key: str) -> None:
    with pytest.raises(
        InvalidSetting, match=r"AUDIT_SIGNING_KEY must be an Ed25519 private key .* cli audit key"
    ):
        read(AUDIT_SIGNING_KEY=key)


def test_earlier_keys_are_a_list_of_public_keys() -> None:
    keys = [bytes([number]) * 32 for number in range(3)]
    text = [base64.b64encode(key).decode() for key in keys]
    assert read().of(AuditSettings).earlier_keys == ()
    settings = read(AUDIT_EARLIER_KEYS=f"{text[0]}, {text[1]} {text[2]}")
    assert settings.of(AuditSettings).earlier_keys == tuple(keys)


@pytest.mark.parametrize("text", ["key", "AAAA", "AAAA,"])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidSetting, match="AUDIT_EARLIER_KEYS must be Ed25519 public keys"):
        read(AUDIT_EARLIER_KEYS=text)


@pytest.mark.parametrize(("text", "days"), [("", None), ("1", 1), ("90", 90)])
def test_how_old_is_old(text: str, days: int | None) -> None:
    assert read(ARCHIVE_AFTER_DAYS=text).of(ArchiveSettings).after_days == days


@pytest.mark.parametrize("text", ["0", "-1", "ninety", "1.5"])
def test_what_is_no_age_is_refused(text: str) -> None:
    with pytest.raises(InvalidSetting, match="ARCHIVE_AFTER_DAYS must be a whole number from 1"):
        read(ARCHIVE_AFTER_DAYS=text)


SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_events_and_alerts_are_delivered_where_an_address_and_a_secret_are_set() -> None:
    settings = read(
        WEBHOOK_URL="https://here.test", WEBHOOK_SECRET=SECRET, REVIEW_DEADLINE_HOURS="5"
    )
    assert settings.of(RunSettings) == RunSettings(5, "https://here.test", SECRET)
    alerts = read(
        ALERT_WEBHOOK_URL="https://ops.test/",
        ALERT_WEBHOOK_SECRET=SECRET,
        PUBLIC_URL="https://till.test/",
    )
    assert alerts.of(AlertSettings) == AlertSettings(
        "https://ops.test", SECRET, 24, 20, "https://till.test"
    )
    traces = read(OTLP_ENDPOINT="https://otlp.test/", OTLP_HEADERS="Key=a%20b, x=1")
    assert traces.of(TraceSettings) == TraceSettings("https://otlp.test", {"key": "a b", "x": "1"})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"VISION_MODEL": ""}, "VISION_MODEL must name a Workers AI model that reads images"),
        (
            {"LANGUAGE_MODEL_FALLBACK": "@cf/test/other"},
            "LANGUAGE_MODEL must name the model to ask first",
        ),
        (
            {"REVIEW_DEADLINE_HOURS": "0"},
            "REVIEW_DEADLINE_HOURS must be a whole number of hours, at least 1",
        ),
        (
            {"WEBHOOK_URL": "https://here.test", "WEBHOOK_SECRET": "x"},
            "WEBHOOK_SECRET must be whsec_ and the base64",
        ),
        ({"ALERT_WEBHOOK_URL": "ops.test"}, "ALERT_WEBHOOK_URL must be empty or an address"),
        (
            {"ALERT_WEBHOOK_URL": "https://ops.test"},
            "ALERT_WEBHOOK_SECRET must be as WEBHOOK_SECRET would be",
        ),
        (
            {"ALERT_REMINDER_HOURS": "0"},
            "ALERT_REMINDER_HOURS must be a whole number from 1 to 8760; it is '0'",
        ),
        (
            {"ALERT_UNMATCHED_DAYS": "0"},
            "ALERT_UNMATCHED_DAYS must be a whole number from 1 to 365; it is '0'",
        ),
        ({"PUBLIC_URL": "till.test"}, "PUBLIC_URL must be empty or an address"),
        ({"OTLP_HEADERS": "key"}, "OTLP_HEADERS must be like name=value"),
    ],
)
def test_what_cannot_be_used_is_refused_before_anything_is_done(
    given: dict[str, str], said: str
) -> None:
    with pytest.raises(InvalidSetting, match=said):
        read(**given)


def test_a_rooms_settings_are_read_once() -> None:
    asked: list[str] = []

    def variable(name: str) -> str:
        asked.append(name)
        return ""

    settings = Settings(variable)
    assert settings.of(ConversionSettings) is settings.of(ConversionSettings)
    assert asked == ["EXCHANGE_RATES_URL"]


def test_a_change_leaves_the_rest_as_it_was() -> None:
    settings = read()
    changed = settings.changed(ConversionSettings("https://rates.test"))
    assert changed.of(ConversionSettings).exchange_rates_url == "https://rates.test"
    assert changed.of(AiSettings) is settings.of(AiSettings)
    assert settings.of(ConversionSettings).exchange_rates_url == ""


def test_a_decision_model_is_a_known_one_beside_a_language_model() -> None:
    with pytest.raises(InvalidSetting, match="DECISION_MODEL must be empty or one of"):
        read(DECISION_MODEL="@cf/test/other", LANGUAGE_MODEL="@cf/test/other")
    with pytest.raises(InvalidSetting, match="LANGUAGE_MODEL must name"):
        read(DECISION_MODEL="@cf/cloudflare/clef")
    with pytest.raises(InvalidSetting, match="SECOND_READING must be one of doubted, always"):
        read(SECOND_READING="never")
