"""What a request names: the run, its workflow, the page of a list; and who may do what with it."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeVar

from tillroll_durable.chains import newest_of as newest_of_chain
from tillroll_durable.contract import Contract
from tillroll_durable.errors import FailureClass
from tillroll_durable.operations import Undeployed
from tillroll_durable.platform import base64url
from tillroll_durable.platform.clock import from_text
from tillroll_durable.platform.faults import one_of
from tillroll_durable.platform.refusals import NOT_FOUND, Refusal, missing
from tillroll_durable.registry import Registry
from tillroll_durable.runs import Run, find_run
from tillroll_durable.selection import Chosen
from tillroll_durable.server.access import Permission
from tillroll_durable.server.exchange import ApiRequest, InvalidRequest
from tillroll_durable.states import Status
from tillroll_durable.workflow import Allowed, Workflow

Member = TypeVar("Member", bound=StrEnum)

NEWEST: Final = "~"
"""The place before the newest run: ids are ASCII, and this sorts behind all of them."""
DEFAULT_LIMIT: Final = 50
MOST_ITEMS: Final = 100
_LIMIT: Final = re.compile(r"[1-9][0-9]{0,2}")
_CHOOSING: Final = (
    "kind", "subject", "status", "state", "failureClass", "parent", "from", "to", "unresolved",
    "withFailures", "attribute", "externalId",
)  # fmt: skip
LIST_PARAMETERS: Final = (*_CHOOSING, "cursor", "limit")
# Who may act on a run of a kind that says nothing of it.
_OPEN: Final = Allowed(
    decide=Permission.OPERATE, operate=Permission.OPERATE, trigger=Permission.RUN
)


class Missing(Refusal):
    """There is no such thing in the caller's account."""

    kind = NOT_FOUND


def allowed_of(registry: Registry, kind: str, version: int) -> Allowed:
    """Find who may do what with a run of a kind."""
    workflow = registry.shown_by(kind, version)
    if workflow is None or workflow.allowed is None:
        return _OPEN
    return workflow.permissions


def newest_of(registry: Registry, kind: str) -> Workflow:
    """The workflow that new runs of a kind begin under. Raises Missing."""
    if kind not in registry.newest:
        raise Missing(f"{one_of([*registry.newest], kind)} GET /api/workflows lists the kinds.")
    return registry.newest[kind]


async def run_of(request: ApiRequest, run_id: str) -> Run:
    """A run of the caller's account. Raises Missing, also for another account's."""
    run = await find_run(request.platform.database, run_id)
    if run is None or run.account_id != request.caller.account_id:
        raise Missing(missing("run"))
    return run


async def newest_run_of(request: ApiRequest, run_id: str) -> Run:
    """A run of the caller's account, or the newest that it goes on as. Raises Missing."""
    return await newest_of_chain(request.platform.database, await run_of(request, run_id))


def contract_of(registry: Registry, run: Run) -> Contract:
    """The contract that a run goes on by. Raises Undeployed."""
    return workflow_of(registry, run).contract


def workflow_of(registry: Registry, run: Run) -> Workflow:
    """The workflow that a run executes. Raises Undeployed."""
    workflow = registry.find(run.kind, run.contract_version)
    if workflow is None:
        raise Undeployed(run)
    return workflow


def limit_of(request: ApiRequest) -> int:
    """How many items the caller wants on a page. Raises InvalidRequest."""
    value = request.parameter("limit") or str(DEFAULT_LIMIT)
    if not _LIMIT.fullmatch(value) or int(value) > MOST_ITEMS:
        raise InvalidRequest(f"Give a `limit` from 1 to {MOST_ITEMS}.")
    return int(value)


def place_of(request: ApiRequest, first: str) -> str:
    """Read where the page begins: after the cursor, or `first`. Raises InvalidRequest."""
    cursor = request.parameter("cursor")
    if cursor is None:
        return first
    try:
        return base64url.decoded(cursor).decode()
    except ValueError as error:
        raise InvalidRequest("Use `nextCursor` of the page before as it is.") from error


def cursor_of(place: str) -> str:
    """The cursor of the page behind a place."""
    return base64url.encoded(place.encode())


def chosen_by(request: ApiRequest) -> Chosen:
    """Read which runs the query names. Raises InvalidRequest."""
    registry = request.registry
    kind = request.parameter("kind")
    if kind is not None and kind not in registry.newest:
        raise InvalidRequest(one_of([*registry.newest], kind))
    attributes = request.parameters("attribute")
    for each in attributes:
        name, _, value = each.partition(":")
        if not name or not value:
            raise InvalidRequest("Give `attribute` as a name and a value, such as customer:42.")
    return Chosen(
        kind,
        request.parameter("subject"),
        status=_member(Status, "status", request),
        state=request.parameter("state"),
        failure_class=_member(FailureClass, "failureClass", request),
        parent=request.parameter("parent"),
        since=_moment(request, "from"),
        until=_moment(request, "to"),
        unresolved=_truth(request, "unresolved"),
        with_failures=_truth(request, "withFailures"),
        attributes=tuple(attributes),
        external_id=request.parameter("externalId"),
    )


def _member(members: type[Member], name: str, request: ApiRequest) -> Member | None:
    value = request.parameter(name)
    if value is None:
        return None
    if value not in {*members}:
        raise InvalidRequest(f"`{name}`: {one_of([*members], value)}")
    return members(value)


def _truth(request: ApiRequest, name: str) -> bool | None:
    """False chooses nothing. Raises InvalidRequest."""
    value = request.parameter(name)
    if value not in {None, "true", "false"}:
        raise InvalidRequest(f"Give `{name}` as true or false.")
    return value == "true" or None


def _moment(request: ApiRequest, name: str) -> datetime | None:
    value = request.parameter(name)
    if value is None:
        return None
    try:
        return from_text(value)
    except ValueError as error:
        raise InvalidRequest(
            f"Give `{name}` as a time in UTC: 2026-03-01T12:00:00.000Z."
        ) from error
