"""What happened to a run, in the order in which it began: steps, attempts, waits, deliveries,
decisions, acts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tillroll.durable.contract import Contract
from tillroll.durable.explanation.progress import completed_steps
from tillroll.durable.record.runs import stands_still
from tillroll.durable.states import LIVE, Status
from tillroll.durable.step import ROLLBACK, Step, step_name
from tillroll.platform.bindings.database import Row, integer, of_row, optional_text, text
from tillroll.platform.json import Json, load_object

INTENDED = "effect.intended"
"""Another system is about to be asked for something."""

# Acts of these make a new generation.
NEW_GENERATION = frozenset(
    {"run.retried", "run.resumed", "run.handed_on", "run.woken", "run.abandoning", "run.undoing"}
)


@dataclass(frozen=True)
class Item:
    """Something that happened, or goes on.

    Attributes:
        kind: step, attempt, compensation, wait, delivery, decision, act or ai_call.
        name: the step's name, what was waited for, the topic, the decision, the action.
        started_at, ended_at: UTC text; without an end while it goes on; the same where it took no
            time.
        outcome: by kind: running, retrying, completed, failed, handed_over; waiting, over,
            timed_out; pending, …
        until: when a wait is due: a deadline, or the next attempt.
    """

    kind: str
    name: str
    generation: int
    started_at: str
    ended_at: str | None
    outcome: str
    step: str | None = None
    attempt: int | None = None
    reason: str | None = None
    error: str | None = None
    actor: str | None = None
    until: str | None = None
    detail: Mapping[str, Json] = field(default_factory=dict[str, Json])


@dataclass(frozen=True)
class Records:
    """Whole rows of a run, by table; events by `seq`.

    `unread` counts, by step, the occurrences whose rows were not read: all of them were completed
    at once."""

    run: Row
    steps: Sequence[Row]
    attempts: Sequence[Row]
    reviews: Sequence[Row]
    waits: Sequence[Row]
    outbox: Sequence[Row]
    events: Sequence[Row]
    unread: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True)
class Event:
    """An audit event with the generation that it belongs to."""

    action: str
    at: str
    actor: str
    outcome: str
    generation: int
    detail: Mapping[str, Json]


def in_order(items: Sequence[Item]) -> list[Item]:
    """Sort items by their beginnings; of those that began together, the longer comes first."""
    return sorted(
        items, key=lambda item: (item.started_at, _ORDER[item.kind], item.ended_at is not None)
    )


_ORDER = {
    kind: place
    for place, kind in enumerate(
        ("act", "decision", "step", "attempt", "ai_call", "compensation", "wait", "delivery")
    )
}


def with_generations(rows: Sequence[Row]) -> list[Event]:
    events: list[Event] = []
    generation = 1
    for row in rows:
        action = text(row, "action")
        generation += action in NEW_GENERATION
        events.append(
            of_row(
                Event,
                row,
                action=action,
                generation=generation,
                detail=load_object(text(row, "detail")),
            )
        )
    return events


@dataclass(frozen=True)
class KeptBeside:
    """`query` reads the rows of the run that is its one parameter; `item_of` makes an item of
    one.
    """

    query: str
    item_of: Callable[[Row], Item]


def attempts_of(contract: Contract, records: Records, events: Sequence[Event]) -> list[Item]:
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
    items += [running] if running else []
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
        own, key=lambda each: (order.index(step_name(each[0])), each[1])
    ):
        items.append(_around(name, generation, own[name, generation]))
    return items


def _around(step: str, generation: int, attempts: Sequence[Item]) -> Item:
    last = max(attempts, key=_place)
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
            and _place(other) > _place(item)
        ]
        is_open = not later and records.run["next_retry_at"] == item.until
        ended_at = None if is_open else min(later, default=item.until)
        wait = _wait(
            "backoff",
            item.generation,
            started_at=item.ended_at,
            ended_at=ended_at,
            until=item.until,
        )
        waits.append(replace(wait, step=item.step, attempt=item.attempt))
    return waits


def _place(attempt: Item) -> tuple[int, str]:
    """Where an attempt stands among those of its step."""
    return attempt.attempt or 0, attempt.started_at


def _wait(
    name: str,
    generation: int,
    started_at: str,
    ended_at: str | None,
    *,
    reason: str | None = None,
    until: str | None = None,
) -> Item:
    outcome = "waiting" if ended_at is None else "over"
    return Item(
        "wait",
        name,
        generation=generation,
        started_at=started_at,
        ended_at=ended_at,
        outcome=outcome,
        reason=reason,
        until=until,
    )


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
    end = _end(records.run, events)
    for row in records.reviews:
        requested = text(row, "requested_at")
        over = optional_text(row, "taken_up_at") or end
        generation = _generation_at(events, requested)
        reason = text(row, "reason")
        until = text(row, "deadline")
        detail = {
            "review": text(row, "id"),
            "remindedAt": optional_text(row, "reminded_at"),
            "escalatedAt": optional_text(row, "escalated_at"),
        }
        items.append(
            replace(
                _wait(
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
    return [*items, *[_instant("decision", event.outcome, event) for event in decided]]


def waits_of(records: Records, events: Sequence[Event]) -> list[Item]:
    """The time that a timer, a signal or another run was waited for; `reason` names which."""
    items: list[Item] = []
    for row in records.waits:
        began = text(row, "began_at")
        ended = optional_text(row, "ended_at")
        until = optional_text(row, "until")
        generation = _generation_at(events, began)
        reason = text(row, "name")
        item = _wait(
            text(row, "kind"),
            generation,
            started_at=began,
            ended_at=ended,
            reason=reason,
            until=until,
        )
        items.append(
            replace(item, outcome="timed_out") if ended and row["outcome"] == "timed_out" else item
        )
    return items


def _generation_at(events: Sequence[Event], at: str) -> int:
    return max((event.generation for event in events if event.at <= at), default=1)


def _end(run: Row, events: Sequence[Event]) -> str | None:
    """When a run that waits no more was last changed by an event."""
    is_live = run["status"] in LIVE
    if is_live or not events:
        return None
    return events[-1].at


def pauses_of(run: Row, events: Sequence[Event]) -> list[Item]:
    paused = [event for event in events if event.action == "run.paused"]
    over = ("run.unpaused", *NEW_GENERATION)
    return [
        _between(run, "pause", event=event, over=_next(events, event, over), events=events)
        for event in paused
    ]


def dead_letters_of(run: Row, events: Sequence[Event]) -> list[Item]:
    """The waits for an operator: each from a step's final failure until somebody decided what to do
    with the run.
    """
    items: list[Item] = []
    for event in (each for each in events if each.action == "step.failed"):
        over = _next(events, event, NEW_GENERATION)
        is_last = run["status"] == Status.FAILED and event.detail.get("step") == run["failed_step"]
        # What was undone has nothing to go on with, and waits for nobody.
        if over is not None or (is_last and run["resume_state"] is not None):
            items.append(
                _between(run, "operator", event=event, over=over, events=events, is_open=True)
            )
    return items


def _next(
    events: Sequence[Event], after: Event, actions: Sequence[str] | frozenset[str]
) -> Event | None:
    later = events[events.index(after) + 1 :]
    return next((event for event in later if event.action in actions), None)


def _between(
    run: Row,
    name: str,
    event: Event,
    over: Event | None,
    events: Sequence[Event],
    *,
    is_open: bool = False,
) -> Item:
    if over:
        ended_at = over.at
    elif is_open:
        ended_at = None
    else:
        ended_at = _end(run, events)
    item = _wait(
        name, event.generation, started_at=event.at, ended_at=ended_at, reason=_reason(event)
    )
    return replace(item, actor=event.actor)


def deliveries_of(records: Records, events: Sequence[Event]) -> list[Item]:
    """The deliveries: each from the batch that wrote an event until it was settled; sent again, it
    is another.
    """
    items: list[Item] = []
    for row in records.outbox:
        settled = [event for event in events if event.detail.get("event") == row["id"]]
        began = text(row, "created_at")
        generation = _generation_at(events, text(row, "created_at"))
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
        _instant("act", event.action, event)
        for event in events
        if event.action not in TOLD_ELSEWHERE
    ]


def _instant(kind: str, name: str, event: Event) -> Item:
    fields = ("from", "to", "why", "corrected", "run", "previousRun", "signal")
    return Item(
        *(kind, name, event.generation, event.at, event.at, event.outcome),
        step=str(event.detail["step"]) if "step" in event.detail else None,
        actor=event.actor,
        reason=_reason(event),
        detail={name: value for name, value in event.detail.items() if name in fields},
    )


def _reason(event: Event) -> str | None:
    reason = event.detail.get("reason")
    if reason is None:
        return None
    return str(reason)


def timeline(contract: Contract, records: Records) -> list[Item]:
    """All items, in the order in which they began; a step stands before its attempts."""
    events = with_generations(records.events)
    attempts = attempts_of(contract, records, events)
    return in_order(
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
    return in_order([*steps_of(contract, attempts), *attempts, *acts])
