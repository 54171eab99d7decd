"""The settings of what watches: alerts and traces."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote


@dataclass(frozen=True)
class AlertSettings:
    """
    Attributes:
        webhook_url: where operators are told of alerts; empty for nowhere.
        webhook_secret: key of the signatures, as that of the webhook of events.
        reminder_hours: after so many hours an alert that lasts is told of again.
        error_rate_percent: so many of a hundred runs that end in an hour may fail; 0 for any number.
    """

    webhook_url: str = ""
    webhook_secret: str = ""
    reminder_hours: int = 24
    error_rate_percent: int = 20


@dataclass(frozen=True)
class TraceSettings:
    """`endpoint` is the base address of a collector that speaks OTLP over HTTP, empty for none; `headers` go along."""

    endpoint: str = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])


def read_alerts(variable: Callable[[str], str]) -> AlertSettings:
    """Raises ValueError: a value cannot be used; the message says which and what would do."""
    return AlertSettings(
        webhook_url=_address("ALERT_WEBHOOK_URL", variable),
        webhook_secret=variable("ALERT_WEBHOOK_SECRET"),
        reminder_hours=_whole("ALERT_REMINDER_HOURS", variable, 24, range(1, 8761)),
        error_rate_percent=_whole("ALERT_ERROR_RATE_PERCENT", variable, 20, range(101)),
    )


def _address(name: str, variable: Callable[[str], str]) -> str:
    address = variable(name)
    if address and not address.startswith(("https://", "http://")):
        raise ValueError(f"{name} must be empty or an address that begins with https:// or http://")
    return address.rstrip("/")


def read_public_url(variable: Callable[[str], str]) -> str:
    """Where this deployment is reached, without a slash at the end. Raises: as `read_alerts`."""
    return _address("PUBLIC_URL", variable)


def _whole(name: str, variable: Callable[[str], str], default: int, allowed: range) -> int:
    text = variable(name) or str(default)
    if not text.isdecimal() or int(text) not in allowed:
        raise ValueError(f"{name} must be a whole number from {allowed[0]} to {allowed[-1]}; it is {text!r}")
    return int(text)


def read_traces(variable: Callable[[str], str]) -> TraceSettings:
    """Raises: as `read_alerts`."""
    return TraceSettings(_address("OTLP_ENDPOINT", variable), _headers(variable("OTLP_HEADERS")))


def _headers(text: str) -> dict[str, str]:
    """As OTEL_EXPORTER_OTLP_HEADERS has them: name=value apart by commas, values percent-encoded."""
    headers: dict[str, str] = {}
    for pair in filter(None, map(str.strip, text.split(","))):
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise ValueError("OTLP_HEADERS must be like name=value,name=value, with other signs percent-encoded")
        headers[name.strip().lower()] = unquote(value.strip())
    return headers
