"""A run's steps and their attempts, what was undone, and the waits between attempts."""

from collections.abc import Sequence

from tillroll.durable.contract import Contract, Status, Step, rollback_name
from tillroll.durable.record.runs import stands_still
from tillroll.durable.telling.timeline.items import INTENDED, Event, Item, Records
from tillroll.platform.bindings.database import Row, integer, optional_text, text


def attempts_of(contract: Contract, records: Records, events: Sequence[Event]) -> list[Item]:
    by_name = {step.name: step for step in contract.steps}
    found = [_failed(by_name[text(row, "step")], row) for row in records.attempts if row["step"] in by_name]
    known = {(item.step, item.generation, item.attempt) for item in found}
    for row in records.steps:
        step = by_name.get(text(row, "step"))
        if step is None:
            continue
        if row["outcome"] == "completed":
            found.append(_completed(step, row))
        elif (step.name, integer(row, "generation"), integer(row, "attempts")) not in known:
            # One that never came back, whose step failed for it.
            found.append(_failed(step, {**row, "attempt": row["attempts"], "next_retry_at": None}))
    running = _running(contract, records, events, found)
    found += [running] if running else []
    cut = _cut_off(events, found)
    # Where a step failed for good over an attempt that never came back, both its row and the intent tell of that one.
    ends = {(item.step, item.generation, item.ended_at) for item in cut}
    return [
        *(item for item in found if not _is_bare(item) or (item.step, item.generation, item.started_at) not in ends),
        *cut,
    ]


def _is_bare(item: Item) -> bool:
    """Whether it is of a row that was written as the step failed for good, without an attempt of its own."""
    return item.outcome == "failed" and item.started_at == item.ended_at


def _completed(step: Step, row: Row) -> Item:
    return Item(
        kind="attempt",
        name=step.name,
        step=step.name,
        generation=integer(row, "generation"),
        attempt=integer(row, "attempts"),
        started_at=text(row, "attempt_started_at"),
        ended_at=optional_text(row, "ended_at"),
        outcome="completed",
    )


def _failed(step: Step, row: Row) -> Item:
    reason = optional_text(row, "reason")
    return Item(
        kind="attempt",
        name=step.name,
        step=step.name,
        generation=integer(row, "generation"),
        attempt=integer(row, "attempt"),
        started_at=text(row, "started_at"),
        ended_at=optional_text(row, "ended_at"),
        outcome="handed_over" if reason in step.reviews else "failed",
        reason=reason,
        error=None if reason in step.reviews else optional_text(row, "error_summary"),
        until=optional_text(row, "next_retry_at"),
        detail={} if reason in step.reviews else {"errorClass": optional_text(row, "error_class")},
    )


def _running(contract: Contract, records: Records, events: Sequence[Event], found: Sequence[Item]) -> Item | None:
    """The attempt that is under way, or about to be."""
    run = records.run
    is_held = run["paused_at"] is not None or run["next_retry_at"] is not None or run["cancel_kind"] is not None
    is_held = is_held or stands_still(run) or any(wait["ended_at"] is None for wait in records.waits)
    step = None if run["status"] != Status.PROCESSING or is_held else _next_step(contract, run, records.steps)
    if step is None:
        return None
    generation = integer(run, "generation")
    earlier = [item for item in found if (item.step, item.generation) == (step.name, generation)]
    ends = [item.until or item.ended_at or item.started_at for item in earlier]
    # A signal may have come behind its own intent, which would then be taken for that of one before it.
    own = [event.at for event in events if _intends(event, step.name) and event.generation == generation]
    is_calling = own and all(own[-1] >= (item.ended_at or item.started_at) for item in earlier)
    came_before = events[-1].at if events else text(run, "created_at")
    return Item(
        kind="attempt",
        name=step.name,
        step=step.name,
        generation=generation,
        attempt=max((item.attempt or 0 for item in earlier), default=0) + 1,
        started_at=own[-1] if is_calling else max([*ends, came_before]),
        ended_at=None,
        outcome="running",
    )


def _intends(event: Event, step: str) -> bool:
    return event.action == INTENDED and event.detail.get("step") == step


def _cut_off(events: Sequence[Event], found: Sequence[Item]) -> list[Item]:
    """The attempts whose process died, or that ran out of time, over a call of another system: all that is left of such
    a one is that the call was intended. It was over when the next attempt began, as which it was not counted. One that
    had intended nothing left nothing."""
    cut: list[Item] = []
    for event in events:
        own = [item for item in found if item.step == event.detail.get("step")]
        later = [item.started_at for item in own if item.started_at > event.at]
        is_known = any(item.started_at <= event.at <= (item.ended_at or event.at) for item in own)
        if event.action != INTENDED or is_known or not later:
            continue
        step, ended_at = str(event.detail["step"]), min(later)
        again = any(
            other.action == INTENDED and other.detail.get("step") == step and other.at > event.at for other in events
        )
        was_asked = not again and any(item.outcome == "completed" and item.started_at > event.at for item in own)
        failed = next((item for item in own if _is_bare(item) and item.started_at == ended_at), None)
        cut.append(
            Item(
                kind="attempt",
                name=step,
                step=step,
                generation=event.generation,
                started_at=event.at,
                ended_at=ended_at,
                outcome="cut_off",
                error=failed.error if failed else None,
                detail={"wasSentAgain": again, "wasAsked": was_asked},
            )
        )
    return cut


def _next_step(contract: Contract, run: Row, rows: Sequence[Row]) -> Step | None:
    """The step that begins where the run stands, unless it has just left the run to a person."""
    step = contract.step_from(text(run, "state"))
    left_to_person = {text(row, "step") for row in rows if row["reason"] is not None}
    return None if step is None or step.name in left_to_person else step


def steps_of(contract: Contract, attempts: Sequence[Item]) -> list[Item]:
    """One item for a step in a generation, around its attempts."""
    generations = sorted({item.generation for item in attempts})
    found: list[Item] = []
    for step in contract.steps:
        for generation in generations:
            own = [item for item in attempts if (item.step, item.generation) == (step.name, generation)]
            if own:
                found.append(_around(step, generation, own))
    return found


def _around(step: Step, generation: int, attempts: Sequence[Item]) -> Item:
    last = max(attempts, key=_place)
    is_between = last.outcome == "failed" and last.until is not None
    outcome = "failed" if last.outcome == "cut_off" else last.outcome
    return Item(
        kind="step",
        name=step.name,
        step=step.name,
        generation=generation,
        attempt=last.attempt,
        started_at=min(item.started_at for item in attempts),
        ended_at=None if is_between else last.ended_at,
        outcome="retrying" if is_between else outcome,
        reason=last.reason,
        error=last.error,
    )


def compensations_of(contract: Contract, rows: Sequence[Row]) -> list[Item]:
    names = {rollback_name(step.name): step.name for step in contract.steps}
    return [
        Item(
            kind="compensation",
            name=text(row, "step"),
            step=names[text(row, "step")],
            generation=integer(row, "generation"),
            attempt=integer(row, "attempts"),
            started_at=text(row, "started_at"),
            ended_at=optional_text(row, "ended_at"),
            outcome=text(row, "outcome"),
        )
        for row in rows
        if row["step"] in names
    ]


def backoffs_of(attempts: Sequence[Item], records: Records) -> list[Item]:
    """Between a failed attempt and the next one."""
    waits: list[Item] = []
    for item in attempts:
        if item.until is None or item.ended_at is None:
            continue
        later = [
            other.started_at
            for other in attempts
            if (other.step, other.generation) == (item.step, item.generation) and _place(other) > _place(item)
        ]
        is_open = not later and records.run["next_retry_at"] == item.until
        waits.append(_wait("backoff", item, None if is_open else min(later, default=item.until)))
    return waits


def _place(attempt: Item) -> tuple[int, str]:
    """Where an attempt stands among those of its step."""
    return attempt.attempt or 0, attempt.started_at


def _wait(name: str, item: Item, ended_at: str | None) -> Item:
    return Item(
        kind="wait",
        name=name,
        step=item.step,
        generation=item.generation,
        attempt=item.attempt,
        started_at=item.ended_at or item.started_at,
        ended_at=ended_at,
        outcome="waiting" if ended_at is None else "over",
        until=item.until,
    )
