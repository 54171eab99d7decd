"""Requests that do not have the shape that their route declares: refused with what to send instead."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

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
