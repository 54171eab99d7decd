"""The header in the OpenAPI document, on each operation that takes it."""

from typing import Any

from tillroll.api.door.repeating.routes import KeyedRoutes
from tillroll.api.openapi import IDEMPOTENCY_KEY


def describe_keys(schema: dict[str, Any], keyed: KeyedRoutes) -> None:
    """Add the parameter to an OpenAPI document whose paths are there."""
    for each in keyed:
        method, _, path = each.name.partition(" ")
        schema["paths"][path][method.lower()].setdefault("parameters", []).append(IDEMPOTENCY_KEY)
