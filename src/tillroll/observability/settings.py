"""The settings of what watches: alerts and traces."""

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import unquote

from tillroll_durable.platform.settings import (
    InvalidSetting,
    Variable,
    is_webhook_secret,
    read_address,
    read_whole,
)


@dataclass(frozen=True)
class AlertSettings:
    """
    Attributes:
        webhook_url: where alerts are posted for operators; empty for nowhere.
        webhook_secret: key of the signatures, as that of the webhook of events.
        reminder_hours: after so many hours an alert that lasts is posted again.
        error_rate_percent: so many of a hundred runs that end in an hour may fail; 0 for any
            number.
        public_url: where this deployment is reached, for links; empty where nobody said.
        unmatched_days: the age of a bank entry without an explanation that raises an alert.
    """

    webhook_url: str = ""
    webhook_secret: str = ""
    reminder_hours: int = 24
    error_rate_percent: int = 20
    public_url: str = ""
    unmatched_days: int = 3

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: a value cannot be used."""
        settings = cls(
            webhook_url=read_address("ALERT_WEBHOOK_URL", variable).rstrip("/"),
            webhook_secret=variable("ALERT_WEBHOOK_SECRET"),
            reminder_hours=read_whole(
                "ALERT_REMINDER_HOURS", variable, default=24, allowed=range(1, 8761)
            ),
            unmatched_days=read_whole(
                "ALERT_UNMATCHED_DAYS",
                variable,
                default=3,
                allowed=range(1, 366),
            ),
            error_rate_percent=read_whole(
                "ALERT_ERROR_RATE_PERCENT", variable, default=20, allowed=range(101)
            ),
            public_url=read_address("PUBLIC_URL", variable).rstrip("/"),
        )
        if settings.webhook_url and not is_webhook_secret(settings.webhook_secret):
            raise InvalidSetting(
                "ALERT_WEBHOOK_URL is set, so ALERT_WEBHOOK_SECRET must be as WEBHOOK_SECRET would "
                "be"
            )
        return settings


@dataclass(frozen=True)
class TraceSettings:
    """`endpoint` is the base address of a collector that speaks OTLP over HTTP, empty for none;
    `headers` go along.
    """

    endpoint: str = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: a value cannot be used."""
        return cls(
            read_address("OTLP_ENDPOINT", variable).rstrip("/"), _headers(variable("OTLP_HEADERS"))
        )


def _headers(text: str) -> dict[str, str]:
    """Read headers in the form of OTEL_EXPORTER_OTLP_HEADERS: name=value, separated by commas, with
    percent-encoded values.
    """
    headers: dict[str, str] = {}
    for pair in filter(None, map(str.strip, text.split(","))):
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise InvalidSetting(
                "OTLP_HEADERS must be like name=value,name=value, with other signs percent-encoded"
            )
        headers[name.strip().lower()] = unquote(value.strip())
    return headers
