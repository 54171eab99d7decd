"""The rows of schedules, and of what became of their ticks."""

from dataclasses import dataclass
from typing import Final, Literal

from tillroll.durable.declared import Tick
from tillroll.platform.bindings.database import Row, Statement, of_row, statement, text
from tillroll.platform.clock import Zones, from_text, to_text, zone_of
from tillroll.platform.json import JsonObject, dump, load_object

CatchUp = Literal["each", "latest", "skip"]
CATCH_UP: Final[tuple[CatchUp, ...]] = ("each", "latest", "skip")
# Of a schedule and an account; what is older is found by its runs.
_TICKS_KEPT: Final = 100

# Schedules that an account (?1) sees, each with its newest tick, and with the run of that: the last of its chain.
SELECT_SCHEDULES: Final = """
  WITH RECURSIVE shown AS (
    SELECT schedules.*, t.begin_key, t.tick AS last_tick, t.outcome, t.until, t.reason
    FROM schedules LEFT JOIN schedule_ticks t ON t.rowid = (
      SELECT newest.rowid FROM schedule_ticks newest
      WHERE newest.schedule_id = schedules.id AND newest.account_id = ?1
      ORDER BY newest.recorded_at DESC, newest.tick DESC LIMIT 1
    )
    WHERE (schedules.account_id = ?1 OR schedules.account_id IS NULL) AND schedules.removed_at IS NULL
      AND (?2 IS NULL OR schedules.id = ?2)
  ), chain (schedule_id, run_id, status, kind, place) AS (
    SELECT shown.id, runs.id, runs.status, runs.kind, 1 FROM shown
    JOIN runs ON runs.account_id = ?1 AND runs.kind = shown.kind AND runs.begin_key = shown.begin_key
    UNION ALL
    SELECT chain.schedule_id, runs.id, runs.status, runs.kind, chain.place + 1 FROM chain
    JOIN runs ON runs.account_id = ?1 AND runs.kind = chain.kind AND runs.begin_key = chain.run_id || ':continue'
  )
  SELECT shown.*, last.run_id, last.status AS run_status
  FROM shown LEFT JOIN (SELECT schedule_id, run_id, status, MAX(place) FROM chain GROUP BY schedule_id) AS last
    ON last.schedule_id = shown.id
  ORDER BY shown.id DESC
"""


# What became of the ticks of a schedule (?2) in an account (?1), the newest first, with their runs as above.
SELECT_TICKS: Final = f"""
  WITH RECURSIVE shown AS (
    SELECT t.begin_key, t.tick AS last_tick, t.outcome, t.until, t.reason, t.recorded_at, s.kind
    FROM schedule_ticks t JOIN schedules s ON s.id = t.schedule_id
    WHERE t.schedule_id = ?2 AND t.account_id = ?1
    ORDER BY t.recorded_at DESC, t.tick DESC LIMIT {_TICKS_KEPT}
  ), chain (begin_key, run_id, status, kind, place) AS (
    SELECT shown.begin_key, runs.id, runs.status, runs.kind, 1 FROM shown
    JOIN runs ON runs.account_id = ?1 AND runs.kind = shown.kind AND runs.begin_key = shown.begin_key
    UNION ALL
    SELECT chain.begin_key, runs.id, runs.status, runs.kind, chain.place + 1 FROM chain
    JOIN runs ON runs.account_id = ?1 AND runs.kind = chain.kind AND runs.begin_key = chain.run_id || ':continue'
  )
  SELECT shown.*, last.run_id, last.status AS run_status
  FROM shown LEFT JOIN (SELECT begin_key, run_id, status, MAX(place) FROM chain GROUP BY begin_key) AS last
    ON last.begin_key = shown.begin_key
  ORDER BY shown.recorded_at DESC, shown.last_tick DESC
"""  # noqa: S608 - a constant


@dataclass(frozen=True)
class Planned:
    """What a schedule says of when and what. `params` are by the names of the kind's model."""

    name: str
    cron: str
    time_zone: str
    catch_up: CatchUp
    params: JsonObject


@dataclass(frozen=True)
class Kept:
    """A row of `schedules`. `account_id` is None where each account gets a run. Times are UTC text."""

    id: str
    account_id: str | None
    kind: str
    planned: Planned
    next_tick: str
    behind_account: str
    failures: int
    paused_at: str | None
    created_by: str
    created_in: str
    created_at: str

    def tick(self, zones: Zones, at: str, key: str | None = None) -> Tick:
        """The tick at a time, under its own key unless it is given another.

        Raises:
            UnknownZone: its time zone is not known (any more).
        """
        zone = zone_of(zones, self.planned.time_zone)
        return Tick(self.id, from_text(at), zone, key or f"schedule:{self.id}:{at}", self.created_by)


@dataclass(frozen=True)
class LastTick:
    """What became of the newest tick. Of what was skipped, `until` is the first that was not; `reason` says why nothing
    was begun; `run_id` is the run that was, or what it goes on as."""

    tick: str
    outcome: str
    until: str | None
    reason: str | None
    run_id: str | None
    run_status: str | None


def kept_from(row: Row) -> Kept:
    """A row of `schedules`."""
    return of_row(
        Kept,
        row,
        planned=Planned(
            name=text(row, "name"),
            cron=text(row, "cron"),
            time_zone=text(row, "time_zone"),
            catch_up=next(each for each in CATCH_UP if each == row["catch_up"]),
            params=load_object(text(row, "params")),
        ),
    )


def last_from(row: Row) -> LastTick | None:
    """Of a row of SELECT_SCHEDULES; None before the first tick."""
    if row["last_tick"] is None:
        return None
    return of_row(LastTick, row, tick=text(row, "last_tick"))


def insert(kept: Kept, most: int) -> Statement:
    """Changes no row where the account has `most` already; refused where it has another of that name."""
    planned = kept.planned
    return statement(
        """
        INSERT INTO schedules (id, account_id, kind, name, cron, time_zone, params, catch_up, next_tick, created_by,
                               created_in, created_at, updated_at)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12
        WHERE (SELECT COUNT(*) FROM schedules WHERE account_id IS ?2 AND removed_at IS NULL) < ?13
        """,
        *(kept.id, kept.account_id, kept.kind, planned.name, planned.cron, planned.time_zone, dump(planned.params)),
        *(planned.catch_up, kept.next_tick, kept.created_by, kept.created_in, kept.created_at, most),
    )


def update(kept: Kept, planned: Planned, next_tick: str, now: str) -> Statement:
    """Refused where the account has another of that name."""
    return statement(
        """
        UPDATE schedules SET name = ?2, cron = ?3, time_zone = ?4, params = ?5, catch_up = ?6,
          behind_account = CASE WHEN next_tick = ?7 THEN behind_account ELSE '' END, next_tick = ?7, failures = 0,
          updated_at = ?8
        WHERE id = ?1 AND removed_at IS NULL
        """,
        *(kept.id, planned.name, planned.cron, planned.time_zone, dump(planned.params), planned.catch_up),
        *(next_tick, now),
    )


def pause(schedule_id: str, now: str) -> Statement:
    return statement(
        """
        UPDATE schedules SET paused_at = ?2, updated_at = ?2
        WHERE id = ?1 AND paused_at IS NULL AND removed_at IS NULL
        """,
        *(schedule_id, now),
    )


def resume(schedule_id: str, next_tick: str, now: str) -> Statement:
    return statement(
        """
        UPDATE schedules SET paused_at = NULL, next_tick = ?2, behind_account = '', failures = 0, updated_at = ?3
        WHERE id = ?1 AND paused_at IS NOT NULL AND removed_at IS NULL
        """,
        *(schedule_id, next_tick, now),
    )


def remove(schedule_id: str, now: str) -> Statement:
    return statement(
        "UPDATE schedules SET removed_at = ?2 WHERE id = ?1 AND removed_at IS NULL",
        schedule_id,
        now,
    )


def make_due(kept: Kept, now: str) -> Statement:
    """Changes no row where the schedule is paused, or its tick is under way."""
    return statement(
        """
        UPDATE schedules SET next_tick = ?2 WHERE id = ?1 AND paused_at IS NULL AND removed_at IS NULL
          AND next_tick > ?2 AND behind_account = ''
        """,
        kept.id,
        now,
    )


def advance(kept: Kept, next_tick: str, behind_account: str = "") -> Statement:
    """Moves a schedule on from where it was read; changes no row where somebody else has done so."""
    return statement(
        """
        UPDATE schedules SET next_tick = ?4, behind_account = ?5, failures = 0
        WHERE id = ?1 AND next_tick = ?2 AND behind_account = ?3
        """,
        *(kept.id, kept.next_tick, kept.behind_account, next_tick, behind_account),
    )


def count_failure(kept: Kept) -> Statement:
    """Count one more failure where the schedule stands as it was read, so that none is counted twice."""
    return statement(
        """
        UPDATE schedules SET failures = failures + 1
        WHERE id = ?1 AND next_tick = ?2 AND behind_account = ?3 AND failures = CAST(?4 AS INTEGER)
        """,
        *(kept.id, kept.next_tick, kept.behind_account, kept.failures),
    )


def record(
    account_id: str, tick: Tick, outcome: str, now: str, *, reason: str | None = None, until: str | None = None
) -> list[Statement]:
    """What became of a tick; written again, nothing changes. That a run was begun wins: it is there."""
    return [
        statement(
            """
            DELETE FROM schedule_ticks WHERE schedule_id = ?1 AND account_id = ?2 AND recorded_at < (
              SELECT recorded_at FROM schedule_ticks WHERE schedule_id = ?1 AND account_id = ?2
              ORDER BY recorded_at DESC LIMIT 1 OFFSET ?3
            )
            """,
            *(tick.schedule_id, account_id, _TICKS_KEPT - 1),
        ),
        statement(
            """
            INSERT INTO schedule_ticks (schedule_id, account_id, begin_key, tick, outcome, until, reason, recorded_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT (schedule_id, account_id, begin_key) DO UPDATE SET outcome = 'begun', reason = NULL
              WHERE excluded.outcome = 'begun'
            """,
            *(tick.schedule_id, account_id, tick.key, to_text(tick.at), outcome, until, reason, now),
        ),
    ]
