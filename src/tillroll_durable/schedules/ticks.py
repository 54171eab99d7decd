"""Ticks of schedules: each begins one run, once, whatever dies or races."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Final

from tillroll_durable import operations
from tillroll_durable.audit import Audited, AuditEvent, append_if_changed, event_of_account
from tillroll_durable.beginning import Actor
from tillroll_durable.declared import NothingBegun, Tick
from tillroll_durable.errors import ValuesRefused, one_line
from tillroll_durable.outputs import ContractError
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Statement,
    statement,
    text,
)
from tillroll_durable.platform.clock import UnknownZone, from_text, to_text, zone_of
from tillroll_durable.platform.cron import InvalidCron, last_tick, next_tick
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.registry import Registry
from tillroll_durable.runs import run_from_row
from tillroll_durable.schedules import overlap
from tillroll_durable.schedules.following import follow_first_database
from tillroll_durable.schedules.overlap import Decided
from tillroll_durable.schedules.rows import (
    ACTOR,
    DECLARED_BY,
    DEPLOYMENT,
    Kept,
    advance,
    count_failure,
    kept_from,
    pause,
    record,
    remove,
)
from tillroll_durable.workflow import Schedule, Workflow

# How many runs one turn begins, and how many of them for missed ticks of one schedule.
MOST_AT_ONCE: Final = 50
_MOST_OF_ONE: Final = 5
# A tick that is no later is not one that was missed.
GRACE: Final = timedelta(minutes=10)
# So many minutes in a row a fault of ours is tried again; then a person is notified.
PATIENT_WITH: Final = 10
_FAULT: Final = (
    "It could not be begun, for a fault of ours that is logged. Run it now to try again."
)


def declared_id(kind: str) -> str:
    """The id of the schedule that a kind's code declares."""
    return f"sch_{kind}"


class NotScheduled(ContractError):
    """No kind that is deployed may be begun by this schedule."""


def declared(registry: Registry, kind: str) -> tuple[Workflow, Schedule]:
    """The kind of a schedule, and how it is begun by time. Raises NotScheduled: it is not deployed,
    or not begun so.
    """
    workflow = registry.newest.get(kind)
    if workflow is None or workflow.schedule is None:
        raise NotScheduled(f"no workflow of the kind {kind} that is deployed is begun by time")
    return workflow, workflow.schedule


async def _keep_declared(platform: Platform, registry: Registry) -> None:
    """Make, change and remove rows until those that the code declares are what is deployed. What an
    operator has paused stays paused, also where a deployment drops the declaration and another
    brings it back.
    """
    now = to_text(platform.clock.now())
    rows = await platform.database.all(
        statement(
            "SELECT * FROM schedules WHERE created_in IS NULL AND created_by = ?", [DECLARED_BY]
        )
    )
    existing = {text(row, "id"): row for row in rows}
    for kind, schedule in registry.by_time:
        row = existing.pop(declared_id(kind), None)
        is_new = row is None or row["removed_at"] is not None
        if (
            not is_new
            and row is not None
            and (row["cron"], row["time_zone"]) == (schedule.cron, schedule.time_zone)
            and row["overlap"] == schedule.overlap
        ):
            continue
        try:
            zone = zone_of(platform.zones, schedule.time_zone)
        except UnknownZone as error:
            log.error("schedule.unusable", error=error, source=kind)
            continue
        following = to_text(next_tick(schedule.cron, zone, platform.clock.now()))
        if is_new:
            action = Audited.SCHEDULE_CREATED
        else:
            action = Audited.SCHEDULE_CHANGED
        await _write_declared(
            platform,
            kind,
            action=action,
            change=_declare(kind, schedule, next_tick=following, now=now),
        )
    for schedule_id, row in existing.items():
        if row["removed_at"] is None:
            # raises ValueError where its module forgot to name it
            registry.newest.get(text(row, "kind"))
            await _write_declared(
                platform,
                text(row, "kind"),
                action=Audited.SCHEDULE_REMOVED,
                change=remove(schedule_id, now),
            )


def _declare(kind: str, schedule: Schedule, next_tick: str, now: str) -> Statement:
    """Changes no row that is declared so already."""
    sql = """
      INSERT INTO schedules (
        id, account_id, kind, name, cron, time_zone, params, catch_up, next_tick, created_by,
        created_in, created_at, updated_at, overlap)
      VALUES (?1, NULL, ?2, ?2, ?3, ?4, '{}', 'latest', ?5, ?6, NULL, ?7, ?7, ?8)
      ON CONFLICT (id) DO UPDATE SET
        cron = excluded.cron, time_zone = excluded.time_zone, next_tick = excluded.next_tick,
        behind_account = '', overlap = excluded.overlap,
        failures = 0, updated_at = excluded.updated_at, removed_at = NULL
      WHERE cron <> excluded.cron OR time_zone <> excluded.time_zone
        OR overlap <> excluded.overlap OR removed_at IS NOT NULL
    """
    times = (schedule.cron, schedule.time_zone, next_tick)
    return statement(sql, [declared_id(kind), kind, *times, DECLARED_BY, now, schedule.overlap])


async def _write_declared(
    platform: Platform, kind: str, action: Audited, change: Statement
) -> None:
    detail: JsonObject = {"schedule": declared_id(kind), "kind": kind}
    now = to_text(platform.clock.now())
    event = event_of_account(DEPLOYMENT, action, new_id("sce"), actor=ACTOR, at=now, detail=detail)
    try:
        await platform.database.batch([change, append_if_changed(event)])
    except ConstraintFailed:
        log.info("schedule.done_by_another", source=declared_id(kind))


async def begin_due(platform: Platform, registry: Registry) -> int:
    """Begin what is due, at most MOST_AT_ONCE runs in a turn. Returns how many. What stands in line
    comes first.
    """
    await _keep_declared(platform, registry)
    await follow_first_database(platform)
    await _go_on_in_line(platform, registry)
    now = to_text(platform.clock.now())
    sql = """
      SELECT * FROM schedules WHERE next_tick <= ?1 AND paused_at IS NULL AND removed_at IS NULL
      ORDER BY failures, next_tick LIMIT ?2
    """
    rows = await platform.database.all(statement(sql, [now, MOST_AT_ONCE]))
    started = 0
    has_new = False
    for row in platform.turn.take(rows):
        if started >= MOST_AT_ONCE:
            break
        schedule = kept_from(row)
        has_new = has_new or not schedule.failures
        try:
            started += await _go_on(
                platform, registry, schedule=schedule, most=MOST_AT_ONCE - started
            )
        except (NotScheduled, InvalidCron, UnknownZone) as error:
            log.error("schedule.unusable", error=error, source=schedule.id)
            await _set_back(platform, schedule, error)
        except Exception as error:  # noqa: BLE001 - the other schedules must still have their turn
            log.crash("schedule.not_begun", error, source=schedule.id)
            # So it comes behind the others in the next minute. Where accounts were done before,
            # `begin_at` has counted.
            await platform.database.batch([count_failure(schedule)])
        await platform.pause()
    # Where each of them has failed before, and did again, another turn of this minute would end in
    # the same way.
    platform.turn.is_cut = (started > 0 or has_new) and (
        platform.turn.is_cut or started >= MOST_AT_ONCE
    )
    return started


async def _go_on(platform: Platform, registry: Registry, schedule: Kept, most: int) -> int:
    """Raises whatever a kind's own code raises, NotScheduled, InvalidCron, UnknownZone."""
    workflow, _ = declared(registry, schedule.kind)
    now = platform.clock.now()
    zone = schedule.tick(platform.zones, schedule.next_tick).zone
    cron = schedule.cron
    due = from_text(schedule.next_tick)
    if schedule.catch_up != "each" and not schedule.behind_account:
        last = last_tick(cron, zone, first=due, until=now)
        is_missed = schedule.catch_up == "skip" and now - last > GRACE
        if is_missed:
            last = next_tick(cron, zone, last)
        if last > due:
            skipped = await _skip(platform, schedule, to_text(last))
            if skipped is None:
                return 0
            schedule = skipped
        if is_missed:
            return 0
    account_id = schedule.account_id
    if account_id is None:
        return await _for_all(platform, workflow, schedule=schedule, most=most)
    started = 0
    while (
        schedule.next_tick <= to_text(now)
        and started < min(most, _MOST_OF_ONE)
        and (not started or platform.turn.has_room)
    ):
        tick = schedule.tick(platform.zones, schedule.next_tick)
        following = to_text(next_tick(cron, zone, tick.at))
        await _do(
            platform,
            workflow,
            schedule=schedule,
            account_id=account_id,
            tick=tick,
            advance=advance(schedule, following),
        )
        schedule = _moved(schedule, following)
        started = started + 1
    return started


async def _for_all(platform: Platform, workflow: Workflow, schedule: Kept, most: int) -> int:
    """The tick that is due, for the accounts that come next; when it is done for all, the schedule
    is moved on.
    """
    tick = schedule.tick(platform.zones, schedule.next_tick)
    accounts = await platform.database.all(
        statement(
            "SELECT id FROM accounts WHERE id > ?1 AND created_at <= ?2 AND closed_at IS NULL "
            "ORDER BY id LIMIT ?3",
            [schedule.behind_account, schedule.next_tick, most],
        )
    )
    done = 0
    for row in platform.turn.take(accounts):
        account_id = text(row, "id")
        await _do(
            platform,
            workflow,
            schedule=schedule,
            account_id=account_id,
            tick=tick,
            advance=advance(schedule, schedule.next_tick, account_id),
        )
        schedule = _moved(schedule, schedule.next_tick, account_id)
        done = done + 1
    if done == len(accounts) < most:
        following = to_text(next_tick(schedule.cron, tick.zone, tick.at))
        await platform.database.batch([advance(schedule, following)])
    return done


async def _do(
    platform: Platform,
    workflow: Workflow,
    schedule: Kept,
    account_id: str,
    tick: Tick,
    advance: Statement,
) -> None:
    """One tick for one account: a run, or why there is none; and where the schedule goes on."""
    assert workflow.schedule is not None  # noqa: S101 - `declared` has looked
    if schedule.overlap != "allow":
        decided = await place(platform, schedule, account_id=account_id, tick=tick, advance=advance)
        if decided == "begins":
            await begin_in_line(platform, workflow, schedule.id, account_id=account_id, tick=tick)
        return
    reason = await begin_at(platform, workflow, schedule=schedule, account_id=account_id, tick=tick)
    now = to_text(platform.clock.now())
    if reason is None:
        await platform.database.batch(
            [*record(account_id, tick, outcome="begun", now=now), advance]
        )
        return
    refused = _refused_event(schedule, account_id, tick=tick, now=now)
    refusal = _refusal(workflow, account_id, tick=tick, reason=reason, now=now)
    await _unless_done(platform, schedule, [*refusal, advance, append_if_changed(refused)])


async def place(
    platform: Platform,
    schedule: Kept,
    *,
    account_id: str,
    tick: Tick,
    advance: Statement | None = None,
) -> Decided | None:
    """Put a tick into line, or skip it, as the schedule says of what overlaps. Returns what was
    decided; None where another cron was first, or the tick is to be looked at again.
    """
    look = overlap.look(schedule.id, account_id, tick.key)
    [row] = await platform.database.all(look)
    before = overlap.before_from(row)
    if before.own is not None:
        # It was decided before, by a cron that has died since or is still at it.
        if advance is not None:
            await platform.database.batch([advance])
        if before.own == "queued":
            return "begins"
        return None
    decision = overlap.decide(schedule.overlap, before)
    now = to_text(platform.clock.now())
    if decision.decided == "skipped":
        outcome = "skipped"
    else:
        outcome = "queued"
    batch = list[Statement]()
    if decision.makes_room and before.key is not None:
        batch.append(overlap.make_room(schedule.id, account_id, before.key))
    recorded = record(account_id, tick, outcome=outcome, now=now, reason=decision.reason)
    if advance is not None:
        batch.append(advance)
    batch += recorded
    if decision.decided != "begins":
        detail: JsonObject = {
            "schedule": schedule.id,
            "tick": to_text(tick.at),
            "decided": decision.decided,
            "run": before.goes_on,
        }
        key = f"{tick.key}:{account_id}:overlapped"
        event = event_of_account(
            account_id, Audited.SCHEDULE_OVERLAPPED, key, actor=ACTOR, at=now, detail=detail
        )
        # The tick's row is new, or all of it is another cron's.
        batch.append(append_if_changed(event))
    if await _unless_done(platform, schedule, batch):
        return decision.decided
    return None


async def begin_in_line(
    platform: Platform, workflow: Workflow, schedule_id: str, *, account_id: str, tick: Tick
) -> str | None:
    """Begin the tick that stands in line, unless an earlier run goes on. Returns why it began
    nothing, if the kind refused. Raises Exception: a fault that is tried again.
    """
    query = overlap.in_line(schedule_id, account_id, tick.key)
    row = await platform.database.first(query)
    if row is None or (row["behind"] is not None and not row["has_begun"]):
        return None
    schedule = kept_from(row)
    reason = await begin_at(platform, workflow, schedule=schedule, account_id=account_id, tick=tick)
    now = to_text(platform.clock.now())
    if reason is None:
        began = record(account_id, tick, outcome="begun", now=now)
        await platform.database.batch([*began, _forgive(schedule.id)])
        return None
    refused = _refused_event(schedule, account_id, tick=tick, now=now)
    refusal = _refusal(workflow, account_id, tick=tick, reason=reason, now=now)
    batch = [_forgive(schedule.id), *refusal, append_if_changed(refused)]
    await _unless_done(platform, schedule, batch)
    return reason


async def _go_on_in_line(platform: Platform, registry: Registry) -> None:
    """Begin what stands in line and may begin; ask what is to end for it to do so, where nobody has
    yet.
    """
    rows = await platform.database.all(statement(overlap.SELECT_IN_LINE, [MOST_AT_ONCE]))
    for row in platform.turn.take(rows):
        schedule = kept_from(row)
        account_id = text(row, "of_account")
        try:
            workflow, _ = declared(registry, schedule.kind)
            if row["behind"] is not None and not row["has_begun"]:
                await _cancel_older(platform, registry, schedule=schedule, account_id=account_id)
                continue
            key = text(row, "begin_key")
            tick = schedule.tick(platform.zones, text(row, "queued_tick"), key)
            await begin_in_line(platform, workflow, schedule.id, account_id=account_id, tick=tick)
        except (NotScheduled, UnknownZone) as error:
            log.error("schedule.unusable", error=error, source=schedule.id)
        except Exception as error:  # noqa: BLE001 - the other schedules must still have their turn
            log.crash("schedule.not_begun", error, source=schedule.id)
        await platform.pause()


async def _cancel_older(
    platform: Platform, registry: Registry, schedule: Kept, account_id: str
) -> None:
    older = await platform.database.all(statement(overlap.SELECT_OLDER, [account_id, schedule.id]))
    for run in map(run_from_row, older):
        contract = registry.contracts.get((run.kind, run.contract_version))
        request = operations.Request(ACTOR, "the next run of its schedule is due")
        try:
            await operations.cancel(platform, run, request, contract=contract)
        except operations.NotPossible as error:  # it has ended in between
            log.info("run.not_cancelled", run=run.id, error=error)


def _forgive(schedule_id: str) -> Statement:
    """What failed before was done at last."""
    sql = "UPDATE schedules SET failures = 0 WHERE id = ?1 AND failures > 0"
    return statement(sql, [schedule_id])


def _refusal(
    workflow: Workflow, account_id: str, *, tick: Tick, reason: str, now: str
) -> list[Statement]:
    """Record why a tick began nothing: the notices of its kind, then its row."""
    assert workflow.schedule is not None  # noqa: S101 - `declared` has looked
    notices = workflow.schedule.tell(account_id, tick, reason, now)
    return [*notices, *record(account_id, tick, outcome="refused", now=now, reason=reason)]


def _refused_event(schedule: Kept, account_id: str, *, tick: Tick, now: str) -> AuditEvent:
    detail: JsonObject = {"schedule": schedule.id, "tick": to_text(tick.at)}
    key = f"{tick.key}:{account_id}:refused"
    return event_of_account(
        account_id, Audited.SCHEDULE_REFUSED, key, actor=ACTOR, at=now, detail=detail
    )


async def begin_at(
    platform: Platform, workflow: Workflow, schedule: Kept, account_id: str, tick: Tick
) -> str | None:
    """Begin a tick's run, or find it; return why there is none. Raises Exception: a fault that is
    tried again.
    """
    assert workflow.schedule is not None  # noqa: S101 - `declared` has looked
    # What the account looks like now does not matter any more where the run is there.
    existing = await platform.database.first(
        statement(
            "SELECT id FROM runs WHERE account_id = ? AND kind = ? AND begin_key = ?",
            [account_id, workflow.contract.kind, tick.key],
        )
    )
    if existing is not None:
        return None
    try:
        params = workflow.schedule.params.model_validate(schedule.params)
        await workflow.schedule.begin(
            platform, workflow, Actor(account_id, f"schedule:{schedule.id}"), params, tick
        )
    except NothingBegun as error:
        return str(error)
    except ValuesRefused as error:
        return " ".join(message for _, message in error.problems)
    except Exception as error:
        if schedule.failures + 1 < PATIENT_WITH:
            await platform.database.batch([count_failure(schedule)])
            raise
        log.crash("schedule.given_up", error, source=schedule.id)
        return _FAULT
    return None


async def _skip(platform: Platform, schedule: Kept, until: str) -> Kept | None:
    """Leave out the ticks before `until`. The schedule as it goes on; None where somebody else goes
    on with it.
    """
    now = to_text(platform.clock.now())
    account_id = schedule.account_id or schedule.created_in
    tick = schedule.tick(
        platform.zones, schedule.next_tick, f"schedule:{schedule.id}:{schedule.next_tick}:skipped"
    )
    detail: JsonObject = {"schedule": schedule.id, "from": schedule.next_tick, "until": until}
    event = event_of_account(
        schedule.audited_in, Audited.SCHEDULE_SKIPPED, tick.key, actor=ACTOR, at=now, detail=detail
    )
    reason = (
        "They were missed while nothing ran here, and this schedule leaves out what was missed."
    )
    if account_id:
        recorded = record(account_id, tick, outcome="skipped", now=now, reason=reason, until=until)
    else:
        recorded = []
    is_ours = await _unless_done(
        platform, schedule, [*recorded, advance(schedule, until), append_if_changed(event)]
    )
    if is_ours:
        return _moved(schedule, until)
    return None


async def _set_back(platform: Platform, schedule: Kept, error: Exception) -> None:
    """Try for a while what cannot begin, since a deployment may be rolled back; then pause it, and
    show why. What the code declares, only a deployment puts right.
    """
    account_id = schedule.account_id or schedule.created_in
    if schedule.failures + 1 < PATIENT_WITH or account_id is None:
        await platform.database.batch([count_failure(schedule)])
        return
    now = to_text(platform.clock.now())
    key = f"schedule:{schedule.id}:{schedule.next_tick}:unusable"
    detail: JsonObject = {"schedule": schedule.id, "tick": schedule.next_tick}
    event = event_of_account(
        account_id, Audited.SCHEDULE_PAUSED, key, actor=ACTOR, at=now, detail=detail
    )
    tick = Tick(
        schedule.id, from_text(schedule.next_tick), zone=UTC, key=key, kept_by=schedule.created_by
    )
    reason = (
        f"It cannot be begun any more ({one_line(str(error))}), so it was paused: change it, or "
        "remove it."
    )
    recorded = record(account_id, tick, outcome="refused", now=now, reason=reason)
    await _unless_done(
        platform, schedule, [*recorded, pause(schedule.id, now), append_if_changed(event)]
    )


async def _unless_done(platform: Platform, schedule: Kept, batch: Sequence[Statement]) -> bool:
    """Write a batch that moves a schedule on from where it was read; False where somebody else has
    done so.
    """
    try:
        await platform.database.batch(batch)
    except ConstraintFailed:
        log.info("schedule.done_by_another", source=schedule.id)
        return False
    return True


def _moved(schedule: Kept, next_one: str, behind_account: str = "") -> Kept:
    return replace(schedule, next_tick=next_one, behind_account=behind_account, failures=0)
