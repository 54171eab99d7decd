"""Routes whose bytes pass natively, beside FastAPI. Each feature lists its own."""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Concatenate, TypeAlias, cast
from urllib.parse import unquote

from tillroll.access.permissions import Permission
from tillroll.api.answers import Reply
from tillroll.api.parameters import faults_in_query, unknown
from tillroll.app import MODULES
from tillroll.identity.authentication import authenticate
from tillroll_durable.platform.bindings.http import IncomingUpload
from tillroll_durable.platform.models import LONGEST_IN_PATH
from tillroll_durable.platform.services import Platform

Values = Mapping[str, str]
Handler: TypeAlias = Callable[Concatenate[Platform, IncomingUpload, Values, ...], Awaitable[Reply]]


@dataclass(frozen=True)
class NativeRoute:
    """A route by its template and the `paths` that it answers, its parameters, and what the caller
    needs. `handler` gets the `parts` of a request's path, in order, after the values.
    """

    method: str
    template: str
    paths: re.Pattern[str]
    needed: Permission
    handler: Handler
    parameters: tuple[str, ...]
    parts: tuple[str, ...] = ()

    async def answer(self, platform: Platform, request: IncomingUpload, values: Values) -> Reply:
        """Raises Refusal."""
        return await self.handler(platform, request, values, *self.parts)

    async def check_parameters(
        self, platform: Platform, request: IncomingUpload, query: Sequence[tuple[str, str]]
    ) -> None:
        """Refuse parameters that the route does not have, to anybody who may use it."""
        errors = faults_in_query(query, self.parameters)
        if not errors:
            return
        if self.needed is not Permission.OPEN:
            await authenticate(platform, self.method, header=request.header, needed=self.needed)
        raise unknown(errors)


def native(
    template: str,
    needed: Permission,
    handler: Handler,
    parameters: tuple[str, ...] = (),
    *,
    method: str = "GET",
    parts: Mapping[str, str] | None = None,
) -> NativeRoute:
    """A route by its template. Each `{name}` of it is one part of the path, of any kind or as the
    pattern says that `parts` has for the name.
    """
    patterns = parts or {}
    parts_of_path = "".join(_pattern(part, patterns) for part in re.split(r"(\{[^}]+\})", template))
    paths = re.compile(f"^{parts_of_path}$")  # as the router compiles its own: they are compared
    return NativeRoute(
        method, template, paths=paths, needed=needed, handler=handler, parameters=parameters
    )


def _pattern(part: str, patterns: Mapping[str, str]) -> str:
    if part.startswith("{"):
        return f"({patterns.get(part[1:-1], '[^/]+')})"
    return re.escape(part)


def native_routes(path: str | None = None) -> Iterator[NativeRoute]:
    """The native routes of all modules; or of those that have some under a path, which alone are
    imported.
    """
    places = {
        (module, each.place): None
        for module in MODULES
        for each in module.natives
        if path is None or path.startswith(each.under)
    }
    for module, place in places:
        yield from cast("Sequence[NativeRoute]", module.load(place))


def load_first() -> None:
    """Import the routes that a start has at once."""
    for module in MODULES:
        for each in module.natives:
            if each.is_first:
                module.load(each.place)


def native_route(method: str, path: str) -> NativeRoute | None:
    """The native route of a request; None for all that FastAPI answers, and for what is too long to
    be an id. HEAD has the route of GET (RFC 9110, section 9.3.2).
    """
    if method == "HEAD":
        method = "GET"
    if any(len(unquote(part)) > LONGEST_IN_PATH for part in path.split("/")):
        return None
    routes = (each for each in native_routes(path) if each.method == method)
    candidates = ((route, match) for route in routes if (match := route.paths.fullmatch(path)))
    return next((replace(route, parts=match.groups()) for route, match in candidates), None)
