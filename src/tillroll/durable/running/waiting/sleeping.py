"""Timers: the run sleeps on the engine's own sleep, and its record says until when."""

from collections.abc import Callable
from datetime import datetime, timedelta

from tillroll.durable.declared import Timer
from tillroll.durable.running.execution import Execution
from tillroll.durable.running.steps import Outcome
from tillroll.durable.running.waiting.commits import RETRIES, TIMEOUT_SECONDS, commit_once, is_behind
from tillroll.durable.running.waiting.rows import Wait, begin_wait, end_wait
from tillroll.platform.clock import from_text, to_text
from tillroll.platform.json import Json

# The longest that the engine sleeps: https://developers.cloudflare.com/workflows/reference/limits/
LONGEST_SLEEP = timedelta(days=365)


async def sleep(execution: Execution, timer: Timer, number: int, until: Callable[[datetime], datetime]) -> None:
    """Sleep by a timer, for the `number`th time in this run; `until` gives the end from the time at which it begins.

    An instance that finds the timer begun sleeps for what is left: the engine refuses to sleep until a time that has
    passed, so what is left is measured in a step.

    Raises:
        CancelRequested: the run was asked to end.
        ValueError: it is longer than the engine sleeps.
    """
    wait = Wait("timer", timer.name, number)

    async def begin(attempt: int) -> Json:
        name = f"{wait.prefix}: begin"
        stored = await execution.stored(name, attempt)
        if stored and stored.outcome == "completed":
            is_over = await is_behind(execution, f"{wait.prefix}: over", attempt)
            return 0 if is_over else _seconds_left(execution, stored.output)
        now = execution.platform.clock.now()
        end = until(now)
        row = begin_wait(execution.run, wait, to_text(end), to_text(now))
        outcome = Outcome(output=to_text(end), statements=[row], state=timer.waiting)
        return _seconds_left(execution, await commit_once(execution, name, attempt, outcome, "timer.began"))

    async def end(attempt: int) -> Json:
        over = end_wait(execution.run, wait, "over", execution.now())
        outcome = Outcome(statements=[over], state=timer.over)
        return await commit_once(execution, f"{wait.prefix}: over", attempt, outcome, "timer.over")

    seconds = await execution.durably(f"{wait.prefix}: begin", begin, RETRIES, TIMEOUT_SECONDS)
    if isinstance(seconds, int | float) and seconds > 0:
        execution.tell()
        await execution.engine.sleep(wait.prefix, int(seconds))
    await execution.durably(f"{wait.prefix}: over", end, RETRIES, TIMEOUT_SECONDS)


def _seconds_left(execution: Execution, until: Json) -> int:
    """Whole seconds, rounded up, so that the run does not wake early."""
    left = (from_text(str(until)) - execution.platform.clock.now()).total_seconds()
    return max(0, -int(-left // 1))


def check_sleep(length: timedelta) -> None:
    """Raises ValueError: it is longer than the engine sleeps."""
    if length > LONGEST_SLEEP:
        raise ValueError(f"a timer runs for {LONGEST_SLEEP.days} days at most; this one for {length.days}")
