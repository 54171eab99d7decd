"""The FastAPI application: everything under /api but what entry.py answers natively."""

from typing import cast

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from tillroll.api import health
from tillroll.api.admission import PRINCIPAL, RequestLog, route_of
from tillroll.api.allowed import check_kinds
from tillroll.api.answers import PROBLEM, PROBLEM_RESPONSES, SafeHeaders, as_response
from tillroll.api.dependencies import Methods, check_permission
from tillroll.api.native import ROUTES as NATIVE
from tillroll.api.problems import METHOD_NOT_ALLOWED, NOT_FOUND, UNREADABLE_BODY, Problem, problem_of
from tillroll.api.repetition import KeyedRoutes, Repeating
from tillroll.api.validation import invalid, refuse_unknown
from tillroll.app import load
from tillroll.durable.workflow import Registry
from tillroll.identity.authentication import Principal
from tillroll.platform.refusals import Refusal, kind_of
from tillroll.platform.settings import InvalidSetting


def create_app(registry: Registry) -> FastAPI:
    """The application for the workflows of `registry`.

    Raises:
        UndeclaredRouteError, UndeclaredKindError: a route, or a kind of workflow, does not say who may.
    """
    check_kinds(registry)
    app = FastAPI(
        title="Tillroll",
        version="0.1.0",
        openapi_url=None,  # a file describes the API: cli/reference makes it
        responses=PROBLEM_RESPONSES,
        dependencies=[Depends(check_permission), Depends(refuse_unknown)],
    )
    app.state.registry = registry
    app.state.consumers = {}  # of events from other systems: see http_api.py
    routers = [cast("APIRouter", each) for each in load(lambda module: module.routers)]
    for router in routers:
        app.include_router(router)
    app.state.methods = Methods(routers, NATIVE)
    app.state.looks = health.Looks()
    app.state.keyed = KeyedRoutes(routers)
    app.add_middleware(Repeating, routes=app.state.keyed)  # the last that is added stands outermost
    app.add_middleware(SafeHeaders)
    app.add_middleware(RequestLog)
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
        error = invalid(request, error)
    elif isinstance(error, HTTPException):
        error = _of_router(request, error)
    refused = problem_of(error, request.method, route_of(request.scope))
    request.scope[PROBLEM] = kind_of(refused)
    return as_response(refused)


def _of_router(request: Request, error: HTTPException) -> Problem:
    """What the router itself refuses: unknown paths and methods, and a body that its parser gives up on."""
    if error.status_code == UNREADABLE_BODY.status:
        return Problem(UNREADABLE_BODY, "Send the body as JSON in UTF-8; see /api/openapi.json.")
    methods = request.app.state.methods.of(request.scope["path"])
    allow = ", ".join(methods) or (error.headers or {}).get("Allow")
    if allow and request.method not in methods:  # what is too long to be an id is nothing that there is
        return Problem(METHOD_NOT_ALLOWED, "See /api/openapi.json for the methods of this path.", allow=allow)
    return Problem(NOT_FOUND, "See /api/openapi.json for the paths there are.")
