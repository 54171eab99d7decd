"""Which methods a path knows, over all of its routes, also those that entry.py answers itself: for Allow headers."""

from collections.abc import Iterable
from re import Pattern

from fastapi import APIRouter
from starlette.routing import Route, compile_path

from tillroll.api.openapi import NATIVE_PATHS


class Methods:
    """The methods of every path."""

    def __init__(self, routers: Iterable[APIRouter]) -> None:
        routes = [route for router in routers for route in router.routes if isinstance(route, Route)]
        self._known: list[tuple[Pattern[str], frozenset[str]]] = [
            *((route.path_regex, frozenset(route.methods or ())) for route in routes),
            *(
                (compile_path(path)[0], frozenset(method.upper() for method in answers))
                for path, answers in NATIVE_PATHS.items()
            ),
        ]

    def of(self, path: str) -> list[str]:
        """In the order of the alphabet; empty for a path that is not known."""
        return sorted({method for pattern, methods in self._known if pattern.match(path) for method in methods})
