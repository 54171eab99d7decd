"""Headers of answers in the OpenAPI document: those of all, and those of one route, by the name of
its operation.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

_TEXT: Final = {"type": "string"}
_SECONDS: Final = {"type": "string", "pattern": "^[0-9]+$"}

HEADERS: Final[Mapping[str, dict[str, Any]]] = {
    "X-Request-Id": {
        "description": "The request's id, which finds its lines in the log",
        "schema": _TEXT,
    },
    "Location": {"description": "The path of what was begun or made", "schema": _TEXT},
    "ETag": {
        "description": (
            "What stands: `If-Match` names it in a change, `If-None-Match` when it is asked for "
            "again"
        ),
        "schema": _TEXT,
    },
    "Link": {
        "description": 'The next page, where there is one: `<path>; rel="next"` (RFC 8288)',
        "schema": _TEXT,
    },
    "Idempotent-Replayed": {
        "description": "`true` where the answer was given before, under the same `Idempotency-Key`",
        "schema": {"type": "string", "const": "true"},
    },
    "Allow": {"description": "The methods that there are", "schema": _TEXT},
    "Retry-After": {"description": "Seconds until it is worth another try", "schema": _SECONDS},
    "RateLimit": {
        "description": "The quota, what remains of it, and in how many seconds it is whole again",
        "schema": _TEXT,
    },
    "WWW-Authenticate": {"description": "The scheme: `Bearer`", "schema": _TEXT},
    "Content-Range": {"description": "Which bytes of how many (RFC 9110, 14.4)", "schema": _TEXT},
    "Deprecation": {
        "description": (
            "Since when the route is deprecated, as `@` and seconds since 1970 (RFC 9745)"
        ),
        "schema": _TEXT,
    },
    "Sunset": {"description": "When the route ends (RFC 8594)", "schema": _TEXT},
}

# Beside those of all: what an operation adds to its successes.
OF_OPERATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "begin_bulk_operation": ("Location",),
    "begin_books_sync": ("Location",),
    "create_claim": ("Location",),
    "create_export": ("Location",),
    "edit_expense": ("ETag",),
    "confirm_expense": ("ETag",),
    "send_back_expense": ("ETag",),
    "restore_expense": ("ETag",),
    "void_expense": ("ETag",),
    "export_audit": ("Link",),
    "join_photos": ("Location",),
    "create_payment_file": ("Location",),
    "pay_owed": ("Location",),
    "request_payout": ("Location",),
    "request_payout_batch": ("Location",),
    "show_expense": ("ETag",),
    "show_run": ("ETag",),
    "show_run_timeline": ("ETag",),
    "split_by_pages": ("Location",),
    "state_expense": ("Location",),
    "state_mileage": ("Location",),
    "state_per_diem": ("Location",),
    "trigger_workflow": ("Location",),
    "undo_expense_change": ("ETag",),
    "verify_audit": ("Link",),
}
_OF_PROBLEMS: Final[Mapping[str, tuple[str, ...]]] = {
    "403": ("Retry-After", "RateLimit"),
    "401": ("WWW-Authenticate",),
    "405": ("Allow",),
    "416": ("Content-Range",),
    "429": ("Retry-After", "RateLimit"),
    "503": ("Retry-After",),
}
_OF_PAGES: Final = "#/components/schemas/Page_"


def add_headers(document: dict[str, Any]) -> None:
    """Add to a document, in place, what every answer of a route may have beside its body."""
    components = document["components"]
    components["headers"] = {}
    for name, response in components.get("responses", {}).items():
        if name.startswith("Problem"):
            names = ("X-Request-Id", *_OF_PROBLEMS.get(name[7:10], ()))
            _add(response, names, components["headers"])
    for method, operation in _operations(document):
        for status, response in operation["responses"].items():
            if "$ref" not in response:
                _add(response, _names(operation, status, response), components["headers"])
                if method == "get" and status == "200" and _is_json(response):
                    _add(response, ("ETag",), components["headers"])


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for operations in document["paths"].values():
        yield from operations.items()


def _names(operation: dict[str, Any], status: str, response: dict[str, Any]) -> tuple[str, ...]:
    names = ["X-Request-Id", *_OF_PROBLEMS.get(status, ())]
    if status.startswith("2"):
        names += OF_OPERATIONS.get(operation["operationId"], ())
        if _is_page(response):
            names.append("Link")
        if any(each.get("name") == "Idempotency-Key" for each in operation.get("parameters", ())):
            names.append("Idempotent-Replayed")
    if status == "304":
        names.append("ETag")
    return tuple(dict.fromkeys(names))


def _is_json(response: dict[str, Any]) -> bool:
    return "application/json" in response.get("content", {})


def _is_page(response: dict[str, Any]) -> bool:
    schemas = [each.get("schema", {}) for each in response.get("content", {}).values()]
    return any(str(each.get("$ref", "")).startswith(_OF_PAGES) for each in schemas)


def _add(response: dict[str, Any], names: tuple[str, ...], shared: dict[str, Any]) -> None:
    """Refer to headers that are described once, those that the route itself names too."""
    headers = response.setdefault("headers", {})
    for name in (*names, *headers):
        if name in HEADERS:
            shared.setdefault(name, HEADERS[name])
            headers[name] = {"$ref": f"#/components/headers/{name}"}
