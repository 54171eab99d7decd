"""A request of the wrong shape is told what to send instead, in plain words, at the field that has
to change.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

import pytest

from cli.reference.complete import operations_of
from cli.reference.examples.words import IDS
from tests.support.host_api import api_client, description
from tests.support.host_platform import assemble, migrated_database
from tillroll.workflows.registry import REGISTRY

_JSON: Final = {"content-type": "application/json"}
_RULE: Final = {"eventType": "ping", "ignore": True}
_TRIGGER: Final = "/api/workflows/receipt/trigger"
# Words of the library that reads bodies, which nobody outside has to know.
_ITS_WORDS: Final = (
    "Input should",
    "Input tag",
    "Extra inputs",
    "Field required",
    "Value error",
    "JSON decode",
    "dictionary",
    "function-",
    "constrained",
)


def _wrong() -> list[tuple[str, Any, str, str]]:
    return [
        (_TRIGGER, [], "body", "Send a JSON object"),
        (_TRIGGER, "receipt", "body", "Send a JSON object"),
        (_TRIGGER, {"receipt": "rec_1"}, "receipt", "Did you mean receiptId?"),
        (_TRIGGER, {"receiptId": 7}, "receiptId", "Send a text."),
        ("/api/endpoints", {"address": "https://example.com"}, "url", "It is missing."),
        (
            "/api/endpoints",
            {"url": "https://example.com", "colour": 1},
            "colour",
            "There are url, topics, description.",
        ),
        (
            "/api/endpoints",
            {"url": "https://example.com", "topics": "all"},
            "topics",
            "Send a list",
        ),
        ("/api/tokens", {"name": "x", "expiresInDays": 0}, "expiresInDays", "Send 1 or more."),
        ("/api/tokens", {"name": "x", "scopes": ["chief"]}, "scopes.0", "There is no `chief`."),
        (
            "/api/inbound-sources",
            {"name": "x", "scheme": {"name": "paypal"}},
            "scheme",
            "stripe, github, hmac",
        ),
        (
            "/api/inbound-sources",
            {"name": "x", "scheme": {}},
            "scheme",
            "Say in `name` which it is: standard-webhooks",
        ),
        (
            "/api/inbound-sources",
            {"name": "x", "scheme": {"name": "hmac", "header": "X"}},
            "scheme.header",
            "signatureHeader",
        ),
        (
            "/api/inbound-sources",
            {
                "name": "x",
                "scheme": {"name": "stripe"},
                "mapping": {"rules": [{**_RULE, "whem": {}}]},
            },
            "mapping.rules.0.whem",
            "Did you mean when?",
        ),
        ("/api/runs/run_1/retry", {"reason": "x"}, "reason", "Send at least 3 characters."),
    ]


@pytest.mark.parametrize(("path", "body", "field", "says"), _wrong())
async def test_what_to_send_is_said_at_the_field(
    path: str, body: Any, field: str, says: str
) -> None:
    async with api_client(assemble(await migrated_database(), {}).platform) as client:
        answer = await client.post(path, json=body)
    assert answer.status_code == 422, answer.text
    said = {each["field"]: each["message"] for each in answer.json()["errors"]}
    assert says in said[field]


@pytest.mark.parametrize(
    ("content", "headers", "detail", "field", "says"),
    [
        (b"", {}, "Content-Type: application/json", "body", "Send a JSON object"),
        (b"", _JSON, "Correct what `errors` names", "body", "Send a JSON object"),
        (b"{,}", _JSON, "Correct what `errors` names", "body", "It is no JSON: "),
        (b'{"a": ', _JSON, "Correct what `errors` names", "body", "It is no JSON: "),
    ],
)
async def test_a_body_that_is_no_json_is_told_so(
    content: bytes, headers: Mapping[str, str], detail: str, field: str, says: str
) -> None:
    async with api_client(assemble(await migrated_database(), {}).platform) as client:
        answer = await client.post(_TRIGGER, content=content, headers=dict(headers))
    said = answer.json()
    assert (answer.status_code, detail in said["detail"]) == (422, True), answer.text
    [error] = said["errors"]
    assert error["field"] == field
    assert says in error["message"]


async def test_an_unknown_kind_is_told_which_there_are() -> None:
    async with api_client(assemble(await migrated_database(), {}).platform) as client:
        answer = await client.post("/api/workflows/receipts/trigger", json={})
    assert answer.status_code == 404
    assert "did you mean receipt? There are " in answer.json()["detail"]
    assert all(kind in answer.json()["detail"] for kind in REGISTRY.newest)


async def test_no_route_answers_in_the_words_of_a_library() -> None:
    """Each body, with a wrong value in each of its members at once."""
    document = description()
    wrong: dict[str, str] = {}
    asked = 0
    values: tuple[Any, ...] = ({"x": [1]}, ["x"], 1.5, "")
    async with api_client(assemble(await migrated_database(), {}).platform) as client:
        for method, path, operation in operations_of(document):
            content = (
                operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            )
            name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
            members = document["components"]["schemas"].get(name, {}).get("properties", {})
            filled = path.format_map(
                defaultdict(lambda: "meals", {**IDS, "kind": "receipt", "name": "confirm"})
            )
            for value in values if members else ():
                asked += 1
                body = {**dict.fromkeys(members, value), "unheardOf": value}
                answer = await client.request(
                    method, filled, content=json.dumps(body), headers=_JSON
                )
                errors = answer.json()["errors"]
                if any(word in answer.text for word in _ITS_WORDS) or "unheardOf" not in [
                    e["field"] for e in errors
                ]:
                    wrong[f"{method} {path} {value!r}"] = answer.text
    assert asked > 150
    assert wrong == {}
