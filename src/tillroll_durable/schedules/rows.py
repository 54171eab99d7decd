"""Rows of schedules and of their ticks, and the statements by which both are written."""

from dataclasses import dataclass, field
from typing import Final, Literal

from tillroll_durable.declared import Overlap, Tick
from tillroll_durable.platform.bindings.database import (
    EVERYBODY,
    Row,
    Statement,
    digits,
    of_row,
    statement,
    text,
)
from tillroll_durable.platform.clock import Zones, from_text, to_text, zone_of
from tillroll_durable.platform.json import Json, dump, load_object
from tillroll_durable.platform.models import Model, TimeText

# Stands for an account in the audit, where something is no account's.
DEPLOYMENT: Final = "deployment"
ACTOR: Final = "system:schedules"
# Stands as the keeper of what the code declares.
DECLARED_BY: Final = "code"
CatchUp = Literal["each", "latest", "skip"]
# Of a schedule and an account; what is older is found by its runs.
_TICKS_KEPT: Final = 100

# Rows `shown` of an account (?1), each with the run of its `begin_key`: the last of its chain.
_WITH_RUNS: Final = """
  WITH RECURSIVE shown AS ({shown}), chain (begin_key, run_id, status, kind, place) AS (
    SELECT shown.begin_key, runs.id, runs.status, runs.kind, 1 FROM shown
    JOIN runs ON runs.account_id = ?1 AND runs.kind = shown.kind
      AND runs.begin_key = shown.begin_key
    UNION ALL
    SELECT chain.begin_key, runs.id, runs.status, runs.kind, chain.place + 1 FROM chain
    JOIN runs ON runs.account_id = ?1 AND runs.kind = chain.kind
      AND runs.begin_key = chain.run_id || ':continue'
  )
  SELECT shown.*, last.run_id, last.status AS run_status
  FROM shown LEFT JOIN (SELECT begin_key, run_id, status, MAX(place) FROM chain
      GROUP BY begin_key) AS last
    ON last.begin_key = shown.begin_key
  ORDER BY {order}
"""
_SCHEDULES: Final = """
  SELECT schedules.*, t.begin_key, t.tick AS last_tick, t.outcome, t.until, t.reason
  FROM schedules LEFT JOIN schedule_ticks t ON t.rowid = (
    SELECT newest.rowid FROM schedule_ticks newest
    WHERE newest.schedule_id = schedules.id AND newest.account_id = ?1
    ORDER BY newest.recorded_at DESC, newest.tick DESC LIMIT 1
  )
  WHERE (schedules.account_id = ?1 OR schedules.account_id IS NULL) AND schedules.removed_at IS NULL
    AND (?2 IS NULL OR schedules.id = ?2)
"""
_TICKS: Final = f"""
  SELECT t.begin_key, t.tick AS last_tick, t.outcome, t.until, t.reason, t.recorded_at, s.kind
  FROM schedule_ticks t JOIN schedules s ON s.id = t.schedule_id
  WHERE t.schedule_id = ?2 AND t.account_id = ?1
  ORDER BY t.recorded_at DESC, t.tick DESC LIMIT {digits(_TICKS_KEPT)}
"""
# Schedules that an account sees, each with its newest tick; what became of the ticks of one (?2),
# the newest first.
SELECT_SCHEDULES: Final = _WITH_RUNS.format(shown=_SCHEDULES, order="shown.id DESC")
SELECT_TICKS: Final = _WITH_RUNS.format(
    shown=_TICKS, order="shown.recorded_at DESC, shown.last_tick DESC"
)


@dataclass(frozen=True)
class Planned:
    """What a schedule says of when and what. `params` are by the names of the kind's model."""

    name: str
    cron: str
    time_zone: str
    catch_up: CatchUp
    params: dict[str, Json]
    overlap: Overlap = field(default="allow", kw_only=True)


@dataclass(frozen=True)
class Kept(Planned):
    """A row of `schedules`. `account_id` is None where each account gets a run. `created_in` is
    None where the kind's code declares it, and where the first database keeps it. `hastened_at`:
    when a person last made it due, of one for all accounts. Times are UTC text.
    """

    id: str
    account_id: str | None
    kind: str
    next_tick: str
    behind_account: str
    failures: int
    paused_at: str | None
    created_by: str
    created_in: str | None
    created_at: str
    hastened_at: str | None = field(default=None, kw_only=True)

    @property
    def is_declared(self) -> bool:
        """Whether the code of its kind declares it, so that nobody changes it here."""
        return self.created_by == DECLARED_BY

    @property
    def audited_in(self) -> str:
        """The account in whose audit stands what becomes of it as a whole."""
        return self.account_id or self.created_in or DEPLOYMENT

    def tick(self, zones: Zones, at: str, key: str | None = None) -> Tick:
        """The tick at a time, under its own key unless another is given. Raises UnknownZone."""
        zone = zone_of(zones, self.time_zone)
        return Tick(
            self.id,
            from_text(at),
            zone=zone,
            key=key or f"schedule:{self.id}:{at}",
            kept_by=self.created_by,
        )


class LastTick(Model):
    """What became of a time: `outcome` is begun, refused, skipped or queued. `until`: what was
    missed ends before this one. `reason` says why nothing was begun, or not yet. `run_id` is the
    run that was, or the one it goes on as.
    """

    tick: TimeText
    outcome: str
    until: TimeText | None
    reason: str | None
    run_id: str | None
    run_status: str | None


def kept_from(row: Row) -> Kept:
    """A row of `schedules`."""
    return of_row(Kept, row, params=load_object(text(row, "params")))


def last_from(row: Row) -> LastTick | None:
    """The last tick in a row of SELECT_SCHEDULES; None before the first tick."""
    if row["last_tick"] is None:
        return None
    return of_row(LastTick, row, tick=text(row, "last_tick"))


def insert(schedule: Kept, most: int) -> Statement:
    """Changes no row where the account has `most` already; refused where it has another of that
    name.
    """
    return statement(
        """
        INSERT INTO schedules (
          id, account_id, kind, name, cron, time_zone, params, catch_up, next_tick, created_by,
          created_in, created_at, updated_at, overlap)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12, ?14
        WHERE (
          SELECT COUNT(*) FROM schedules
          WHERE account_id IS ?2 AND created_in IS NOT NULL AND removed_at IS NULL
        ) < ?13
        """,
        [
            schedule.id,
            schedule.account_id,
            schedule.kind,
            schedule.name,
            schedule.cron,
            schedule.time_zone,
            dump(schedule.params),
            schedule.catch_up,
            schedule.next_tick,
            schedule.created_by,
            schedule.created_in,
            schedule.created_at,
            most,
            schedule.overlap,
        ],
    )


def update(schedule: Kept, planned: Planned, next_tick: str, now: str) -> Statement:
    """Refused where the account has another of that name."""
    return statement(
        """
        UPDATE schedules SET name = ?2, cron = ?3, time_zone = ?4, params = ?5, catch_up = ?6,
          behind_account = CASE WHEN next_tick = ?7 THEN behind_account ELSE '' END, next_tick = ?7,
          failures = 0,
          updated_at = ?8, overlap = ?9
        WHERE id = ?1 AND removed_at IS NULL
        """,
        [
            schedule.id,
            planned.name,
            planned.cron,
            planned.time_zone,
            dump(planned.params),
            planned.catch_up,
            next_tick,
            now,
            planned.overlap,
        ],
    )


def pause(schedule_id: str, now: str) -> Statement:
    """Stop a schedule. One that is stopped or removed stays as it is."""
    sql = """
      UPDATE schedules SET paused_at = ?2, updated_at = ?2
      WHERE id = ?1 AND paused_at IS NULL AND removed_at IS NULL
    """
    return statement(sql, [schedule_id, now])


def resume(schedule_id: str, next_tick: str, now: str) -> Statement:
    """Let a stopped schedule go on from `next_tick`, which is UTC text."""
    sql = """
      UPDATE schedules
      SET paused_at = NULL, next_tick = ?2, behind_account = '', failures = 0, updated_at = ?3
      WHERE id = ?1 AND paused_at IS NOT NULL AND removed_at IS NULL
    """
    return statement(sql, [schedule_id, next_tick, now])


def remove(schedule_id: str, now: str) -> Statement:
    """Mark a schedule as removed, once."""
    return statement(
        "UPDATE schedules SET removed_at = ?2 WHERE id = ?1 AND removed_at IS NULL",
        [schedule_id, now],
    )


def make_due(schedule: Kept, now: str) -> Statement:
    """Changes no row where the schedule is paused, or its tick is under way."""
    sql = """
      UPDATE schedules SET next_tick = ?2, hastened_at = ?2
      WHERE id = ?1 AND paused_at IS NULL AND removed_at IS NULL
        AND next_tick > ?2 AND behind_account = ''
    """
    return statement(sql, [schedule.id, now])


def advance(schedule: Kept, next_tick: str, behind_account: str = "") -> Statement:
    """Moves a schedule on from where it was read; changes no row where somebody else has done
    so. What stands in line begins later, so its failures are still counted.
    """
    sql = """
      UPDATE schedules SET next_tick = ?4, behind_account = ?5,
        failures = CASE WHEN overlap = 'allow' THEN 0 ELSE failures END
      WHERE id = ?1 AND next_tick = ?2 AND behind_account = ?3
    """
    values = (schedule.id, schedule.next_tick, schedule.behind_account, next_tick, behind_account)
    return statement(sql, [*values], account=schedule.account_id or EVERYBODY)


def count_failure(schedule: Kept) -> Statement:
    """Count one more failure where the schedule stands as it was read, so that none is counted
    twice.
    """
    sql = """
      UPDATE schedules SET failures = failures + 1
      WHERE id = ?1 AND next_tick = ?2 AND behind_account = ?3 AND failures = CAST(?4 AS INTEGER)
    """
    values = (schedule.id, schedule.next_tick, schedule.behind_account, schedule.failures)
    return statement(sql, [*values], account=schedule.account_id or EVERYBODY)


def record(
    account_id: str,
    tick: Tick,
    outcome: str,
    now: str,
    *,
    reason: str | None = None,
    until: str | None = None,
) -> list[Statement]:
    """What became of a tick; written again, nothing changes. That a run was begun wins: it is
    there. What was in line gets another outcome once.
    """
    return [
        statement(
            """
            DELETE FROM schedule_ticks
            WHERE schedule_id = ?1 AND account_id = ?2 AND outcome <> 'queued' AND recorded_at < (
              SELECT recorded_at FROM schedule_ticks WHERE schedule_id = ?1 AND account_id = ?2
              ORDER BY recorded_at DESC LIMIT 1 OFFSET ?3
            )
            """,
            [tick.schedule_id, account_id, _TICKS_KEPT - 1],
        ),
        statement(
            """
            INSERT INTO schedule_ticks (
              schedule_id, account_id, begin_key, tick, outcome, until, reason, recorded_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT (schedule_id, account_id, begin_key) DO UPDATE
            SET outcome = excluded.outcome, reason = excluded.reason
              WHERE excluded.outcome = 'begun' OR schedule_ticks.outcome = 'queued'
            """,
            [tick.schedule_id, account_id, tick.key, to_text(tick.at), outcome, until, reason, now],
        ),
    ]
