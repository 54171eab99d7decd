"""Routes that leave: since when they are deprecated (RFC 9745), and when they end (RFC 8594)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Final

_LEAVES: Final = "x-leaves"


def leaves(*, since: datetime, until: datetime, instead: str) -> dict[str, Any]:
    """What a route's definition says that leaves: `openapi_extra=needs(…) | leaves(…)`.

    Args:
        since: from when on it is deprecated.
        until: when it ends. docs/api.md promises how much later that is.
        instead: the path that stands in its place.
    """
    headers = {
        "deprecation": f"@{int(since.timestamp())}",
        "sunset": format_datetime(until.astimezone(UTC), usegmt=True),
        "link": f'<{instead}>; rel="successor-version"',
    }
    return {"deprecated": True, _LEAVES: headers}


def headers_of(route: object) -> Mapping[str, str]:
    """The headers of a route that leaves; none of any other."""
    extra: Mapping[str, Any] = getattr(route, "openapi_extra", None) or {}
    return extra.get(_LEAVES, {})
