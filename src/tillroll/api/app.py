"""The FastAPI application: everything under /api but what entry.py answers natively."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from tillroll.api import health
from tillroll.api.admission import PRINCIPAL
from tillroll.api.answers import Answers, route_of
from tillroll.api.conditions import Conditions
from tillroll.api.dependencies import PROBLEM, as_response, check_kind
from tillroll.api.idempotency import Idempotency
from tillroll.api.problems import NOT_FOUND, UNSUPPORTED_BODY, Problem, as_errors
from tillroll.api.routing import Routes
from tillroll.identity.authentication import Principal
from tillroll_durable.platform.faults import OBJECT, Error, Fault, faults_in
from tillroll_durable.platform.refusals import (
    INVALID_REQUEST,
    METHOD_NOT_ALLOWED,
    UNREADABLE_BODY,
    Refusal,
)
from tillroll_durable.platform.settings import InvalidSetting
from tillroll_durable.registry import Registry
from tillroll_durable.server.problems import refusal_of


def create_app(registry: Registry) -> FastAPI:
    """The application, which imports a feature's routes when `app.state.routes` opens them.
    Raises UndeclaredKindError, also where a kind is imported later: it does not say who may."""
    registry.check_each(check_kind)
    # cli/reference describes it in files
    app = FastAPI(title="Tillroll", version="0.1.0", openapi_url=None)
    app.state.registry = registry
    app.state.consumers = dict  # gives those of events from other systems: see http_api.py
    app.state.routes = routes = Routes(app.router.routes)
    app.state.looks = health.Looks()
    app.add_middleware(Idempotency, routes=routes)  # the last that is added stands outermost
    app.add_middleware(Conditions)
    app.add_middleware(Answers)
    for error in (Refusal, InvalidSetting, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(error, _answer_error)
    return app


def as_asked_by(app: ASGIApp, principal: Principal | None) -> ASGIApp:
    """The application as it answers a request whose sender is known already."""

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        scope[PRINCIPAL] = principal
        await app(scope, receive, send)

    return asked


async def _answer_error(request: Request, error: Exception) -> JSONResponse:
    """The one handler of all that is raised."""
    if isinstance(error, RequestValidationError):
        error = _invalid(request, error)
    elif isinstance(error, HTTPException):
        error = _of_router(request, error)
    refused = refusal_of(error, method=request.method, route=route_of(request.scope))
    request.scope[PROBLEM] = refused.kind
    return as_response(refused)


def _of_router(request: Request, error: HTTPException) -> Problem:
    """Explain what the router itself refuses: unknown paths and methods, and a body that its parser
    cannot read."""
    if error.status_code == UNREADABLE_BODY.status:
        return Problem(UNREADABLE_BODY, "Send the body as JSON in UTF-8; see /api/openapi.json.")
    methods = request.app.state.routes.methods_of(request.scope["path"])
    allow = ", ".join(methods) or (error.headers or {}).get("Allow")
    # what is too long to be an id is nothing that there is
    if allow and request.method not in methods:
        advice = "See /api/openapi.json for the methods of this path."
        return Problem(METHOD_NOT_ALLOWED, advice, headers={"allow": allow})
    return Problem(NOT_FOUND, "See /api/openapi.json for the paths there are.")


_BODY: Final = "body"


def _invalid(request: Request, error: RequestValidationError) -> Problem:
    """What is answered where a body, or a parameter, is not what its route takes."""
    errors: Sequence[Error] = error.errors()
    of_body = [_inner(each) for each in errors if each["loc"][0] == _BODY]
    others = [_inner(each) for each in errors if each["loc"][0] != _BODY]
    faults = faults_in(others, str(errors[0]["loc"][0]))
    if any(not each["loc"] for each in of_body) and not _is_json(request):
        detail = "Send the body with the header `Content-Type: application/json`."
        if not error.body:
            return _problem(detail, [Fault(_BODY, OBJECT)])
        return Problem(UNSUPPORTED_BODY, detail, headers={"accept": "application/json"})
    route = request.scope.get("route")
    field = route.body_field if isinstance(route, APIRoute) else None
    annotation: Any = None if field is None else field.field_info.annotation
    return _problem(
        "Correct what `errors` names; see /api/docs.",
        [*faults, *faults_in(map(_of_whole, of_body), _BODY, annotation)],
    )


def _problem(detail: str, faults: Iterable[Fault]) -> Problem:
    return Problem(INVALID_REQUEST, detail, errors=as_errors(faults))


def _inner(error: Error) -> Error:
    return {**error, "loc": error["loc"][1:]}


def _of_whole(error: Error) -> Error:
    """A body that is missing is said to be no object."""
    if error["type"] == "missing" and not error["loc"]:
        return {**error, "type": "model_type"}
    return error


def _is_json(request: Request) -> bool:
    """Say whether FastAPI reads the body as JSON: decide by the same rule."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type == "application/json" or (
        media_type.startswith("application/") and media_type.endswith("+json")
    )
