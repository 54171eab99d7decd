"""Routes of schedules: the list, one with what became of its times, and what is done with it."""

from typing import Annotated

from pydantic import Field

from tillroll_durable.platform.models import RequestBody
from tillroll_durable.platform.refusals import missing
from tillroll_durable.schedules import management
from tillroll_durable.schedules.management import Keeper
from tillroll_durable.schedules.rows import Kept
from tillroll_durable.server.access import Permission
from tillroll_durable.server.exchange import Answer, ApiRequest, Reply
from tillroll_durable.server.finding import Missing, newest_of
from tillroll_durable.server.routing import Server
from tillroll_durable.views.schedules import schedule_shown
from tillroll_durable.workflow import Workflow

_KEY = "idempotency-key"


class PausedBody(RequestBody):
    """`paused` stops a schedule, or lets it go on from the next time that comes."""

    paused: Annotated[bool, Field(strict=True)]


def add_routes(server: Server) -> None:
    """Add the routes of schedules."""
    one = "/api/schedules/<schedule_id>"
    read = Permission.READ
    operate = Permission.OPERATE
    server.route("GET", "/api/schedules", permission=read)(list_schedules)
    server.route("GET", one, permission=read)(show_schedule)
    server.route("GET", f"{one}/ticks", permission=read)(list_ticks)
    server.route("PATCH", one, permission=operate)(pause_schedule)
    server.route("POST", f"{one}/run", permission=operate)(run_schedule)


async def list_schedules(request: ApiRequest) -> Answer:
    """List what is begun by time, when next, and what became of it last: the newest first."""
    request.check_parameters()
    database = request.platform.database
    rows = await management.list_schedules(database, request.caller.account_id)
    return {"items": [schedule_shown(request.registry, row).as_json() for row in rows]}


async def show_schedule(request: ApiRequest, schedule_id: str) -> Answer:
    """Show one schedule."""
    request.check_parameters()
    database = request.platform.database
    row = await management.find_schedule(database, request.caller.account_id, schedule_id)
    return schedule_shown(request.registry, row).as_json()


async def list_ticks(request: ApiRequest, schedule_id: str) -> Answer:
    """List what became of its last hundred times, the newest first."""
    request.check_parameters()
    database = request.platform.database
    ticks = await management.list_ticks(database, request.caller.account_id, schedule_id)
    return {"items": [tick.as_json() for tick in ticks]}


async def pause_schedule(request: ApiRequest, schedule_id: str) -> Answer:
    """Pause a schedule, or let it go on. The runs that it began stay as they are."""
    request.check_parameters()
    body = request.body_as(PausedBody)
    _, schedule = await _find(request, schedule_id)
    act = management.resume_schedule
    if body.paused:
        act = management.pause_schedule
    row = await act(request.platform, _keeper(request), schedule)
    return schedule_shown(request.registry, row).as_json()


async def run_schedule(request: ApiRequest, schedule_id: str) -> Answer:
    """Begin its run now. When it is next due stays as it is."""
    request.check_parameters()
    workflow, schedule = await _find(request, schedule_id)
    row = await management.run_now(
        request.platform,
        workflow,
        keeper=_keeper(request),
        schedule=schedule,
        key=request.incoming.headers.get(_KEY),
    )
    return Reply(202, schedule_shown(request.registry, row).as_json())


async def _find(request: ApiRequest, schedule_id: str) -> tuple[Workflow, Kept]:
    """A schedule that the caller may keep, and its kind. Raises NoSuchSchedule, Missing,
    NotPermitted.
    """
    database = request.platform.database
    row = await management.find_schedule(database, request.caller.account_id, schedule_id)
    workflow = newest_of(request.registry, row.kept.kind)
    if workflow.schedule is None:
        raise Missing(missing("schedule of this kind"))
    if workflow.schedule.permission:
        request.caller.require(workflow.schedule.permission)
    return workflow, row.kept


def _keeper(request: ApiRequest) -> Keeper:
    caller = request.caller
    return Keeper(caller.account_id, caller.token_id, caller.actor)
