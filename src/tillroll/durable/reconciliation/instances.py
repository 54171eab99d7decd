"""Runs and their engine instances: never created, lost, or ended without a word."""

from tillroll.durable.audit import append, append_if_changed, event_of_run
from tillroll.durable.errors import LostGuard
from tillroll.durable.failure_classes import ESCALATED
from tillroll.durable.operations import NotPossible, Request, mark_paused, resume
from tillroll.durable.reconciliation.bounds import ACTOR, BATCH, CHECK_EVERY, PATIENCE
from tillroll.durable.runs import Run, run_from_row, told_of
from tillroll.durable.starting import start_instance
from tillroll.durable.steps import guarded_batch
from tillroll.durable.versions import Contracts
from tillroll.platform import log
from tillroll.platform.clock import to_text
from tillroll.platform.database import ConstraintFailed, Row, Statement, integer, statement, text
from tillroll.platform.engine import EngineUnavailable, InstanceNotFound
from tillroll.platform.services import Platform

# What the engine says of an instance that will not go on by itself.
_DEAD = frozenset({"errored", "terminated", "complete", "unknown"})
_FORGOTTEN = "forgotten"
# It waits until somebody resumes it, also where the Worker died before that was noted on the record.
_PAUSED = frozenset({"paused", "waitingForPause"})
# After so many resumptions without an end, a person looks.
_MOST_RESUMPTIONS = 3


async def create_missing(platform: Platform) -> int:
    """Runs whose instance was recorded, but never created: the Worker died, the engine refused, or the database was
    restored from a backup. The first instance, or a later generation's; also of runs that have only to tell of their
    end."""
    now = platform.clock.now()
    before = to_text(now - PATIENCE)
    live = await platform.database.all(
        statement(
            """
            SELECT * FROM runs
            WHERE status IN ('processing', 'needs_review') AND instance_confirmed_at IS NULL AND updated_at < ?
            ORDER BY updated_at LIMIT ?
            """,
            before,
            BATCH,
        )
    )
    held = await platform.database.all(
        statement(
            """
            SELECT runs.* FROM outbox JOIN runs ON runs.id = outbox.run_id
            WHERE outbox.state = 'held' AND runs.instance_confirmed_at IS NULL AND runs.updated_at < ?
              AND runs.failure_class IS NULL
            ORDER BY outbox.created_at LIMIT ?
            """,
            before,
            BATCH,
        )
    )
    created = 0
    for run in map(run_from_row, [*live, *held]):
        try:
            created += await _confirm(platform, run, to_text(now))
        except EngineUnavailable as error:
            log.warning("engine.unavailable", run=run.id, error=error)
            break
    return created


async def _confirm(platform: Platform, run: Run, now: str) -> int:
    """Create the run's instance if the engine has none, and note that there is one; return how many were created."""
    try:
        await platform.instances[run.kind].status(run.instance_id)
    except InstanceNotFound:
        if not await start_instance(platform, run.kind, run.id, run.generation):
            return 0
        event = event_of_run(
            run,
            "instance.created",
            f"{run.instance_id}:created",
            actor=ACTOR,
            at=now,
        )
        try:
            await platform.database.batch([_seen(run, now), append(event)])
        except ConstraintFailed:
            log.info("reconciler.was_second", run=run.id)
            return 0
        return 1
    await platform.database.batch([_seen(run, now)])
    return 0


def _seen(run: Run, now: str) -> Statement:
    return statement(
        "UPDATE runs SET instance_confirmed_at = ? WHERE id = ? AND generation = ?", now, run.id, run.generation
    )


async def resume_lost(platform: Platform, contracts: Contracts) -> int:
    """Runs under way whose instance the engine has forgotten, or that ended without telling the record."""
    now = platform.clock.now()
    rows = await platform.database.all(
        statement(
            """
            SELECT * FROM runs
            WHERE status IN ('processing', 'needs_review') AND instance_confirmed_at < ?1 AND updated_at < ?1
              AND paused_at IS NULL AND resumptions <= ?3
            ORDER BY instance_confirmed_at LIMIT ?2
            """,
            to_text(now - CHECK_EVERY),
            BATCH,
            _MOST_RESUMPTIONS,
        )
    )
    held = await platform.database.all(
        statement(
            """
            SELECT runs.* FROM outbox JOIN runs ON runs.id = outbox.run_id
            WHERE outbox.state = 'held' AND outbox.created_at < ?1 AND runs.updated_at < ?1
              AND runs.failure_class IS NULL AND runs.resumptions <= ?3
            ORDER BY outbox.created_at LIMIT ?2
            """,
            to_text(now - CHECK_EVERY),
            BATCH,
            _MOST_RESUMPTIONS,
        )
    )
    resumed = 0
    for row in [*rows, *held]:
        try:
            resumed += await _resume_if_dead(platform, contracts, row, to_text(now))
        except EngineUnavailable as error:
            log.warning("engine.unavailable", run=text(row, "id"), error=error)
            break
    return resumed


async def _resume_if_dead(platform: Platform, contracts: Contracts, row: Row, now: str) -> int:
    run = run_from_row(row)
    try:
        status = await platform.instances[run.kind].status(run.instance_id)
    except InstanceNotFound:
        status = _FORGOTTEN
    contract = contracts.get((run.kind, run.contract_version))
    if contract is None:  # `escalate_undeployed` has told a person; once its body is back, it is resumed
        await platform.database.batch([_seen(run, now)])
        return 0
    if status in _PAUSED:
        await mark_paused(platform, run, Request(ACTOR, f"the engine says {status}"))
        return 0
    if status not in _DEAD and status != _FORGOTTEN:
        await platform.database.batch([_seen(run, now)])
        return 0
    if integer(row, "resumptions") >= _MOST_RESUMPTIONS:
        await escalate(platform, run, f"resumed {_MOST_RESUMPTIONS} times in vain; the engine says {status}", now)
        give_up = "UPDATE runs SET resumptions = resumptions + 1 WHERE id = ? AND generation = ?"
        await platform.database.batch([statement(give_up, run.id, run.generation)])
        return 0
    try:
        await resume(platform, contract, run, Request(ACTOR, f"the engine says {status}"))
    except NotPossible as error:
        log.info("run.not_resumed", **told_of(run), error=error)
        return 0
    return 1


async def escalate_overdue(platform: Platform) -> int:
    """Runs whose deadline has passed before they ended: a person is asked."""
    now = to_text(platform.clock.now())
    rows = await platform.database.all(
        statement(
            """
            SELECT * FROM runs WHERE deadline < ? AND escalated_at IS NULL AND deadline IS NOT NULL
              AND status IN ('processing', 'needs_review')
            ORDER BY deadline LIMIT ?
            """,
            now,
            BATCH,
        )
    )
    for run in map(run_from_row, rows):
        await escalate(platform, run, "the deadline has passed", now)
    return len(rows)


async def escalate(platform: Platform, run: Run, why: str, now: str) -> None:
    """Mark a run for a person, once."""
    mark = statement(
        """
        UPDATE runs SET requires_human_review = 1, escalated_at = ?1, updated_at = ?1,
          error_class = ?4, error_summary = ?5
        WHERE id = ?2 AND generation = ?3 AND escalated_at IS NULL
        """,
        now,
        run.id,
        run.generation,
        ESCALATED,
        why,
    )
    event = event_of_run(
        run,
        "run.escalated",
        f"{run.instance_id}:escalated",
        actor=ACTOR,
        at=now,
        outcome="overdue",
        detail={"why": why},
    )
    try:
        await guarded_batch(platform.database, [mark, append_if_changed(event)], event.event_key)
    except LostGuard:
        return
    log.error("run.escalated", **told_of(run), reason=why)
