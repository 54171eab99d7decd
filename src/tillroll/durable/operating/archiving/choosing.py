"""Which runs may be archived: they have ended, nothing of them is pending, and all that the audit has of them is in
ranges that are verified and sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tillroll.durable.contract import NextSafeAction, Status
from tillroll.durable.failure_classes import FailureClass
from tillroll.jobs.cursors import keep_position, position_of
from tillroll.platform.bindings.database import Database, Row, Statement, integer, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.json import Json, dump

_CURSOR: Final = "archived runs"
# Runs that are looked at in one query, and queries a round.
_WINDOW: Final = 500
_WINDOWS: Final = 4
MOST_RUNS: Final = 50
# What goes into one bundle, unpacked: a Worker has 128 MB.
_MOST_BYTES: Final = 4 * 2**20
# A bundle that is not full waits until its oldest run has waited so long: few objects, also of a quiet account.
_PATIENCE: Final = timedelta(days=7)

_ENDED: Final = f"'{Status.COMPLETE}', '{Status.REJECTED}', '{Status.CANCELLED}'"
# The cheap questions first. A run whose parent goes on may be asked for by it, and one with children that go on answers
# for them. Where an undoing failed, a person may have it tried again, which needs the run's steps. A delivery is
# deleted thirty days after it was done; until then it needs its event.
_MAY_GO: Final = f"""
  r.status IN ({_ENDED}) AND r.next_safe_action = '{NextSafeAction.NONE}' AND r.updated_at < ?3
  AND r.failure_class IS NOT '{FailureClass.ROLLBACK_FAILED}'
  AND NOT EXISTS (SELECT 1 FROM archived_runs WHERE run_id = r.id)
  AND NOT EXISTS (SELECT 1 FROM runs p WHERE p.id = r.parent_run_id AND p.status NOT IN ({_ENDED}))
  AND NOT EXISTS (SELECT 1 FROM runs c WHERE c.parent_run_id = r.id AND c.status NOT IN ({_ENDED}))
  AND NOT EXISTS (
    SELECT 1 FROM outbox o WHERE o.run_id = r.id
    AND (o.state NOT IN ('delivered', 'no_receiver') OR EXISTS (SELECT 1 FROM deliveries d WHERE d.event_id = o.id))
  )
  AND NOT EXISTS (SELECT 1 FROM run_waits w WHERE w.run_id = r.id AND w.ended_at IS NULL)
  AND EXISTS (SELECT 1 FROM audit_events e WHERE e.stream = r.id)
  AND NOT EXISTS (
    SELECT 1 FROM audit_events e LEFT JOIN archive_ranges g
      ON g.from_id = (SELECT MAX(from_id) FROM archive_ranges WHERE from_id <= e.id) AND g.to_id >= e.id
        AND g.state IN ('verified', 'archived')
    LEFT JOIN audit_events proof ON proof.event_key = g.proof
    WHERE e.stream = r.id
      AND COALESCE(proof.id, ?4 + 1) > ?4
  )
"""  # noqa: S608 - constants


NO_RUN: Final = "0"
"""A condition that holds for no run: none is left alone."""


@dataclass(frozen=True)
class Candidate:
    """`state_version` is what it had when it was chosen."""

    run_id: str
    account_id: str
    state_version: int
    updated_at: str


async def next_runs(database: Database, before: datetime, but: str, *, whole: bool) -> list[Candidate]:
    """The runs of the next bundle, all of one account; none where there are not enough yet, or none in the next few
    hundred. `but` is a condition over `r`, which keeps runs out. Where to go on is kept; at the end it begins anew."""
    sealed = await database.first(statement("SELECT to_id FROM seals ORDER BY number DESC LIMIT 1"))
    if sealed is None:
        return []
    for _ in range(_WINDOWS):
        position = await position_of(database, _CURSOR)
        rows = await _window(database, position, before, integer(sealed, "to_id"), but)
        chosen = _of_one_account(rows)
        if chosen and not whole and _is_too_few(chosen, before):
            behind = [text(row, "account_id") for row in rows if text(row, "account_id") > chosen[0].account_id]
            following = f"{behind[0]}|" if behind else _behind(rows)
        elif chosen:
            chosen = await _within_bytes(database, chosen)
            await _keep(database, before, f"{chosen[-1].account_id}|{chosen[-1].run_id}")
            return chosen
        else:
            following = _behind(rows)
        await _keep(database, before, following)
        if not following:
            break
    return []


def ended_before(before: datetime, most: int) -> Statement:
    """The query for `n`: how many runs ended before a moment and are not archived, up to so many. Some of them may have
    to wait for something else."""
    return statement(
        f"""
        SELECT count(*) AS n FROM (
          SELECT 1 FROM runs r WHERE r.status IN ({_ENDED}) AND r.next_safe_action = '{NextSafeAction.NONE}'
            AND r.updated_at < ?1 AND NOT EXISTS (SELECT 1 FROM archived_runs WHERE run_id = r.id) LIMIT {most}
        )
        """,  # noqa: S608 - constants
        to_text(before),
    )


async def _keep(database: Database, before: datetime, position: str) -> None:
    await keep_position(database, _CURSOR, position, to_text(before))


def _behind(rows: Sequence[Row]) -> str:
    return "" if len(rows) < _WINDOW else f"{rows[-1]['account_id']}|{rows[-1]['id']}"


async def _window(database: Database, position: str, before: datetime, sealed_to: int, but: str) -> Sequence[Row]:
    account, _, run = position.partition("|")
    return await database.all(
        statement(
            f"""
            SELECT r.id, r.account_id, r.state_version, r.updated_at, ({_MAY_GO}) AND NOT ({but}) AS may_go
            FROM (SELECT * FROM runs INDEXED BY runs_by_account WHERE (account_id, id) > (?1, ?2)
                  ORDER BY account_id, id LIMIT {_WINDOW}) r
            ORDER BY r.account_id, r.id
            """,  # noqa: S608 - constants of the callers
            account,
            run,
            to_text(before),
            sealed_to,
        )
    )


def _of_one_account(rows: Sequence[Row]) -> list[Candidate]:
    found = [row for row in rows if row["may_go"] == 1]
    return [
        Candidate(text(row, "id"), text(row, "account_id"), integer(row, "state_version"), text(row, "updated_at"))
        for row in found
        if row["account_id"] == found[0]["account_id"]
    ][:MOST_RUNS]


def _is_too_few(chosen: Sequence[Candidate], before: datetime) -> bool:
    return len(chosen) < MOST_RUNS and min(each.updated_at for each in chosen) >= to_text(before - _PATIENCE)


async def _within_bytes(database: Database, chosen: Sequence[Candidate]) -> list[Candidate]:
    """The first of them, as far as they go into a bundle; one at least."""
    ids: list[Json] = [each.run_id for each in chosen]
    rows = await database.all(
        statement(
            "SELECT run_id, SUM(COALESCE(length(output), 0) + COALESCE(length(input), 0)) AS size FROM run_steps "
            "WHERE run_id IN (SELECT value FROM json_each(?)) GROUP BY run_id",
            dump(ids),
        )
    )
    sizes = {text(row, "run_id"): integer(row, "size") for row in rows}
    fitting: list[Candidate] = []
    size = 0
    for each in chosen:
        size += sizes.get(each.run_id, 0)
        if fitting and size > _MOST_BYTES:
            break
        fitting.append(each)
    return fitting
