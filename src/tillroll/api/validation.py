"""Validation: requests without the shape that their route declares are refused, with what to send instead."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, get_args, get_origin

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from tillroll.api.parameters import too_long, unknown, unknown_of
from tillroll.api.problems import INVALID_REQUEST, Problem
from tillroll.platform.faults import OBJECT, Error, Fault, faults_in
from tillroll.platform.json import Json

_BODY: Final = "body"


def invalid(request: Request, error: RequestValidationError) -> Problem:
    """What is answered where a body, or a parameter, is not what its route takes."""
    errors: Sequence[Error] = error.errors()
    of_body = [_inner(each) for each in errors if each["loc"][0] == _BODY]
    others = [_inner(each) for each in errors if each["loc"][0] != _BODY]
    found = faults_in(others, str(errors[0]["loc"][0]))
    if any(not each["loc"] for each in of_body) and not _is_json(request):
        return _problem("Send the body with the header `Content-Type: application/json`.", [Fault(_BODY, OBJECT)])
    route = request.scope.get("route")
    field = route.body_field if isinstance(route, APIRoute) else None
    asked: Any = None if field is None else field.field_info.annotation
    return _problem(
        "Correct what `errors` names; see /api/docs.", [*found, *faults_in(map(_of_whole, of_body), _BODY, asked)]
    )


def as_json(faults: Iterable[Fault]) -> list[Json]:
    """The `errors` of a problem."""
    return [{"field": each.field, "message": each.says} for each in faults]


def _problem(detail: str, faults: Iterable[Fault]) -> Problem:
    return Problem(INVALID_REQUEST, detail, errors=as_json(faults))


def _inner(error: Error) -> Error:
    return {**error, "loc": error["loc"][1:]}


def _of_whole(error: Error) -> Error:
    """A body that is missing is said to be no object."""
    return {**error, "type": "model_type"} if error["type"] == "missing" and not error["loc"] else error


def _is_json(request: Request) -> bool:
    """As FastAPI decides whether it reads a body as JSON."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type == "application/json" or (media_type.startswith("application/") and media_type.endswith("+json"))


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
