"""Waking a run that waits, from outside: by its event, or, where it sleeps on a timer, by a new instance."""

import contextlib

from tillroll.durable.errors import LostGuard
from tillroll.durable.record.audit import append_if_changed, event_of_run
from tillroll.durable.record.decisions import announce
from tillroll.durable.record.runs import Run, log_fields
from tillroll.durable.record.starting import start_instance
from tillroll.durable.running.steps import guarded_batch
from tillroll.durable.running.waiting.rows import open_wait
from tillroll.platform import log
from tillroll.platform.bindings.database import statement, text
from tillroll.platform.bindings.engine import EngineUnavailable, InstanceNotFound
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform


async def wake_waiting(platform: Platform, run: Run, actor: str, why: str) -> None:
    """Have a run look at what it waits for; one that waits for nothing, or is paused, is left alone."""
    wait = await open_wait(platform.database, run.id)
    if wait is None or run.paused_at is not None:
        return
    if wait["kind"] == "timer":
        await wake_sleeper(platform, run, actor, why)
    else:
        await announce(platform, run, text(wait, "event_type"))


async def wake_sleeper(platform: Platform, run: Run, actor: str, why: str) -> None:
    """Give a run that sleeps a new instance, which looks at the clock and at what was asked for.

    The engine's sleep ends by time alone. So the sleeping instance is ended first: a process that dies in between
    leaves a run without an instance, which the reconciler finds, and never one with two.
    """
    try:
        await platform.instances_of(run.kind).terminate(run.instance_id)
    except InstanceNotFound:
        pass
    except EngineUnavailable as error:
        log.warning("engine.unavailable", run=run.id, error=error)
        return
    now, key = to_text(platform.clock.now()), f"{run.id}:run.woken:{run.generation + 1}"
    take_over = statement(
        """
        UPDATE runs SET generation = generation + 1, attempt_count = 0, next_retry_at = NULL,
          instance_confirmed_at = NULL, updated_at = ?1
        WHERE id = ?2 AND generation = ?3 AND paused_at IS NULL
          AND EXISTS (SELECT 1 FROM run_waits WHERE run_id = ?2 AND kind = 'timer' AND ended_at IS NULL)
        """,
        now,
        run.id,
        run.generation,
    )
    event = event_of_run(run, "run.woken", key, actor=actor, at=now, detail={"why": why})
    with contextlib.suppress(LostGuard):
        await guarded_batch(platform.database, [take_over, append_if_changed(event)], key)
        log.info("run.woken", **log_fields(run), reason=why)
        await start_instance(platform, run.kind, run.id, run.generation + 1)
