"""Routes of FastAPI that cost memory when they are asked for: Pyodide's heap never shrinks, and no
isolate is asked for all. A router is imported for the first path under it, and a route is
completed for its first request."""

import json
import re
from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from typing import Any, Final, NamedTuple, cast
from urllib.parse import unquote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from starlette.routing import BaseRoute, compile_path

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import check_permission, needed_by, refuse_unknown
from tillroll.api.native import native_routes
from tillroll.api.paths import PATHS
from tillroll.api.problems import PROBLEM_RESPONSES
from tillroll.app import MODULES
from tillroll_durable.platform.bindings.database import LARGEST_INTEGER, SumTooLarge

_KEYED = frozenset({"POST", "PATCH", "PUT", "DELETE"})


class Route(APIRoute):
    """A route that FastAPI completes when something is asked of it beyond what finds it: its
    parameters and answers are a validator each. Raises UndeclaredRouteError: it does not say who
    may ask it."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **declared: Any) -> None:
        self._declared = declared
        self.path = path
        self.endpoint = endpoint
        self.path_regex, self.path_format, self.param_convertors = compile_path(path)
        self.methods = set(declared["methods"] or ("GET",))
        self.openapi_extra = declared["openapi_extra"]
        needed_by(self)

    def __getattr__(self, name: str) -> Any:
        declared = self.__dict__.pop("_declared", None)
        if declared is None:
            raise AttributeError(name)
        super().__init__(self.path, self.endpoint, **declared)
        return getattr(self, name)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Extend APIRoute's handler: read bodies by the API's names alone, and check that every
        reader takes the answer's whole numbers exactly.
        """
        read_own_names(self.dependant)
        handler = super().get_route_handler()

        async def answer(request: Request) -> Response:
            response = await handler(request)
            if response.media_type == "application/json":
                check_whole_numbers(bytes(response.body))
            return response

        return answer


def read_own_names(dependant: Dependant) -> None:
    """Refuse a body's fields by their names in Python, at any depth: only those of the API are
    described. Code goes on making the same models by either name.
    """
    for field in dependant.body_params:
        # FastAPI passes no choice of names to pydantic, and keeps what reads a body by itself.
        adapter: TypeAdapter[Any] = vars(field)["_type_adapter"]
        by_alias = partial(adapter.validate_python, by_alias=True, by_name=False)
        setattr(adapter, "validate_python", by_alias)  # noqa: B010 - it is a method for others
    for each in dependant.dependencies:
        read_own_names(each)


# A look at the bytes costs little, and nearly no answer has such a number: only one that seems to
# is parsed. In a text it may stand, such as an IBAN.
_LONG_NUMBER: Final = re.compile(rb"[:\[,]\s*-?[0-9]{%d}" % len(str(LARGEST_INTEGER)))


def check_whole_numbers(body: bytes) -> None:
    """Raises SumTooLarge: JSON holds a whole number that readers would round (RFC 7493, section
    2.2)."""
    if _LONG_NUMBER.search(body) is not None:
        json.loads(body, parse_int=_exact)


def _exact(digits: str) -> int:
    if abs(int(digits)) > LARGEST_INTEGER:
        raise SumTooLarge
    return int(digits)


def _with_head(methods: Iterable[str]) -> set[str]:
    """Add HEAD where there is GET."""
    names = set(methods)
    if "GET" in names:
        names.add("HEAD")
    return names


def _operation_id(route: APIRoute) -> str:
    """The name of a route in the OpenAPI document, by which generated clients call it."""
    return route.name


class Router(APIRouter):
    """A feature's routes. Each asks who may, and refuses what it does not know."""

    def __init__(self, tags: list[str] | None = None) -> None:
        super().__init__(
            tags=[*(tags or ())],
            route_class=Route,
            responses=PROBLEM_RESPONSES,
            generate_unique_id_function=_operation_id,
            dependencies=[Depends(check_permission), Depends(refuse_unknown)],
        )


def _may_have(place: str, path: str) -> bool:
    """Whether the router at a place may have a route of a path. A new router may have any, until
    its paths are written down.
    """
    paths = PATHS.get(place)
    return paths is None or any(path == each or path.startswith(f"{each}/") for each in paths)


class KeyedRoute(NamedTuple):
    """A route that takes a key. `name` is method and template."""

    name: str
    route: APIRoute


class Routes:
    """The routes of all features: `mounted` gets those of a router when it is imported, in the
    order of the modules."""

    def __init__(self, mounted: list[BaseRoute]) -> None:
        self._mounted = mounted
        self._places = [(module, place) for module in reversed(MODULES) for place in module.routers]
        self._routers: dict[int, list[APIRoute]] = {}

    def open(self, path: str) -> None:
        """Import the routers that may have a route of this path, as it stands in an address."""
        decoded = unquote(path)
        self._open(
            number
            for number, (module, place) in enumerate(self._places)
            if _may_have(f"{module.path}.{place}", decoded)
        )

    def open_all(self) -> None:
        """Import all."""
        self._open(range(len(self._places)))

    def _open(self, numbers: Iterable[int]) -> None:
        missing = [number for number in numbers if number not in self._routers]
        for number in missing:
            module, place = self._places[number]
            router = cast("APIRouter", module.load(place))
            self._routers[number] = [
                route for route in router.routes if isinstance(route, APIRoute)
            ]
        if missing:
            self._mounted[:] = self.opened

    @property
    def opened(self) -> list[APIRoute]:
        """List the routes of the imported modules."""
        return [route for number in sorted(self._routers) for route in self._routers[number]]

    def methods_of(self, path: str) -> list[str]:
        """Sorted; empty for an unknown path. A word that could be an id, as in
        `/api/acts/preview`, is the word."""
        literal = compile_path(path)[0] if "{" not in path else None
        patterns = [
            *((route.path_regex, _with_head(route.methods or ())) for route in self.opened),
            *((native.paths, (native.method,)) for native in native_routes(path)),
        ]
        matches = [methods for pattern, methods in patterns if pattern == literal]
        matches = matches or [methods for pattern, methods in patterns if pattern.match(path)]
        return sorted({method for methods in matches for method in methods})

    def needed(self, method: str, path: str) -> Permission | None:
        """What the first route needs that answers this; None where none does."""
        for route in self.opened:
            if method in (route.methods or ()) and route.path_regex.match(path):
                return needed_by(route)
        natives = (
            each for each in native_routes(path) if each.method == method and each.paths.match(path)
        )
        return next((each.needed for each in natives), None)

    @property
    def keyed(self) -> list[KeyedRoute]:
        """List the routes that take a key, in the order of matching.

        A key belongs to a principal, so open routes take none.
        """
        return [
            KeyedRoute(f"{method} {route.path}", route)
            for route in self.opened
            if needed_by(route) is not Permission.OPEN
            for method in sorted(_KEYED.intersection(route.methods or ()))
        ]

    def keyed_route(self, method: str, path: str) -> KeyedRoute | None:
        """Find the route that answers a request with a key."""
        own = (each for each in self.keyed if each.name.startswith(f"{method} "))
        return next((each for each in own if each.route.path_regex.match(path)), None)
