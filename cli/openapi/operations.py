"""The routes of the API, as its description has them."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, cast

from .schemas import JsonObject, Schema, referred

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
PREFIX: Final = "/api/"
_MOST_SUGGESTED: Final = 5
_LEAST_LIKENESS: Final = 0.6


@dataclass(frozen=True)
class Operation:
    """One method of one route. `path` has the names of its ids between braces."""

    method: str
    path: str
    declared: JsonObject
    document: JsonObject

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def summary(self) -> str:
        return str(self.declared.get("summary", ""))

    @property
    def description(self) -> str:
        return str(self.declared.get("description", "")).strip()

    @property
    def permission(self) -> str | None:
        return self.declared.get("x-permission")

    @cached_property
    def query(self) -> Mapping[str, Schema]:
        return self._parameters("query")

    @cached_property
    def headers(self) -> Mapping[str, Schema]:
        return self._parameters("header")

    @property
    def needed_query(self) -> list[str]:
        """Parameters without which it is refused."""
        return [
            str(each["name"])
            for each in self._declared_parameters()
            if each["in"] == "query" and each.get("required")
        ]

    def _parameters(self, place: str) -> dict[str, Schema]:
        found: dict[str, Schema] = {}
        for each in self._declared_parameters():
            if each["in"] == place:
                declared: JsonObject = dict(each.get("schema", {}))
                declared.setdefault("description", each.get("description", ""))
                found[str(each["name"])] = Schema(self.document, declared)
        return found

    def _declared_parameters(self) -> Iterator[JsonObject]:
        for each in self.declared.get("parameters", ()):
            yield referred(self.document, each["$ref"]) if "$ref" in each else each

    @cached_property
    def bodies(self) -> Mapping[str, Schema]:
        """What it takes as its body, by content type."""
        content: dict[str, Any] = self.declared.get("requestBody", {}).get("content", {})
        return {
            name: Schema(self.document, each.get("schema", {})) for name, each in content.items()
        }

    @property
    def needs_body(self) -> bool:
        return bool(self.declared.get("requestBody", {}).get("required"))

    @property
    def example(self) -> JsonObject | None:
        """A body in JSON that it takes."""
        content: dict[str, Any] = self.declared.get("requestBody", {}).get("content", {})
        found: Any = content.get("application/json", {}).get("example")
        return cast("JsonObject", found) if isinstance(found, dict) else None

    @property
    def answers(self) -> list[str]:
        """How it answers when it is done: the status, and what the body is."""
        found: list[str] = []
        for status, answer in self.declared.get("responses", {}).items():
            if status.startswith("2"):
                types = ", ".join(answer.get("content", {})) or "nothing"
                found.append(f"{status} {types}")
        return found

    @property
    def has_pages(self) -> bool:
        return self.method == "GET" and "cursor" in self.query

    def fits(self, path: str) -> bool:
        """Whether a path with ids is one of this route."""
        return _fits(self.path.split("/"), path.split("/"))


class Description:
    """All routes of a server."""

    def __init__(self, document: JsonObject) -> None:
        self.document = document

    @cached_property
    def operations(self) -> list[Operation]:
        return [
            Operation(method.upper(), path, declared, self.document)
            for path, methods in self.document["paths"].items()
            for method, declared in methods.items()
            if method.upper() in METHODS
        ]

    def of_path(self, path: str) -> list[Operation]:
        """What can be done with a path, with ids or with their names between braces. A word of
        the route goes before an id.
        """
        fitting = [each for each in self.operations if each.fits(path)]
        if not fitting:
            return []
        best = min((each.path for each in fitting), key=lambda found: found.count("{"))
        return [each for each in fitting if each.path == best]

    def find(self, method: str, path: str) -> Operation | None:
        """The operation of a method on a path."""
        fitting = [each for each in self.operations if each.method == method and each.fits(path)]
        return min(fitting, key=lambda found: found.path.count("{"), default=None)

    def with_words(self, words: list[str]) -> list[Operation]:
        """Operations in whose name or summary all words stand."""
        return [
            each
            for each in self.operations
            if all(word.lower() in f"{each.name} {each.summary}".lower() for word in words)
        ]

    def nearest(self, path: str) -> list[str]:
        """Paths that were meant, perhaps; the most alike first."""
        known = [*dict.fromkeys(each.path for each in self.operations)]
        return nearest(path, known)


def nearest(name: str, known: list[str]) -> list[str]:
    """Names that were meant, perhaps; the most alike first."""
    found = difflib.get_close_matches(name, known, n=_MOST_SUGGESTED, cutoff=_LEAST_LIKENESS)
    return found or [each for each in known if name.lower() in each.lower()][:_MOST_SUGGESTED]


def whole_path(path: str) -> str:
    """A path as the description has it: it begins with /api/, and ends without a slash."""
    bare = "/" + path.strip("/")
    if bare == PREFIX.rstrip("/") or bare.startswith(PREFIX):
        return bare
    return PREFIX + bare.lstrip("/")


def _fits(names: list[str], parts: list[str]) -> bool:
    if len(names) != len(parts):
        return False
    return all(
        name == part or (name.startswith("{") and part != "")
        for name, part in zip(names, parts, strict=True)
    )
