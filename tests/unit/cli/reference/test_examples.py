"""Every example of the description is one that its schema allows, and every body one that its route
takes.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final, cast

import jsonschema_rs

from cli.reference.complete import operations_of
from cli.reference.examples.answers import ANSWERS
from cli.reference.examples.words import IDS
from local.places import ROOT
from tests.support.host_api import api_client, description
from tests.support.host_platform import assemble, migrated_database
from tillroll.api.native import native_route

_JSON: Final = "application/json"
_NAMES: Final = {
    "kind": "receipt",
    "month": "2026-03",
    "name": "confirm",
    "currency": "EUR",
    "ledger_account_id": "meals",
    "version": "1",
    "operation_id": "bop_1",
}


def _contents(said: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every place of a schema with its example."""
    if isinstance(said, dict):
        each = cast("dict[str, Any]", said)
        if "schema" in each and "example" in each:
            yield where, each
        for name, value in each.items():
            yield from _contents(value, f"{where}/{name}")


_REFERENCE: Final = re.compile(r'"#/components/schemas/([^"]+)"')


def _used_by(schema: Any, schemas: dict[str, Any]) -> set[str]:
    """The names of what a schema refers to, and of what that refers to. A validator of them alone
    is made at once.
    """
    names = set[str]()
    texts = [json.dumps(schema)]
    while texts:
        for name in _REFERENCE.findall(texts.pop()):
            if name not in names:
                names.add(name)
                texts.append(json.dumps(schemas[name]))
    return names


def test_every_example_fits_its_schema() -> None:
    wrong: dict[str, str] = {}
    found = [
        *_contents(description()["paths"]),
        *_contents(description()["components"]["responses"]),
    ]
    assert len(found) > 200
    schemas = description()["components"]["schemas"]
    for where, content in found:
        used = {name: schemas[name] for name in _used_by(content["schema"], schemas)}
        schema = {**content["schema"], "components": {"schemas": used}}
        validator = jsonschema_rs.Draft202012Validator(schema)
        for error in validator.iter_errors(content["example"]):
            wrong[where] = error.message
    assert wrong == {}


def test_every_body_and_every_answer_in_json_has_an_example() -> None:
    missing = [
        f"{method} {path} {status}"
        for method, path, operation in operations_of(description())
        for status, said in {
            "asked": operation.get("requestBody", {}),
            **operation["responses"],
        }.items()
        if "schema" in said.get("content", {}).get(_JSON, {})
        and "example" not in said["content"][_JSON]
    ]
    assert missing == []


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every name, and every value that is neither an object nor a list, by where it stands."""
    if isinstance(value, dict):
        for name, each in cast("dict[str, Any]", value).items():
            yield f"{path}.{name}", None
            yield from _leaves(each, f"{path}.{name}")
    elif isinstance(value, list):
        for each in cast("list[Any]", value):
            yield from _leaves(each, f"{path}[]")
    else:
        yield path, value


def test_no_example_holds_a_word_that_only_fills_a_place() -> None:
    """It says of each member what it can be: no `text`, no id of something else, no state of
    another thing.
    """
    wrong: list[str] = []
    ledger, states = "/api/ledger/", ("notified", "received_ocr_failed", "received")
    for where, content in _contents(description()["paths"]):
        for path, value in _leaves(content["example"]):
            name = path.rpartition(".")[2]
            is_wrong = (
                value == "text"
                or (value == "meals" and ledger not in where)
                or (name == "Meals" and ".codings." not in path)
                or (
                    name == "state"
                    and value in states
                    and not re.search("/runs|/inbox|bulk-operations|/workflows", where)
                )
                or (name == "path" and str(value).startswith("/runs") and "/notices" not in where)
            )
            if is_wrong:
                wrong.append(f"{where}{path}: {value!r}")
    assert wrong == []


def test_a_receipts_run_has_the_members_of_a_recorded_one() -> None:
    """Those of what was read are shown in part: there are thirty."""
    lines = (
        (ROOT / "tests" / "unit" / "api" / "recorded" / "notified.txt")
        .read_text(encoding="utf-8")
        .splitlines()
    )
    for example, line in zip(
        (ANSWERS["GET /api/runs 200"], ANSWERS["GET /api/runs/{run_id} 200"]), lines, strict=True
    ):
        shown = {path for path, _ in _leaves(example) if ".extraction." not in path}
        assert shown == {path for path, _ in _leaves(json.loads(line))}


async def test_every_body_has_the_shape_that_its_route_takes() -> None:
    """What it names need not be there: it is only never the shape that is wrong."""
    wrong: dict[str, str] = {}
    asked = 0
    async with api_client(assemble(await migrated_database(), {}).platform) as client:
        for method, path, operation in operations_of(description()):
            content = operation.get("requestBody", {}).get("content", {}).get(_JSON)
            if content is None or native_route(method, path) is not None:
                continue
            asked += 1
            filled = path.format_map({**IDS, **_NAMES})
            answer = await client.request(method, filled, json=content["example"])
            if "invalid-request" in answer.text or answer.status_code in {400, 405, 413, 500}:
                wrong[f"{method} {path}"] = f"{content['example']}: {answer.text}"
    assert asked > 60
    assert wrong == {}


async def test_a_boolean_is_no_text_and_a_number_no_boolean() -> None:
    """As the description says of each member: `"true"` was true, `"7"` seven, and 0 the first of
    January 1970.
    """
    wrong: dict[str, str] = {}
    asked = 0
    async with api_client(assemble(await migrated_database(), {}).platform) as client:
        for method, path, operation in operations_of(description()):
            content = operation.get("requestBody", {}).get("content", {}).get(_JSON, {})
            name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
            for member, schema in (
                description()["components"]["schemas"].get(name, {}).get("properties", {}).items()
            ):
                kinds = {each.get("type") for each in [schema, *schema.get("anyOf", [])]}
                written = {each.get("format") for each in [schema, *schema.get("anyOf", [])]} & {
                    "date",
                    "date-time",
                }
                for value in [
                    *([0, 1.5, True] if written else []),
                    *(["true", 1] if "boolean" in kinds else []),
                    *(["7", True] if "integer" in kinds else []),
                ]:
                    asked += 1
                    filled = path.format_map({**IDS, **_NAMES})
                    answer = await client.request(
                        method, filled, json={**content["example"], member: value}
                    )
                    said = answer.json()
                    if [each["field"] for each in said.get("errors", [])] != [member]:
                        wrong[f"{method} {path}: {member} = {value!r}"] = answer.text
    assert asked > 30
    assert wrong == {}


def test_what_is_open_asks_for_no_token_and_all_else_for_one() -> None:
    assert description()["security"] == [{"token": []}, {"session": []}]
    for method, path, operation in operations_of(description()):
        is_open = operation["x-permission"] == "open"
        assert (operation.get("security") == []) is is_open, f"{method} {path}"


def test_a_summary_is_a_sentence_and_no_handlers_name() -> None:
    said = [operation["summary"] for _, _, operation in operations_of(description())]
    assert [each for each in said if not 7 <= len(each) <= 200] == []
    assert [each for each in said if each == each.title() and " " in each] == []


def test_every_operation_names_what_the_platform_answers_in_front() -> None:
    for _, path, operation in operations_of(description()):
        for status in ("414", "431"):
            name = operation["responses"][status]["$ref"].rpartition("/")[2]
            assert "platform" in description()["components"]["responses"][name]["description"], path
