"""Routes of runs: the list, one with its explanation, its timeline and its steps."""

import hashlib
from typing import Final

from tillroll_durable import queries
from tillroll_durable.ai.totals import MODEL_CALLS
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.refusals import missing
from tillroll_durable.selection import query_of
from tillroll_durable.server.access import Permission
from tillroll_durable.server.exchange import Answer, ApiRequest, Reply
from tillroll_durable.server.finding import (
    LIST_PARAMETERS,
    NEWEST,
    Missing,
    chosen_by,
    cursor_of,
    limit_of,
    newest_run_of,
    place_of,
    run_of,
    workflow_of,
)
from tillroll_durable.server.routing import Server
from tillroll_durable.sight import Sight
from tillroll_durable.views.models import QueryAnswer
from tillroll_durable.views.runs import detail, find_shown_run, shown_runs, summary
from tillroll_durable.views.steps import step_detail, step_lines
from tillroll_durable.views.timelines import Part, load_timeline, timeline_shown

_MOST_DIGITS: Final = 15


def add_routes(server: Server) -> None:
    """Add the routes that look at runs."""
    read = Permission.READ
    server.route("GET", "/api/runs", permission=read)(list_runs)
    server.route("GET", "/api/runs/<run_id>", permission=read)(show_run)
    server.route("GET", "/api/runs/<run_id>/timeline", permission=read)(show_timeline)
    server.route("GET", "/api/runs/<run_id>/steps", permission=read)(list_steps)
    server.route("GET", "/api/runs/<run_id>/steps/<name>", permission=read)(show_step)
    server.route("GET", "/api/runs/<run_id>/queries/<name>", permission=read)(query_run)


def _sight(request: ApiRequest) -> Sight:
    return Sight(request.caller.account_id, None)


async def list_runs(request: ApiRequest) -> Answer:
    """The account's runs, newest first: those that have all that is named."""
    request.check_parameters(*LIST_PARAMETERS)
    limit = limit_of(request)
    before = place_of(request, NEWEST)
    account_id = request.caller.account_id
    query = query_of(chosen_by(request), account_id, only=None, before=before, limit=limit + 1)
    rows = await shown_runs(request.platform.database, request.registry, query)
    following = None
    if len(rows) > limit:
        following = cursor_of(text(rows[limit - 1].run, "id"))
    items = [summary(request.registry, each) for each in rows[:limit]]
    return {"items": [*items], "nextCursor": following}


async def show_run(request: ApiRequest, run_id: str) -> Answer:
    """A run with all that is known: what happened, and what is safe to do next."""
    request.check_parameters()
    sight = _sight(request)
    database = request.platform.database
    run = await find_shown_run(database, request.registry, sight=sight, run_id=run_id)
    if run is None:
        raise Missing(missing("run"))
    body = await detail(
        request.platform, request.registry, sight=sight, shown_run=run, beside=[MODEL_CALLS]
    )
    etag = f'"{hashlib.sha256(dump(body).encode()).hexdigest()[:32]}"'
    if request.incoming.headers.get("if-none-match") == etag:
        return Reply(304, headers={"etag": etag})
    return Reply(200, body, {"etag": etag, "cache-control": "private, no-cache"})


async def show_timeline(request: ApiRequest, run_id: str) -> Answer:
    """Show what happened to a run, in the order in which it began, in all its generations."""
    request.check_parameters("cursor", "limit")
    await run_of(request, run_id)
    part = Part(place_of(request, ""), limit_of(request))
    loaded = await load_timeline(request.platform, request.registry.contract_of, run_id, part=part)
    if loaded is None:
        raise Missing(missing("run"))
    following = None
    if loaded.last_name is not None:
        following = cursor_of(loaded.last_name)
    return timeline_shown(loaded, following).as_json()


async def list_steps(request: ApiRequest, run_id: str) -> Answer:
    """Every step of a run that was begun, in the order of their names."""
    request.check_parameters("cursor", "limit")
    await run_of(request, run_id)
    limit = limit_of(request)
    lines = await step_lines(request.platform, run_id, place_of(request, ""), limit=limit + 1)
    following = None
    if len(lines) > limit:
        following = cursor_of(lines[limit - 1].name)
    return {"items": [line.as_json() for line in lines[:limit]], "nextCursor": following}


async def show_step(request: ApiRequest, run_id: str, name: str) -> Answer:
    """Show one step of a run, with its input, output and attempts."""
    request.check_parameters()
    run = await run_of(request, run_id)
    contract = request.registry.contract_of(run.kind, run.contract_version)
    step = await step_detail(request.platform, contract, run_id=run_id, name=name)
    if step is None:
        raise Missing(missing("step of this run"))
    return step.as_json()


async def query_run(request: ApiRequest, run_id: str, name: str) -> Answer:
    """What a run says to a query that its kind declares, such as its progress. Where it has gone
    on as another run, that one is asked.
    """
    request.check_parameters()
    run = await newest_run_of(request, run_id)
    workflow = workflow_of(request.registry, run)
    result = await queries.answer(request.platform, workflow, run=run, name=name)
    return QueryAnswer(run_id=run.id, name=name, result=result).as_json()
