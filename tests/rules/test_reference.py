"""The files that describe the API are what the code makes, and fit those who generate clients from them."""

from collections.abc import Iterator
from typing import Any

from cli.reference.complete import operations_of
from cli.reference.files import files_of
from local.places import ROOT
from tests.support.host_api import description

_REF = "#/components/schemas/"


def test_the_reference_is_made_from_the_api() -> None:
    made = files_of(description())
    stale = [
        path.relative_to(ROOT).as_posix()
        for path, text in made.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run `make docs` and commit public/api"


def test_what_is_left_out_of_a_change_has_no_default() -> None:
    defaults = [
        f"{method} {path} {place}"
        for method, path, operation in operations_of(description())
        if method == "PATCH"
        for place in _defaults(operation["requestBody"], "", frozenset())
    ]
    assert defaults == [], "a generated client sends them: let the body be a ChangeBody"


def _defaults(schema: Any, place: str, within: frozenset[str]) -> Iterator[str]:
    """Where a default stands in a schema, or in one that it refers to."""
    if isinstance(schema, list):
        for each in schema:  # pyright: ignore[reportUnknownVariableType] - of a JSON document
            yield from _defaults(each, place, within)
    if not isinstance(schema, dict):
        return
    name = str(schema.get("$ref", "")).removeprefix(_REF)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    if name and name not in within:
        schemas = description()["components"]["schemas"]
        yield from _defaults(schemas[name], f"{place} {name}", within | {name})
    for key, member in schema.items():  # pyright: ignore[reportUnknownVariableType] - of a JSON document
        if key == "default":
            yield place
        if key not in {"example", "examples"}:
            yield from _defaults(member, f"{place}.{key}", within)
