"""What is recorded beside a run's steps, and how often each was tried."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tillroll_durable.contract import Contract
from tillroll_durable.explanation.progress import completed_steps
from tillroll_durable.outbox import is_failing
from tillroll_durable.platform.bindings.database import Row, integer, optional_text, text
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.runs import stands_still
from tillroll_durable.slots import is_in_line
from tillroll_durable.states import Status

if TYPE_CHECKING:
    from tillroll_durable.decisions import Review

_NONE: Sequence[Row] = ()


@dataclass(frozen=True)
class Beside:
    """What is kept beside a run's steps: rows of `step_attempts` and `outbox`, paid calls by step,
    open rows of `run_waits`, the runs that it began (with `stands`), those of `holders_of_slots`,
    and its newest review.
    """

    attempts: Sequence[Row] = _NONE
    outbox: Sequence[Row] = _NONE
    paid_calls: Mapping[str, int] | None = None
    waits: Sequence[Row] = _NONE
    children: Sequence[Row] = _NONE
    holders: Sequence[Row] = _NONE
    review: "Review | None" = None


def error_of(row: Row) -> str:
    """The last error of a run or of a step."""
    summary = (optional_text(row, "error_summary") or "no message").rstrip(".")
    error_class = optional_text(row, "error_class")
    # That it was not to be retried is the core's own word for an error, not what happened.
    if error_class in {None, NonRetryable.__name__}:
        return summary
    return f"{error_class}: {summary}"


def times_tried(step: Row, attempts: Sequence[Row]) -> int:
    """How often a step was attempted: per generation the highest number, or as many as are kept
    after a pause.
    """
    own = integer(step, "generation")
    last = {integer(step, "generation"): integer(step, "attempts")}
    counts = Counter({own: int(step["outcome"] == "completed")})
    for row in attempts:
        if row["step"] == step["step"]:
            generation = integer(row, "generation")
            counts[generation] += 1
            last[generation] = max(last.get(generation, 0), integer(row, "attempt"))
    return sum(max(times, counts[generation]) for generation, times in last.items())


MOST_LINES: Final = 100
"""Lines of each list that an explanation has: a run may have ten thousand steps."""


def tried_line(step: Row, attempts: Sequence[Row]) -> str:
    """How often a step was attempted, and how it ended."""
    times = times_tried(step, attempts)
    name = text(step, "step")
    outcome = text(step, "outcome")
    if times == 1:
        line = f"{name}: {outcome} after 1 attempt"
    else:
        line = f"{name}: {outcome} after {times} attempts"
    if step["error_summary"] is not None:
        return f"{line} ({error_of(step)})"
    return line


def first_lines(rows: Sequence[Row], is_trouble: Callable[[Row], bool]) -> list[Row]:
    """Choose at most MOST_LINES of the rows, in their order. Rows in trouble are chosen first."""
    if len(rows) <= MOST_LINES:
        return [*rows]
    in_trouble = [place for place, row in enumerate(rows) if is_trouble(row)]
    others = [place for place, row in enumerate(rows) if not is_trouble(row)]
    return [rows[place] for place in sorted([*in_trouble, *others][:MOST_LINES])]


def tried_of(contract: Contract, run: Row, steps: Sequence[Row], records: Beside) -> list[str]:
    """Each step that was begun, in one line: how often, how it ended, and what is under way. Of
    many steps, MOST_LINES.
    """
    now = _under_way(contract, run, steps=steps, records=records)
    lines: list[str] = []
    for step in first_lines(steps, lambda row: row["outcome"] != "completed"):
        line = tried_line(step, records.attempts)
        if now and now[0] == step["step"]:
            line = f"{line}; attempt {now[1]} is under way"
        lines.append(line)
    named = {text(step, "step") for step in steps}
    for name, calls in (records.paid_calls or {}).items():
        if name not in named and not (now and now[0] == name):
            if calls == 1:
                paid = "a call that was paid for"
            else:
                paid = f"{calls} calls that were paid for"
            lines.append(f"{name}: begun, with {paid}, and not completed")
    if now and now[0] not in named:
        lines.append(f"{now[0]}: attempt {now[1]} is under way")
    return lines


def _under_way(
    contract: Contract, run: Row, steps: Sequence[Row], records: Beside
) -> tuple[str, int] | None:
    """The step whose attempt runs now or is about to, and the attempt's number over all
    generations.
    """
    is_held = (
        run["paused_at"] is not None
        or run["next_retry_at"] is not None
        or run["cancel_kind"] is not None
    )
    is_held = is_held or bool(records.waits) or stands_still(run) or is_in_line(run)
    # A run can have its result while a step is still to come, such as the one that notifies.
    is_held = is_held or run["status"] not in {Status.PROCESSING, Status.COMPLETE}
    if is_held:
        step = None
    else:
        step = contract.step_from(text(run, "state"), completed_steps(contract, steps))
    if step is None:
        row = None
    else:
        row = next((row for row in steps if row["step"] == step.name), None)
    if step is None or (
        row is not None and (row["outcome"] == "completed" or row["reason"] is not None)
    ):
        return None
    return step.name, 1 + (0 if row is None else times_tried(row, records.attempts))


def _after(times: int) -> str:
    if times == 1:
        return "after 1 attempt"
    return f"after {times} attempts"


def failing_delivery(records: Beside) -> Row | None:
    """The event that was tried in vain and is tried again, where there is one."""
    return next((row for row in records.outbox if is_failing(row)), None)


def given_up_delivery(records: Beside) -> Row | None:
    """The event that is tried no more, where there is one."""
    return next((row for row in records.outbox if row["state"] == "given_up"), None)


def deliveries_told(records: Beside) -> str:
    """A sentence about a delivery that fails or was given up; empty where there is none."""
    failing = failing_delivery(records)
    if failing is not None:
        return (
            f"Its event has not reached the receiver {_after(integer(failing, 'attempts'))}: "
            f"{_delivery_error(failing)}. It is sent again at {text(failing, 'next_attempt_at')}; "
            "once that is mended, `deliver` sends it at once."
        )
    given_up = given_up_delivery(records)
    if given_up is not None:
        return (
            f"Its event was given up {_after(integer(given_up, 'attempts'))}: "
            f"{_delivery_error(given_up)}. Mend that, then `resend` sends it again."
        )
    return ""


def _delivery_error(row: Row) -> str:
    return (optional_text(row, "last_error") or "no message").rstrip(".")


def wait_told(wait: Row) -> str:
    """A sentence about what a run waits for, a row of `run_waits`."""
    name = text(wait, "name")
    until = optional_text(wait, "until")
    match text(wait, "kind"):
        case "timer":
            return f"The run sleeps until {until} ({name}); it goes on by itself."
        case "signal":
            return (
                f"The run waits for the signal {name}. If none comes by {until}, the run goes on "
                "without one."
            )
        case _:
            return (
                f"The run waits for the run {optional_text(wait, 'awaits') or name}, which it "
                "began."
            )
