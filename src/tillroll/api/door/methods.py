"""What is known of every path before a request is routed, also of those that entry.py answers itself: its methods, for
Allow headers, and the permission that each needs, so that nobody's body is read who may not send it."""

from collections.abc import Iterable
from re import Pattern

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import compile_path

from tillroll.access.permissions import Permission
from tillroll.api.files.native_route import Finder
from tillroll.api.needs import needed_by


class Methods:
    """The methods of every path, and what each needs.

    Raises:
        UndeclaredRouteError: a route does not say who may ask it, so that nothing is deployed.
    """

    def __init__(self, routers: Iterable[APIRouter], natives: Iterable[Finder]) -> None:
        routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
        self._known: list[tuple[Pattern[str], dict[str, Permission]]] = [
            *((route.path_regex, dict.fromkeys(route.methods or (), needed_by(route))) for route in routes),
            *((native.paths, {native.method: native.needed}) for native in natives),
        ]

    def of(self, path: str) -> list[str]:
        """In the order of the alphabet; empty for a path that is not known. A word that could be an id too, as in
        `/api/acts/preview`, is the word."""
        literal = compile_path(path)[0] if "{" not in path else None
        found = [methods for pattern, methods in self._known if pattern == literal]
        found = found or [methods for pattern, methods in self._known if pattern.match(path)]
        return sorted({method for methods in found for method in methods})

    def needed(self, method: str, path: str) -> Permission | None:
        """What the first route needs that answers this; None where none does."""
        found = (methods[method] for pattern, methods in self._known if method in methods and pattern.match(path))
        return next(found, None)
