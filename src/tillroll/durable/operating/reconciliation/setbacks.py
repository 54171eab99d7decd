"""Mending runs one by one: what could not be mended is set aside for a while, and in the end a person is told."""

from collections.abc import Awaitable, Callable, Sequence

from tillroll.durable.errors import one_line
from tillroll.durable.operating.reconciliation.escalating import escalate
from tillroll.durable.record.runs import run_from_row
from tillroll.durable.record.versions import not_deployed
from tillroll.jobs.setbacks import forget, set_aside
from tillroll.platform import log
from tillroll.platform.bindings.database import Row, text
from tillroll.platform.bindings.engine import EngineUnavailable, NotDeployed
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

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
