"""Runs whose engine instance was never created, is lost or ended without a word, or whose version is not deployed."""

from tillroll.durable.contract import NextSafeAction
from tillroll.durable.operations.escalation import ACTOR, BATCH, CHECK_EVERY, CREATED_A_TICK, PATIENCE, each, escalate
from tillroll.durable.operations.operations import DEAD, FORGOTTEN, NotPossible, Request, mark_paused, resume
from tillroll.durable.record.audit import append, event_of_run
from tillroll.durable.record.runs import Run, log_fields, run_from_row
from tillroll.durable.record.versions import Contracts, live_versions, not_deployed, start_instance
from tillroll.jobs.scans import IN_TURN, IS_DUE, JOIN
from tillroll.platform import log
from tillroll.platform.bindings.database import ConstraintFailed, Row, Statement, statement
from tillroll.platform.bindings.engine import InstanceNotFound
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

# It waits until somebody resumes it, also where the Worker died before that was noted on the record.
_PAUSED = frozenset({"paused", "waitingForPause"})
# After so many resumptions without an end, a person looks.
MOST_RESUMPTIONS = 3
CREATING, RESUMING, ESCALATING = "instances never created", "instances lost", "deadlines: passed"
# Where the step that tells has failed for good, a person has it sent.
_TELLS = f"runs.next_safe_action <> '{NextSafeAction.RESEND_NOTIFICATION}'"
_SETBACKS_OF_CREATING = JOIN.format(part=f"'{CREATING}'", subject="runs.id")
_SETBACKS_OF_RESUMING = JOIN.format(part=f"'{RESUMING}'", subject="runs.id")
_SETBACKS_OF_ESCALATING = JOIN.format(part=f"'{ESCALATING}'", subject="runs.id")


async def create_missing(platform: Platform) -> int:
    """Runs whose instance was recorded, but never created: the Worker died, the engine refused, or the database was
    restored from a backup. The first instance, or a later generation's; also of runs that have only to tell of their
    end. One that is paused gets its instance when it is resumed, and one that waits in line when it is its turn."""
    now = to_text(platform.clock.now())
    before = to_text(platform.clock.now() - PATIENCE)
    live = await platform.database.all(
        statement(
            f"""
            SELECT runs.*, s.failures AS setbacks FROM runs {_SETBACKS_OF_CREATING}
            WHERE status IN ('processing', 'needs_review') AND instance_confirmed_at IS NULL AND updated_at < ?2
              AND paused_at IS NULL AND queue_number IS NULL AND {IS_DUE}
            ORDER BY {IN_TURN}, updated_at LIMIT ?3
            """,  # noqa: S608 - constants
            now,
            before,
            CREATED_A_TICK,
        )
    )
    held = await platform.database.all(
        statement(
            f"""
            SELECT runs.*, s.failures AS setbacks FROM outbox JOIN runs ON runs.id = outbox.run_id
            {_SETBACKS_OF_CREATING}
            WHERE outbox.state = 'held' AND runs.instance_confirmed_at IS NULL AND runs.updated_at < ?2
              AND {_TELLS} AND {IS_DUE}
            ORDER BY {IN_TURN}, outbox.created_at LIMIT ?3
            """,  # noqa: S608 - constants
            now,
            before,
            BATCH,
        )
    )
    return await each(platform, CREATING, [*live, *held], lambda row: _confirm(platform, run_from_row(row), now))


async def _confirm(platform: Platform, run: Run, now: str) -> int:
    """Create the run's instance if the engine has none, and note that there is one; return how many were created."""
    try:
        await platform.instances_of(run.kind).status(run.instance_id)
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
    now = to_text(platform.clock.now())
    before = to_text(platform.clock.now() - CHECK_EVERY)
    rows = await platform.database.all(
        statement(
            f"""
            SELECT runs.*, s.failures AS setbacks FROM runs {_SETBACKS_OF_RESUMING}
            WHERE status IN ('processing', 'needs_review') AND instance_confirmed_at < ?2 AND updated_at < ?2
              AND paused_at IS NULL AND resumptions <= ?4 AND {IS_DUE}
            ORDER BY {IN_TURN}, instance_confirmed_at LIMIT ?3
            """,  # noqa: S608 - constants
            now,
            before,
            BATCH,
            MOST_RESUMPTIONS,
        )
    )
    held = await platform.database.all(
        statement(
            f"""
            SELECT runs.*, s.failures AS setbacks FROM outbox JOIN runs ON runs.id = outbox.run_id
            {_SETBACKS_OF_RESUMING}
            WHERE outbox.state = 'held' AND outbox.created_at < ?2 AND runs.updated_at < ?2
              AND {_TELLS} AND runs.resumptions <= ?4 AND {IS_DUE}
            ORDER BY {IN_TURN}, outbox.created_at LIMIT ?3
            """,  # noqa: S608 - constants
            now,
            before,
            BATCH,
            MOST_RESUMPTIONS,
        )
    )
    return await each(platform, RESUMING, [*rows, *held], lambda row: _resume_if_dead(platform, contracts, row, now))


async def _resume_if_dead(platform: Platform, contracts: Contracts, row: Row, now: str) -> int:
    run = run_from_row(row)
    try:
        status = await platform.instances_of(run.kind).status(run.instance_id)
    except InstanceNotFound:
        status = FORGOTTEN
    contract = contracts.get((run.kind, run.contract_version))
    if contract is None:  # `escalate_undeployed` has told a person; once its body is back, it is resumed
        await platform.database.batch([_seen(run, now)])
        return 0
    if status in _PAUSED:
        await mark_paused(platform, run, Request(ACTOR, f"the engine says {status}"))
        return 0
    if status not in DEAD:
        await platform.database.batch([_seen(run, now)])
        return 0
    if run.resumptions >= MOST_RESUMPTIONS:
        await escalate(platform, run, f"resumed {MOST_RESUMPTIONS} times in vain; the engine says {status}", now)
        give_up = "UPDATE runs SET resumptions = resumptions + 1 WHERE id = ? AND generation = ?"
        await platform.database.batch([statement(give_up, run.id, run.generation)])
        return 0
    try:
        await resume(platform, contract, run, Request(ACTOR, f"the engine says {status}"))
    except NotPossible as error:
        log.info("run.not_resumed", **log_fields(run), error=error)
        return 0
    return 1


async def escalate_overdue(platform: Platform) -> int:
    """Runs whose deadline has passed before they ended: a person is asked."""
    now = to_text(platform.clock.now())
    rows = await platform.database.all(
        statement(
            f"""
            SELECT runs.*, s.failures AS setbacks FROM runs {_SETBACKS_OF_ESCALATING}
            WHERE deadline < ?1 AND escalated_at IS NULL AND deadline IS NOT NULL AND paused_at IS NULL AND {IS_DUE}
            ORDER BY {IN_TURN}, deadline LIMIT ?2
            """,  # noqa: S608 - constants
            now,
            BATCH,
        )
    )

    async def ask(row: Row) -> int:
        run = run_from_row(row)
        await escalate(platform, run, f"it has stood in {run.state} until its deadline has passed", now)
        return 1

    return await each(platform, ESCALATING, rows, ask)


_PART = "deadlines: versions not deployed"
_SETBACKS = JOIN.format(part=f"'{_PART}'", subject="runs.id")


async def escalate_undeployed(platform: Platform, contracts: Contracts) -> int:
    """Tell a person of runs under way that nothing deployed can go on with."""
    missing = [it for it in await live_versions(platform.database) if (it.kind, it.version) not in contracts]
    now = to_text(platform.clock.now())

    async def tell(row: Row) -> int:
        run = run_from_row(row)
        await escalate(platform, run, not_deployed(run), now)
        return 1

    escalated = 0
    for version in missing:
        rows = await platform.database.all(
            statement(
                f"""
                SELECT runs.*, s.failures AS setbacks FROM runs {_SETBACKS}
                WHERE kind = ?2 AND contract_version = ?3 AND escalated_at IS NULL
                  AND status IN ('processing', 'needs_review') AND {IS_DUE}
                ORDER BY {IN_TURN} LIMIT ?4
                """,  # noqa: S608 - constants
                now,
                version.kind,
                version.version,
                BATCH,
            )
        )
        escalated += await each(platform, _PART, rows, tell)
    return escalated
