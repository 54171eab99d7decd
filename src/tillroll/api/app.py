"""The FastAPI application: everything under /api but what entry.py answers natively."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, cast, get_args, get_origin

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from tillroll.api import health
from tillroll.api.admission import PRINCIPAL
from tillroll.api.answers import Answers, problem_of, route_of
from tillroll.api.dependencies import PROBLEM, Methods, as_response, check_kinds, check_permission
from tillroll.api.idempotency import Idempotency, keyed_routes
from tillroll.api.native import native_routes
from tillroll.api.parameters import faults_in_query, unknown
from tillroll.api.problems import METHOD_NOT_ALLOWED, NOT_FOUND, PROBLEM_RESPONSES, UNREADABLE_BODY, Problem, as_errors
from tillroll.app import load
from tillroll.durable.workflow import Registry
from tillroll.identity.authentication import Principal
from tillroll.platform.faults import OBJECT, Error, Fault, faults_in
from tillroll.platform.refusals import INVALID_REQUEST, Refusal
from tillroll.platform.settings import InvalidSetting


def create_app(registry: Registry) -> FastAPI:
    """The application. Raises UndeclaredRouteError, UndeclaredKindError: a route or a kind does not say who may."""
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
    app.state.methods = Methods(routers, native_routes())
    app.state.looks = health.Looks()
    app.state.keyed = keyed_routes(routers)
    app.add_middleware(Idempotency, routes=app.state.keyed)  # the last that is added stands outermost
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
    refused = problem_of(error, request.method, route_of(request.scope))
    request.scope[PROBLEM] = refused.kind
    return as_response(refused)


def _of_router(request: Request, error: HTTPException) -> Problem:
    """What the router itself refuses: unknown paths and methods, and a body that its parser gives up on."""
    if error.status_code == UNREADABLE_BODY.status:
        return Problem(UNREADABLE_BODY, "Send the body as JSON in UTF-8; see /api/openapi.json.")
    methods = request.app.state.methods.of(request.scope["path"])
    allow = ", ".join(methods) or (error.headers or {}).get("Allow")
    if allow and request.method not in methods:  # what is too long to be an id is nothing that there is
        advice = "See /api/openapi.json for the methods of this path."
        return Problem(METHOD_NOT_ALLOWED, advice, headers={"allow": allow})
    return Problem(NOT_FOUND, "See /api/openapi.json for the paths there are.")


_BODY: Final = "body"


def _invalid(request: Request, error: RequestValidationError) -> Problem:
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


def _problem(detail: str, faults: Iterable[Fault]) -> Problem:
    return Problem(INVALID_REQUEST, detail, errors=as_errors(faults))


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
    and its body is empty where the route takes none."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    query = request.query_params.multi_items()
    # Most requests have none, and what a route knows is gathered anew for each.
    known = [*_parameters(route.dependant)] if query else []
    errors = faults_in_query(
        query,
        (name for name, _ in known),
        (name for name, is_list in known if is_list),
        path=map(str, request.path_params.values()),
    )
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
