"""The routes that take an Idempotency-Key: all that change something for somebody who is known."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from fastapi.routing import APIRoute

from tillroll.access.permissions import Permission
from tillroll.api.needs import needed_by

_METHODS: Final = frozenset({"POST", "PATCH", "PUT", "DELETE"})


@dataclass(frozen=True)
class KeyedRoute:
    """`name` is method and template."""

    name: str
    route: APIRoute


class KeyedRoutes:
    """The routes by method and path, in the order in which the application tries them.

    A route without a principal takes no key, for there is nobody whose it would be: what signs in is used up once by
    itself, and what comes in from outside has an id of its own.
    """

    def __init__(self, routers: Iterable[APIRouter]) -> None:
        self._routes = [
            KeyedRoute(f"{method} {route.path}", route)
            for router in routers
            for route in router.routes
            if isinstance(route, APIRoute) and needed_by(route) is not Permission.OPEN
            for method in sorted(_METHODS.intersection(route.methods or ()))
        ]

    def __iter__(self) -> Iterator[KeyedRoute]:
        return iter(self._routes)

    def of(self, method: str, path: str) -> KeyedRoute | None:
        if method not in _METHODS:
            return None
        begins = f"{method} "
        return next(
            (each for each in self._routes if each.name.startswith(begins) and each.route.path_regex.match(path)), None
        )
