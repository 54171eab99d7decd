"""The header in the OpenAPI document, on each operation that takes it."""

from collections.abc import Iterable
from typing import Any

from tillroll.api.idempotency import KeyedRoute
from tillroll_durable.idempotency.keys import LONGEST_KEY

IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]*$"},
    "description": "Sent again under the same key within a day, the request is answered as before "
    "(`Idempotent-Replayed: true`) and nothing is done twice",
}


def describe_keys(document: dict[str, Any], keyed: Iterable[KeyedRoute]) -> None:
    """Add the parameter to an OpenAPI document whose paths are there."""
    for each in keyed:
        method, _, path = each.name.partition(" ")
        document["paths"][path][method.lower()].setdefault("parameters", []).append(IDEMPOTENCY_KEY)
