"""What an operator can set: the Worker's variables and secrets, described in docs/configuration.md."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from tillroll.platform.settings.prices import Price, parse_dollars, parse_prices
from tillroll.platform.settings.watching import AlertSettings, TraceSettings, read_alerts, read_public_url, read_traces

# What PKCS #8 has before the 32 bytes of an Ed25519 key (RFC 8410, section 7).
_ED25519_HEADER = bytes.fromhex("302e020100300506032b657004220420")
_ED25519_BYTES = 32
_SECRET_PREFIX = "whsec_"  # noqa: S105 - the beginning that all of them share


Part = TypeVar("Part")


class InvalidSetting(Exception):
    """A variable has a value that cannot be used; the message says which and what would do."""


@dataclass(frozen=True)
class Settings:
    """
    Attributes:
        vision_model: the Workers AI model that writes transcripts.
        language_model: the model that is asked about a transcript where the rules are unsure; empty for none.
        language_model_fallback: asked where that one does not answer; empty for none.
        default_currency: ISO 4217 code assumed where a document names none; empty for none.
        review_deadline_hours: after so many hours an undecided review escalates.
        webhook_url: where events are delivered; empty for nowhere.
        exchange_rates_url: where reference rates are fetched; empty for never.
        ai_prices: what the models cost; a model that is not named has an unknown price.
        ai_daily_budget: what an account may spend on models a day (UTC), in micro-US-dollars, where it has no budget of
            its own; None for no limit.
        webhook_secret: key of the signatures, whsec_ and base64 as Standard Webhooks has it.
        audit_signing_key: the Ed25519 key that seals the audit, PKCS #8 in base64; empty: nothing is sealed.
        audit_earlier_keys: the public keys, 32 bytes each, whose seals count besides.
        alerts: what operators are told, and where.
        public_url: where this deployment is reached, for links; empty where nobody said.
        traces: where traces are sent.
    """

    vision_model: str
    language_model: str = ""
    language_model_fallback: str = ""
    default_currency: str = ""
    review_deadline_hours: int = 72
    webhook_url: str = ""
    exchange_rates_url: str = ""
    ai_prices: Mapping[str, Price] = field(default_factory=dict[str, Price])
    ai_daily_budget: int | None = None
    webhook_secret: str = ""
    audit_signing_key: str = ""
    audit_earlier_keys: tuple[bytes, ...] = ()
    alerts: AlertSettings = field(default_factory=AlertSettings)
    public_url: str = ""
    traces: TraceSettings = field(default_factory=TraceSettings)

    @property
    def delivers_webhooks(self) -> bool:
        return bool(self.webhook_url)

    @property
    def language_models(self) -> tuple[str, ...]:
        """The models to ask, in this order; none of them twice."""
        named = (self.language_model, self.language_model_fallback)
        return tuple(dict.fromkeys(model for model in named if model))

    @property
    def unpriced_models(self) -> tuple[str, ...]:
        """The models in use whose price is unknown: with one of them, no budget can be held."""
        used = dict.fromkeys((self.vision_model, *self.language_models))
        return tuple(model for model in used if model not in self.ai_prices)


def read_settings(variable: Callable[[str], str]) -> Settings:
    """Read the settings; `variable` returns a variable's text, empty where it is not set.

    Raises:
        InvalidSetting: a value cannot be used.
    """
    hours = variable("REVIEW_DEADLINE_HOURS") or "72"
    if not hours.isdigit() or int(hours) < 1:
        raise InvalidSetting(f"REVIEW_DEADLINE_HOURS must be a whole number of hours, at least 1; it is {hours!r}")
    settings = Settings(
        vision_model=variable("VISION_MODEL"),
        language_model=variable("LANGUAGE_MODEL"),
        language_model_fallback=variable("LANGUAGE_MODEL_FALLBACK"),
        default_currency=variable("DEFAULT_CURRENCY"),
        review_deadline_hours=int(hours),
        webhook_url=variable("WEBHOOK_URL"),
        exchange_rates_url=variable("EXCHANGE_RATES_URL"),
        ai_prices=_prices(variable("AI_PRICES")),
        ai_daily_budget=_budget(variable("AI_DAILY_BUDGET")),
        webhook_secret=variable("WEBHOOK_SECRET"),
        audit_signing_key=variable("AUDIT_SIGNING_KEY"),
        audit_earlier_keys=_public_keys(variable("AUDIT_EARLIER_KEYS")),
        alerts=_read(read_alerts, variable),
        public_url=_read(read_public_url, variable),
        traces=_read(read_traces, variable),
    )
    if not settings.vision_model:
        raise InvalidSetting("VISION_MODEL must name a Workers AI model that reads images")
    if settings.language_model_fallback and not settings.language_model:
        raise InvalidSetting("LANGUAGE_MODEL_FALLBACK is set, so LANGUAGE_MODEL must name the model to ask first")
    if settings.ai_daily_budget is not None and settings.unpriced_models:
        missing = ", ".join(settings.unpriced_models)
        raise InvalidSetting(f"AI_DAILY_BUDGET is set, so AI_PRICES must name the price of {missing}")
    if settings.webhook_url and not _is_webhook_secret(settings.webhook_secret):
        raise InvalidSetting("WEBHOOK_URL is set, so WEBHOOK_SECRET must be whsec_ and the base64 of 24 to 64 bytes")
    if settings.alerts.webhook_url and not _is_webhook_secret(settings.alerts.webhook_secret):
        raise InvalidSetting("ALERT_WEBHOOK_URL is set, so ALERT_WEBHOOK_SECRET must be as WEBHOOK_SECRET would be")
    if settings.exchange_rates_url and not settings.exchange_rates_url.startswith(("https://", "http://")):
        raise InvalidSetting("EXCHANGE_RATES_URL must be empty or an address that begins with https:// or http://")
    if settings.audit_signing_key and not _is_signing_key(settings.audit_signing_key):
        raise InvalidSetting(
            "AUDIT_SIGNING_KEY must be an Ed25519 private key in PKCS #8, base64; `python -m cli audit key` makes one"
        )
    return settings


def _read(read: Callable[[Callable[[str], str]], Part], variable: Callable[[str], str]) -> Part:
    try:
        return read(variable)
    except ValueError as error:
        raise InvalidSetting(str(error)) from error


def _prices(text: str) -> Mapping[str, Price]:
    try:
        return parse_prices(text) if text else {}
    except ValueError as error:
        raise InvalidSetting(
            f'AI_PRICES must be JSON like {{"model": {{"input": 0.1, "output": 0.3}}}}, in US dollars for a million '
            f"tokens: {error}"
        ) from error


def _budget(text: str) -> int | None:
    try:
        return parse_dollars(text) if text else None
    except ValueError as error:
        raise InvalidSetting(f"AI_DAILY_BUDGET must be empty or US dollars such as 1.50: {error}") from error


def _is_webhook_secret(secret: str) -> bool:
    """As Standard Webhooks wants it: a prefix, and base64 of 24 to 64 random bytes."""
    try:
        key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
    except binascii.Error:
        return False
    return secret.startswith(_SECRET_PREFIX) and 24 <= len(key) <= 64


def _is_signing_key(secret: str) -> bool:
    try:
        content = base64.b64decode(secret, validate=True)
    except binascii.Error:
        return False
    return content.startswith(_ED25519_HEADER) and len(content) == len(_ED25519_HEADER) + _ED25519_BYTES


def _public_keys(text: str) -> tuple[bytes, ...]:
    """Keys in base64, apart by commas or blanks."""
    try:
        keys = tuple(base64.b64decode(word, validate=True) for word in text.replace(",", " ").split())
    except binascii.Error:
        keys = (b"",)
    if any(len(key) != _ED25519_BYTES for key in keys):
        raise InvalidSetting("AUDIT_EARLIER_KEYS must be Ed25519 public keys, 32 bytes in base64 each, apart by commas")
    return keys
