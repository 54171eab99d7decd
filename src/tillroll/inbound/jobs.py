"""Works events off: one by its nudge, and each minute those whose nudge was lost."""

from datetime import datetime
from typing import Final

from tillroll.durable.workflow import Registry
from tillroll.inbound.acceptance import nudge
from tillroll.inbound.effects import Done, Inbound, NotYet, carry_out, decided, done_before
from tillroll.inbound.repository import (
    MOST_ATTEMPTS,
    StoredEvent,
    claim,
    decide,
    nudged,
    overdue,
    put_off,
    settle,
    unclaimable,
)
from tillroll.inbound.rules import Unmapped
from tillroll.jobs.job import Job
from tillroll.platform import log
from tillroll.platform.bindings.database import text
from tillroll.platform.json import JsonObject, load_object
from tillroll.platform.services import Platform
from tillroll.workflows.registry import CONSUMERS, REGISTRY

# The sweep works these off itself, as far as its share of the tick goes: so events get on where no message arrives. It
# has the others nudged.
MOST_BY_SWEEP: Final = 50
MOST_NUDGED: Final = 900


async def work_off(platform: Platform, inbound: Inbound, row_id: str) -> None:
    """Do what an event means, if that is not done and its turn has come.

    What it means is written before it is done, and done under the event's own key: where the process dies in between,
    the next attempt does the same, once.
    """
    event = await claim(platform.database, row_id, platform.clock.now())
    if event is None:
        return
    if event.attempt > MOST_ATTEMPTS:
        await _settle(platform, event, Done("failed"), "each attempt ended before it could say why")
        return
    try:
        # A failed event is replayed without what was decided, and an attempt may have done that before it died.
        done = await done_before(platform, event) if event.effect is None and event.attempt > 1 else None
        if done is None:
            effect = load_object(event.effect) if event.effect else await _decide(platform, event)
            if effect is None:
                return
            done = await carry_out(platform, inbound, event, effect)
        await _settle(platform, event, done)
    except Unmapped as error:
        await _settle(platform, event, Done("unmapped"), str(error))
    except NotYet as error:
        await _again(platform, event, str(error), last="unmapped")
    except Exception as error:  # noqa: BLE001 - whatever it was, the event is kept, shown, and tried again
        log.crash("inbound.attempt_failed", error, account=event.account_id, subject=event.id, attempt=event.attempt)
        await _again(platform, event, f"an error of ours, {type(error).__name__}, which the log has", last="failed")


async def work_off_nudged(platform: Platform, row_id: str) -> None:
    """Do what an event means that a message of the queue names."""
    await work_off(platform, Inbound(REGISTRY, CONSUMERS), row_id)


async def sweep(platform: Platform, inbound: Inbound) -> int:
    """Work off, or nudge, what is overdue: events whose nudge was lost, over whose working off a process died, or whose
    turn has come now. Return how many."""
    rows = await platform.database.all(overdue(platform.clock.now(), MOST_BY_SWEEP + MOST_NUDGED))
    due = [text(row, "id") for row in rows]
    if later := due[MOST_BY_SWEEP:]:
        await platform.database.batch([nudged(later, platform.clock.now())])
    for row_id in later:
        await nudge(platform, row_id)
    for row_id in platform.turn.take(due[:MOST_BY_SWEEP]):
        await _work_off_by_itself(platform, inbound, row_id)
    if due:
        log.info("inbound.swept", count=len(due))
    return len(due)


async def _work_off_by_itself(platform: Platform, inbound: Inbound, row_id: str) -> None:
    """As `work_off`. That one cannot even be claimed, or settled, keeps no other from its turn."""
    try:
        await work_off(platform, inbound, row_id)
    except Exception as error:  # noqa: BLE001 - it is due again
        log.crash("inbound.attempt_failed", error, subject=row_id)
        await platform.database.batch([unclaimable(row_id, platform.clock.now())])


async def _decide(platform: Platform, event: StoredEvent) -> JsonObject | None:
    """What stands as decided: this attempt's, or another's that was first; None where another has settled it."""
    _, rows = await platform.database.batch(decide(event.id, await decided(platform, event)))
    return load_object(text(rows[0], "effect")) if rows else None


async def _again(platform: Platform, event: StoredEvent, why: str, *, last: str) -> None:
    if event.attempt >= MOST_ATTEMPTS:
        await _settle(platform, event, Done(last), why)
    else:
        await platform.database.batch([put_off(event.id, why)])


async def _settle(platform: Platform, event: StoredEvent, done: Done, why: str | None = None) -> None:
    now: datetime = platform.clock.now()
    await platform.database.batch([settle(event.id, done.state, now, run_id=done.run_id, why=why)])
    log.info("inbound.settled", account=event.account_id, subject=event.id, run=done.run_id, outcome=done.state)


def inbound_jobs(registry: Registry) -> tuple[Job, ...]:
    inbound = Inbound(registry, CONSUMERS)

    async def work_off_overdue(platform: Platform) -> int:
        return await sweep(platform, inbound)

    return (Job("inbound", work_off_overdue, 60),)
