"""What is written into the audit of webhook endpoints."""

from collections.abc import Mapping
from typing import Final

AUDITED: Final[Mapping[str, str]] = {
    "endpoint.created": "an endpoint was set up",
    "endpoint.changed": "an endpoint was changed, enabled or disabled; `fields` names what",
    "endpoint.deleted": "an endpoint was deleted",
    "endpoint.secret_rotated": "an endpoint got a new key; the one before counts until `until`",
    "endpoint.tested": "an endpoint was sent a test event",
}
