"""The routes whose bytes pass natively, beside FastAPI. Each feature lists its own."""

from collections.abc import Sequence
from typing import Final, cast
from urllib.parse import unquote

from tillroll.api.native_route import Finder, NativeRoute
from tillroll.app import load
from tillroll.platform.models import LONGEST_IN_PATH

ROUTES: Final[Sequence[Finder]] = [
    route for routes in load(lambda module: module.natives) for route in cast("Sequence[Finder]", routes)
]


def native_route(method: str, path: str) -> NativeRoute | None:
    """The native route of a request; None for all that FastAPI answers, and for what is too long to be an id."""
    if any(len(unquote(part)) > LONGEST_IN_PATH for part in path.split("/")):
        return None
    return next((route for each in ROUTES if (route := each.find(method, path)) is not None), None)
