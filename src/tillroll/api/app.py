"""The FastAPI application: everything under /api but what entry.py answers natively."""

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from tillroll.api import health
from tillroll.api.accounts import accounts, notices, sessions, tokens
from tillroll.api.answers import PROBLEM, as_response
from tillroll.api.approving import approvals, duplicates, policies
from tillroll.api.dependencies import check_permission
from tillroll.api.door.access import Principal
from tillroll.api.door.admission import PRINCIPAL
from tillroll.api.door.headers import SafeHeaders
from tillroll.api.door.methods import Methods
from tillroll.api.door.repeating.middleware import Repeating
from tillroll.api.door.repeating.openapi import describe_keys
from tillroll.api.door.repeating.routes import KeyedRoutes
from tillroll.api.door.request_log import RequestLog, route_of
from tillroll.api.door.strictness import refuse_unknown
from tillroll.api.endpoints import deliveries, endpoints, event_types
from tillroll.api.expenses import changes, editing, expense_documents, expense_names, expenses
from tillroll.api.exports import exports, links, periods, profiles
from tillroll.api.finding import found, reports, views
from tillroll.api.inbound import events as inbound_events
from tillroll.api.inbound import sources as inbound_sources
from tillroll.api.ledger import accounts as ledger_accounts
from tillroll.api.ledger import statements as ledger_statements
from tillroll.api.ledger import transfers as ledger_transfers
from tillroll.api.mail import addresses as mail_addresses
from tillroll.api.mail import choices as notice_choices
from tillroll.api.mail import events as mail_events
from tillroll.api.openapi import NATIVE_PATHS, PROBLEM_RESPONSES
from tillroll.api.operators import ai_calls, alerts, audit, metrics
from tillroll.api.passkeys import passkeys, sign_in
from tillroll.api.people import people
from tillroll.api.problems import INVALID_REQUEST, METHOD_NOT_ALLOWED, NOT_FOUND, UNREADABLE_BODY, Problem, crash
from tillroll.api.runs import operations, read_again, reviews, runs, signals, timeline, traces
from tillroll.api.sorting import acts, chosen_acts, merchants, proposals, rules
from tillroll.api.sorting import categories as sorting_categories
from tillroll.api.vouchers import rates, travel, vouchers
from tillroll.api.webhooks import router as webhooks
from tillroll.api.workflows import kinds, schedules, steps, triggers
from tillroll.api.workflows.allowed import check_kinds
from tillroll.durable.registry import Registry
from tillroll.inbound.consumers import Consumers
from tillroll.inbound.effects import Inbound
from tillroll.platform import log
from tillroll.platform.json import Json


def create_app(registry: Registry, consumers: Consumers | None = None) -> FastAPI:
    """The application for the workflows of `registry`, and for what takes events beside them.

    Raises:
        UndeclaredRouteError, UndeclaredKindError: a route, or a kind of workflow, does not say who may.
    """
    check_kinds(registry)
    app = FastAPI(
        title="Tillroll",
        version="0.1.0",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=PROBLEM_RESPONSES,
        webhooks=webhooks,
        dependencies=[Depends(check_permission), Depends(refuse_unknown)],
    )
    app.state.registry = registry
    app.state.inbound = Inbound(registry, consumers or {})
    modules = (
        sessions,
        sign_in,
        passkeys,
        people,
        tokens,
        accounts,
        ai_calls,
        kinds,
        triggers,
        schedules,
        runs,
        steps,
        reviews,
        signals,
        read_again,
        operations,
        reports,
        views,
        found,  # before `expenses`, whose paths have an id where these have a word
        expenses,
        editing,
        changes,
        expense_documents,
        expense_names,
        vouchers,
        rates,
        travel,
        approvals,
        policies,
        duplicates,
        sorting_categories,
        merchants,
        rules,
        proposals,
        acts,
        chosen_acts,
        exports,
        links,
        periods,
        profiles,
        ledger_accounts,
        ledger_transfers,
        ledger_statements,
        metrics,
        endpoints,
        deliveries,
        event_types,
        notices,
        notice_choices,
        mail_addresses,
        mail_events,
        alerts,
        timeline,
        audit,
        traces,
        inbound_sources,
        inbound_events,
        health,
    )
    for module in modules:
        app.include_router(module.router)
    app.state.methods = Methods(module.router for module in modules)
    app.state.looks = health.Looks()
    app.state.keyed = keyed = KeyedRoutes(module.router for module in modules)
    app.add_middleware(Repeating, routes=keyed)  # the last that is added stands outermost
    app.add_middleware(SafeHeaders)
    app.add_middleware(RequestLog)
    app.add_exception_handler(Problem, _answer_problem)
    app.add_exception_handler(RequestValidationError, _answer_validation)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(Exception, _answer_crash)
    generate = app.openapi

    def openapi() -> dict[str, object]:
        schema = generate()
        schema["paths"].update(NATIVE_PATHS)
        describe_keys(schema, keyed)
        return schema

    app.openapi = openapi
    return app


def as_asked_by(app: ASGIApp, principal: Principal | None) -> ASGIApp:
    """The application as it answers a request whose sender is known already."""

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        scope[PRINCIPAL] = principal
        await app(scope, receive, send)

    return asked


async def _answer_problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)  # noqa: S101 - FastAPI hands over what it was registered for
    request.scope[PROBLEM] = error.kind
    return as_response(error)


async def _answer_validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    errors: list[Json] = [
        {"field": ".".join(map(str, item["loc"][1:])) or str(item["loc"][0]), "message": str(item["msg"])}
        for item in error.errors()
    ]
    request.scope[PROBLEM] = INVALID_REQUEST
    return as_response(Problem(INVALID_REQUEST, "Correct what `errors` names; see /api/openapi.json.", errors=errors))


async def _answer_http(request: Request, error: Exception) -> JSONResponse:
    """What the router itself refuses: unknown paths and methods, and a body that its parser gives up on."""
    assert isinstance(error, HTTPException)  # noqa: S101
    if error.status_code == UNREADABLE_BODY.status:
        return as_response(Problem(UNREADABLE_BODY, "Send the body as JSON in UTF-8; see /api/openapi.json."))
    methods = request.app.state.methods.of(request.scope["path"])
    allow = ", ".join(methods) or (error.headers or {}).get("Allow")
    if allow:
        detail = "See /api/openapi.json for the methods of this path."
        return as_response(Problem(METHOD_NOT_ALLOWED, detail, allow=allow))
    return as_response(Problem(NOT_FOUND, "See /api/openapi.json for the paths there are."))


async def _answer_crash(request: Request, error: Exception) -> JSONResponse:
    log.crash("request.failed", error, method=request.method, route=route_of(request.scope))
    return as_response(crash())
