"""What a run waited for beside its steps, where its events were delivered, and what people and the reconciler did."""

from collections.abc import Sequence

from tillroll.durable.contract import LIVE, Status
from tillroll.durable.telling.timeline.items import NEW_GENERATION, Event, Item, Records
from tillroll.platform.bindings.database import Row, integer, optional_text, text
from tillroll.platform.json import Json

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
        items.append(
            Item(
                kind="wait",
                name="review",
                generation=_generation_at(events, requested),
                started_at=requested,
                ended_at=over,
                outcome="waiting" if over is None else "over",
                reason=text(row, "reason"),
                until=text(row, "deadline"),
                detail={
                    "review": text(row, "id"),
                    "remindedAt": optional_text(row, "reminded_at"),
                    "escalatedAt": optional_text(row, "escalated_at"),
                },
            )
        )
    decided = [event for event in events if event.action == "review.decided"]
    return [*items, *[_instant("decision", event.outcome, event) for event in decided]]


def waits_of(records: Records, events: Sequence[Event]) -> list[Item]:
    """The time that a timer, a signal or another run was waited for; `reason` names which."""
    return [
        Item(
            kind="wait",
            name=text(row, "kind"),
            generation=_generation_at(events, text(row, "began_at")),
            started_at=text(row, "began_at"),
            ended_at=optional_text(row, "ended_at"),
            outcome=_how_it_ended(row),
            reason=text(row, "name"),
            until=optional_text(row, "until"),
        )
        for row in records.waits
    ]


def _how_it_ended(wait: Row) -> str:
    if wait["ended_at"] is None:
        return "waiting"
    return "timed_out" if wait["outcome"] == "timed_out" else "over"


def _generation_at(events: Sequence[Event], at: str) -> int:
    return max((event.generation for event in events if event.at <= at), default=1)


def _end(run: Row, events: Sequence[Event]) -> str | None:
    """When a run that waits no more was last changed by an event."""
    is_live = run["status"] in LIVE
    return None if is_live or not events else events[-1].at


def pauses_of(run: Row, events: Sequence[Event]) -> list[Item]:
    paused = [event for event in events if event.action == "run.paused"]
    over = ("run.unpaused", *NEW_GENERATION)
    return [_between(run, "pause", event, _next(events, event, over), events) for event in paused]


def dead_letters_of(run: Row, events: Sequence[Event]) -> list[Item]:
    """The waits for an operator: each from a step's final failure until somebody decided what to do with the run."""
    failed = [
        event
        for event in events
        if event.action == "step.failed" and _is_dead_letter(event, run, _next(events, event, NEW_GENERATION))
    ]
    return [
        _between(run, "operator", event, _next(events, event, NEW_GENERATION), events, is_open=True) for event in failed
    ]


def _is_dead_letter(event: Event, run: Row, following: Event | None) -> bool:
    is_last = run["status"] == Status.FAILED and event.detail.get("step") == run["failed_step"]
    # What was undone has nothing to go on with, and waits for nobody.
    return following is not None or (is_last and run["resume_state"] is not None)


def _next(events: Sequence[Event], after: Event, actions: Sequence[str] | frozenset[str]) -> Event | None:
    later = events[events.index(after) + 1 :]
    return next((event for event in later if event.action in actions), None)


def _between(
    run: Row, name: str, event: Event, over: Event | None, events: Sequence[Event], *, is_open: bool = False
) -> Item:
    ended_at = over.at if over else None if is_open else _end(run, events)
    return Item(
        kind="wait",
        name=name,
        generation=event.generation,
        started_at=event.at,
        ended_at=ended_at,
        outcome="waiting" if ended_at is None else "over",
        actor=event.actor,
        reason=_reason(event),
    )


def deliveries_of(records: Records, events: Sequence[Event]) -> list[Item]:
    """The deliveries: each from the batch that wrote an event until it was settled; sent again, it is another."""
    items: list[Item] = []
    for row in records.outbox:
        settled = [event for event in events if event.detail.get("event") == row["id"]]
        began, generation = text(row, "created_at"), _generation_at(events, text(row, "created_at"))
        for event in settled:
            if event.action == "delivery.resent":
                began, generation = event.at, event.generation
                continue
            items.append(_delivery(row, began, generation, event))
        was_unwanted = any(event.action == "delivery.no_receiver" for event in settled)
        if row["state"] not in {"delivered", "given_up"} and not was_unwanted:
            items.append(_delivery(row, began, generation, None))
    return items


def _delivery(row: Row, began: str, generation: int, settled: Event | None) -> Item:
    is_nowhere = row["state"] == "no_receiver"
    return Item(
        kind="delivery",
        name=text(row, "topic"),
        generation=generation,
        attempt=integer(row, "attempts") if settled is None else _whole(settled.detail.get("attempts")),
        started_at=began,
        ended_at=settled.at if settled else began if is_nowhere else None,
        outcome=settled.action.removeprefix("delivery.") if settled else text(row, "state"),
        error=optional_text(row, "last_error") if settled is None or settled.outcome == "failure" else None,
        until=optional_text(row, "next_attempt_at") if settled is None else None,
        detail={"event": text(row, "id")},
    )


def _whole(value: Json) -> int | None:
    return int(value) if isinstance(value, int | float) else None


def acts_of(events: Sequence[Event]) -> list[Item]:
    """What people and the reconciler did, and what no other item tells of."""
    return [_instant("act", event.action, event) for event in events if event.action not in TOLD_ELSEWHERE]


def _instant(kind: str, name: str, event: Event) -> Item:
    return Item(
        kind=kind,
        name=name,
        step=str(event.detail["step"]) if "step" in event.detail else None,
        generation=event.generation,
        started_at=event.at,
        ended_at=event.at,
        outcome=event.outcome,
        actor=event.actor,
        reason=_reason(event),
        detail={
            name: value
            for name, value in event.detail.items()
            if name in {"from", "to", "why", "corrected", "run", "previousRun", "signal"}
        },
    )


def _reason(event: Event) -> str | None:
    reason = event.detail.get("reason")
    return None if reason is None else str(reason)
