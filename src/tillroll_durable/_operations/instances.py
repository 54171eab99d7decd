"""Runs without an instance: in line, never created, lost, ended without a word, or not deployed."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Final, LiteralString

from tillroll_durable import runs
from tillroll_durable._record.changes import RunChange
from tillroll_durable._record.instances import start_instance
from tillroll_durable.audit import Audited, append, event_of_run, guarded_batch
from tillroll_durable.contract import Contract, Contracts, newest
from tillroll_durable.errors import LostGuard, one_line
from tillroll_durable.jobs.job import ago, any_of
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, PAGE, forget, set_aside
from tillroll_durable.operations import (
    DEAD,
    FORGOTTEN,
    PAUSING,
    NotPossible,
    Request,
    StateGone,
    mark_paused,
    resume,
)
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    DatabaseError,
    Row,
    Value,
    digits,
    integer,
    statement,
    text,
)
from tillroll_durable.platform.bindings.engine import (
    ClassNotBound,
    EngineUnavailable,
    InstanceNotFound,
    NotDeployed,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import Run
from tillroll_durable.slots import IS_FULL, Limits, limits_of
from tillroll_durable.states import NextSafeAction

ACTOR = "system:reconciler"

# How long the ordinary path has before the reconciler steps in.
PATIENCE = timedelta(seconds=30)
# How often the engine is asked about a run that is under way.
CHECK_EVERY = timedelta(minutes=10)
# How much of each kind one tick looks at.
BATCH = 50
# How many instances one tick creates. Each is asked for, created and noted, one after the other, so
# that it stays below the 100 a second that the engine creates of a workflow, and below what one
# invocation may ask.
CREATED_A_TICK = 150


async def escalate(platform: Platform, run: Run, why: str, now: str) -> None:
    """Mark a run for a person, once in a generation; until somebody resumes or ends it, it says
    `why`.
    """
    mark = RunChange(run, now).escalated(why)
    # The state's version tells a second time apart from the first: the run has gone on in between.
    key = f"{run.instance_id}:escalated:{run.state_version}"
    detail = JsonObject(why=why)
    event = event_of_run(
        run, Audited.RUN_ESCALATED, key, actor=ACTOR, at=now, outcome="overdue", detail=detail
    )
    try:
        await guarded_batch(platform.database, mark, event)
    except LostGuard:
        return
    log.error("run.escalated", **runs.log_fields(run), reason=why)


# After so many setbacks in a row, half an hour in all, a person is notified.
_PATIENT_WITH = 5
# An engine that does not answer for so many runs of one tick is down: the others have their turn in
# the next tick.
_MOST_UNANSWERED = 10


async def each(
    platform: Platform, part: str, rows: Sequence[Row], mend: Callable[[Row], Awaitable[int]]
) -> int:
    """Mend each of these runs (rows with `setbacks`) by itself; return how many. One that fails is
    set aside, and told of where that lasts.
    """
    mended = unanswered = 0
    for row in platform.turn.take(rows):
        try:
            mended += await mend(row)
        except Exception as error:  # noqa: BLE001
            # Whatever is wrong with one run, the others have their turn.
            await _set_aside_run(platform, part, row=row, error=error)
            if isinstance(error, EngineUnavailable) and not isinstance(error, NotDeployed):
                unanswered += 1
            if unanswered >= _MOST_UNANSWERED:
                break
        else:
            if row["setbacks"] is not None:
                await forget(platform.database, part, text(row, "id"))
    else:
        platform.turn.has_more(where=len(rows) >= PAGE)
    return mended


async def _set_aside_run(platform: Platform, part: str, row: Row, error: Exception) -> None:
    run_id = text(row, "id")
    now = to_text(platform.clock.now())
    if isinstance(error, EngineUnavailable):
        why = one_line(str(error))
        log.warning("engine.unavailable", run=run_id, source=part, error=error)
    else:  # its message can quote a file
        why = type(error).__name__
        log.crash("reconciler.set_aside", error, run=run_id, source=part)
    failures = await set_aside(platform.database, part, subject=run_id, why=why, now=now)
    if not isinstance(error, NotDeployed | StateGone) and failures < _PATIENT_WITH:
        return
    try:
        run = runs.run_from_row(row)
        await escalate(platform, run, why=_sentence_for(run, error, part=part, why=why), now=now)
    except Exception as unexpected:  # noqa: BLE001
        # It is set aside, and told of when its next turn fails.
        log.crash("reconciler.set_aside", unexpected, run=run_id, source=part)


def _sentence_for(run: Run, error: Exception, *, part: str, why: str) -> str:
    if isinstance(error, ClassNotBound):
        return why
    if isinstance(error, StateGone):
        return str(error)
    if isinstance(error, NotDeployed):
        return runs.not_deployed(run)
    return f"it cannot be mended ({part}): {why}"


# After so many resumptions without an end, a person looks.
MOST_RESUMPTIONS = 3
CREATING = "instances never created"
RESUMING = "instances lost"
ESCALATING = "deadlines: passed"


async def due_runs(
    platform: Platform,
    part: LiteralString,
    source: LiteralString,
    where: LiteralString,
    order: LiteralString,
    most: int,
    *values: Value,
    by: LiteralString = "runs.id",
) -> list[Row]:
    """Rows of `runs` with `setbacks` that `part` may look at, those never set aside first. Values
    are ?3 and on.
    """
    look: LiteralString = ""
    if by != "runs.id":
        look = f", {by} AS look"
    sql = f"""
      SELECT runs.*, s.failures AS setbacks{look}
      FROM {source}
      {JOIN.format(part=f"'{part}'", subject=by)}
      WHERE {where} AND {IS_DUE} ORDER BY {IN_TURN}, {order} LIMIT ?2
    """
    return await platform.database.all(
        statement(sql, [to_text(platform.clock.now()), most, *values])
    )


_IS_LIVE = "status IN ('processing', 'needs_review')"
_NOT_IN_VAIN = f"runs.resumptions <= {digits(MOST_RESUMPTIONS)}"
# A run that has its result, and whose event waits for the step that releases it: the engine's
# still.
_UNRELEASED: Final = "outbox JOIN runs ON runs.id = outbox.run_id"
_IS_UNRELEASED: Final = f"""
  outbox.state = 'held' AND runs.next_safe_action <> '{NextSafeAction.RESEND_NOTIFICATION.value}'
"""
UNCREATED: Final = any_of(
    f"runs WHERE {_IS_LIVE} AND instance_confirmed_at IS NULL AND updated_at < {ago(PATIENCE)}",
    f"""
    {_UNRELEASED} WHERE {_IS_UNRELEASED}
      AND runs.instance_confirmed_at IS NULL AND runs.updated_at < {ago(PATIENCE)}
    """,
)
UNSEEN: Final = any_of(
    f"""
    runs WHERE {_IS_LIVE}
      AND instance_confirmed_at < {ago(CHECK_EVERY)} AND updated_at < {ago(CHECK_EVERY)}
    """,
    f"""
    {_UNRELEASED} WHERE {_IS_UNRELEASED}
      AND outbox.created_at < {ago(CHECK_EVERY)} AND runs.updated_at < {ago(CHECK_EVERY)}
    """,
)
"""Where those are that were never created, or not seen for long: `due_in` of jobs."""


def _live_or_unreleased(live: LiteralString, unreleased: LiteralString) -> LiteralString:
    """SQL for runs under way for which `live` is true, and for those with an unreleased event for
    which `unreleased` is. Each half is led by its own index.
    """
    return f"""runs.id IN (
      SELECT id FROM runs WHERE {live}
      UNION ALL
      SELECT runs.id FROM {_UNRELEASED} WHERE {_IS_UNRELEASED} AND {unreleased}
    )"""


async def create_missing(platform: Platform) -> int:
    """Create instances that are missing, but not of paused runs, or of those in line."""
    now = to_text(platform.clock.now())
    before = to_text(platform.clock.now() - PATIENCE)
    unconfirmed = "instance_confirmed_at IS NULL AND runs.updated_at < ?3"
    live = f"{_IS_LIVE} AND {unconfirmed} AND paused_at IS NULL AND queue_number IS NULL"
    where = _live_or_unreleased(live, unconfirmed)
    rows = await due_runs(platform, CREATING, "runs", where, "updated_at", CREATED_A_TICK, before)
    return await each(
        platform,
        CREATING,
        rows=rows,
        mend=lambda row: _confirm(platform, runs.run_from_row(row), now),
    )


async def _confirm(platform: Platform, run: Run, now: str) -> int:
    """Create the run's instance if the engine has none, and note that there is one; return how many
    were created.
    """
    try:
        await platform.instances_of(run.kind).status(run.instance_id)
    except InstanceNotFound:
        if not await start_instance(platform, run.kind, run_id=run.id, generation=run.generation):
            return 0
        event = event_of_run(
            run, Audited.INSTANCE_CREATED, f"{run.instance_id}:created", actor=ACTOR, at=now
        )
        try:
            await platform.database.batch([RunChange(run, now).instance_seen(), append(event)])
        except ConstraintFailed:
            log.info("reconciler.was_second", run=run.id)
            return 0
        return 1
    await platform.database.batch([RunChange(run, now).instance_seen()])
    return 0


async def resume_lost(platform: Platform, contracts: Contracts) -> int:
    """Runs under way whose instance the engine has forgotten, or that ended without telling the
    record.
    """
    now = to_text(platform.clock.now())
    before = to_text(platform.clock.now() - CHECK_EVERY)
    unseen = (
        f"{_IS_LIVE} AND instance_confirmed_at < ?3 AND updated_at < ?3 AND paused_at IS NULL "
        f"AND {_NOT_IN_VAIN}"
    )
    unreleased = f"outbox.created_at < ?3 AND runs.updated_at < ?3 AND {_NOT_IN_VAIN}"
    where = _live_or_unreleased(unseen, unreleased)
    rows = await due_runs(platform, RESUMING, "runs", where, "instance_confirmed_at", BATCH, before)
    return await each(
        platform,
        RESUMING,
        rows=rows,
        mend=lambda row: _resume_if_dead(platform, contracts, row=row, now=now),
    )


async def _resume_if_dead(platform: Platform, contracts: Contracts, row: Row, now: str) -> int:
    run = runs.run_from_row(row)
    try:
        status = await platform.instances_of(run.kind).status(run.instance_id)
    except InstanceNotFound:
        status = FORGOTTEN
    contract = contracts.get((run.kind, run.contract_version))
    # `escalate_undeployed` has told a person; once its body is back, it is resumed
    if contract is None:
        await platform.database.batch([RunChange(run, now).instance_seen()])
        return 0
    # It waits until somebody resumes it, also where the Worker died before that was noted.
    if status in PAUSING:
        await mark_paused(platform, run, Request(ACTOR, f"the engine says {status}"))
        return 0
    if status not in DEAD:
        await platform.database.batch([RunChange(run, now).instance_seen()])
        return 0
    if run.resumptions >= MOST_RESUMPTIONS:
        await escalate(
            platform,
            run,
            why=f"resumed {MOST_RESUMPTIONS} times in vain; the engine says {status}",
            now=now,
        )
        await platform.database.batch([RunChange(run, now).resumed_in_vain()])
        return 0
    try:
        await resume(
            platform, contract, run=run, request=Request(ACTOR, f"the engine says {status}")
        )
    except StateGone:
        raise
    except NotPossible as error:
        log.info("run.not_resumed", **runs.log_fields(run), error=error)
        return 0
    return 1


_IS_AWAKE: Final = """
  NOT EXISTS (
    SELECT 1 FROM run_waits w WHERE w.run_id = runs.id AND w.kind = 'timer' AND w.ended_at IS NULL
  )
"""


async def escalate_overdue(platform: Platform) -> int:
    """Runs whose deadline has passed before they ended: a person is asked.

    A run that sleeps is woken instead, and a person is asked where that is in vain: the cron, or
    the machine, may have stood still for longer than its deadline.
    """
    now = to_text(platform.clock.now())
    where = f"""
      deadline < ?3 AND escalated_at IS NULL AND deadline IS NOT NULL AND paused_at IS NULL
      AND ({_IS_AWAKE})
    """
    rows = await due_runs(platform, ESCALATING, "runs", where, "deadline", BATCH, now)
    return await _escalate_each(
        platform,
        ESCALATING,
        rows=rows,
        why=lambda run: f"it has stood in {run.state} until its deadline has passed",
    )


async def _escalate_each(
    platform: Platform, part: str, rows: Sequence[Row], why: Callable[[Run], str]
) -> int:
    now = to_text(platform.clock.now())

    async def ask(row: Row) -> int:
        run = runs.run_from_row(row)
        await escalate(platform, run, why=why(run), now=now)
        return 1

    return await each(platform, part, rows=rows, mend=ask)


_PART = "deadlines: versions not deployed"


async def escalate_undeployed(platform: Platform, contracts: Contracts) -> int:
    """Tell a person of runs under way that nothing deployed can go on with."""
    from tillroll_durable.versions import live_versions  # noqa: PLC0415 - not loaded at the start

    missing = [
        it
        for it in await live_versions(platform.database)
        if (it.kind, it.version) not in contracts
    ]
    escalated = 0
    for version in missing:
        where = f"kind = ?3 AND contract_version = ?4 AND escalated_at IS NULL AND {_IS_LIVE}"
        rows = await due_runs(
            platform, _PART, "runs", where, "runs.id", BATCH, version.kind, version.version
        )
        escalated += await _escalate_each(platform, _PART, rows=rows, why=runs.not_deployed)
    return escalated


_ADMITS: Final = "system:line"
# How often others are first, until they are left to go on with it.
_MOST_RACES: Final = 5

_FIRST_IN_LINE: Final = f"""
  SELECT mine.*,
    CASE WHEN {IS_FULL.format(at_once="?4", in_period="?5", since="?6")} THEN 1 END AS is_full
  FROM runs AS mine
  WHERE kind = ?1 AND account_id = ?2 AND concurrency_key = ?3 AND queue_number IS NOT NULL
    AND paused_at IS NULL
  ORDER BY queue_number LIMIT 1
"""
# The lines of a kind (?1) for which a slot is free, where so many (?2) go on at once, and so
# many (?4) begin after a time (?5); each is found by a step from the one before, so that ten
# thousand in a line are not read.
_LINES_WITH_A_SLOT: Final = f"""
  WITH RECURSIVE mine (kind, account_id, concurrency_key) AS (
    SELECT * FROM (
      SELECT kind, account_id, concurrency_key FROM runs
      WHERE kind = ?1 AND queue_number IS NOT NULL ORDER BY account_id, concurrency_key LIMIT 1
    )
    UNION ALL
    SELECT following.kind, following.account_id, following.concurrency_key FROM mine
    JOIN runs AS following
      ON following.id = (
        SELECT later.id FROM runs AS later
        WHERE later.kind = mine.kind AND later.queue_number IS NOT NULL
          AND (later.account_id, later.concurrency_key) > (mine.account_id, mine.concurrency_key)
        ORDER BY later.account_id, later.concurrency_key LIMIT 1
      )
  )
  -- By chance: lines that cannot be brought on keep no other from its turn.
  SELECT account_id, concurrency_key FROM mine
  WHERE NOT {IS_FULL.format(at_once="?2", in_period="?4", since="?5")} ORDER BY random() LIMIT ?3
"""


async def admit_behind(platform: Platform, contract: Contract, run: Run) -> None:
    """Let those go on that may, now that a run has ended or failed. What goes wrong, the cron makes
    good.
    """
    if run.concurrency_key is None:
        return
    try:
        await admit(platform, contract, account_id=run.account_id, key=run.concurrency_key)
    except DatabaseError as error:
        log.warning("line.not_admitted", **runs.log_fields(run), error=error)


async def admit(
    platform: Platform, contract: Contract, account_id: str, key: str, most: int = BATCH
) -> int:
    """Let the first in a line go on while slots are free, `most` at most; return how many.
    `contract` is the newest.
    """
    started = lost = 0
    while started < most and lost < _MOST_RACES and (not started or platform.turn.has_room):
        now = to_text(platform.clock.now())
        limits = limits_of(contract, now)
        line = (contract.kind, account_id, key)
        query = statement(_FIRST_IN_LINE, [*line, limits.at_once, limits.in_period, limits.since])
        row = await platform.database.first(query)
        if row is None or row["is_full"]:
            break
        try:
            await _admit_first(platform, contract, row=row, limits=limits, now=now)
        except LostGuard:  # another has let it go on, or it was cancelled
            lost += 1
            continue
        started += 1
    return started


async def _admit_first(
    platform: Platform, contract: Contract, row: Row, limits: Limits, now: str
) -> None:
    """Raises LostGuard: it is not the first any more, or no slot is free."""
    run = runs.run_from_row(row)
    detail: JsonObject = {"queuedAt": text(row, "queued_at")}
    key = f"{run.id}:admitted:{run.generation}"
    event = event_of_run(run, Audited.RUN_ADMITTED, key, actor=_ADMITS, at=now, detail=detail)
    state = contract.shown_state(
        run.state, run.status, text(row, "next_safe_action"), version=run.contract_version
    )
    change = RunChange(run, now).admitted(state, integer(row, "queue_number"), limits)
    await guarded_batch(platform.database, change, event)
    log.info(event.action, **runs.log_fields(run))
    await start_instance(platform, run.kind, run_id=run.id, generation=run.generation)


async def admit_waiting(platform: Platform, contracts: Contracts) -> int:
    """Let those go on behind whom a process died, or whose limit changed; return how many.
    Undeployed kinds wait.
    """
    started = 0
    deployed = list(newest(contracts).values())
    if not deployed:
        return 0
    now = to_text(platform.clock.now())
    limits = [limits_of(contract, now) for contract in deployed]
    lines_of = await platform.database.batch(
        [
            statement(
                _LINES_WITH_A_SLOT, [contract.kind, its.at_once, BATCH, its.in_period, its.since]
            )
            for contract, its in zip(deployed, limits, strict=True)
        ]
    )
    for contract, lines in zip(deployed, lines_of, strict=True):
        for line in platform.turn.take(lines):
            if started >= BATCH:
                break
            account_id = text(line, "account_id")
            key = text(line, "concurrency_key")
            try:
                started += await admit(
                    platform, contract, account_id=account_id, key=key, most=BATCH - started
                )
            except Exception as error:  # noqa: BLE001 - the other lines must still have their turn
                log.crash("line.not_admitted", error, kind=contract.kind, account=account_id)
            await platform.pause()
    platform.turn.has_more(where=started >= BATCH)
    return started
