"""Runs: the list, one with all that is known of it, and the wait for a change."""

import asyncio
import dataclasses
import re
import time
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from tillroll.api.access import Principal
from tillroll.api.ai_call_views import cost_shape
from tillroll.api.ai_calls import CALL_SUMS
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.expense_views import SELECT_EXPENSES
from tillroll.api.paging import Cursor, Limit, decode_cursor, link_next, next_cursor
from tillroll.api.problems import not_found
from tillroll.api.run_views import SELECT_RUNS, review_shape, steps, summary
from tillroll.api.shapes import RunDetail, RunPage, TranscriptShape
from tillroll.durable.contract import Status
from tillroll.durable.decisions import Review, newest_review
from tillroll.durable.explanation import explain, is_paused
from tillroll.durable.runs import Run, load_run
from tillroll.platform.database import Row, integer, optional_text, statement, text
from tillroll.platform.json import Json, load, load_object
from tillroll.platform.services import Platform
from tillroll.receipts.page.transcript import Transcript
from tillroll.workflows.receipt.contract import OCR_EXTRACT
from tillroll.workflows.registry import contract_of

LONGEST_WAIT_SECONDS = 20
_POLL_SECONDS = 0.25
_MOST_IDS = 100

router = APIRouter(tags=["runs"])


@router.get("/api/runs")
async def list_runs(  # noqa: PLR0913 - one parameter a query parameter
    request: Request,
    response: Response,
    platform: PlatformHere,
    principal: Asking,
    limit: Limit = 50,
    cursor: Cursor = None,
    status: Annotated[Status | None, Query(description="Only runs with this status")] = None,
    ids: Annotated[str | None, Query(description="Only these runs, up to 100 ids apart by commas")] = None,
) -> RunPage:
    """The account's runs, newest first."""
    if ids is not None:
        rows = await _rows_by_id(platform, principal, ids.split(",")[:_MOST_IDS])
        return RunPage(items=[summary(row) for row in rows], next_cursor=None)
    where = "runs.account_id = ?1 AND runs.id < ?2" + (" AND runs.status = ?4" if status else "")
    values = [principal.account_id, decode_cursor(cursor), limit + 1, *([status.value] if status else [])]
    rows = await platform.database.all(
        statement(f"{SELECT_RUNS} WHERE {where} ORDER BY runs.id DESC LIMIT ?3", *values)
    )
    following = next_cursor([text(row, "id") for row in rows], limit)
    link_next(request, response, following)
    return RunPage(items=[summary(row) for row in rows[:limit]], next_cursor=following)


async def _rows_by_id(platform: Platform, principal: Principal, ids: list[str]) -> list[Row]:
    # D1 takes 100 bound values a statement, so a list travels as one JSON text.
    marks = '["' + '","'.join(re.sub(r"\W", "", name) for name in ids) + '"]'
    where = "WHERE runs.account_id = ?1 AND runs.id IN (SELECT value FROM json_each(?2)) ORDER BY runs.id DESC"
    return await platform.database.all(statement(f"{SELECT_RUNS} {where}", principal.account_id, marks))


@router.get("/api/runs/{run_id}", response_model=RunDetail)
async def show_run(
    request: Request, response: Response, platform: PlatformHere, principal: Asking, run_id: str
) -> RunDetail | Response:
    """One run. With `Prefer: wait=20` and `If-None-Match` the answer waits until the run has changed, or 304."""
    await owned_run(platform, principal, run_id)
    known = request.headers.get("if-none-match")
    row = await _wait_for_change(platform, run_id, known, _wait_seconds(request))
    etag = _etag(row)
    if etag == known:
        return Response(status_code=304, headers={"etag": etag})
    response.headers["etag"] = etag
    response.headers["cache-control"] = "private, no-cache"
    return await _detail(platform, row)


async def owned_run(platform: Platform, principal: Principal, run_id: str) -> Run:
    """The run, where it is the account's.

    Raises:
        Problem: 404, also for another account's run.
    """
    loaded = await load_run(platform.database, run_id)
    if loaded is None or loaded[0].account_id != principal.account_id:
        raise not_found("run")
    return loaded[0]


def _wait_seconds(request: Request) -> int:
    """The wait of a Prefer header (RFC 7240, section 4.3), at most LONGEST_WAIT_SECONDS."""
    found = re.search(r"\bwait=(\d{1,4})\b", request.headers.get("prefer", ""))
    return min(int(found[1]), LONGEST_WAIT_SECONDS) if found else 0


async def _wait_for_change(platform: Platform, run_id: str, known: str | None, seconds: int) -> Row:
    deadline = time.monotonic() + seconds
    while True:
        rows = await platform.database.all(statement(f"{SELECT_RUNS} WHERE runs.id = ?", run_id))
        if _etag(rows[0]) != known or time.monotonic() >= deadline:
            return rows[0]
        await asyncio.sleep(_POLL_SECONDS)


def _etag(row: Row) -> str:
    """Changes with every change of state, every failed attempt, and when the expense is converted."""
    converted = optional_text(row, "base_created_at")
    parts = [str(integer(row, "state_version")), text(row, "updated_at"), *([converted] if converted else [])]
    return f'"{"-".join(parts)}"'


async def _detail(platform: Platform, row: Row) -> RunDetail:
    run = summary(row)
    contract = contract_of(text(row, "kind"), integer(row, "contract_version"))
    step_rows, intents, extractions, [costs] = await platform.database.batch(
        [
            statement("SELECT * FROM run_steps WHERE run_id = ? ORDER BY started_at, rowid", run.id),
            statement("SELECT * FROM effect_intents WHERE run_id = ? ORDER BY created_at, rowid", run.id),
            statement("SELECT body FROM extractions WHERE run_id = ?", run.id),
            statement(f"SELECT {CALL_SUMS} FROM ai_calls c WHERE c.run_id = ?", run.id),  # noqa: S608 - a constant
        ]
    )
    review = await newest_review(platform.database, run.id)
    explained = explain(contract, row, step_rows, intents)
    return RunDetail(
        **run.model_dump(),
        **dataclasses.asdict(explained),
        kind=contract.kind,
        generation=integer(row, "generation"),
        contract_version=integer(row, "contract_version"),
        requires_human_review=row["requires_human_review"] == 1,
        cancel_requested=row["cancel_requested_at"] is not None,
        paused=is_paused(row),
        next_retry_at=optional_text(row, "next_retry_at"),
        previous_run_id=optional_text(row, "previous_run_id"),
        steps=steps(contract, run, step_rows),
        ai_cost=cost_shape(costs),
        extraction=load_object(text(extractions[0], "body")) if extractions else None,
        transcript=await _transcript(platform, step_rows),
        review=None if review is None else review_shape(review, await _duplicate(platform, review)),
    )


async def _duplicate(platform: Platform, review: Review) -> Row | None:
    match review.proposed:
        case {"duplicateOf": str(run_id)}:
            return await platform.database.first(statement(f"{SELECT_EXPENSES} WHERE run_id = ?", run_id))
        case _:
            return None


async def _transcript(platform: Platform, step_rows: list[Row]) -> TranscriptShape | None:
    """The recognised text, from where the OCR step put it."""
    outputs = [optional_text(row, "output") for row in step_rows if row["step"] == OCR_EXTRACT.name]
    output: Json = load(outputs[0]) if outputs and outputs[0] else None
    match output:
        case {"transcript": str(key)}:
            stored = await platform.objects.get_text(key)
        case _:
            return None
    return (
        None
        if stored is None
        else TranscriptShape(lines=[line.text for line in Transcript.from_text(str(load_object(stored)["text"])).lines])
    )
