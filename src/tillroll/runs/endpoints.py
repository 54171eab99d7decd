"""Routes of runs: the list and what its query names, one with all that is known, its timeline,
trace and steps.
"""

import asyncio
import hashlib
import re
import time
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BeforeValidator, Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, Deployed, ListPlatform, PlatformHere, needs
from tillroll.api.paging import INVALID_CURSOR_DETAIL, Paged, PageRequest
from tillroll.api.parameters import Moment, unknown
from tillroll.api.problems import INVALID_CURSOR, NOT_MODIFIED, Problem, not_found
from tillroll.api.routing import Router
from tillroll.identity.authentication import Principal
from tillroll.observability.beside import CALLS_TO_MODELS as CALLS_IN_TIME
from tillroll.runs.models import RunDetail
from tillroll_durable import queries
from tillroll_durable.ai.totals import CALLS_TO_MODELS
from tillroll_durable.attributes import LONGEST_VALUE
from tillroll_durable.chains import newest_of
from tillroll_durable.contract import MOST_ATTRIBUTES
from tillroll_durable.errors import FailureClass
from tillroll_durable.operations import Undeployed
from tillroll_durable.platform.bindings.database import integer, optional_text, text
from tillroll_durable.platform.faults import one_of
from tillroll_durable.platform.models import Page
from tillroll_durable.platform.services import Platform
from tillroll_durable.registry import Registry
from tillroll_durable.runs import Run, creation_refused_at, find_run
from tillroll_durable.selection import LISTED_AS, Chosen, OutsideStatus, query_of
from tillroll_durable.slots import place_of
from tillroll_durable.states import Status
from tillroll_durable.views import runs as views
from tillroll_durable.views.models import (
    QueryAnswer,
    RunSummary,
    StepDetail,
    StepLine,
    Timeline,
)
from tillroll_durable.views.steps import step_detail, step_lines
from tillroll_durable.views.timelines import Part, load_timeline, timeline_shown

_RUN_ID: Final = re.compile(r"run_\w+")
_Name = Annotated[str | None, Query(min_length=1, max_length=200)]


def _listed(value: object) -> object:
    """Take a word of the status route for the status it stands for. Raises ValueError: it stands
    for several.
    """
    if value not in {*OutsideStatus} or value in {*Status}:
        return value
    listed = LISTED_AS[OutsideStatus(str(value))]
    names = " or ".join(f"`{each}`" for each in listed)
    if any(listed == others for word, others in LISTED_AS.items() if word != value):
        raise ValueError(
            f"Send {names}, which such a run has in lists: `{value}` is a word of the status route "
            "alone"
        )
    return listed[0]


def _attribute(key: str) -> str:
    name, _, value = key.partition(":")
    if not name or not 0 < len(value) <= LONGEST_VALUE:
        raise ValueError(
            f"Give a name and a value of 1 to {LONGEST_VALUE} characters, such as customer:42"
        )
    return key


AttributeText = Annotated[str, AfterValidator(_attribute)]
"""A name and a value that runs are found by: `customer:42`."""
ExternalId = Annotated[str | None, Field(min_length=1, max_length=500)]
"""What another system calls something that a run did there."""


async def chosen(  # noqa: PLR0913 - one parameter a query parameter
    kind: Annotated[_Name, Query(description="Only runs of this kind")] = None,
    subject: Annotated[
        _Name, Query(description="Only runs about this: its id, such as a receipt's")
    ] = None,
    status: Annotated[
        Status | None,
        BeforeValidator(_listed),
        Query(
            description=(
                f"Only runs with this status: {', '.join(Status)}. `completed` is taken as "
                "`complete`"
            )
        ),
    ] = None,
    state: Annotated[_Name, Query(description="Only runs in this state of their contract")] = None,
    failure_class: Annotated[
        FailureClass | None, Query(alias="failureClass", description="Only runs that failed so")
    ] = None,
    parent: Annotated[_Name, Query(description="Only runs that this run has begun")] = None,
    since: Annotated[Moment | None, Query(alias="from", description="Begun then or later")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="Begun before then")] = None,
    unresolved: Annotated[
        bool,
        Query(
            description="Only runs that failed and were not undone, that ended otherwise while "
            "something they did could not be undone, or that stand still until a person "
            "sees to them"
        ),
    ] = False,
    with_failures: Annotated[
        bool,
        Query(
            alias="withFailures",
            description="Only runs of which items of a map failed, whatever the run came to",
        ),
    ] = False,
    attribute: Annotated[
        list[AttributeText] | None,
        Query(
            max_length=MOST_ATTRIBUTES,
            description=(
                "Only runs found by this, such as `customer:42`. Given again, all must hold: the "
                "rarest first"
            ),
        ),
    ] = None,
    external_id: Annotated[
        ExternalId,
        Query(
            alias="externalId",
            description="Only runs that did something elsewhere which has this id there",
        ),
    ] = None,
) -> Chosen:
    """The parameters that choose runs."""
    attributes = tuple(attribute or ())
    return Chosen(
        kind,
        subject,
        status=status,
        state=state,
        failure_class=failure_class,
        parent=parent,
        since=since,
        until=until,
        unresolved=unresolved or None,
        with_failures=with_failures or None,
        attributes=attributes,
        external_id=external_id,
    )


def check_known(registry: Registry, selection: Chosen) -> None:
    """Refuse a list that is empty since no such kind, or state, can be at all."""
    if selection.kind is not None and selection.kind not in registry.newest:
        raise unknown([{"field": "kind", "message": one_of([*registry.newest], selection.kind)}])
    if selection.state is None and not selection.attributes:
        return
    kinds = registry.kinds if selection.kind is None else [selection.kind]
    contracts = [each.contract for kind in kinds for each in registry.versions(kind).values()]
    states = sorted({state.name for contract in contracts for state in contract.states})
    if selection.state is not None and selection.state not in states:
        raise unknown([{"field": "state", "message": one_of(states, selection.state)}])
    attributes = sorted({name for contract in contracts for name in contract.attributes})
    for name in (each.partition(":")[0] for each in selection.attributes):
        if name not in attributes:
            raise unknown([{"field": "attribute", "message": one_of(attributes, name)}])


def ids_of(listed: str) -> list[str]:
    """The ids of runs in a text that has commas between them. Raises Problem: 422, one of them is
    no run's.
    """
    ids = [each.strip() for each in listed.split(",") if each.strip()]
    wrong = next((each for each in ids if not _RUN_ID.fullmatch(each)), None)
    if wrong is not None or not ids:
        raise unknown(
            [{"field": "ids", "message": "Give ids of runs, such as run_01M7W5…, apart by commas."}]
        )
    return ids


ChosenRuns = Annotated[Chosen, Depends(chosen)]


LONGEST_WAIT_SECONDS = 20
_POLL_SECONDS = 0.25
_MOST_IDS = 100

router = Router(tags=["runs"])


@router.get("/api/runs", response_model=Page[RunSummary], openapi_extra=needs(Permission.OWN))
async def list_runs(
    platform: ListPlatform,
    registry: Deployed,
    principal: Caller,
    page: Paged,
    choice: ChosenRuns,
    ids: Annotated[
        str | None, Query(description="Only these runs, up to 100 ids apart by commas")
    ] = None,
) -> Response:
    """The runs that the caller sees, newest first: those that have all that is named."""
    if ids is not None:
        if choice != Chosen():
            raise unknown([{"field": "ids", "message": "Give either `ids`, or what chooses runs."}])
        named = ids_of(ids)
        if len(named) > _MOST_IDS:
            raise unknown(
                [
                    {
                        "field": "ids",
                        "message": f"Give at most {_MOST_IDS} ids: these are {len(named)}.",
                    }
                ]
            )
        rows = await views.named_runs(platform.database, registry, sight=principal.sight, ids=named)
        return _page(registry, rows, following=None, headers={})
    sight = principal.sight
    query = query_of(
        choice, sight.account_id, only=sight.only, before=page.after, limit=page.fetch_limit
    )
    rows = await views.shown_runs(platform.database, registry, query)
    if not rows:
        check_known(registry, choice)
    runs, following = page.cut(rows, lambda each: text(each.run, "id"))
    return _page(registry, runs, following=following, headers=page.response.headers)


def _page(
    registry: Registry,
    rows: Sequence[views.ShownRun],
    following: str | None,
    headers: Mapping[str, str],
) -> Response:
    items = [views.summary(registry, each) for each in rows]
    return JSONResponse({"items": items, "nextCursor": following}, headers=headers)


@router.get(
    "/api/runs/{run_id}",
    response_model=RunDetail,
    responses=NOT_MODIFIED,
    openapi_extra=needs(Permission.OWN),
)
async def show_run(
    request: Request, platform: PlatformHere, registry: Deployed, principal: Caller, run_id: str
) -> Response:
    """Show one run. With `Prefer: wait=20` and `If-None-Match` the answer waits until the run has
    changed, or 304.
    """
    await owned_run(platform, principal, run_id)
    known_etag = request.headers.get("if-none-match")
    run = await _wait_for_change(
        platform,
        registry,
        principal=principal,
        run_id=run_id,
        etag=known_etag,
        seconds=_wait_seconds(request),
    )
    etag = _etag(run)
    if etag == known_etag:
        return Response(status_code=304, headers={"etag": etag})
    detail = await views.detail(
        platform,
        registry,
        sight=principal.sight,
        shown_run=run,
        beside=(CALLS_TO_MODELS,),
    )
    # The run is the same when its record is back: a tag would have that told to nobody.
    is_whole = "archiveLost" not in detail
    if is_whole:
        headers = {"etag": etag, "cache-control": "private, no-cache"}
    else:
        headers = {"cache-control": "no-store"}
    return JSONResponse(detail, headers=headers)


async def owned_run(platform: Platform, principal: Principal, run_id: str) -> Run:
    """The run, where the caller sees it. Raises Problem: 404, also for another account's run."""
    run = await find_run(platform.database, run_id)
    if run is None or not principal.sight.sees(run.account_id, run.person):
        raise not_found("run")
    return run


def _wait_seconds(request: Request) -> int:
    """The wait of a Prefer header (RFC 7240, section 4.3), at most LONGEST_WAIT_SECONDS."""
    preference = re.search(r"\bwait=(\d{1,4})\b", request.headers.get("prefer", ""))
    if preference:
        return min(int(preference[1]), LONGEST_WAIT_SECONDS)
    return 0


async def _wait_for_change(
    platform: Platform,
    registry: Registry,
    principal: Principal,
    run_id: str,
    etag: str | None,
    seconds: int,
) -> views.ShownRun:
    deadline = time.monotonic() + seconds
    while True:
        run = await views.find_shown_run(
            platform.database, registry, sight=principal.sight, run_id=run_id
        )
        if run is None:  # it became another's meanwhile
            raise not_found("run")
        if _etag(run) != etag or time.monotonic() >= deadline:
            return run
        await asyncio.sleep(_POLL_SECONDS)


def _etag(run: views.ShownRun) -> str:
    """Changes with every change of state, every failed attempt, every beat, and what the kind's
    view shows.
    """
    place = place_of(run.run)
    beat_at = optional_text(run.run, "beat_at")
    parts = [
        *([] if place is None else [str(place[0])]),
        str(integer(run.run, "state_version")),
        text(run.run, "updated_at"),
        *(["refused"] if creation_refused_at(run.run) else []),
        *([beat_at] if beat_at else []),
    ]
    return f'"{"-".join([*parts, *([run.changed_at] if run.changed_at else [])])}"'


@router.get(
    "/api/runs/{run_id}/timeline",
    response_model=Timeline,
    responses=NOT_MODIFIED,
    openapi_extra=needs(Permission.OWN),
)
async def show_run_timeline(
    request: Request,
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    page: Paged,
    run_id: str,
) -> Timeline | Response:
    """Show what happened to a run, in the order in which it began, in all its generations. Of
    occurrences of steps that were completed at once, `limit` a page, in the order of their names;
    the first page has all else. With `If-None-Match`, 304 where nothing has changed.
    """
    await owned_run(platform, principal, run_id)
    timeline = await _timeline(platform, registry, run_id, page=page)
    etag = f'"{hashlib.sha256(timeline.model_dump_json().encode()).hexdigest()[:32]}"'
    if etag == request.headers.get("if-none-match"):
        return Response(status_code=304, headers={"etag": etag})
    response.headers["etag"] = etag
    response.headers["cache-control"] = "private, no-cache"
    return timeline


async def _timeline(
    platform: Platform, registry: Registry, run_id: str, page: PageRequest
) -> Timeline:
    part = Part(_cursor_name(page), page.limit)
    loaded = await load_timeline(
        platform, registry.contract_of, run_id, part=part, beside=(CALLS_IN_TIME,)
    )
    if loaded is None:
        raise not_found("run")
    return timeline_shown(loaded, _next_part(page, loaded.last_name))


def _next_part(page: PageRequest, last_name: str | None) -> str | None:
    """The cursor of the part behind a step's name, which the Link header names too."""
    if last_name is None:
        return None
    return page.lead(last_name.encode().hex())


@router.get("/api/runs/{run_id}/trace", openapi_extra=needs(Permission.READ))
async def show_run_trace(
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    page: Paged,
    run_id: str,
) -> dict[str, Any]:
    """An ExportTraceServiceRequest in OTLP/JSON, with what has ended of the run so far, by pages as
    its timeline is. The Link header leads to the next one."""
    # Few requests need it.
    from tillroll.observability.trace_export import export_request, load_trace  # noqa: PLC0415

    await owned_run(platform, principal, run_id)
    part = Part(_cursor_name(page), page.limit)
    loaded = await load_trace(platform, registry.contract_of, run_id, part=part)
    if loaded is None:
        raise not_found("run")
    _next_part(page, loaded.last_name)
    return export_request(loaded.spans)


@router.get("/api/runs/{run_id}/steps", openapi_extra=needs(Permission.OWN))
async def list_run_steps(
    platform: PlatformHere, principal: Caller, page: Paged, run_id: str
) -> Page[StepLine]:
    """Every step of a run that was begun, and each occurrence of one that is done for several keys,
    in the order of their names."""
    await owned_run(platform, principal, run_id)
    lines = await step_lines(platform, run_id, _cursor_name(page), limit=page.fetch_limit)
    return page.of(lines, lambda line: line.name.encode().hex())


def _cursor_name(page: PageRequest) -> str:
    """The name after which the page begins. Its cursor is the name in hexadecimal: keys may have
    any letters. Raises Problem, 400."""
    if page.cursor is None:
        return ""
    try:
        return bytes.fromhex(page.after).decode()
    except ValueError as error:
        raise Problem(INVALID_CURSOR, INVALID_CURSOR_DETAIL) from error


@router.get("/api/runs/{run_id}/steps/{name}", openapi_extra=needs(Permission.READ))
async def show_run_step(
    platform: PlatformHere, registry: Deployed, principal: Caller, run_id: str, name: str
) -> StepDetail:
    """Show one step of a run, as the record has it."""
    run = await owned_run(platform, principal, run_id)
    step = await step_detail(
        platform, registry.contract_of(run.kind, run.contract_version), run_id=run_id, name=name
    )
    if step is None:
        raise not_found("step of this run")
    return step


@router.get("/api/runs/{run_id}/queries/{name}", openapi_extra=needs(Permission.READ))
async def query_run(
    platform: PlatformHere, registry: Deployed, principal: Caller, run_id: str, name: str
) -> QueryAnswer:
    """What a run says to a query that its kind declares, such as its progress: read from its
    record, whether it goes on or has ended.
    """
    run = await newest_of(platform.database, await owned_run(platform, principal, run_id))
    workflow = registry.find(run.kind, run.contract_version)
    if workflow is None:
        raise Undeployed(run)
    return QueryAnswer(
        run_id=run.id,
        name=name,
        result=await queries.answer(platform, workflow, run=run, name=name),
    )
