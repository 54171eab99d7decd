"""Schedules for all accounts, where there are several databases: the first one keeps them, and each
other one follows it.

People change such a schedule in one place, then. Each database begins the runs of its own accounts.
"""

from datetime import timedelta
from typing import Final

from tillroll_durable.audit import Audited, append_if_changed, event_of_account
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Database,
    DatabaseError,
    Row,
    Statement,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.clock import UnknownZone, from_text, to_text, zone_of
from tillroll_durable.platform.cron import InvalidCron, next_tick
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.invocation import over_all
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import FIRST
from tillroll_durable.schedules import overlap
from tillroll_durable.schedules.rows import ACTOR, DECLARED_BY, DEPLOYMENT, remove

# What is the same in each database. Of a declared one only what a person did to it: each database
# has the rest from the code.
_KEPT_BY_A_PERSON: Final = (
    *("kind", "name", "cron", "time_zone", "params", "catch_up", "overlap", "created_by"),
    *("paused_at", "hastened_at"),
)
_DONE_BY_A_PERSON: Final = ("paused_at", "hastened_at")
_JUST_HASTENED: Final = timedelta(minutes=10)
# What changes when the next tick is.
_TIMES: Final = ("cron", "time_zone", "paused_at")


async def follow_first_database(platform: Platform) -> None:
    """Make, change and remove schedules for all accounts until they are as in the first database.
    One query there and one here, and none in the first."""
    if platform.shard == FIRST:
        return
    [first] = [each for each in over_all(platform) if each.shard == FIRST]
    try:
        originals = await _for_all_accounts(first.database)
    except DatabaseError as error:
        # What is known of them goes on meanwhile.
        log.warning("schedules.not_followed", error=error)
        return
    copies = await _for_all_accounts(platform.database)
    for schedule_id, original in originals.items():
        copy = copies.pop(schedule_id, None)
        try:
            await _follow(platform, original, copy)
        except (InvalidCron, UnknownZone) as error:
            log.error("schedule.unusable", error=error, source=schedule_id)
    for copy in copies.values():
        if not _is_declared(copy):
            await _remove(platform, copy)


async def _for_all_accounts(database: Database) -> dict[str, Row]:
    rows = await database.all(
        statement("SELECT * FROM schedules WHERE account_id IS NULL AND removed_at IS NULL")
    )
    return {text(row, "id"): row for row in rows}


def _is_declared(row: Row) -> bool:
    return row["created_by"] == DECLARED_BY


async def _follow(platform: Platform, original: Row, copy: Row | None) -> None:
    """Raises InvalidCron, UnknownZone: nobody knows when it is due."""
    if copy is None:
        if not _is_declared(original):
            change = _insert(platform, original)
            await _write(platform, original, action=Audited.SCHEDULE_CREATED, change=change)
        return
    names = _KEPT_BY_A_PERSON
    if _is_declared(original):
        names = _DONE_BY_A_PERSON
    differing = [name for name in names if original[name] != copy[name]]
    if "hastened_at" in differing and copy["behind_account"] != "":
        # A tick is under way here, as one was not when the person asked: it comes behind this one.
        differing.remove("hastened_at")
    if differing:
        change = _update(platform, original, copy, differing=differing)
        await _write(platform, original, action=Audited.SCHEDULE_CHANGED, change=change)


def _insert(platform: Platform, original: Row) -> Statement:
    """A row of nobody's account: the one that keeps it lives elsewhere."""
    now = to_text(platform.clock.now())
    sql = """
      INSERT INTO schedules (id, account_id, kind, name, cron, time_zone, params, catch_up, overlap,
          created_by, paused_at, hastened_at, next_tick, created_in, created_at, updated_at)
      VALUES (?1, NULL, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, NULL, ?13, ?14)
      ON CONFLICT DO NOTHING
    """
    kept = [original[name] for name in _KEPT_BY_A_PERSON]
    due = _following(platform, original)
    hastened_at = optional_text(original, "hastened_at")
    # A database that is bound much later does not do again what was done once.
    if hastened_at is not None and platform.clock.now() - from_text(hastened_at) < _JUST_HASTENED:
        due = min(due, hastened_at)
    return statement(sql, text(original, "id"), *kept, due, text(original, "created_at"), now)


def _update(platform: Platform, original: Row, copy: Row, *, differing: list[str]) -> Statement:
    """Changes no row where the schedule has moved on from where it was read."""
    due = text(copy, "next_tick")
    if any(name in differing for name in _TIMES):
        due = _following(platform, original)
    hastened_at = optional_text(copy, "hastened_at")
    if "hastened_at" in differing:
        hastened_at = optional_text(original, "hastened_at")
        due = min(due, hastened_at or due)
    sql = """
      UPDATE schedules SET kind = ?4, name = ?5, cron = ?6, time_zone = ?7, params = ?8,
        catch_up = ?9, overlap = ?10, created_by = ?11, paused_at = ?12, hastened_at = ?13,
        next_tick = ?14, updated_at = ?15,
        behind_account = CASE WHEN next_tick = ?14 THEN behind_account ELSE '' END
      WHERE id = ?1 AND next_tick = ?2 AND behind_account = ?3 AND removed_at IS NULL
    """
    source = original
    if _is_declared(original):
        source = copy
    own = [source[name] for name in _KEPT_BY_A_PERSON if name not in _DONE_BY_A_PERSON]
    return statement(
        sql,
        *(text(copy, "id"), text(copy, "next_tick"), text(copy, "behind_account")),
        *own,
        *(original["paused_at"], hastened_at, due, to_text(platform.clock.now())),
    )


def _following(platform: Platform, original: Row) -> str:
    """When it is due first after a person changed it: what passed since then is not left out."""
    zone = zone_of(platform.zones, text(original, "time_zone"))
    changed_at = from_text(text(original, "updated_at"))
    return to_text(next_tick(text(original, "cron"), zone, changed_at))


async def _remove(platform: Platform, original: Row) -> None:
    schedule_id = text(original, "id")
    change = remove(schedule_id, to_text(platform.clock.now()))
    if await _write(platform, original, action=Audited.SCHEDULE_REMOVED, change=change):
        await platform.database.batch([overlap.leave_line(schedule_id)])


async def _write(platform: Platform, schedule: Row, *, action: Audited, change: Statement) -> bool:
    """Write a change with its event; False where another cron was first."""
    detail: JsonObject = {"schedule": text(schedule, "id"), "kind": text(schedule, "kind")}
    now = to_text(platform.clock.now())
    event = event_of_account(DEPLOYMENT, action, new_id("sce"), actor=ACTOR, at=now, detail=detail)
    try:
        await platform.database.batch([change, append_if_changed(event)])
    except ConstraintFailed:
        log.info("schedule.done_by_another", source=text(schedule, "id"))
        return False
    return True
