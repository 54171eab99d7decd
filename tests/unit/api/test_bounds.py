"""Whatever may be sent has a bound: complete by construction, from the OpenAPI document."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.host_api import api_client, description
from tests.support.host_platform import assemble, migrated_database
from tillroll.api.admission import LARGEST_BODY_BYTES
from tillroll.api.native import native_route
from tillroll_durable.platform.models import (
    LONGEST_IN_PATH,
    LONGEST_IN_QUERY,
    LONGEST_TEXT,
    MOST_IN_QUERY,
)
from tillroll_testing.host.platform import HostPlatform

# What has no bound of its own, by where it stands, and why. All of it is in a body of 64 KB and 32
# levels at most.
_WITHOUT: dict[str, str] = {
    "filter": (
        "a filter of expenses takes 50 values of 200 characters: test_a_filter_takes_so_many_values"
    ),
    "ExportFilter": "as above",
    "JsonValue": "what a kind's own model checks: params, payloads and values",
    "any": "as above",
    "body": (
        "events of others, up to 256 KB, and files, up to 10 MB, which have limits of their own"
    ),
    "format": "days and times, which the parser of each bounds",
    "Rule.when": "a whole number that is compared, no larger than the door lets in",
}
Schema = dict[str, Any]


@pytest.fixture(scope="module")
def document() -> Schema:
    return description()


_ALTERNATIVES = ("anyOf", "oneOf", "allOf")
_SAYS = {"type", "enum", "const", *_ALTERNATIVES}
_BOUNDS = {
    "string": {"maxLength", "enum", "const"},
    "integer": {"maximum", "exclusiveMaximum", "enum", "const"},
    "number": {"maximum", "exclusiveMaximum", "enum", "const"},
    "array": {"maxItems"},
}


def _unbounded(
    document: Schema, schema: Schema, where: str, seen: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Where something in a schema has no bound, and what it is."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in seen:
            yield from _unbounded(
                document, document["components"]["schemas"][name], name, seen | {name}
            )
        return
    kind = str(schema.get("type"))
    if not _SAYS & schema.keys():
        yield where, "any"
    elif kind in _BOUNDS and not _BOUNDS[kind] & schema.keys():
        yield where, "format" if "format" in schema else kind
    inner = [
        (where, each) for alternatives in _ALTERNATIVES for each in schema.get(alternatives, ())
    ]
    inner += [(f"{where}.{name}", member) for name, member in schema.get("properties", {}).items()]
    inner += [
        (where, schema[name])
        for name in ("items", "additionalProperties")
        if isinstance(schema.get(name), dict)
    ]
    for place, each in inner:
        yield from _unbounded(document, each, place, seen)


def _asked(document: Schema) -> Iterator[tuple[str, Schema]]:
    for operations in document["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] != "header":  # the runtime bounds them
                    yield f"{parameter['in']}:{parameter['name']}", parameter["schema"]
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield "body", content.get("schema", {})


def _has_a_reason(where: str, what: str) -> bool:
    return what in _WITHOUT or any(name in where for name in _WITHOUT)


def test_every_text_list_and_number_has_a_bound_or_a_reason(document: Schema) -> None:
    found = {
        each
        for where, schema in _asked(document)
        for each in _unbounded(document, schema, where, frozenset())
    }
    assert sorted(each for each in found if not _has_a_reason(*each)) == []


@pytest.fixture
async def host() -> HostPlatform:
    return assemble(await migrated_database(), {})


async def test_the_bounds_of_paths_and_queries_hold_on_every_route(
    document: Schema, host: HostPlatform
) -> None:
    long = "x" * (LONGEST_IN_PATH + 1)
    async with api_client(host.platform) as client:
        for path, operations in document["paths"].items():
            for method in operations:
                filled = "/".join(
                    long if part.startswith("{") else part for part in path.split("/")
                )
                if filled != path:
                    answer = await client.request(method, filled)
                    assert answer.status_code in {404, 405, 422}, (method, path, answer.status_code)
                    assert native_route(method.upper(), filled) is None
        for query in ({"q": "x" * (LONGEST_IN_QUERY + 1)}, {"tag": ["x"] * (MOST_IN_QUERY + 1)}):
            assert (await client.get("/api/expenses", params=query)).status_code == 422


async def test_a_text_without_a_length_of_its_own_is_bounded(host: HostPlatform) -> None:
    async with api_client(host.platform) as client:
        for path, name in (("/api/session", "code"), ("/api/tokens", "name")):
            answer = await client.post(path, json={name: "x" * (LONGEST_TEXT + 1)})
            assert (answer.status_code, answer.json()["type"]) == (
                422,
                "urn:tillroll:problem:invalid-request",
            )
    assert LARGEST_BODY_BYTES == 64 * 1024


async def test_a_filter_takes_so_many_values(host: HostPlatform) -> None:
    many = {"tag": [f"x{each}" for each in range(51)]}
    async with api_client(host.platform) as client:
        for chosen in (many, {"tag": ["x" * 201]}):
            kept = await client.post("/api/expense-views", json={"name": "kept", "filter": chosen})
            assert (
                kept.status_code,
                (await client.get("/api/expenses", params=chosen)).status_code,
            ) == (422, 422)
