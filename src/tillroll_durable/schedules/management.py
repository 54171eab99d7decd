"""What people do with schedules: make, change, pause, resume and remove them, and run them now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from pydantic import ValidationError

from tillroll_durable.audit import Audited, append_if_changed, event_of_account, values_changed
from tillroll_durable.declared import Tick
from tillroll_durable.errors import ValuesRefused
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Database,
    Statement,
    statement,
    text,
)
from tillroll_durable.platform.clock import UnknownZone, to_text, zone_of
from tillroll_durable.platform.cron import InvalidCron, in_words, next_tick
from tillroll_durable.platform.faults import faults_in
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.platform.models import parse_strictly
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import FIRST, binding_of
from tillroll_durable.schedules import overlap
from tillroll_durable.schedules import rows as schedule_rows
from tillroll_durable.schedules import ticks as schedule_ticks
from tillroll_durable.schedules.rows import (
    Kept,
    LastTick,
    Planned,
)
from tillroll_durable.workflow import Schedule, Workflow

# Of an account. More are no list that a person reads.
MOST_SCHEDULES: Final = 50


class NoSuchSchedule(Refusal):
    """There is no schedule of that id that the account sees."""

    thing = "schedule"


class NotDue(Refusal):
    """The schedule cannot be run now; the message says why, and what can be done."""

    kind = Kind("not-due", 409, "The schedule can begin nothing now")


class DeclaredInCode(Refusal):
    """The code declares the schedule, so it is not changed here."""

    kind = Kind("declared-in-code", 409, "The code declares this schedule")
    explanation = (
        "Change `schedule=Schedule(cron=…)` of the kind {}, and deploy it. Here you can pause it, "
        "and run it now."
    )


class KeptInFirstDatabase(Refusal):
    """The schedule is for the accounts of all databases, and the first one keeps it."""

    kind = Kind("kept-in-first-database", 409, "Another database keeps this schedule")
    explanation = (
        "A schedule for all accounts is kept in the database {}: ask as an operator whose account "
        "lives there. The other databases follow it."
    )


@dataclass(frozen=True)
class Keeper:
    """Who keeps a schedule: their account and id, and the name that the audit has."""

    account_id: str
    user_id: str
    name: str


@dataclass(frozen=True)
class Shown:
    """A schedule, and what became of its newest tick in the account that looks."""

    kept: Kept
    last: LastTick | None


def next_ticks(platform: Platform, cron: str, time_zone: str, number: int) -> list[datetime]:
    """The next times, in UTC, of such a schedule. Raises ValuesRefused: no such fields of cron, or
    zone.
    """
    try:
        zone = zone_of(platform.zones, time_zone)
        ticks = list[datetime]()
        previous = platform.clock.now()
        for _ in range(number):
            previous = next_tick(cron, zone, previous)
            ticks.append(previous)
    except UnknownZone as error:
        raise ValuesRefused([("timeZone", str(error))]) from error
    except InvalidCron as error:
        raise ValuesRefused([("cron", str(error))]) from error
    return ticks


async def list_schedules(database: Database, account_id: str) -> list[Shown]:
    """The schedules of the account and those of all accounts, the newest first."""
    rows = await database.all(statement(schedule_rows.SELECT_SCHEDULES, [account_id, None]))
    return [Shown(schedule_rows.kept_from(row), schedule_rows.last_from(row)) for row in rows]


async def find_schedule(database: Database, account_id: str, schedule_id: str) -> Shown:
    """Raises NoSuchSchedule: the account sees none of that id."""
    row = await database.first(statement(schedule_rows.SELECT_SCHEDULES, [account_id, schedule_id]))
    if row is None:
        raise NoSuchSchedule(schedule_id)
    return Shown(schedule_rows.kept_from(row), schedule_rows.last_from(row))


async def list_ticks(database: Database, account_id: str, schedule_id: str) -> list[LastTick]:
    """List what became of a schedule's last hundred times in the account, the newest first."""
    await find_schedule(database, account_id, schedule_id)
    rows = await database.all(statement(schedule_rows.SELECT_TICKS, [account_id, schedule_id]))
    return [tick for tick in map(schedule_rows.last_from, rows) if tick is not None]


async def make_schedule(
    platform: Platform,
    workflow: Workflow,
    keeper: Keeper,
    planned: Planned,
    *,
    for_all_accounts: bool,
) -> Shown:
    """`planned.params` come by the API's names, and are kept by the model's. Raises
    KeptInFirstDatabase."""
    account_id = keeper.account_id
    if for_all_accounts:
        account_id = None
    _check_kept_here(platform, account_id)
    now = to_text(platform.clock.now())
    valid, following = await _checked(platform, workflow, account_id=account_id, planned=planned)
    schedule_id = new_id("sch")
    schedule = Kept(
        **vars(valid),
        id=schedule_id,
        account_id=account_id,
        kind=workflow.contract.kind,
        next_tick=following,
        behind_account="",
        failures=0,
        paused_at=None,
        created_by=keeper.user_id,
        created_in=keeper.account_id,
        created_at=now,
    )
    detail: JsonObject = {"schedule": schedule_id, "kind": schedule.kind}
    await _write_named(
        platform,
        keeper,
        schedule=schedule,
        change=schedule_rows.insert(schedule, MOST_SCHEDULES),
        action=Audited.SCHEDULE_CREATED,
        detail=detail,
    )
    return await find_schedule(platform.database, keeper.account_id, schedule_id)


async def change_schedule(
    platform: Platform,
    workflow: Workflow,
    keeper: Keeper,
    schedule: Kept,
    changes: Mapping[str, Json],
) -> Shown:
    """`changes` are fields of `Planned`. With another time, what was due and not begun yet is left
    out. Raises DeclaredInCode.
    """
    _not_declared(schedule)
    _check_kept_here(platform, schedule.account_id)
    new = replace(schedule, **changes)
    model = _declared(workflow).params
    if "params" not in changes:
        new = replace(
            new, params=model.model_validate(new.params).model_dump(mode="json", by_alias=True)
        )
    valid, following = await _checked(
        platform, workflow, account_id=schedule.account_id, planned=new
    )
    is_same_time = (valid.cron, valid.time_zone) == (schedule.cron, schedule.time_zone)
    now = to_text(platform.clock.now())
    update = schedule_rows.update(
        schedule, valid, next_tick=schedule.next_tick if is_same_time else following, now=now
    )
    detail: JsonObject = {
        "schedule": schedule.id,
        "fields": [*sorted(changes)],
        **values_changed(_times_of(schedule), _times_of(valid)),
    }
    await _write_named(
        platform,
        keeper,
        schedule=replace(schedule, name=valid.name),
        change=update,
        action=Audited.SCHEDULE_CHANGED,
        detail=detail,
    )
    return await find_schedule(platform.database, keeper.account_id, schedule.id)


def _times_of(planned: Planned) -> JsonObject:
    """When a schedule begins runs. Its name and its params may be personal."""
    return {
        "cron": planned.cron,
        "timeZone": planned.time_zone,
        "catchUp": planned.catch_up,
        "overlap": planned.overlap,
    }


async def pause_schedule(platform: Platform, keeper: Keeper, schedule: Kept) -> Shown:
    """Pause a schedule; a second pause changes nothing. Raises KeptInFirstDatabase."""
    _check_kept_here(platform, schedule.account_id)
    now = to_text(platform.clock.now())
    return await _changed(
        platform,
        keeper,
        schedule=schedule,
        change=schedule_rows.pause(schedule.id, now),
        action=Audited.SCHEDULE_PAUSED,
    )


async def resume_schedule(platform: Platform, keeper: Keeper, schedule: Kept) -> Shown:
    """Resume a schedule. It is next due at the first time that comes; times that passed meanwhile
    are skipped. Raises KeptInFirstDatabase."""
    _check_kept_here(platform, schedule.account_id)
    now = to_text(platform.clock.now())
    following = _following(platform, schedule)
    return await _changed(
        platform,
        keeper,
        schedule=schedule,
        change=schedule_rows.resume(schedule.id, following, now),
        action=Audited.SCHEDULE_RESUMED,
    )


async def _changed(
    platform: Platform, keeper: Keeper, schedule: Kept, change: Statement, action: Action
) -> Shown:
    await _write(platform, keeper, schedule=schedule, change=change, action=action)
    return await find_schedule(platform.database, keeper.account_id, schedule.id)


async def remove_schedule(platform: Platform, keeper: Keeper, schedule: Kept) -> None:
    """The runs that it began stay. Removed twice, nothing changes. Raises DeclaredInCode,
    KeptInFirstDatabase."""
    _not_declared(schedule)
    _check_kept_here(platform, schedule.account_id)
    now = to_text(platform.clock.now())
    await _write(
        platform,
        keeper,
        schedule=schedule,
        change=schedule_rows.remove(schedule.id, now),
        action=Audited.SCHEDULE_REMOVED,
    )
    await platform.database.batch([overlap.leave_line(schedule.id, schedule.account_id)])


async def run_now(
    platform: Platform, workflow: Workflow, keeper: Keeper, schedule: Kept, key: str | None
) -> Shown:
    """Begin a run as if it were due; under the same key, the same run. For all accounts, the next
    minute does.
    """
    now = to_text(platform.clock.now())
    if schedule.account_id is None:
        _check_kept_here(platform, schedule.account_id)
        if schedule.paused_at is not None:
            raise NotDue("It is paused: resume it first.")
        return await _changed(
            platform,
            keeper,
            schedule=schedule,
            change=schedule_rows.make_due(schedule, now),
            action=Audited.SCHEDULE_HASTENED,
        )
    tick = schedule.tick(platform.zones, now, f"schedule:{schedule.id}:now:{key or new_id('now')}")
    if schedule.overlap != "allow":
        await _run_in_turn(
            platform, workflow, schedule=schedule, account_id=schedule.account_id, tick=tick
        )
        return await find_schedule(platform.database, keeper.account_id, schedule.id)
    # The caller is there to be told of a fault, and to ask again.
    reason = await schedule_ticks.begin_at(
        platform,
        workflow,
        schedule=replace(schedule, failures=0),
        account_id=schedule.account_id,
        tick=tick,
    )
    if reason is not None:
        raise NotDue(reason)
    await platform.database.batch(
        schedule_rows.record(schedule.account_id, tick, outcome="begun", now=now)
    )
    return await find_schedule(platform.database, keeper.account_id, schedule.id)


async def _run_in_turn(
    platform: Platform, workflow: Workflow, *, schedule: Kept, account_id: str, tick: Tick
) -> None:
    """Run a schedule now whose runs must not overlap. What stands in line then is shown so.
    Raises NotDue: it was left out, or its kind refuses.
    """
    await schedule_ticks.place(platform, schedule, account_id=account_id, tick=tick)
    await schedule_ticks.begin_in_line(
        platform, workflow, schedule.id, account_id=account_id, tick=tick
    )
    row = await platform.database.first(overlap.outcome_of(schedule.id, account_id, tick.key))
    if row is None:
        raise NotDue("It was due at the same moment: look what became of that.")
    if row["outcome"] in {"skipped", "refused"}:
        raise NotDue(text(row, "reason"))


def params_shown(workflow: Workflow | None, schedule: Kept) -> JsonObject:
    """A schedule's params by the API's names; as they are kept, where its kind does not read them
    (any more).
    """
    if workflow is None or workflow.schedule is None:
        return schedule.params
    try:
        return workflow.schedule.params.model_validate(schedule.params).model_dump(
            mode="json", by_alias=True
        )
    except ValidationError:
        return schedule.params


def cron_shown(schedule: Kept) -> str:
    """When it is due, in words; the fields themselves, where they cannot be read any more."""
    try:
        return in_words(schedule.cron)
    except InvalidCron:
        return schedule.cron


def _not_declared(schedule: Kept) -> None:
    if schedule.is_declared:
        raise DeclaredInCode(schedule.kind)


def _check_kept_here(platform: Platform, account_id: str | None) -> None:
    """Raises KeptInFirstDatabase: it is for all accounts, and this is another database."""
    if account_id is None and platform.shard != FIRST:
        raise KeptInFirstDatabase(binding_of(FIRST))


def _declared(workflow: Workflow) -> Schedule:
    """Raises ValuesRefused: runs of this kind are not begun by time."""
    if workflow.schedule is None:
        raise ValuesRefused(
            [("kind", f"Runs of the kind {workflow.contract.kind} are not begun by time.")]
        )
    return workflow.schedule


async def _checked(
    platform: Platform, workflow: Workflow, account_id: str | None, planned: Planned
) -> tuple[Planned, str]:
    """The plan as it is kept, and when it is next due. Raises ValuesRefused."""
    schedule = _declared(workflow)
    if account_id is None and not schedule.for_all_accounts:
        raise ValuesRefused(
            [("forAllAccounts", "Runs of this kind are begun for one account at a time.")]
        )
    following = _following(platform, planned)
    try:
        params = parse_strictly(schedule.params, planned.params)
    except ValidationError as error:
        faults = faults_in(error.errors(), "", schedule.params)
        raise ValuesRefused(
            [(f"params.{each.field}".rstrip("."), each.says) for each in faults]
        ) from error
    try:
        await schedule.check(platform, account_id, params)
    except ValuesRefused as error:
        raise ValuesRefused(
            [(f"params.{name}", message) for name, message in error.problems]
        ) from error
    return replace(
        planned, cron=" ".join(planned.cron.split()), params=params.model_dump(mode="json")
    ), following


def _following(platform: Platform, planned: Planned) -> str:
    return to_text(next_ticks(platform, planned.cron, time_zone=planned.time_zone, number=1)[0])


async def _write_named(
    platform: Platform,
    keeper: Keeper,
    schedule: Kept,
    change: Statement,
    action: Action,
    detail: JsonObject,
) -> None:
    if await _write(
        platform, keeper, schedule=schedule, change=change, action=action, detail=detail
    ):
        return
    existing: Sequence[Shown] = await list_schedules(platform.database, keeper.account_id)
    own = [each.kept for each in existing if each.kept.account_id == schedule.account_id]
    if any(each.name == schedule.name and each.id != schedule.id for each in own):
        raise ValuesRefused(
            [("name", "There is another schedule of this name: choose another name.")]
        )
    if action is Audited.SCHEDULE_CREATED:
        raise ValuesRefused(
            [("name", f"There are {MOST_SCHEDULES} schedules already: remove one first.")]
        )
    raise NoSuchSchedule(schedule.id)


async def _write(
    platform: Platform,
    keeper: Keeper,
    schedule: Kept,
    change: Statement,
    action: Action,
    detail: JsonObject | None = None,
) -> bool:
    """Write a change with its event; False where it changes nothing (any more)."""
    account_id = schedule.account_id or keeper.account_id
    at = to_text(platform.clock.now())
    own = detail or {"schedule": schedule.id}
    event = event_of_account(
        account_id, action, new_id("sce"), actor=keeper.name, at=at, detail=own
    )
    try:
        await platform.database.batch([change, append_if_changed(event)])
    except ConstraintFailed:
        return False
    return True
