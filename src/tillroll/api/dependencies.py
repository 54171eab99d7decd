"""What FastAPI's handlers are given, and the permission that each route declares."""

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Final, cast, get_args, get_origin

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from tillroll.access.permissions import Permission
from tillroll.api.admission import PRINCIPAL
from tillroll.api.answers import ACCOUNT, reply_of
from tillroll.api.near import VIEW, view_of
from tillroll.api.parameters import faults_in_query, unknown
from tillroll.api.rates import count_sign_in, one_holder
from tillroll.identity.authentication import ADDRESS, Principal, authenticate
from tillroll_durable.platform.invocation import in_session
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.registry import Registry
from tillroll_durable.workflow import Allowed, Workflow

if TYPE_CHECKING:
    from tillroll_durable.idempotency.journal import Journal

PERMISSION: Final = "x-permission"
# Where the kind of the problem that was answered stands in the ASGI scope.
PROBLEM: Final = "tillroll.problem"


def as_response(refused: Refusal) -> JSONResponse:
    """The response to what is refused."""
    reply = reply_of(refused)
    return JSONResponse(reply.body, status_code=reply.status, headers=reply.headers)


class UndeclaredRouteError(Exception):
    """A route does not say who may ask it."""


def needs(permission: Permission) -> dict[str, Any]:
    """For the definition of a route: `@router.get(…, openapi_extra=needs(READ))`."""
    return {PERMISSION: permission.value}


def needed_by(route: APIRoute) -> Permission:
    """What a route's definition says. Raises UndeclaredRouteError: it says nothing."""
    declared = route.openapi_extra or {}
    if PERMISSION not in declared:
        raise UndeclaredRouteError(
            f"{'/'.join(sorted(route.methods or ()))} {route.path} does not say who may ask it. "
            "Add `openapi_extra=needs(Permission.READ)` to its definition, or another permission "
            "of tillroll.access.permissions; `needs` is in tillroll.api.dependencies."
        )
    return Permission(declared[PERMISSION])


async def get_platform(request: Request) -> Platform:
    """The platform stands in the ASGI scope, where entry.py puts it for every request."""
    return cast("Platform", request.scope["env"])


PlatformHere = Annotated[Platform, Depends(get_platform)]


async def get_list_platform(request: Request, platform: PlatformHere) -> Platform:
    """The platform of a list: on a copy of its database, where the deployment and the browser allow
    that."""
    view = view_of(request.headers.get("cookie"), platform)
    if view is None:
        return platform
    request.scope[VIEW] = view
    return in_session(platform, view.session)


ListPlatform = Annotated[Platform, Depends(get_list_platform)]


async def get_principal(request: Request, platform: PlatformHere) -> Principal:
    """Anyone who sends a body is known before it is read; anybody else is looked up here."""
    authenticated: Principal | None = request.scope.get(PRINCIPAL)
    principal = authenticated or await authenticate(platform, request.method, request.headers.get)
    request.scope[PRINCIPAL] = principal
    request.scope[ACCOUNT] = principal.account_id
    return principal


async def check_permission(request: Request, platform: PlatformHere) -> None:
    """The first dependency of every route: the caller has the permission that the route's
    definition names."""
    needed = needed_by(request.scope["route"])
    if needed is not Permission.OPEN:
        (await get_principal(request, platform)).require(needed)


_NO_BODY = frozenset({b"", b"{}"})


async def refuse_unknown(request: Request) -> None:
    """A dependency of every route: its query has the parameters that the route declares, each once
    unless it is a list, and its body is empty where the route takes none."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    query = request.query_params.multi_items()
    # Most requests have none, and what a route knows is gathered anew for each.
    names = [*_parameters(route.dependant)] if query else []
    errors = faults_in_query(
        query,
        (name for name, _ in names),
        (name for name, is_list in names if is_list),
        path=map(str, request.path_params.values()),
    )
    if route.body_field is None and request.method not in {"GET", "HEAD"}:
        body = (await request.body()).strip()
        if body not in _NO_BODY:
            errors.append({"field": "body", "message": "This route takes no body: leave it out."})
    if errors:
        raise unknown(errors)


def _parameters(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """The names of a query's parameters that a handler declares, or what it depends on, and
    whether each is a list."""
    for each in dependant.query_params:
        annotation = each.field_info.annotation
        yield each.alias, list in map(get_origin, (annotation, *get_args(annotation)))
    for each in dependant.dependencies:
        yield from _parameters(each)


async def _count_sign_in(request: Request, platform: PlatformHere) -> None:
    address = request.headers.get(ADDRESS)
    if address:
        await count_sign_in(platform, one_holder(address))


# Of routes that sign in: refuses too many attempts from an address.
SignInCounted = Annotated[None, Depends(_count_sign_in)]


async def get_registry(request: Request) -> Registry:
    """The workflows that the application was made for."""
    return cast("Registry", request.app.state.registry)


Deployed = Annotated[Registry, Depends(get_registry)]
Caller = Annotated[Principal, Depends(get_principal)]


# Where the journal of a request with a key stands in the ASGI scope.
JOURNAL = "tillroll.journal"


async def _own_key(request: Request) -> str | None:
    of_journal = _turn_off(request)
    if of_journal is not None:
        return of_journal
    # Where no journal is kept, the use case's own key is all that there is: the header, within
    # account and route.
    return _within(_account_of(request) or "", request, route=(request.method, request.url.path))


async def _account_key(request: Request) -> str | None:
    _turn_off(request)
    account_id = _account_of(request)
    if account_id is None:
        return None
    return _within(account_id, request)


def _turn_off(request: Request) -> str | None:
    """Turn the journal off; its key, None where none is kept."""
    journal = cast("Journal | None", request.scope.get(JOURNAL))
    if journal is None:
        return None
    return journal.turn_off()


def _account_of(request: Request) -> str | None:
    asking = cast("Principal | None", request.scope.get(PRINCIPAL))
    if asking is None:
        return None
    return asking.account_id


def _within(account_id: str, request: Request, route: tuple[str, ...] = ()) -> str | None:
    """The header within an account, and a route where it is named; None where there is no
    header."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    return hashlib.sha256("\n".join((account_id, *route, key)).encode()).hexdigest()


# Of what moves money: the key within the account, for any sender, and for ever. A token that was
# rotated, or a day that has passed, makes no second payment of it. None where the request came with
# no Idempotency-Key.
AccountKey = Annotated[str | None, Depends(_account_key)]

# The operation's key, the same for each attempt at it; None where the request came with no
# Idempotency-Key.
OwnKey = Annotated[str | None, Depends(_own_key)]


_UNKNOWN: Final = Allowed(decide=Permission.ADMINISTER, operate=Permission.OPERATE)


class UndeclaredKindError(Exception):
    """A kind of workflow names a permission that there is not, or a signal."""


def check_kind(workflow: Workflow) -> None:
    """Raises UndeclaredKindError: a kind names no permission of ours, or nothing of its own."""
    kind = workflow.contract.kind
    allowed = workflow.permissions
    if allowed.trigger is not None and workflow.trigger is None:
        raise UndeclaredKindError(
            f"The workflow {kind!r} says who may trigger it, and not how: give it "
            "`trigger=Trigger()`."
        )
    signals = {signal.name for signal in workflow.contract.signals}
    unknown = sorted({*allowed.signals} - signals)
    if unknown:
        raise UndeclaredKindError(
            f"The workflow {kind!r} says who may send signals that its contract has not: "
            f"{', '.join(unknown)}."
        )
    named = {allowed.decide, allowed.operate, *allowed.signals.values()} | (
        {allowed.trigger} - {None}
    )
    if workflow.schedule is not None:
        named.add(workflow.schedule.permission)
    unknown = sorted(str(each) for each in named if each not in {*Permission})
    if unknown:
        raise UndeclaredKindError(
            f"The workflow {kind!r} names no permission of ours: {', '.join(unknown)}."
        )


def allowed_of(registry: Registry, kind: str, version: int) -> Allowed:
    """What the kind of a run says; where it is not deployed any more, what the routes need
    besides."""
    workflow = registry.shown_by(kind, version)
    if workflow is None:
        return _UNKNOWN
    return workflow.permissions


def require(principal: Principal, permission: str) -> None:
    """Raises Problem, 403: the caller does not have what a kind names."""
    principal.require(Permission(permission))
