"""Schedules for all accounts, where there are several databases: the first one keeps them, and each
other one follows it.

People change such a schedule in one place, then. Each database begins the runs of its own accounts.
"""

from datetime import timedelta
from typing import Final, LiteralString

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
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import FIRST
from tillroll_durable.schedules import overlap
from tillroll_durable.schedules.rows import ACTOR, DECLARED_BY, DEPLOYMENT, remove

# What is the same in each database. Of a declared one only what a person did to it: each database
# has the rest from the code.
_DONE_BY_A_PERSON: Final[tuple[LiteralString, ...]] = ("paused_at", "hastened_at")
_KEPT_BY_A_PERSON: Final[tuple[LiteralString, ...]] = (
    *("kind", "name", "cron", "time_zone", "params", "catch_up", "overlap", "created_by"),
    *_DONE_BY_A_PERSON,
)
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
    due = _following(platform, original)
    hastened_at = optional_text(original, "hastened_at")
    # A database that is bound much later does not do again what was done once.
    if hastened_at is not None and platform.clock.now() - from_text(hastened_at) < _JUST_HASTENED:
        due = min(due, hastened_at)
    columns = ", ".join(_KEPT_BY_A_PERSON)
    values = ", ".join(f"?1 ->> '{name}'" for name in _KEPT_BY_A_PERSON)
    sql = f"""
      INSERT INTO schedules (id, {columns}, next_tick, created_at, updated_at)
      SELECT ?1 ->> 'id', {values}, ?1 ->> 'due', ?1 ->> 'created_at', ?1 ->> 'now'
      WHERE 1 ON CONFLICT DO NOTHING
    """
    return statement(sql, [dump({**original, "due": due, "now": to_text(platform.clock.now())})])


def _update(platform: Platform, original: Row, copy: Row, *, differing: list[str]) -> Statement:
    """Changes no row where the schedule has moved on from where it was read."""
    due = text(copy, "next_tick")
    if any(name in differing for name in _TIMES):
        due = _following(platform, original)
    hastened_at = optional_text(original, "hastened_at")
    if "hastened_at" in differing and hastened_at is not None:
        due = min(due, hastened_at)
    changes = ", ".join(f"{name} = ?1 ->> '{name}'" for name in _KEPT_BY_A_PERSON)
    sql = f"""
      UPDATE schedules SET {changes}, next_tick = ?1 ->> 'due', updated_at = ?1 ->> 'now',
        behind_account = CASE WHEN next_tick = ?1 ->> 'due' THEN behind_account ELSE '' END
      WHERE id = ?1 ->> 'id' AND next_tick = ?1 ->> 'next_tick'
        AND behind_account = ?1 ->> 'behind_account' AND removed_at IS NULL
    """
    new: JsonObject = {**copy, "due": due, "now": to_text(platform.clock.now())}
    for name in differing:
        new[name] = original[name]
    return statement(sql, [dump(new)])


def _following(platform: Platform, original: Row) -> str:
    """When it is due first after a person changed it: what passed since then is not left out."""
    zone = zone_of(platform.zones, text(original, "time_zone"))
    changed_at = from_text(text(original, "updated_at"))
    return to_text(next_tick(text(original, "cron"), zone, changed_at))


async def _remove(platform: Platform, original: Row) -> None:
    schedule_id = text(original, "id")
    change = remove(schedule_id, to_text(platform.clock.now()))
    if await _write(platform, original, action=Audited.SCHEDULE_REMOVED, change=change):
        await platform.database.batch([overlap.leave_line(schedule_id, None)])


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
