"""Runs that wait for what is there already: a time that is over, a signal, a child's end, a request to end."""

from datetime import timedelta

from tillroll.durable.operating.operations import cancel_children
from tillroll.durable.operating.reconciliation.bounds import ACTOR, BATCH, PATIENCE
from tillroll.durable.operating.reconciliation.escalating import escalate
from tillroll.durable.operating.reconciliation.setbacks import each
from tillroll.durable.operating.signals.waking import wake_waiting
from tillroll.durable.record.runs import NO_MORE, run_from_row
from tillroll.jobs.setbacks import IN_TURN, IS_DUE, JOIN, set_aside
from tillroll.platform.bindings.database import Row, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

# How long the engine has after the end of a timer, or of a wait, before the run is woken from here.
_LATE = timedelta(minutes=10)

# What is set aside: the wait, by the event that it waits for, which is another one once the run has looked.
_LOOK = "w.id || ' ' || COALESCE(w.event_type, '')"
_CHILDREN = "children"
# Some four hours in all: by then a lost instance has been replaced three times.
_PATIENT_WITH = 8

# Why a run is woken, and how it is found; ?1 is now, ?2 a moment ago, ?3 a good while ago.
_WAKING = {
    "its time is over": "w.until < ?3 AND runs.updated_at < ?3",
    "a signal has come": """
      w.kind = 'signal' AND EXISTS (
        SELECT 1 FROM signals
        WHERE signals.run_id = w.run_id AND signals.name = w.name AND taken_up_at IS NULL AND received_at < ?2
      )
    """,
    "a child has ended": """
      w.kind = 'child' AND EXISTS (
        SELECT 1 FROM runs AS child
        WHERE child.id = w.awaits AND child.status IN ('complete', 'rejected', 'cancelled') AND child.updated_at < ?2
      )
    """,
    "it was asked to end": "runs.cancel_requested_at < ?2",
}


async def wake_overdue(platform: Platform) -> int:
    """Wake what should have woken by itself; return how many runs.

    One that is woken in vain is woken more and more seldom, so that it keeps no other from its turn, and a person is
    told. One that stands still until its code is put right is left alone.
    """
    now = platform.clock.now()
    woken = 0
    for why, where in _WAKING.items():
        part = f"waits: {why}"

        async def wake(row: Row, why: str = why, part: str = part) -> int:
            run, at = run_from_row(row), to_text(now)
            times = await set_aside(platform.database, part, text(row, "look"), "woken, and it waits still", at)
            await wake_waiting(platform, run, ACTOR, why)
            if times >= _PATIENT_WITH:
                await escalate(platform, run, f"{why}, it was woken {times} times for that, and does not go on", at)
            return 1

        rows = await platform.database.all(
            statement(
                f"""
                SELECT runs.*, {_LOOK} AS look, s.failures AS setbacks FROM run_waits w JOIN runs ON runs.id = w.run_id
                {JOIN.format(part=f"'{part}'", subject=_LOOK)}
                WHERE w.ended_at IS NULL AND runs.status IN ('processing', 'needs_review') AND runs.paused_at IS NULL
                  AND runs.resumptions < {NO_MORE} AND {where} AND {IS_DUE}
                ORDER BY {IN_TURN}, w.began_at LIMIT ?4
                """,  # noqa: S608 - constants
                to_text(now),
                to_text(now - PATIENCE),
                to_text(now - _LATE),
                BATCH,
            )
        )
        woken += await each(platform, part, rows, wake)
    return woken


async def cancel_orphaned(platform: Platform) -> int:
    """Children that go on although the run that began them was asked to end: the request did not get to them."""
    rows = await platform.database.all(
        statement(
            f"""
            SELECT parent.*, s.failures AS setbacks FROM runs AS parent
            {JOIN.format(part=f"'{_CHILDREN}'", subject="parent.id")}
            WHERE parent.id IN (
              SELECT parent_run_id FROM runs
              WHERE parent_run_id IS NOT NULL AND cancel_requested_at IS NULL
                AND status IN ('processing', 'needs_review')
            ) AND parent.cancel_requested_at < ?2 AND {IS_DUE}
            ORDER BY {IN_TURN}, parent.cancel_requested_at LIMIT ?3
            """,  # noqa: S608 - constants
            to_text(platform.clock.now()),
            to_text(platform.clock.now() - PATIENCE),
            BATCH,
        )
    )

    async def cancel(row: Row) -> int:
        return await cancel_children(platform, run_from_row(row), ACTOR)

    return await each(platform, _CHILDREN, rows, cancel)
