"""What a route does not know is refused, not dropped: a misspelt filter would otherwise list everything."""

from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from tillroll.api.dependencies import PlatformHere, get_principal
from tillroll.api.door.unknown import unknown, unknown_of

_NO_BODY = frozenset({b"", b"{}"})


async def refuse_unknown(request: Request, platform: PlatformHere) -> None:
    """A dependency of every route: its query has the parameters that the route declares, each once, and its body is
    empty where the route takes none.

    Raises:
        Problem: 401 for whoever may not ask at all; 422 that names what is unknown, and what there is instead.
    """
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    errors = unknown_of([name for name, _ in request.query_params.multi_items()], _parameters(route.dependant))
    if route.body_field is None and request.method not in {"GET", "HEAD"}:
        body = (await request.body()).strip()
        if body not in _NO_BODY:
            errors.append({"field": "body", "message": "This route takes no body: leave it out."})
    if errors:
        await get_principal(request, platform)
        raise unknown(errors)


def _parameters(dependant: Dependant) -> Iterator[str]:
    """The names of a query's parameters that a handler declares, or what it depends on."""
    yield from (parameter.alias for parameter in dependant.query_params)
    for each in dependant.dependencies:
        yield from _parameters(each)
