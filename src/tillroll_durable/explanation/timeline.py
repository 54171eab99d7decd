"""What happened to a run, in the order in which it began: steps, attempts, waits, deliveries,
decisions, acts.
"""

from collections.abc import Sequence
from dataclasses import replace

from tillroll_durable.contract import Contract
from tillroll_durable.explanation.progress import completed_steps
from tillroll_durable.explanation.spans import (
    INTENDED,
    NEW_GENERATION,
    Event,
    Item,
    Records,
    end_of,
    generation_at,
    instant_item,
    items_by_time,
    next_event,
    place_of,
    wait_between,
    wait_of,
    with_generations,
)
from tillroll_durable.platform.bindings.database import Row, integer, optional_text, text
from tillroll_durable.platform.json import Json
from tillroll_durable.runs import stands_still
from tillroll_durable.states import Status
from tillroll_durable.step import ITEMS, ROLLBACK, Step, mapped_name, step_name


def attempts_of(contract: Contract, records: Records, events: Sequence[Event]) -> list[Item]:
    """Make the attempts at steps, also one that is under way, or never came back."""
    by_name = {
        name: contract.find_step(name)
        for name in {text(row, "step") for row in (*records.attempts, *records.steps)}
    }
    items = [_failed(step, row) for row in records.attempts if (step := by_name[text(row, "step")])]
    keys = {(item.step, item.generation, item.attempt) for item in items}
    for row in records.steps:
        step = by_name.get(text(row, "step"))
        if step is None:
            continue
        if row["outcome"] == "completed":
            items.append(_completed(step, row))
        elif (step.name, integer(row, "generation"), integer(row, "attempts")) not in keys:
            # One that never came back, whose step failed for it.
            items.append(_failed(step, {**row, "attempt": row["attempts"], "next_retry_at": None}))
    running = _running(contract, records, events=events, items=items)
    if running:
        items.append(running)
    cut = _cut_off(events, items)
    # Where a step failed for good over an attempt that never came back, both its row and the intent
    # tell of that one.
    ends = {(item.step, item.generation, item.ended_at) for item in cut}
    return [
        *(
            item
            for item in items
            if not _is_bare(item) or (item.step, item.generation, item.started_at) not in ends
        ),
        *cut,
    ]


def _attempt(
    step: str,
    generation: int,
    attempt: int | None,
    started_at: str,
    ended_at: str | None,
    outcome: str,
) -> Item:
    return Item(
        "attempt",
        step,
        generation=generation,
        started_at=started_at,
        ended_at=ended_at,
        outcome=outcome,
        step=step,
        attempt=attempt,
    )


def _is_bare(item: Item) -> bool:
    """Whether it is of a row that was written as the step failed for good, without an attempt of
    its own.
    """
    return item.outcome == "failed" and item.started_at == item.ended_at


def _completed(step: Step, row: Row) -> Item:
    times = began_at(row), optional_text(row, "ended_at")
    return _attempt(
        step.name, integer(row, "generation"), integer(row, "attempts"), *times, "completed"
    )


def began_at(row: Row) -> str:
    """When the attempt began that completed a step, by its row."""
    return optional_text(row, "attempt_started_at") or text(row, "started_at")


def _failed(step: Step, row: Row) -> Item:
    times = text(row, "started_at"), optional_text(row, "ended_at")
    attempt = _attempt(
        step.name, integer(row, "generation"), integer(row, "attempt"), *times, "failed"
    )
    attempt = replace(
        attempt, reason=optional_text(row, "reason"), until=optional_text(row, "next_retry_at")
    )
    if attempt.reason in step.reviews:
        return replace(attempt, outcome="handed_over")
    detail = {"errorClass": optional_text(row, "error_class")}
    return replace(attempt, error=optional_text(row, "error_summary"), detail=detail)


def _running(
    contract: Contract, records: Records, events: Sequence[Event], items: Sequence[Item]
) -> Item | None:
    """The attempt that is under way, or about to be."""
    run = records.run
    is_held = (
        run["paused_at"] is not None
        or run["next_retry_at"] is not None
        or run["cancel_kind"] is not None
    )
    is_held = (
        is_held or stands_still(run) or any(wait["ended_at"] is None for wait in records.waits)
    )
    if run["status"] != Status.PROCESSING or is_held:
        step = None
    else:
        step = _next_step(contract, records)
    if step is None:
        return None
    generation = integer(run, "generation")
    earlier = [item for item in items if (item.step, item.generation) == (step.name, generation)]
    ends = [item.until or item.ended_at or item.started_at for item in earlier]
    # A signal may have come behind its own intent, which would then be taken for that of one before
    # it.
    own = [
        event.at
        for event in events
        if _intends(event, step.name) and event.generation == generation
    ]
    is_calling = own and all(own[-1] >= (item.ended_at or item.started_at) for item in earlier)
    came_before = events[-1].at if events else text(run, "created_at")
    number = max((item.attempt or 0 for item in earlier), default=0) + 1
    started_at = own[-1] if is_calling else max([*ends, came_before])
    return _attempt(
        step.name,
        generation,
        attempt=number,
        started_at=started_at,
        ended_at=None,
        outcome="running",
    )


def _intends(event: Event, step: str) -> bool:
    return event.action == INTENDED and event.detail.get("step") == step


def _cut_off(events: Sequence[Event], items: Sequence[Item]) -> list[Item]:
    """Attempts that died over a call of another system: only the intent is left. One was over when
    the next began, as which it was not counted.
    """
    cut: list[Item] = []
    for event in events:
        own = [item for item in items if item.step == event.detail.get("step")]
        later = [item.started_at for item in own if item.started_at > event.at]
        is_known = any(item.started_at <= event.at <= (item.ended_at or event.at) for item in own)
        if event.action != INTENDED or is_known or not later:
            continue
        step = str(event.detail["step"])
        ended_at = min(later)
        is_repeated = any(
            other.action == INTENDED and other.detail.get("step") == step and other.at > event.at
            for other in events
        )
        was_asked = not is_repeated and any(
            item.outcome == "completed" and item.started_at > event.at for item in own
        )
        failed = next(
            (item for item in own if _is_bare(item) and item.started_at == ended_at), None
        )
        item = _attempt(
            step,
            event.generation,
            attempt=None,
            started_at=event.at,
            ended_at=ended_at,
            outcome="cut_off",
        )
        error = failed.error if failed else None
        cut.append(
            replace(item, error=error, detail={"wasSentAgain": is_repeated, "wasAsked": was_asked})
        )
    return cut


def _next_step(contract: Contract, records: Records) -> Step | None:
    """The step that begins where the run stands, unless it has just left the run to a person."""
    completed = completed_steps(contract, records.steps, records.unread)
    step = contract.step_from(text(records.run, "state"), completed)
    left_to_person = {text(row, "step") for row in records.steps if row["reason"] is not None}
    if step is None or step.name in left_to_person:
        return None
    return step


def steps_of(contract: Contract, attempts: Sequence[Item]) -> list[Item]:
    """One item for a step in a generation, around its attempts."""
    items: list[Item] = []
    own: dict[tuple[str, int], list[Item]] = {}
    for item in attempts:
        own.setdefault((item.name, item.generation), []).append(item)
    order = [step.name for step in contract.steps]
    for name, generation in sorted(
        own, key=lambda each: (order.index(_declared_name(each[0])), each[1])
    ):
        items.append(_around(name, generation, own[name, generation]))
    return items


def _declared_name(name: str) -> str:
    """The name of the contract's step: of an occurrence's own, or of what sums up its map."""
    if name.startswith(ITEMS):
        return mapped_name(name)
    return step_name(name)


def _around(step: str, generation: int, attempts: Sequence[Item]) -> Item:
    last = max(attempts, key=place_of)
    is_between = last.outcome == "failed" and last.until is not None
    ended_at, outcome = (None, "retrying") if is_between else (last.ended_at, last.outcome)
    outcome = "failed" if outcome == "cut_off" else outcome
    began = min(item.started_at for item in attempts)
    return Item(
        "step",
        step,
        generation=generation,
        started_at=began,
        ended_at=ended_at,
        outcome=outcome,
        step=step,
        attempt=last.attempt,
        reason=last.reason,
        error=last.error,
    )


def compensations_of(contract: Contract, rows: Sequence[Row]) -> list[Item]:
    """Make the compensations of a run, from its rows of `run_steps`."""
    names = {
        name: step.name
        for name in (text(row, "step") for row in rows)
        if (step := contract.find_step(name.removeprefix(ROLLBACK))) and name.startswith(ROLLBACK)
    }
    return [
        Item(
            *(
                "compensation",
                text(row, "step"),
                integer(row, "generation"),
                text(row, "started_at"),
            ),
            *(optional_text(row, "ended_at"), text(row, "outcome")),
            step=names[text(row, "step")],
            attempt=integer(row, "attempts"),
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
            if (other.step, other.generation) == (item.step, item.generation)
            and place_of(other) > place_of(item)
        ]
        is_open = not later and records.run["next_retry_at"] == item.until
        ended_at = None if is_open else min(later, default=item.until)
        wait = wait_of(
            "backoff",
            item.generation,
            started_at=item.ended_at,
            ended_at=ended_at,
            until=item.until,
        )
        waits.append(replace(wait, step=item.step, attempt=item.attempt))
    return waits


TOLD_ELSEWHERE = frozenset(
    {
        "step.completed",
        "step.rolled_back",
        "review.requested",
        "review.taken_up",
        "review.decided",
        "delivery.delivered",
        "delivery.given_up",
        "delivery.no_receiver",
        "event.told",
        "timer.began",
        "timer.over",
        "signal.awaited",
        "signal.taken_up",
        "signal.timed_out",
        "child.awaited",
        "child.joined",
    }
)
"""What other items tell of better, by the audit's names."""


def reviews_of(records: Records, events: Sequence[Event]) -> list[Item]:
    """The time a person was waited for, and the decision."""
    items: list[Item] = []
    end = end_of(records.run, events)
    for row in records.reviews:
        requested = text(row, "requested_at")
        over = optional_text(row, "taken_up_at") or end
        generation = generation_at(events, requested)
        reason = text(row, "reason")
        until = text(row, "deadline")
        detail = {
            "review": text(row, "id"),
            "remindedAt": optional_text(row, "reminded_at"),
            "escalatedAt": optional_text(row, "escalated_at"),
        }
        items.append(
            replace(
                wait_of(
                    "review",
                    generation,
                    started_at=requested,
                    ended_at=over,
                    reason=reason,
                    until=until,
                ),
                detail=detail,
            )
        )
    decided = [event for event in events if event.action == "review.decided"]
    return [*items, *[instant_item("decision", event.outcome, event) for event in decided]]


def waits_of(records: Records, events: Sequence[Event]) -> list[Item]:
    """The time that a timer, a signal or another run was waited for; `reason` names which."""
    items: list[Item] = []
    for row in records.waits:
        began = text(row, "began_at")
        ended = optional_text(row, "ended_at")
        until = optional_text(row, "until")
        generation = generation_at(events, began)
        reason = text(row, "name")
        item = wait_of(
            text(row, "kind"),
            generation,
            started_at=began,
            ended_at=ended,
            reason=reason,
            until=until,
        )
        if ended and row["outcome"] == "timed_out":
            item = replace(item, outcome="timed_out")
        items.append(item)
    return items


def pauses_of(run: Row, events: Sequence[Event]) -> list[Item]:
    """Make the times in which a run was paused."""
    paused = [event for event in events if event.action == "run.paused"]
    over = ("run.unpaused", *NEW_GENERATION)
    return [
        wait_between(run, "pause", event=event, over=next_event(events, event, over), events=events)
        for event in paused
    ]


def dead_letters_of(run: Row, events: Sequence[Event]) -> list[Item]:
    """The waits for an operator: each from a step's final failure until somebody decided what to do
    with the run.
    """
    items: list[Item] = []
    for event in (each for each in events if each.action == "step.failed"):
        over = next_event(events, event, NEW_GENERATION)
        is_last = run["status"] == Status.FAILED and event.detail.get("step") == run["failed_step"]
        # What was undone has nothing to go on with, and waits for nobody.
        if over is not None or (is_last and run["resume_state"] is not None):
            items.append(
                wait_between(run, "operator", event=event, over=over, events=events, is_open=True)
            )
    return items


def deliveries_of(records: Records, events: Sequence[Event]) -> list[Item]:
    """The deliveries: each from the batch that wrote an event until it was settled; sent again, it
    is another.
    """
    items: list[Item] = []
    for row in records.outbox:
        settled = [event for event in events if event.detail.get("event") == row["id"]]
        began = text(row, "created_at")
        generation = generation_at(events, text(row, "created_at"))
        for event in settled:
            if event.action == "delivery.resent":
                began = event.at
                generation = event.generation
                continue
            items.append(_delivery(row, began, generation=generation, settled=event))
        was_unwanted = any(event.action == "delivery.no_receiver" for event in settled)
        if row["state"] not in {"delivered", "given_up"} and not was_unwanted:
            items.append(_delivery(row, began, generation=generation, settled=None))
    return items


def _delivery(row: Row, began: str, generation: int, settled: Event | None) -> Item:
    is_nowhere = row["state"] == "no_receiver"
    return Item(
        kind="delivery",
        name=text(row, "topic"),
        generation=generation,
        attempt=integer(row, "attempts")
        if settled is None
        else _whole(settled.detail.get("attempts")),
        started_at=began,
        ended_at=settled.at if settled else began if is_nowhere else None,
        outcome=settled.action.removeprefix("delivery.") if settled else text(row, "state"),
        error=optional_text(row, "last_error")
        if settled is None or settled.outcome == "failure"
        else None,
        until=optional_text(row, "next_attempt_at") if settled is None else None,
        detail={"event": text(row, "id")},
    )


def _whole(value: Json) -> int | None:
    if isinstance(value, int | float):
        return int(value)
    return None


def acts_of(events: Sequence[Event]) -> list[Item]:
    """What people and the reconciler did, and what no other item tells of."""
    return [
        instant_item("act", event.action, event)
        for event in events
        if event.action not in TOLD_ELSEWHERE
    ]


def timeline(contract: Contract, records: Records) -> list[Item]:
    """All items, in the order in which they began; a step stands before its attempts."""
    events = with_generations(records.events)
    attempts = attempts_of(contract, records, events)
    return items_by_time(
        [
            *steps_of(contract, attempts),
            *attempts,
            *compensations_of(contract, records.steps),
            *backoffs_of(attempts, records),
            *reviews_of(records, events),
            *waits_of(records, events),
            *pauses_of(records.run, events),
            *dead_letters_of(records.run, events),
            *deliveries_of(records, events),
            *acts_of(events),
        ]
    )


def occurrences(contract: Contract, records: Records) -> list[Item]:
    """Items of occurrences that were completed at once, and of what they intended, in order."""
    attempts: list[Item] = []
    generations: dict[str, int] = {}
    for row in records.steps:
        step = contract.find_step(text(row, "step"))
        if step is not None:
            attempts.append(_completed(step, row))
            generations[step.name] = integer(row, "generation")
    acts = [
        replace(item, generation=generations.get(item.step or "", item.generation))
        for item in acts_of(with_generations(records.events))
    ]
    return items_by_time([*steps_of(contract, attempts), *attempts, *acts])
