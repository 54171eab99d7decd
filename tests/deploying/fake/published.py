"""Holds the fake to what Cloudflare publishes: its answers, and the fields that requests may
have.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, cast

import jsonschema_rs

_FILE = Path(__file__).with_name("published.json")
# What wrangler sends, and the document does not have.
_UNPUBLISHED_FIELDS = {
    "code_update_strategy",
    "jurisdiction",
    "type",
    "script_name",
    "settings",
    "dead_letter_queue",
}


class Unpublished(Exception):
    """An answer of the fake, or a request, is not as it was published."""


def check_answer(operation: str, result: object) -> None:
    """`operation` is a method and a path such as `GET /accounts/{account_id}/queues`.
    Raises Unpublished.
    """
    schema = _operations().get(operation, {}).get("result")
    if schema is None:
        return
    for error in jsonschema_rs.validator_for(schema).iter_errors(result):
        raise Unpublished(f"{operation}: {error.message}")


def check_request(operation: str, body: object) -> None:
    """Raises Unpublished."""
    fields = _operations().get(operation, {}).get("body")
    if fields is None or not isinstance(body, dict):
        return
    given = {str(each) for each in cast("dict[str, object]", body)}
    unknown = given - set(fields) - _UNPUBLISHED_FIELDS
    if unknown:
        raise Unpublished(f"{operation} has no {', '.join(sorted(unknown))}")


@cache
def _operations() -> dict[str, dict[str, Any]]:
    return json.loads(_FILE.read_text(encoding="utf-8"))
