"""The words for what a run has tried and whom it has still to tell: its attempts, what it asked, its deliveries."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tillroll.durable.contract import Contract, Status
from tillroll.durable.record.outbox import is_failing
from tillroll.durable.record.runs import stands_still
from tillroll.platform.bindings.database import Row, integer, optional_text, text
from tillroll.platform.bindings.engine import NonRetryable

_NONE: Sequence[Row] = ()


@dataclass(frozen=True)
class Beside:
    """What is kept beside a run's steps: whole rows of `step_attempts` and `outbox`, by step how many calls were made
    that cost money, those rows of `run_waits` that have not ended, and the runs that it began, with what of them stands
    elsewhere (`stands`)."""

    attempts: Sequence[Row] = _NONE
    outbox: Sequence[Row] = _NONE
    paid_calls: Mapping[str, int] | None = None
    waits: Sequence[Row] = _NONE
    children: Sequence[Row] = _NONE


def error_of(row: Row) -> str:
    """The last error of a run or of a step."""
    summary = (optional_text(row, "error_summary") or "no message").rstrip(".")
    error_class = optional_text(row, "error_class")
    # That it was not to be retried is the core's own word for an error, not what happened.
    return summary if error_class in {None, NonRetryable.__name__} else f"{error_class}: {summary}"


def times_tried(step: Row, attempts: Sequence[Row]) -> int:
    """How often a step was attempted, over all generations: in each the highest number, or as many as are kept where
    the engine counted anew after a pause."""
    own, last = integer(step, "generation"), {integer(step, "generation"): integer(step, "attempts")}
    kept = Counter({own: int(step["outcome"] == "completed")})
    for row in attempts:
        if row["step"] == step["step"]:
            generation = integer(row, "generation")
            kept[generation] += 1
            last[generation] = max(last.get(generation, 0), integer(row, "attempt"))
    return sum(max(times, kept[generation]) for generation, times in last.items())


def tried_of(contract: Contract, run: Row, steps: Sequence[Row], beside: Beside) -> list[str]:
    """Each step that was begun, in one line: how often, how it ended, and what is under way."""
    now = _under_way(contract, run, steps, beside)
    lines: list[str] = []
    for step in steps:
        times = times_tried(step, beside.attempts)
        line = f"{text(step, 'step')}: {text(step, 'outcome')} after {_attempts(times)}"
        line = f"{line} ({error_of(step)})" if step["error_summary"] is not None else line
        lines.append(f"{line}; attempt {now[1]} is under way" if now and now[0] == step["step"] else line)
    named = {text(step, "step") for step in steps}
    for name, calls in (beside.paid_calls or {}).items():
        if name not in named and not (now and now[0] == name):
            paid = "a call that was paid for" if calls == 1 else f"{calls} calls that were paid for"
            lines.append(f"{name}: begun, with {paid}, and not completed")
    if now and now[0] not in named:
        lines.append(f"{now[0]}: attempt {now[1]} is under way")
    return lines


def _under_way(contract: Contract, run: Row, steps: Sequence[Row], beside: Beside) -> tuple[str, int] | None:
    """The step whose attempt runs now or is about to, and the attempt's number over all generations."""
    is_held = run["paused_at"] is not None or run["next_retry_at"] is not None or run["cancel_kind"] is not None
    is_held = is_held or bool(beside.waits) or stands_still(run)
    step = None if is_held or run["status"] != Status.PROCESSING else contract.step_from(text(run, "state"))
    row = None if step is None else next((row for row in steps if row["step"] == step.name), None)
    if step is None or (row is not None and (row["outcome"] == "completed" or row["reason"] is not None)):
        return None
    return step.name, 1 + (0 if row is None else times_tried(row, beside.attempts))


def _attempts(times: int) -> str:
    return f"{times} attempt{'' if times == 1 else 's'}"


def failing_delivery(beside: Beside) -> Row | None:
    """The event that was tried in vain and is tried again, where there is one."""
    return next((row for row in beside.outbox if is_failing(row)), None)


def given_up_delivery(beside: Beside) -> Row | None:
    """The event that is tried no more, where there is one."""
    return next((row for row in beside.outbox if row["state"] == "given_up"), None)


def deliveries_told(beside: Beside) -> str:
    """A sentence about a delivery that fails or was given up; empty where there is none."""
    failing = failing_delivery(beside)
    if failing is not None:
        return (
            f"The other system was not told yet: {_delivery_error(failing)}, after "
            f"{_attempts(integer(failing, 'attempts'))}. The next one is at {text(failing, 'next_attempt_at')}; "
            "once its receiver is mended, it can be delivered now."
        )
    given_up = given_up_delivery(beside)
    if given_up is not None:
        return (
            f"Telling the other system was given up after {_attempts(integer(given_up, 'attempts'))}: "
            f"{_delivery_error(given_up)}. Mend its receiver, then send the event again."
        )
    return ""


def _delivery_error(row: Row) -> str:
    return (optional_text(row, "last_error") or "no message").rstrip(".")


def wait_told(wait: Row) -> str:
    """A sentence about what a run waits for, a row of `run_waits`."""
    name, until = text(wait, "name"), optional_text(wait, "until")
    match text(wait, "kind"):
        case "timer":
            return f"The run sleeps until {until} ({name}); it goes on by itself."
        case "signal":
            return f"The run waits for the signal {name}, until {until}; if none comes, its body says how it goes on."
        case _:
            return f"The run waits for the run {optional_text(wait, 'awaits') or name}, which it began."
