"""What a route does not know is refused, not dropped: a misspelt filter would otherwise list everything."""

from collections.abc import Iterator
from typing import get_args, get_origin

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from tillroll.api.door.unknown import too_long, unknown, unknown_of

_NO_BODY = frozenset({b"", b"{}"})


async def refuse_unknown(request: Request) -> None:
    """A dependency of every route: its query has the parameters that the route declares, each once unless it is a list,
    and its body is empty where the route takes none.

    Raises:
        Problem: 422 that names what is unknown, and what there is instead.
    """
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    query = request.query_params.multi_items()
    excess = too_long((str(value) for value in request.path_params.values()), query)
    if excess:
        raise unknown(excess)
    names = [name for name, _ in query]
    # Most requests have none, and what a route knows is gathered anew for each.
    known = [*_parameters(route.dependant)] if names else []
    errors = unknown_of(names, (name for name, _ in known), (name for name, is_list in known if is_list))
    if route.body_field is None and request.method not in {"GET", "HEAD"}:
        body = (await request.body()).strip()
        if body not in _NO_BODY:
            errors.append({"field": "body", "message": "This route takes no body: leave it out."})
    if errors:
        raise unknown(errors)


def _parameters(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """The names of a query's parameters that a handler declares, or what it depends on, and whether each is a list."""
    for each in dependant.query_params:
        annotation = each.field_info.annotation
        yield each.alias, list in map(get_origin, (annotation, *get_args(annotation)))
    for each in dependant.dependencies:
        yield from _parameters(each)
