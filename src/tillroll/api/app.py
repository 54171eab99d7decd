"""The FastAPI application: everything under /api but what entry.py answers natively."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from tillroll.api import (
    accounts,
    ai_calls,
    alerts,
    audit,
    categories,
    expenses,
    merchants,
    metrics,
    operations,
    reviews,
    runs,
    sessions,
    timeline,
    traces,
)
from tillroll.api.headers import SafeHeaders
from tillroll.api.openapi import NATIVE_PATHS, PROBLEM_RESPONSES
from tillroll.api.problems import INVALID_REQUEST, METHOD_NOT_ALLOWED, NOT_FOUND, Problem, crash
from tillroll.api.request_log import RequestLog, route_of
from tillroll.platform import log
from tillroll.platform.json import Json


def create_app() -> FastAPI:
    app = FastAPI(
        title="Tillroll",
        version="0.1.0",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=PROBLEM_RESPONSES,
    )
    app.add_middleware(SafeHeaders)
    app.add_middleware(RequestLog)
    for module in (
        sessions,
        accounts,
        ai_calls,
        runs,
        reviews,
        operations,
        expenses,
        categories,
        merchants,
        metrics,
        alerts,
        timeline,
        audit,
        traces,
    ):
        app.include_router(module.router)
    app.add_api_route("/api/health", health, tags=["health"])
    app.add_exception_handler(Problem, _answer_problem)
    app.add_exception_handler(RequestValidationError, _answer_validation)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(Exception, _answer_crash)
    generate = app.openapi

    def openapi() -> dict[str, object]:
        schema = generate()
        schema["paths"].update(NATIVE_PATHS)
        return schema

    app.openapi = openapi
    return app


async def health() -> dict[str, str]:
    """The Worker answers."""
    return {"status": "ok"}


def as_response(problem: Problem) -> JSONResponse:
    return JSONResponse(problem.body(), status_code=problem.kind.status, headers=problem.headers)


async def _answer_problem(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)  # noqa: S101 - FastAPI hands over what it was registered for
    return as_response(error)


async def _answer_validation(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    errors: list[Json] = [
        {"field": ".".join(map(str, item["loc"][1:])) or str(item["loc"][0]), "message": str(item["msg"])}
        for item in error.errors()
    ]
    return as_response(Problem(INVALID_REQUEST, "Correct what `errors` names; see /api/openapi.json.", errors=errors))


async def _answer_http(_: Request, error: Exception) -> JSONResponse:
    """What the router itself refuses: unknown paths and methods."""
    assert isinstance(error, HTTPException)  # noqa: S101
    if error.status_code == METHOD_NOT_ALLOWED.status:
        return as_response(Problem(METHOD_NOT_ALLOWED, "See /api/openapi.json for the methods of this path."))
    return as_response(Problem(NOT_FOUND, "See /api/openapi.json for the paths there are."))


async def _answer_crash(request: Request, error: Exception) -> JSONResponse:
    log.crash("request.failed", error, method=request.method, route=route_of(request.scope))
    return as_response(crash())
