"""Schedules: runs that are begun by time. Listed, made, changed, paused, resumed, run now,
removed.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, Deployed, OwnKey, PlatformHere, needs, require
from tillroll.api.problems import NOT_DUE, Problem
from tillroll.api.routing import Router
from tillroll.identity.authentication import Principal
from tillroll_durable.declared import Overlap
from tillroll_durable.errors import ValuesRefused
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.cron import in_words
from tillroll_durable.platform.models import ChangeBody, Items, Model, RequestBody
from tillroll_durable.platform.services import Platform
from tillroll_durable.registry import Registry
from tillroll_durable.schedules import management as schedules
from tillroll_durable.schedules.management import Keeper
from tillroll_durable.schedules.rows import (
    Kept,
    LastTick,
    Planned,
)
from tillroll_durable.views.schedules import Schedule, schedule_shown
from tillroll_durable.workflow import Workflow

router = Router(tags=["schedules"])

_TIMES_SHOWN: Final = 5

Name = Annotated[
    str,
    Field(
        min_length=1, max_length=100, description="What people call it; one of a name in an account"
    ),
]
Cron = Annotated[
    str,
    Field(
        min_length=9,
        max_length=100,
        description=(
            "Minute, hour, day of the month, month, day of the week, as crontab(5) has them"
        ),
        examples=["0 6 3 * *"],
    ),
]
Zone = Annotated[
    str,
    Field(
        min_length=2,
        max_length=50,
        description="In which its times are read, by its IANA name",
        examples=["Europe/Berlin"],
    ),
]
CatchUp = Annotated[
    Literal["each", "latest", "skip"],
    Field(
        description="Of times that passed while nothing ran, each is done, or the latest, or none "
        "that is older than ten minutes"
    ),
]
Overlaps = Annotated[
    Overlap,
    Field(
        description="What becomes of a time while the run before goes on: it begins beside it, is "
        "skipped, or waits for its end, as one alone may. With `cancel-older` that run is "
        "asked to end"
    ),
]
Params = Annotated[
    dict[str, Any],
    Field(
        description=(
            "What its runs are begun with: `schedule.params` of the kind in `GET /api/workflows`"
        ),
        examples=[{"format": "csv", "days": "last-month"}],
    ),
]


class ScheduleRequest(RequestBody):
    """`for_all_accounts`: a run for each account, which only an operator of the deployment may ask
    for.
    """

    kind: Annotated[
        str,
        Field(min_length=1, max_length=50, description="`GET /api/workflows` has those there are"),
    ]
    name: Name
    cron: Cron
    time_zone: Zone = "UTC"
    params: Annotated[Params, Field(default_factory=dict)]
    catch_up: CatchUp = "latest"
    overlap: Overlaps = "allow"
    for_all_accounts: Annotated[bool, Field(strict=True)] = False


class TimesRequest(RequestBody):
    cron: Cron
    time_zone: Zone = "UTC"


class Times(Model):
    """`in_words`: what `cron` says, in English. `next_ticks`: the next five times, in UTC."""

    in_words: str
    next_ticks: list[str]


class ScheduleChange(ChangeBody):
    """What is left out stays. With another `cron` or `time_zone` it is next due at the first time
    that comes. `paused` stops it, or lets it go on from the next time that comes.
    """

    name: Name = ""
    cron: Cron = ""
    time_zone: Zone = ""
    params: Annotated[Params, Field(default_factory=dict)]
    catch_up: CatchUp = "latest"
    overlap: Overlaps = "allow"
    paused: Annotated[bool, Field(strict=True)] = False


@router.get("/api/schedules", openapi_extra=needs(Permission.READ))
async def list_schedules(
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
) -> Items[Schedule]:
    """List what is begun by time, when next, and what became of it last. The newest first: at most
    50 of the account, and those of all accounts.
    """
    rows = await schedules.list_schedules(platform.database, principal.account_id)
    return Items(items=[schedule_shown(registry, each) for each in rows])


@router.post("/api/schedules", status_code=201, openapi_extra=needs(Permission.OPERATE))
async def create_schedule(
    platform: PlatformHere, registry: Deployed, principal: Caller, request: ScheduleRequest
) -> Schedule:
    """Have runs begun by time. Besides, it needs the permission that the kind's `schedule`
    names.
    """
    workflow = registry.newest.get(request.kind)
    if workflow is None:
        raise ValuesRefused(
            [("kind", "There is no such kind: `GET /api/workflows` has those there are.")]
        )
    _require(principal, workflow, is_of_all=request.for_all_accounts)
    planned = Planned(
        request.name,
        request.cron,
        time_zone=request.time_zone,
        catch_up=request.catch_up,
        params=request.params,
        overlap=request.overlap,
    )
    schedule = await schedules.make_schedule(
        platform,
        workflow,
        keeper=_keeper(principal),
        planned=planned,
        for_all_accounts=request.for_all_accounts,
    )
    return schedule_shown(registry, schedule)


@router.post("/api/schedules/preview", openapi_extra=needs(Permission.READ))
async def preview_schedule(platform: PlatformHere, _: Caller, request: TimesRequest) -> Times:
    """When it would be due, in words, and next; nothing is made."""
    ticks = schedules.next_ticks(
        platform, request.cron, time_zone=request.time_zone, number=_TIMES_SHOWN
    )
    return Times(in_words=in_words(request.cron), next_ticks=[to_text(each) for each in ticks])


@router.get("/api/schedules/{schedule_id}", openapi_extra=needs(Permission.READ))
async def show_schedule(
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    schedule_id: str,
) -> Schedule:
    """Show one schedule."""
    return schedule_shown(
        registry,
        await schedules.find_schedule(platform.database, principal.account_id, schedule_id),
    )


@router.get("/api/schedules/{schedule_id}/ticks", openapi_extra=needs(Permission.READ))
async def list_schedule_ticks(
    platform: PlatformHere,
    principal: Caller,
    schedule_id: str,
) -> Items[LastTick]:
    """List what became of its times, and of the runs that were asked for in between, the newest
    first: at most the hundred that are kept. Of one for all accounts, what became of them here.
    """
    return Items(
        items=await schedules.list_ticks(platform.database, principal.account_id, schedule_id)
    )


@router.patch("/api/schedules/{schedule_id}", openapi_extra=needs(Permission.OPERATE))
async def change_schedule(
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    schedule_id: str,
    request: ScheduleChange,
) -> Schedule:
    """Change a schedule, pause it, or let it go on. The runs that it began stay as they are."""
    workflow, schedule = await _own(
        platform, registry, principal=principal, schedule_id=schedule_id
    )
    keeper = _keeper(principal)
    changes = request.model_dump(exclude_unset=True, exclude={"paused"})
    if changes:
        await schedules.change_schedule(
            platform, workflow, keeper=keeper, schedule=schedule, changes=changes
        )
    if "paused" in request.model_fields_set:
        schedule = (
            await schedules.find_schedule(platform.database, principal.account_id, schedule_id)
        ).kept
        if request.paused:
            act = schedules.pause_schedule
        else:
            act = schedules.resume_schedule
        await act(platform, keeper, schedule)
    return schedule_shown(
        registry,
        await schedules.find_schedule(platform.database, principal.account_id, schedule_id),
    )


@router.delete(
    "/api/schedules/{schedule_id}", status_code=204, openapi_extra=needs(Permission.OPERATE)
)
async def remove_schedule(
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    schedule_id: str,
) -> None:
    """Remove a schedule, also one whose kind is not deployed any more; the runs that it began
    stay.
    """
    schedule = (
        await schedules.find_schedule(platform.database, principal.account_id, schedule_id)
    ).kept
    _require(principal, registry.newest.get(schedule.kind), is_of_all=schedule.account_id is None)
    await schedules.remove_schedule(platform, _keeper(principal), schedule)


@router.post(
    "/api/schedules/{schedule_id}/run", status_code=202, openapi_extra=needs(Permission.OPERATE)
)
async def run_schedule_now(
    platform: PlatformHere, registry: Deployed, principal: Caller, schedule_id: str, own_key: OwnKey
) -> Schedule:
    """Begin its run now; when it is next due stays as it is. `last` is this run."""
    workflow, schedule = await _own(
        platform, registry, principal=principal, schedule_id=schedule_id
    )
    return schedule_shown(
        registry,
        await schedules.run_now(
            platform, workflow, keeper=_keeper(principal), schedule=schedule, key=own_key
        ),
    )


def _keeper(principal: Principal) -> Keeper:
    return Keeper(principal.account_id, principal.user_id, principal.actor)


def _require(principal: Principal, workflow: Workflow | None, *, is_of_all: bool) -> None:
    """Raises Problem, 403: the caller may not keep schedules of this kind, or of all accounts."""
    if workflow is not None and workflow.schedule is not None:
        require(principal, workflow.schedule.permission)
    if is_of_all:
        principal.require(Permission.DEPLOYMENT)


async def _own(
    platform: Platform,
    registry: Registry,
    principal: Principal,
    schedule_id: str,
) -> tuple[Workflow, Kept]:
    """A schedule that the caller may change, and its kind."""
    schedule = (
        await schedules.find_schedule(platform.database, principal.account_id, schedule_id)
    ).kept
    workflow = registry.newest.get(schedule.kind)
    if workflow is None:
        raise Problem(
            NOT_DUE, f"The kind {schedule.kind} is not deployed here any more: remove the schedule."
        )
    _require(principal, workflow, is_of_all=schedule.account_id is None)
    return workflow, schedule
