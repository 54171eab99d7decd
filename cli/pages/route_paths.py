"""src/tillroll/api/paths.py: under which paths each router has routes, made from the routes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, cast

from local.places import ROOT
from tillroll.app import MODULES

if TYPE_CHECKING:
    from fastapi.routing import APIRoute

    from tillroll.api.routing import Router

PATHS_MODULE: Final = ROOT / "src" / "tillroll" / "api" / "paths.py"
_HEAD: Final = '''"""The paths under which each router has routes. A request imports only the
routers that may answer it. Made by `make docs` from the routes.
"""

from typing import Final

PATHS: Final[dict[str, list[str]]] = {
'''


def paths_module() -> str:
    """The file's text."""
    lines = [_HEAD]
    for place, paths in route_paths().items():
        lines.append(f'    "{place}": [\n')
        lines += [f'        "{path}",\n' for path in paths]
        lines.append("    ],\n")
    return "".join([*lines, "}\n"])


def route_paths() -> Mapping[str, Sequence[str]]:
    """By the place of a router its paths, without what stands at or behind a parameter."""
    return {
        f"{module.path}.{place}": [*_shortest(_heads(cast("Router", module.load(place))))]
        for module in MODULES
        for place in module.routers
    }


def _heads(router: "Router") -> set[str]:
    return {cast("APIRoute", route).path.partition("/{")[0] for route in router.routes}


def _shortest(heads: Iterable[str]) -> Iterator[str]:
    """Leave out what lies under another."""
    last: str | None = None
    for head in sorted(heads, key=lambda each: each.split("/")):
        if last is None or not f"{head}/".startswith(f"{last}/"):
            yield head
            last = head
