"""The FastAPI application: everything under /api but what entry.py answers natively."""

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from tillroll.accounts import endpoints as accounts_endpoints
from tillroll.api import health
from tillroll.api.admission import PRINCIPAL, RequestLog, route_of
from tillroll.api.answers import PROBLEM, PROBLEM_RESPONSES, SafeHeaders, as_response
from tillroll.api.dependencies import Methods, check_permission
from tillroll.api.native import ROUTES as NATIVE
from tillroll.api.problems import (
    ARCHIVE_LOST,
    INVALID_REQUEST,
    METHOD_NOT_ALLOWED,
    MISCONFIGURED,
    NOT_FOUND,
    UNREADABLE_BODY,
    Problem,
    crash,
    invalid_values,
    misconfigured,
)
from tillroll.api.repetition import KeyedRoutes, Repeating
from tillroll.api.validation import invalid, refuse_unknown
from tillroll.audit import endpoints as audit_endpoints
from tillroll.bulk import endpoints as bulk_endpoints
from tillroll.claims import endpoints as claims_endpoints
from tillroll.claims import payer
from tillroll.durable import ValuesRefused
from tillroll.durable.record.archive import ArchiveLost
from tillroll.durable.registry import Registry
from tillroll.expenses import duplicate_endpoints
from tillroll.expenses import endpoints as expenses_endpoints
from tillroll.expenses.approval import endpoints as approval_endpoints
from tillroll.expenses.search import endpoints as search_endpoints
from tillroll.expenses.search import report_endpoints
from tillroll.expenses.sorting import act_endpoints, merchant_endpoints
from tillroll.expenses.sorting import endpoints as sorting_endpoints
from tillroll.exports import endpoints as exports_endpoints
from tillroll.identity import passkey_endpoints, people_endpoints, refusal_endpoints, session_endpoints, token_endpoints
from tillroll.identity.authentication import Principal
from tillroll.inbound import endpoints as inbound_endpoints
from tillroll.inbound import event_endpoints
from tillroll.inbound.endpoints import hand_events_to
from tillroll.ledger import endpoints as ledger_endpoints
from tillroll.ledger import statements
from tillroll.mail import endpoints as mail_endpoints
from tillroll.notifications import endpoints as notifications_endpoints
from tillroll.observability import ai_calls
from tillroll.observability import endpoints as observability_endpoints
from tillroll.payouts import change_endpoints
from tillroll.payouts import endpoints as payouts_endpoints
from tillroll.payouts.bank_files import endpoints as bank_files_endpoints
from tillroll.payouts.batches import endpoints as batches_endpoints
from tillroll.platform import log
from tillroll.platform.settings import InvalidSetting
from tillroll.privacy.data_export import endpoints as data_export_endpoints
from tillroll.privacy.erasure import endpoints as erasure_endpoints
from tillroll.quotas import endpoints as quotas_endpoints
from tillroll.receipts import endpoints, voucher_endpoints
from tillroll.received_mail import endpoints as received_mail_endpoints
from tillroll.runs import endpoints as runs_endpoints
from tillroll.runs import operation_endpoints, schedule_endpoints, signal_endpoints, timeline_endpoints
from tillroll.runs import workflow_endpoints as workflows_endpoints
from tillroll.runs.permissions import check_kinds
from tillroll.travel import endpoints as travel_endpoints
from tillroll.webhooks import delivery_endpoints
from tillroll.webhooks import endpoints as webhooks_endpoints


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
    hand_events_to(app, registry, {})
    modules = (
        session_endpoints,
        passkey_endpoints,
        people_endpoints,
        refusal_endpoints,
        token_endpoints,
        accounts_endpoints,
        quotas_endpoints,
        ai_calls,
        workflows_endpoints,
        schedule_endpoints,
        runs_endpoints,
        timeline_endpoints,
        signal_endpoints,
        endpoints,
        operation_endpoints,
        bulk_endpoints,
        report_endpoints,
        search_endpoints,  # before `expenses`, whose paths have an id where these have a word
        expenses_endpoints,
        voucher_endpoints,
        travel_endpoints,
        approval_endpoints,
        duplicate_endpoints,
        sorting_endpoints,
        merchant_endpoints,
        act_endpoints,
        exports_endpoints,
        ledger_endpoints,
        statements,
        payouts_endpoints,
        change_endpoints,
        bank_files_endpoints,
        batches_endpoints,
        claims_endpoints,
        payer,
        observability_endpoints,
        webhooks_endpoints,
        delivery_endpoints,
        notifications_endpoints,
        mail_endpoints,
        audit_endpoints,
        inbound_endpoints,
        event_endpoints,
        erasure_endpoints,
        data_export_endpoints,
        received_mail_endpoints,
        health,
    )
    for module in modules:
        app.include_router(module.router)
    app.state.methods = Methods((module.router for module in modules), NATIVE)
    app.state.looks = health.Looks()
    app.state.keyed = KeyedRoutes(module.router for module in modules)
    app.add_middleware(Repeating, routes=app.state.keyed)  # the last that is added stands outermost
    app.add_middleware(SafeHeaders)
    app.add_middleware(RequestLog)
    app.add_exception_handler(Problem, _answer_problem)
    app.add_exception_handler(ValuesRefused, _answer_refused)
    app.add_exception_handler(InvalidSetting, _answer_misconfigured)
    app.add_exception_handler(ArchiveLost, _answer_lost)
    app.add_exception_handler(RequestValidationError, _answer_validation)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(Exception, _answer_crash)
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


async def _answer_refused(request: Request, error: Exception) -> JSONResponse:
    """What a use case refuses of the values that it was given."""
    assert isinstance(error, ValuesRefused)  # noqa: S101 - it is the handler of this class alone
    return await _answer_problem(request, invalid_values(error.problems))


async def _answer_misconfigured(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, InvalidSetting)  # noqa: S101 - it is the handler of this class alone
    log.error("setting.invalid", error=error)
    request.scope[PROBLEM] = MISCONFIGURED
    return as_response(misconfigured(error))


async def _answer_lost(request: Request, error: Exception) -> JSONResponse:
    """What was archived, and is not there as it was written: the message says how to put it right."""
    assert isinstance(error, ArchiveLost)  # noqa: S101 - it is the handler of this class alone
    return await _answer_problem(request, Problem(ARCHIVE_LOST, str(error)))


async def _answer_validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    request.scope[PROBLEM] = INVALID_REQUEST
    return as_response(invalid(request, error))


async def _answer_http(request: Request, error: Exception) -> JSONResponse:
    """What the router itself refuses: unknown paths and methods, and a body that its parser gives up on."""
    assert isinstance(error, HTTPException)  # noqa: S101
    if error.status_code == UNREADABLE_BODY.status:
        return as_response(Problem(UNREADABLE_BODY, "Send the body as JSON in UTF-8; see /api/openapi.json."))
    methods = request.app.state.methods.of(request.scope["path"])
    allow = ", ".join(methods) or (error.headers or {}).get("Allow")
    if allow and request.method not in methods:  # what is too long to be an id is nothing that there is
        detail = "See /api/openapi.json for the methods of this path."
        return as_response(Problem(METHOD_NOT_ALLOWED, detail, allow=allow))
    return as_response(Problem(NOT_FOUND, "See /api/openapi.json for the paths there are."))


async def _answer_crash(request: Request, error: Exception) -> JSONResponse:
    log.crash("request.failed", error, method=request.method, route=route_of(request.scope))
    return as_response(crash())
