"""What a body may have stands on the page: each field with its type, its limits, and whether it is
needed.
"""

import re
from html import unescape

import pytest

from cli.reference.complete import operations_of
from cli.reference.page.fields import Fields
from tests.support.host_api import description


def _fields() -> Fields:
    return Fields(description()["components"]["schemas"])


def _rows(table: str) -> dict[str, tuple[str, ...]]:
    """The cells of each row, by the first of them, as they are read."""
    rows = [re.findall("<td>(.*?)</td>", row) for row in table.split("<tr>")]
    read = [[unescape(re.sub("<[^>]+>", "", cell)) for cell in row] for row in rows if row]
    return {row[0]: tuple(row[1:]) for row in read}


def _of(method: str, path: str) -> dict[str, tuple[str, ...]]:
    asked = description()["paths"][path][method.lower()]["requestBody"]["content"][
        "application/json"
    ]["schema"]
    return _rows(_fields().of_body("Fields", asked))


@pytest.mark.parametrize(
    ("operation", "field", "cells"),
    [
        ("POST /api/runs/{run_id}/retry", "reason", ("text, 3 to 500 characters", "needed")),
        ("POST /api/runs/{run_id}/review", "decision", ("one of approve, reject", "needed")),
        ("POST /api/runs/{run_id}/review", "comment", ("text, at most 500 characters or null", "")),
        (
            "POST /api/endpoints/{endpoint_id}/rotate-secret",
            "overlapHours",
            ("whole number, 0 to 168", ""),
        ),
        (
            "POST /api/endpoints",
            "topics",
            ("list of text, 1 to 100 characters, at most 50 of them", ""),
        ),
        ("POST /api/inbound-sources", "scheme.signatureHeader", ("text", "needed, for hmac")),
        (
            "POST /api/inbound-sources",
            "scheme.name",
            ("one of standard-webhooks, stripe, github, hmac", "needed"),
        ),
        ("POST /api/inbound-sources", "mapping.rules[].ignore", ("true or false", "")),
    ],
)
def test_a_field_is_told_with_its_limits(
    operation: str, field: str, cells: tuple[str, str]
) -> None:
    assert _of(*operation.split(" "))[field][:2] == cells


def test_every_field_of_every_body_is_told() -> None:
    missing: list[str] = []
    for method, path, operation in operations_of(description()):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        members = {*description()["components"]["schemas"].get(name, {}).get("properties", {})}
        if members:
            missing += [f"{method} {path} {each}" for each in members - {*_of(method, path)}]
    assert missing == []


def test_parameters_are_told_with_their_limits() -> None:
    parameters = description()["paths"]["/api/runs"]["get"]["parameters"]
    told = _rows(_fields().of_parameters("Parameters", parameters))
    assert told["limit (query)"][:2] == ("whole number, 1 to 100; else 50", "")
    assert "needs_review" in told["status (query)"][2]
