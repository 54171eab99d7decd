"""Runs without an instance: in line, never created, lost, ended without a word, or not deployed."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Final

from tillroll.durable.contract import Contract, NextSafeAction
from tillroll.durable.errors import ESCALATED, LostGuard, one_line
from tillroll.durable.execution.steps import guarded_batch
from tillroll.durable.operations.operations import DEAD, FORGOTTEN, NotPossible, Request, mark_paused, resume
from tillroll.durable.record.audit import append, append_if_changed, event_of_run
from tillroll.durable.record.runs import (
    LIVE_BESIDE,
    Contracts,
    Run,
    deadline_in,
    limit_of,
    live_versions,
    log_fields,
    newest,
    not_deployed,
    run_from_row,
    start_instance,
)
from tillroll.jobs.scans import IN_TURN, IS_DUE, JOIN, forget, set_aside
from tillroll.platform import log
from tillroll.platform.bindings.database import (
    ConstraintFailed,
    DatabaseError,
    Row,
    Statement,
    integer,
    statement,
    text,
)
from tillroll.platform.bindings.engine import EngineUnavailable, InstanceNotFound, NotDeployed
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

ACTOR = "system:reconciler"

# How long the ordinary path has before the reconciler steps in.
PATIENCE = timedelta(seconds=30)
# How often the engine is asked about a run that is under way.
CHECK_EVERY = timedelta(minutes=10)
# How much of each kind one tick looks at.
BATCH = 50
# How many instances one tick creates. Each is asked for, created and noted, one after the other, so that it stays below
# the 100 a second that the engine creates of a workflow, and below what one invocation may ask.
CREATED_A_TICK = 150


async def escalate(platform: Platform, run: Run, why: str, now: str) -> None:
    """Mark a run for a person, once in a generation; until somebody resumes or ends it, it says `why`."""
    mark = statement(
        """
        UPDATE runs SET requires_human_review = 1, escalated_at = ?1, updated_at = ?1,
          error_class = ?4, error_summary = ?5
        WHERE id = ?2 AND generation = ?3 AND (escalated_at IS NULL OR error_class IS NOT ?4)
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
        # The state's version tells a second time apart from the first: the run has gone on in between.
        f"{run.instance_id}:escalated:{run.state_version}",
        actor=ACTOR,
        at=now,
        outcome="overdue",
        detail={"why": why},
    )
    try:
        await guarded_batch(platform.database, [mark, append_if_changed(event)], event.event_key)
    except LostGuard:
        return
    log.error("run.escalated", **log_fields(run), reason=why)


# After so many setbacks in a row, half an hour in all, a person is told.
_PATIENT_WITH = 5
# An engine that does not answer for so many runs of one tick is down: the others have their turn in the next tick.
_MOST_UNANSWERED = 10


async def each(platform: Platform, part: str, rows: Sequence[Row], mend: Callable[[Row], Awaitable[int]]) -> int:
    """Mend each of these runs by itself; return how many were mended.

    `rows` are whole rows of `runs` with `setbacks`, how often it was set aside before, NULL for never. Whatever goes
    wrong with one is that one's affair: it is set aside, and a person is told where it lasts.
    """
    mended = unanswered = 0
    for row in platform.turn.take(rows):
        try:
            mended += await mend(row)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one run, the others have their turn
            await _set_aside_run(platform, part, row, error)
            unanswered += isinstance(error, EngineUnavailable) and not isinstance(error, NotDeployed)
            if unanswered >= _MOST_UNANSWERED:
                break
        else:
            if row["setbacks"] is not None:
                await forget(platform.database, part, text(row, "id"))
    return mended


async def _set_aside_run(platform: Platform, part: str, row: Row, error: Exception) -> None:
    run_id, now = text(row, "id"), to_text(platform.clock.now())
    if isinstance(error, EngineUnavailable):
        why = one_line(str(error))
        log.warning("engine.unavailable", run=run_id, source=part, error=error)
    else:  # its message can quote a file
        why = type(error).__name__
        log.crash("reconciler.set_aside", error, run=run_id, source=part)
    failures = await set_aside(platform.database, part, run_id, why, now)
    if not isinstance(error, NotDeployed) and failures < _PATIENT_WITH:
        return
    try:
        run = run_from_row(row)
        says = not_deployed(run) if isinstance(error, NotDeployed) else f"it cannot be mended ({part}): {why}"
        await escalate(platform, run, says, now)
    except Exception as unexpected:  # noqa: BLE001 - it is set aside, and told of when its next turn fails
        log.crash("reconciler.set_aside", unexpected, run=run_id, source=part)


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


_ADMITS: Final = "system:line"
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
        actor=_ADMITS,
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
