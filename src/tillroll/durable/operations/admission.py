"""Admission: the first run in line goes on whenever a slot is free, and never more than may go on."""

from typing import Final

from tillroll.durable.contract import Contract
from tillroll.durable.errors import LostGuard
from tillroll.durable.execution.steps import guarded_batch
from tillroll.durable.operations.escalation import BATCH
from tillroll.durable.record.audit import append_if_changed, event_of_run
from tillroll.durable.record.runs import LIVE_BESIDE, Run, deadline_in, limit_of, log_fields, run_from_row
from tillroll.durable.record.versions import Contracts, newest, start_instance
from tillroll.platform import log
from tillroll.platform.bindings.database import DatabaseError, Row, Statement, integer, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

_ACTOR: Final = "system:line"
# How often others are first, until they are left to go on with it.
_MOST_RACES: Final = 5

_FIRST_IN_LINE: Final = f"""
  SELECT mine.*, {LIVE_BESIDE} AS live FROM runs AS mine
  WHERE kind = ?1 AND account_id = ?2 AND concurrency_key = ?3 AND queue_number IS NOT NULL
  ORDER BY queue_number LIMIT 1
"""  # noqa: S608 - a constant
# The lines of a kind (?1) behind which a slot is free, where so many (?2) go on at once; each is found by a step from
# the one before, so that ten thousand in a line are not read.
_LINES_WITH_A_SLOT: Final = f"""
  WITH RECURSIVE mine (kind, account_id, concurrency_key) AS (
    SELECT * FROM (
      SELECT kind, account_id, concurrency_key FROM runs
      WHERE kind = ?1 AND queue_number IS NOT NULL ORDER BY account_id, concurrency_key LIMIT 1
    )
    UNION ALL
    SELECT following.kind, following.account_id, following.concurrency_key FROM mine JOIN runs AS following
      ON following.rowid = (
        SELECT later.rowid FROM runs AS later WHERE later.kind = mine.kind AND later.queue_number IS NOT NULL
          AND (later.account_id, later.concurrency_key) > (mine.account_id, mine.concurrency_key)
        ORDER BY later.account_id, later.concurrency_key LIMIT 1
      )
  )
  -- By chance: lines that cannot be brought on keep no other from its turn.
  SELECT account_id, concurrency_key FROM mine WHERE {LIVE_BESIDE} < ?2 ORDER BY random() LIMIT ?3
"""  # noqa: S608 - a constant


async def admit_behind(platform: Platform, contract: Contract, run: Run) -> None:
    """Let those go on that may, now that a run has ended or failed. What goes wrong, the cron makes good."""
    if run.concurrency_key is None:
        return
    try:
        await admit(platform, contract, run.account_id, run.concurrency_key)
    except DatabaseError as error:
        log.warning("line.not_admitted", **log_fields(run), error=error)


async def admit(platform: Platform, contract: Contract, account_id: str, key: str, most: int = BATCH) -> int:
    """Let the first in a line go on, one after another, while slots are free; return how many, `most` at most.
    `contract` is the newest of the kind."""
    begun = lost = 0
    limit = limit_of(contract)
    while begun < most and lost < _MOST_RACES and (not begun or platform.turn.has_room):
        row = await platform.database.first(statement(_FIRST_IN_LINE, contract.kind, account_id, key))
        if row is None or integer(row, "live") >= limit:
            break
        try:
            await _admit_first(platform, contract, row, limit)
        except LostGuard:  # another has let it go on, or it was cancelled
            lost += 1
            continue
        begun += 1
    return begun


async def _admit_first(platform: Platform, contract: Contract, row: Row, limit: int) -> None:
    """
    Raises:
        LostGuard: it is not the first any more, or no slot is free.
    """
    run, now = run_from_row(row), to_text(platform.clock.now())
    event = event_of_run(
        run,
        "run.admitted",
        f"{run.id}:admitted:{run.generation}",
        actor=_ACTOR,
        at=now,
        detail={"queuedAt": text(row, "queued_at")},
    )
    state = contract.shown_state(run.state, run.status, text(row, "next_safe_action"))
    batch = [_go_on(row, limit, deadline_in(state, now), now), append_if_changed(event)]
    await guarded_batch(platform.database, batch, event.event_key)
    log.info(event.action, **log_fields(run))
    await start_instance(platform, run.kind, run.id, run.generation)


def _go_on(row: Row, limit: int, deadline: str | None, now: str) -> Statement:
    """The number is its number still, so everybody before it is gone; and a slot is free."""
    return statement(
        f"""
        UPDATE runs AS mine SET queue_number = NULL, queued_at = NULL, updated_at = ?4, deadline = ?5
        WHERE id = ?1 AND queue_number = ?2 AND {LIVE_BESIDE} < ?3 AND NOT EXISTS (
          SELECT 1 FROM runs AS before WHERE before.kind = mine.kind AND before.account_id = mine.account_id
            AND before.concurrency_key = mine.concurrency_key AND before.queue_number < mine.queue_number
        )
        """,  # noqa: S608 - a constant
        *(text(row, "id"), integer(row, "queue_number"), limit, now, deadline),
    )


async def admit_waiting(platform: Platform, contracts: Contracts) -> int:
    """Let those go on behind whom a process has died, or for whom a limit was raised or dropped; return how many. A
    kind that is not deployed waits until it is."""
    begun, deployed = 0, list(newest(contracts).values())
    if not deployed:
        return 0
    lines_of = await platform.database.batch(
        [statement(_LINES_WITH_A_SLOT, contract.kind, limit_of(contract), BATCH) for contract in deployed]
    )
    for contract, lines in zip(deployed, lines_of, strict=True):
        for line in platform.turn.take(lines):
            if begun >= BATCH:
                return begun
            account_id, key = text(line, "account_id"), text(line, "concurrency_key")
            try:
                begun += await admit(platform, contract, account_id, key, BATCH - begun)
            except Exception as error:  # noqa: BLE001 - the other lines must still have their turn
                log.crash("line.not_admitted", error, kind=contract.kind, account=account_id)
            await platform.pause()
    return begun
