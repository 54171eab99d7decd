"""The reconciler: what was promised and did not happen is done, set aside, or shown to a person."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Final, LiteralString

from tillroll_durable._operations import instances
from tillroll_durable.archive.checks import verify_files
from tillroll_durable.contract import Contracts
from tillroll_durable.decisions import announce
from tillroll_durable.declared import ObjectsInUse
from tillroll_durable.jobs.job import Job, any_of
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, forget_old, set_aside, setting_aside
from tillroll_durable.operations import cancel_children
from tillroll_durable.outbox import Settlements
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import Row, digits, statement, text
from tillroll_durable.platform.bindings.engine import QueueUnavailable
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform
from tillroll_durable.registry import Registry
from tillroll_durable.runs import NO_MORE, run_from_row
from tillroll_durable.schedules.ticks import begin_due
from tillroll_durable.signals import wake_waiting
from tillroll_durable.upkeep.quarantine import sweep_objects
from tillroll_durable.webhooks.consumer import deliver_in_turn

# How long the engine has after the end of a timer, or of a wait, before the run is woken from here.
_LATE = timedelta(minutes=10)

# What is set aside: the wait, by the event that it waits for, which is another one once the run has
# looked.
_LOOK = "w.id || ' ' || COALESCE(w.event_type, '')"
_CHILDREN = "children"
# Some four hours in all: by then a lost instance has been replaced three times.
_PATIENT_WITH = 8

# Why a run is woken: how long it has for that by itself, and how it is found; ?3 is the moment
# before which that was.
_WAKING: Final[Mapping[LiteralString, tuple[timedelta, LiteralString]]] = {
    "its time is over": (_LATE, "w.until < ?3 AND runs.updated_at < ?3"),
    "a signal has come": (
        instances.PATIENCE,
        """
        w.kind = 'signal' AND EXISTS (
          SELECT 1 FROM signals
          WHERE signals.run_id = w.run_id AND signals.name = w.name AND taken_up_at IS NULL
            AND received_at < ?3
        )
        """,
    ),
    "a child has ended": (
        instances.PATIENCE,
        """
        EXISTS (
          SELECT 1 FROM runs AS child
          WHERE child.id = w.awaits AND child.status IN ('complete', 'rejected', 'cancelled')
            AND child.updated_at < ?3
        )
        """,
    ),
    # One that waits for a child to be undone is about to.
    "it was asked to end": (
        instances.PATIENCE,
        "w.kind <> 'undo' AND runs.cancel_requested_at < ?3",
    ),
}


async def wake_overdue(platform: Platform) -> int:
    """Wake what should have woken by itself, ever more seldom and with an alert; return how many
    runs.
    """
    now = platform.clock.now()
    woken = 0
    waiting = f"""
      w.ended_at IS NULL AND runs.status IN ('processing', 'needs_review')
      AND runs.paused_at IS NULL
      AND runs.resumptions < {digits(NO_MORE)}
    """
    source = "run_waits w JOIN runs ON runs.id = w.run_id"
    for why, (patience, where) in _WAKING.items():
        due = f"{waiting} AND {where}"
        before = to_text(now - patience)
        rows = await instances.due_runs(
            platform, f"waits: {why}", source, due, "w.began_at", instances.BATCH, before, by=_LOOK
        )
        woken += await instances.each(
            platform, f"waits: {why}", rows=rows, mend=partial(_wake, platform, why)
        )
    return woken


async def _wake(platform: Platform, why: str, row: Row) -> int:
    run = run_from_row(row)
    now = to_text(platform.clock.now())
    reason = "woken, and it waits still"
    times = await set_aside(
        platform.database, f"waits: {why}", subject=text(row, "look"), why=reason, now=now
    )
    await wake_waiting(platform, run, actor=instances.ACTOR, why=why)
    if times >= _PATIENT_WITH:
        await instances.escalate(
            platform,
            run,
            why=f"{why}, it was woken {times} times for that, and does not go on",
            now=now,
        )
    return 1


# As the index of the migration has it.
_LIVE_CHILDREN = """
  runs
  WHERE parent_run_id IS NOT NULL AND cancel_requested_at IS NULL
    AND status IN ('processing', 'needs_review')
"""


async def cancel_orphaned(platform: Platform) -> int:
    """Children that go on although the run that began them was asked to end: the request did not
    get to them.
    """
    where = (
        # A constant.
        f"runs.id IN (SELECT parent_run_id FROM {_LIVE_CHILDREN}) AND runs.cancel_requested_at < ?3"
    )
    before = to_text(platform.clock.now() - instances.PATIENCE)
    rows = await instances.due_runs(
        platform, _CHILDREN, "runs", where, "runs.cancel_requested_at", instances.BATCH, before
    )

    return await instances.each(
        platform,
        _CHILDREN,
        rows=rows,
        mend=lambda row: cancel_children(platform, run_from_row(row), instances.ACTOR),
    )


# Each time that an event is due by itself.
_EVENTS = "events out"
_OVERDUE = f"""
  SELECT outbox.id, outbox.id || ' ' || outbox.next_attempt_at AS name FROM outbox
  {JOIN.format(part=f"'{_EVENTS}'", subject="outbox.id || ' ' || outbox.next_attempt_at")}
  WHERE outbox.state = 'pending' AND outbox.next_attempt_at < ?2
    AND (outbox.lease_until IS NULL OR outbox.lease_until < ?2) AND {IS_DUE}
  ORDER BY {IN_TURN}, outbox.next_attempt_at LIMIT ?3
"""
_PART = "decisions"
_SETBACKS = JOIN.format(part=f"'{_PART}'", subject="reviews.id")


async def resend_deliveries(platform: Platform, settlements: Settlements) -> int:
    """Send messages for due events that nobody has; one in vain has its turn ever more seldom.
    Without a queue, deliver them here.
    """
    now = platform.clock.now()
    before = now
    if platform.has_queue:
        before = now - instances.PATIENCE
    query = statement(_OVERDUE, [to_text(now), to_text(before), instances.BATCH])
    rows = await platform.database.all(query)
    if platform.has_queue:
        return await _send_each(platform, rows, to_text(now))
    return await _deliver_each(platform, settlements, rows)


async def _deliver_each(platform: Platform, settlements: Settlements, rows: Sequence[Row]) -> int:
    delivered = 0
    for row in platform.turn.take(rows):
        try:
            await deliver_in_turn(platform, settlements, text(row, "id"))
        except Exception as error:  # noqa: BLE001
            # Whatever is wrong with one event, the others have their turn.
            log.crash("delivery.crashed", error, delivery=text(row, "id"))
            now = to_text(platform.clock.now())
            why = type(error).__name__
            await set_aside(platform.database, _EVENTS, subject=text(row, "name"), why=why, now=now)
        else:
            delivered += 1
    platform.turn.has_more(where=len(rows) == instances.BATCH)
    return delivered


async def _send_each(platform: Platform, rows: Sequence[Row], now: str) -> int:
    sent: list[str] = []
    for row in platform.turn.take(rows):
        try:
            await platform.deliveries.send({"outboxId": text(row, "id")})
        except QueueUnavailable as error:
            log.warning("queue.unavailable", delivery=text(row, "id"), error=error)
            break
        sent.append(text(row, "name"))
    else:
        platform.turn.has_more(where=len(rows) == instances.BATCH)
    if sent:
        await platform.database.batch(
            [setting_aside(_EVENTS, sent, why="sent for, and due still", now=now)]
        )
    return len(sent)


async def announce_decisions(platform: Platform) -> int:
    """Announce decisions, and requests to end, that were not taken up; one in vain ever more
    seldom, with an alert.
    """
    now = to_text(platform.clock.now())
    sql = f"""
      SELECT runs.*, reviews.id AS review_id, reviews.event_type FROM reviews
      JOIN runs ON runs.id = reviews.run_id
      LEFT JOIN review_decisions d ON d.review_id = reviews.id
      {_SETBACKS}
      WHERE reviews.taken_up_at IS NULL AND runs.status = 'needs_review' AND runs.paused_at IS NULL
        AND (d.decided_at < ?2 OR runs.cancel_requested_at < ?2) AND {IS_DUE}
      ORDER BY {IN_TURN}, reviews.requested_at LIMIT ?3
    """
    rows = await platform.database.all(
        statement(sql, [now, to_text(platform.clock.now() - instances.PATIENCE), instances.BATCH])
    )
    platform.turn.has_more(where=len(rows) == instances.BATCH)
    for row in platform.turn.take(rows):
        await _announce(platform, row, now)
    return len(rows)


async def _announce(platform: Platform, row: Row, now: str) -> None:
    times = await set_aside(
        platform.database,
        _PART,
        subject=text(row, "review_id"),
        why="announced, not taken up",
        now=now,
    )
    try:
        run = run_from_row(row)
        await announce(platform, run, text(row, "event_type"))
        if times >= _PATIENT_WITH:
            await instances.escalate(
                platform,
                run,
                why=f"what was decided was announced {times} times and is not taken up",
                now=now,
            )
    except Exception as error:  # noqa: BLE001
        # Whatever is wrong with one run, the others have their turn.
        log.crash("reconciler.set_aside", error, run=text(row, "id"), source=_PART)


def reconciler_jobs(
    contracts: Contracts, in_use: ObjectsInUse, settlements: Settlements
) -> tuple[Job, ...]:
    """Each mends up to 50 of its kind in a turn, and counts them in `platform.turn.done`."""

    async def tell_of_late(platform: Platform) -> int:
        # A run is escalated once: that its body is missing says more than that it is late.
        return await instances.escalate_undeployed(
            platform, contracts
        ) + await instances.escalate_overdue(platform)

    async def sweep(platform: Platform) -> None:
        if not platform.has_objects:
            return
        swept = await sweep_objects(platform, in_use)
        _add(platform, "objects_quarantined", swept.quarantined)
        _add(platform, "objects_restored", swept.restored)
        _add(platform, "objects_deleted", swept.deleted)

    return (
        Job(
            "lines",
            _counted(
                "runs_admitted", lambda platform: instances.admit_waiting(platform, contracts)
            ),
            25,
            due_in="runs WHERE queue_number IS NOT NULL",
        ),
        Job(
            "instances never created",
            _counted("instances_created", instances.create_missing),
            30,
            due_in=instances.UNCREATED,
        ),
        Job(
            "instances lost",
            _counted("runs_resumed", lambda platform: instances.resume_lost(platform, contracts)),
            40,
            due_in=instances.UNSEEN,
        ),
        Job("deadlines", _counted("runs_escalated", tell_of_late), 15),
        Job(
            "events out",
            _counted(
                "deliveries_resent", lambda platform: resend_deliveries(platform, settlements)
            ),
            5,
            due_in="outbox WHERE state = 'pending' AND next_attempt_at <= ?1",
        ),
        Job(
            "decisions",
            _counted("decisions_announced", announce_decisions),
            15,
            due_in="reviews WHERE taken_up_at IS NULL",
        ),
        Job(
            "waits",
            _counted("waits_woken", wake_overdue),
            30,
            due_in="run_waits WHERE ended_at IS NULL",
        ),
        Job(
            "children",
            _counted("children_cancelled", cancel_orphaned),
            10,
            due_in=_LIVE_CHILDREN,
        ),
        Job("objects", sweep, 20),
        Job("setbacks", forget_old, 5, due_in="reconciler_setbacks"),
    )


def _counted(
    what: str, mend: Callable[[Platform], Awaitable[int]]
) -> Callable[[Platform], Awaitable[None]]:
    async def work(platform: Platform) -> None:
        _add(platform, what, await mend(platform))

    return work


def _add(platform: Platform, what: str, number: int) -> None:
    if number:
        platform.turn.done[what] += number


def durable_jobs(registry: Registry) -> tuple[Job, ...]:
    """The jobs of the core itself, for a deployment's list."""
    return (
        Job("schedules", lambda platform: begin_due(platform, registry), 35),
        *reconciler_jobs(registry.contracts, registry.objects_in_use, registry.settlements),
        Job(
            "archive's files",
            verify_files,
            15,
            due_in=any_of("archive_bundles", "archive_ranges", "archive_flaws"),
        ),
    )
