"""Routes whose bytes pass natively, beside FastAPI. Each feature lists its own."""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Concatenate, TypeAlias, cast
from urllib.parse import unquote

from tillroll.access.permissions import Permission
from tillroll.api.answers import Reply
from tillroll.api.parameters import faults_in_query, unknown
from tillroll.app import MODULES
from tillroll.identity.authentication import authenticate
from tillroll.platform.bindings.http import IncomingUpload
from tillroll.platform.models import LONGEST_IN_PATH
from tillroll.platform.services import Platform

Values = Mapping[str, str]
Answer: TypeAlias = Callable[[Platform, IncomingUpload, Values], Awaitable[Reply]]


@dataclass(frozen=True)
class NativeRoute:
    """A route by its template, its parameters, and what the caller needs; `answer` raises Problem to refuse."""

    template: str
    parameters: tuple[str, ...]
    needed: Permission
    answer: Answer
    method: str = "GET"

    async def check_parameters(
        self, platform: Platform, request: IncomingUpload, query: Sequence[tuple[str, str]]
    ) -> None:
        """Refuse parameters that the route does not have, to anybody who may use it."""
        errors = faults_in_query(query, self.parameters)
        if not errors:
            return
        if self.needed is not Permission.OPEN:
            await authenticate(platform, self.method, request.header, self.needed)
        raise unknown(errors)


@dataclass(frozen=True)
class Finder:
    """What is known of a native route before it is asked: its method, the paths that it answers, and what the caller
    must be permitted. `find` takes the method and the path of a request; None where they are another route's."""

    method: str
    paths: re.Pattern[str]
    needed: Permission
    find: Callable[[str, str], NativeRoute | None]


def native(
    template: str,
    needed: Permission,
    answer: Callable[Concatenate[Platform, IncomingUpload, Values, ...], Awaitable[Reply]],
    parameters: tuple[str, ...] = (),
    *,
    method: str = "GET",
    parts: Mapping[str, str] | None = None,
) -> Finder:
    """A route by its template. Each `{name}` of it is one part of the path, of any kind or as the pattern says that
    `parts` has for the name; `answer` gets what stands there, in order, after the values."""
    patterns = parts or {}
    parts_of_path = "".join(_pattern(part, patterns) for part in re.split(r"(\{[^}]+\})", template))
    paths = re.compile(f"^{parts_of_path}$")  # as the router compiles its own: they are compared

    def find(asked: str, path: str) -> NativeRoute | None:
        found = paths.fullmatch(path) if asked == method else None
        if found is None:
            return None

        async def answer_there(platform: Platform, request: IncomingUpload, values: Values) -> Reply:
            return await answer(platform, request, values, *found.groups())

        return NativeRoute(template, parameters, needed, answer_there, method)

    return Finder(method, paths, needed, find)


def _pattern(part: str, patterns: Mapping[str, str]) -> str:
    return f"({patterns.get(part[1:-1], '[^/]+')})" if part.startswith("{") else re.escape(part)


def native_routes(path: str | None = None) -> Iterator[Finder]:
    """The native routes of all modules; or of those that have some under a path, which alone are imported."""
    places = {
        (module, each.place): None
        for module in MODULES
        for each in module.natives
        if path is None or path.startswith(each.under)
    }
    for module, place in places:
        yield from cast("Sequence[Finder]", module.load(place))


def native_route(method: str, path: str) -> NativeRoute | None:
    """The native route of a request; None for all that FastAPI answers, and for what is too long to be an id."""
    if any(len(unquote(part)) > LONGEST_IN_PATH for part in path.split("/")):
        return None
    return next((route for each in native_routes(path) if (route := each.find(method, path)) is not None), None)
