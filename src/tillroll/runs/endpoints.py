"""Routes of runs: the list and what its query names, one with all that is known, and the wait for a change."""

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BeforeValidator

from tillroll.access.permissions import Permission
from tillroll.ai.repository import CALLS_TO_MODELS
from tillroll.api.dependencies import Caller, Deployed, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.api.parameters import Moment, unknown
from tillroll.api.problems import NOT_MODIFIED, not_found
from tillroll.api.shapes import InLine, RunDetail, RunSummary
from tillroll.durable import Detail
from tillroll.durable.contract import Contract, Status
from tillroll.durable.errors import FailureClass
from tillroll.durable.explanation.explanation import Beside, explain, failing_delivery, is_paused
from tillroll.durable.operations.selection import LISTED_AS, Chosen, OutsideStatus, query_of
from tillroll.durable.record.archive import ArchiveLost, Rows, where_kept, with_archived
from tillroll.durable.record.decisions import newest_review
from tillroll.durable.record.runs import Run, creation_refused_at, find_run, place_of
from tillroll.durable.workflow import Registry, ToldBeside
from tillroll.identity.authentication import Principal
from tillroll.platform.bindings.database import Row, integer, optional_text, statement, text
from tillroll.platform.faults import one_of
from tillroll.platform.json import JsonObject, dump
from tillroll.platform.models import Page
from tillroll.platform.services import Platform
from tillroll.runs.views import (
    RELATED_RUNS,
    ShownRun,
    archive_lost_shown,
    explanation_shown,
    lineage_shown,
    review_shown,
    shown_runs,
    step_under_way,
    steps,
    summary,
    wait_shown,
)

_RUN_ID: Final = re.compile(r"run_\w+")
_Name = Annotated[str | None, Query(min_length=1, max_length=200)]


def _listed(given: object) -> object:
    """A word of the status route that stands for one status here is taken as that.

    Raises:
        ValueError: it stands for runs that have other words there too.
    """
    if given not in {*OutsideStatus} or given in {*Status}:
        return given
    listed = LISTED_AS[OutsideStatus(str(given))]
    names = " or ".join(f"`{each}`" for each in listed)
    if any(listed == others for word, others in LISTED_AS.items() if word != given):
        raise ValueError(f"Send {names}, which such a run has in lists: `{given}` is a word of the status route alone")
    return listed[0]


async def chosen(  # noqa: PLR0913 - one parameter a query parameter
    kind: Annotated[_Name, Query(description="Only runs of this kind")] = None,
    subject: Annotated[_Name, Query(description="Only runs about this: its id, such as a receipt's")] = None,
    status: Annotated[
        Status | None,
        BeforeValidator(_listed),
        Query(description=f"Only runs with this status: {', '.join(Status)}. `completed` is taken as `complete`"),
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
            description="Only runs that failed and were not undone, or ended otherwise while something they did could "
            "not be undone"
        ),
    ] = False,
) -> Chosen:
    """The parameters that choose runs."""
    return Chosen(kind, subject, status, state, failure_class, parent, since, until, unresolved or None)


def check_known(registry: Registry, asked: Chosen) -> None:
    """For a list that is empty: whether what was asked for can be at all. Runs of a kind that was removed are found.

    Raises:
        Problem: 422, no such kind is deployed, or none that is meant has such a state.
    """
    if asked.kind is not None and asked.kind not in registry.newest:
        raise unknown([{"field": "kind", "message": one_of([*registry.newest], asked.kind)}])
    contracts = [each.contract for each in registry.workflows if asked.kind in {None, each.contract.kind}]
    states = sorted({state.name for contract in contracts for state in contract.states})
    if asked.state is not None and asked.state not in states:
        raise unknown([{"field": "state", "message": one_of(states, asked.state)}])


def ids_of(listed: str) -> list[str]:
    """The ids of runs in a text that has commas between them.

    Raises:
        Problem: 422, one of them is no run's.
    """
    ids = [each.strip() for each in listed.split(",") if each.strip()]
    wrong = next((each for each in ids if not _RUN_ID.fullmatch(each)), None)
    if wrong is not None or not ids:
        raise unknown([{"field": "ids", "message": "Give ids of runs, such as run_01M7W5…, apart by commas."}])
    return ids


ChosenRuns = Annotated[Chosen, Depends(chosen)]


LONGEST_WAIT_SECONDS = 20
_POLL_SECONDS = 0.25
_MOST_IDS = 100

router = APIRouter(tags=["runs"])


@router.get("/api/runs", response_model=Page[RunSummary], openapi_extra=needs(Permission.READ))
async def list_runs(
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    page: Paged,
    asked: ChosenRuns,
    ids: Annotated[str | None, Query(description="Only these runs, up to 100 ids apart by commas")] = None,
) -> Response:
    """The account's runs, newest first: those that have all that is named."""
    if ids is not None:
        if asked != Chosen():
            raise unknown([{"field": "ids", "message": "Give either `ids`, or what chooses runs."}])
        named = ids_of(ids)
        if len(named) > _MOST_IDS:
            raise unknown([{"field": "ids", "message": f"Give at most {_MOST_IDS} ids: these are {len(named)}."}])
        # D1 takes 100 bound values a statement, so a list travels as one JSON text.
        marks = dump([*named])
        where = "account_id = ?1 AND id IN (SELECT value FROM json_each(?2)) ORDER BY id DESC"
        found = await shown_runs(platform.database, registry, where, principal.account_id, marks)
        return _page(registry, found, None, {})
    query = query_of(asked, principal.account_id, page.behind, page.wanted)
    found = await shown_runs(platform.database, registry, query.where, *query.values, index=query.index)
    if not found:
        check_known(registry, asked)
    shown, following = page.cut(found, lambda each: text(each.run, "id"))
    return _page(registry, shown, following, page.response.headers)


def _page(registry: Registry, found: Sequence[ShownRun], following: str | None, headers: Mapping[str, str]) -> Response:
    return JSONResponse(
        {"items": [summary(registry, each) for each in found], "nextCursor": following}, headers=headers
    )


@router.get(
    "/api/runs/{run_id}", response_model=RunDetail, responses=NOT_MODIFIED, openapi_extra=needs(Permission.READ)
)
async def show_run(
    request: Request, platform: PlatformHere, registry: Deployed, principal: Caller, run_id: str
) -> Response:
    """One run. With `Prefer: wait=20` and `If-None-Match` the answer waits until the run has changed, or 304."""
    await owned_run(platform, principal, run_id)
    known = request.headers.get("if-none-match")
    found = await _wait_for_change(platform, registry, run_id, known, _wait_seconds(request))
    etag = _etag(found)
    if etag == known:
        return Response(status_code=304, headers={"etag": etag})
    detail = await _detail(platform, registry, found)
    # The run is the same when its record is back: a tag would have that told to nobody.
    is_whole = "archiveLost" not in detail
    headers = {"etag": etag, "cache-control": "private, no-cache"} if is_whole else {"cache-control": "no-store"}
    return JSONResponse(detail, headers=headers)


async def owned_run(platform: Platform, principal: Principal, run_id: str) -> Run:
    """The run, where it is the account's.

    Raises:
        Problem: 404, also for another account's run.
    """
    run = await find_run(platform.database, run_id)
    if run is None or run.account_id != principal.account_id:
        raise not_found("run")
    return run


def _wait_seconds(request: Request) -> int:
    """The wait of a Prefer header (RFC 7240, section 4.3), at most LONGEST_WAIT_SECONDS."""
    found = re.search(r"\bwait=(\d{1,4})\b", request.headers.get("prefer", ""))
    return min(int(found[1]), LONGEST_WAIT_SECONDS) if found else 0


async def _wait_for_change(
    platform: Platform, registry: Registry, run_id: str, known: str | None, seconds: int
) -> ShownRun:
    deadline = time.monotonic() + seconds
    while True:
        [found] = await shown_runs(platform.database, registry, "id = ?1", run_id, with_place=True)
        if _etag(found) != known or time.monotonic() >= deadline:
            return found
        await asyncio.sleep(_POLL_SECONDS)


def _etag(found: ShownRun) -> str:
    """Changes with every change of state, every failed attempt, and what the kind's view shows."""
    place = place_of(found.run)
    parts = [
        *([] if place is None else [str(place[0])]),
        str(integer(found.run, "state_version")),
        text(found.run, "updated_at"),
        *(["refused"] if creation_refused_at(found.run) else []),
    ]
    return f'"{"-".join([*parts, *([found.changed_at] if found.changed_at else [])])}"'


# What other rooms tell of any run.
_TOLD_BESIDE: tuple[ToldBeside, ...] = (CALLS_TO_MODELS,)


async def _detail(platform: Platform, registry: Registry, found: ShownRun) -> JsonObject:
    """A RunDetail, with what its kind's view shows."""
    row, run_id, kind = found.run, text(found.run, "id"), text(found.run, "kind")
    contract, view = registry.contract_of(kind, integer(row, "contract_version")), registry.view_of(kind)
    told = [each.statements(run_id) for each in _TOLD_BESIDE]
    step_rows, intents, attempts, outbox, waits, related, kept, *rest = await platform.database.batch(
        [
            statement("SELECT * FROM run_steps WHERE run_id = ? ORDER BY started_at, rowid", run_id),
            statement("SELECT * FROM effect_intents WHERE run_id = ? ORDER BY created_at, rowid", run_id),
            statement("SELECT * FROM step_attempts WHERE run_id = ?", run_id),
            statement("SELECT * FROM outbox WHERE run_id = ? ORDER BY created_at, rowid", run_id),
            statement("SELECT * FROM run_waits WHERE run_id = ? AND ended_at IS NULL", run_id),
            statement(RELATED_RUNS, run_id, text(row, "account_id"), kind, f"{run_id}:continue"),
            where_kept(run_id),
            *(each for statements in told for each in statements),
            *view.statements(run_id),
        ]
    )
    parts = iter(rest)
    beside_rows = [list(islice(parts, len(statements))) for statements in told]
    of_view = list(parts)
    paid: dict[str, int] = {}
    shown_beside: JsonObject = {}
    for each, rows in zip(_TOLD_BESIDE, beside_rows, strict=True):
        paid |= each.paid_calls(rows)
        shown_beside |= each.shown(rows)
    there = {"run_steps": step_rows, "step_attempts": attempts, "outbox": outbox}
    found_there, lost = await _with_archived(platform, there, kept)
    step_rows, attempts, outbox = found_there["run_steps"], found_there["step_attempts"], found_there["outbox"]
    review = await newest_review(platform.database, run_id)
    proposed = {} if review is None else await view.proposed(platform, review)
    beside = Beside(attempts, outbox, paid, waits, [each for each in related if each["relation"] == "child"])
    failing = failing_delivery(beside)
    explained = explain(contract, row, step_rows, intents, beside)
    return {
        **summary(registry, found),
        "generation": integer(row, "generation"),
        "contractVersion": integer(row, "contract_version"),
        **explanation_shown(explained),
        "nextRetryAt": optional_text(
            row if failing is None else failing, "next_retry_at" if failing is None else "next_attempt_at"
        ),
        "requiresHumanReview": row["requires_human_review"] == 1,
        "cancelRequested": row["cancel_requested_at"] is not None,
        "paused": is_paused(row),
        **_in_line(contract, row),
        **wait_shown(registry, row, waits),
        **({"archived": True} if kept else {}),
        **({} if lost is None else archive_lost_shown(lost, contract, row, explained.must_not_repeat)),
        "previousRunId": optional_text(row, "previous_run_id"),
        **lineage_shown(row, related),
        "steps": [] if lost else [each.as_json() for each in steps(contract, step_under_way(contract, row), step_rows)],
        **shown_beside,
        **await view.detailed(platform, Detail(step_rows, of_view)),
        "review": None if review is None else review_shown(registry, kind, review, proposed),
    }


async def _with_archived(platform: Platform, there: Rows, kept: Sequence[Row]) -> tuple[Rows, ArchiveLost | None]:
    """The rows that there are with those of the archive; where these are lost, the others, and why."""
    try:
        return await with_archived(platform.objects, there, kept), None
    except ArchiveLost as lost:
        return there, lost


def _in_line(contract: Contract, row: Row) -> JsonObject:
    """Where a run waits for its turn; nothing for one that does not."""
    found = place_of(row)
    if found is None:
        return {}
    limits, (place, since) = contract.concurrency, found
    limit, key = (None, None) if limits is None else (limits.limit, limits.key)
    return {"inLine": InLine(place=place, since=since, limit=limit, key=key).as_json()}
