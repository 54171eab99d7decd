"""The files that describe the API are what the code makes, and fit those who generate clients from
them.
"""

import ast
import builtins
import collections.abc
import inspect
import re
import typing
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from cli.reference.complete import operations_of
from cli.reference.examples.words import IDS
from cli.reference.files import files_of
from cli.reference.problems import problem_schema
from local.places import ROOT
from tests.support.host_api import description, the_app

_REF = "#/components/schemas/"


def test_the_reference_is_made_from_the_api() -> None:
    made = files_of(description())
    stale = [
        path.relative_to(ROOT).as_posix()
        for path, text in made.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run `make setup`, which makes them"


def test_what_is_left_out_of_a_change_stays() -> None:
    """Of the models themselves: what the document says in words is a default all the same."""
    assert description()["paths"]  # all routes are there
    bodies: dict[str, Any] = {
        route.path: route.body_field.field_info.annotation
        for route in the_app().routes
        if isinstance(route, APIRoute)
        and route.body_field is not None
        and "PATCH" in (route.methods or ())
    }
    defaults = [
        f"{path} {place}"
        for path, body in bodies.items()
        for place in _defaults(TypeAdapter(body).json_schema(), "", frozenset())
    ]
    assert len(bodies) > 10
    assert defaults == [], "let the body be a ChangeBody"


def test_no_body_of_a_request_has_a_default() -> None:
    defaults = [
        f"{method} {path} {place}"
        for method, path, operation in operations_of(description())
        for place in _defaults(operation.get("requestBody", {}), "", frozenset())
    ]
    assert defaults == [], "generated clients send them, or require their members"


def _defaults(schema: Any, place: str, within: frozenset[str]) -> Iterator[str]:
    """Where a default stands in a schema, or in one that it refers to."""
    if isinstance(schema, list):
        for each in schema:  # pyright: ignore[reportUnknownVariableType] - of a JSON document
            yield from _defaults(each, place, within)
    if not isinstance(schema, dict):
        return
    # A JSON document has no types.
    name = str(schema.get("$ref", "")).removeprefix(_REF)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    schemas = description()["components"]["schemas"]
    if name in schemas and name not in within:
        yield from _defaults(schemas[name], f"{place} {name}", within | {name})
    # Of a JSON document.
    for key, member in schema.items():  # pyright: ignore[reportUnknownVariableType]
        if key == "default" and member is not None:
            yield place
        if key not in {"example", "examples"}:
            yield from _defaults(member, f"{place}.{key}", within)


def test_generated_clients_get_names() -> None:
    operations = [operation["operationId"] for _, _, operation in operations_of(description())]
    assert len(set(operations)) == len(operations)
    assert [name for name in operations if not re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", name)] == []
    schemas = description()["components"]["schemas"]
    titles = Counter(schema.get("title", name) for name, schema in schemas.items())
    assert [title for title, count in titles.items() if count > 1] == [], (
        "give each model a name of its own"
    )


def test_no_name_shadows_one_that_generators_use() -> None:
    names = {*description()["components"]["schemas"]}
    python = {*dir(builtins), *dir(typing), *dir(collections.abc)}
    library = ROOT / "node_modules" / "@typescript"
    declared = re.compile(r"^(?:declare var|declare class|interface|type) (\w+)", re.MULTILINE)
    browser = {
        name
        for path in library.glob("*/lib/lib.*.d.ts")
        for name in declared.findall(path.read_text(encoding="utf-8"))
    }
    assert len(browser) > 1_000
    generators = {
        "AuthenticatedClient",
        "Client",
        "File",
        "Unset",
        "ApiError",
        "Configuration",
        "BaseAPI",
    }
    assert names & (python | browser | generators) == set()


def test_members_of_problems_are_described() -> None:
    described = {*problem_schema()["properties"]}
    members: set[str] = set()
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            members.update(_members(node))
    assert {"errors", "current", "quota"} < members
    assert members - described == set(), "say in cli/reference/problems.py what it is"


def _members(node: ast.AST) -> Iterator[str]:
    """Of a problem, by the keywords of its call or the dictionary that is set as its `extra`."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "Problem":
        for keyword in node.keywords:
            if keyword.arg is not None and keyword.arg != "headers":
                yield keyword.arg
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "self.extra":
        value = node.value
        if isinstance(value, ast.Dict):
            yield from (ast.literal_eval(key) for key in value.keys if key is not None)


def test_headers_that_routes_set_are_described() -> None:
    the_app().state.routes.open_all()
    operations = {each["operationId"]: each for _, _, each in operations_of(description())}
    missing = [
        (name, header)
        for name, endpoint in {
            each.name: each.endpoint for each in the_app().state.routes.opened
        }.items()
        for header in _headers_set_by(endpoint)
        if header not in _headers_of(operations[name])
    ]
    assert missing == [], "add it to OF_OPERATIONS in cli/reference/headers.py"


_SETS = re.compile(r"""headers\["([\w-]+)"\] =|headers=\{"([\w-]+)\"""")
# What every answer has, and what says no more than the media type does.
_PLAIN = frozenset({"cache-control", "content-disposition"})


def _headers_set_by(function: Any, depth: int = 2) -> set[str]:
    """By a function, and by those of ours that it calls."""
    names = {one or other for one, other in _SETS.findall(inspect.getsource(function))} - _PLAIN
    if depth:
        for name in function.__code__.co_names:
            called = function.__globals__.get(name)
            if inspect.isfunction(called) and called.__module__.startswith("tillroll."):
                names |= _headers_set_by(called, depth - 1)
    return names


def _headers_of(operation: Mapping[str, Any]) -> set[str]:
    return {
        name.lower() for each in operation["responses"].values() for name in each.get("headers", {})
    }


def test_examples_fit_their_route() -> None:
    """An id in an example begins as those of the thing that its name, or its path, says."""
    misfits = [
        (method, path, name, value)
        for method, path, operation in operations_of(description())
        for name, value in _ids_in(operation)
        if name in IDS and value.partition("_")[0] != _prefix(path, name)
    ]
    assert misfits == []


def _prefix(path: str, name: str) -> str:
    if name == "sourceId" and path.startswith("/api/bank/"):
        name = "bank_source_id"
    return IDS[name].partition("_")[0]


def _ids_in(node: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The ids of ours in the examples below a node, each with the name of its member."""
    if isinstance(node, dict):
        # Of a JSON document.
        for key, value in node.items():  # pyright: ignore[reportUnknownVariableType]
            yield from _ids_in(value, str(key))  # pyright: ignore[reportUnknownArgumentType] - JSON
    elif isinstance(node, list):
        for each in node:  # pyright: ignore[reportUnknownVariableType] - of a JSON document
            yield from _ids_in(each, name)
    elif isinstance(node, str) and re.fullmatch(r"[a-z]{2,4}_[0-9A-Z]{26}", node):
        yield name, node
