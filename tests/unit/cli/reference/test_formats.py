"""Moments, days and files in the API's description, as generators read it."""

from collections import Counter
from typing import Any

from cli.reference.complete import operations_of
from cli.reference.formats import format_by_name, members_in
from tests.support.described_formats import misfits
from tests.support.host_api import description

# Names of moments and days that have a closed list of words.
_OF_WORDS = {"heldAt", "vatDueOn"}


def test_each_moment_and_each_day_says_so() -> None:
    counted: Counter[str] = Counter()
    wrong: list[str] = []
    for name, schema in members_in(description()):
        format_ = format_by_name(name)
        if format_ is None or name in _OF_WORDS or "integer" in str(schema):
            continue
        counted[format_] += 1
        if f"'format': '{format_}'" not in str(schema):
            wrong.append(name)
    assert wrong == []
    assert counted["date-time"] > 200
    assert counted["date"] > 90


def test_a_name_that_only_may_be_a_moment_is_declared() -> None:
    """Some are days, some moments, and some no text: their models say it."""
    undeclared = [
        (name, schema)
        for name, schema in members_in(description())
        if name in {"since", "until", "validUntil", "reminded"}
        and "'format': 'date" not in str(schema)
    ]
    assert undeclared == []


def test_each_answer_of_bytes_has_a_schema() -> None:
    files = [
        (method, path, media_type, content.get("schema"))
        for method, path, operation in operations_of(description())
        for answer in operation["responses"].values()
        for media_type, content in answer.get("content", {}).items()
        if "json" not in media_type
    ]
    assert len(files) > 25
    assert [each for each in files if not each[3]] == []


def test_a_text_of_another_form_is_seen() -> None:
    schemas: dict[str, Any] = {
        "Run": {"properties": {"endedAt": {"anyOf": [{"type": "null"}, {"format": "date-time"}]}}}
    }
    page = {"properties": {"items": {"items": {"$ref": "#/components/schemas/Run"}}}}
    value = {"items": [{"endedAt": "2026-03-01"}, {"endedAt": None}]}
    assert [*misfits(page, value, schemas=schemas)] == [".items[].endedAt: 2026-03-01"]
