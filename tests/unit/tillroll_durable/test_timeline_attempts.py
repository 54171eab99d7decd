"""The attempts of a step that calls another system, as a timeline tells them where not all of them
left a row.
"""

from collections.abc import Sequence
from typing import Any

from tests.simulation.payout.contract import PAY, PAYOUT_V1
from tillroll.observability.trace_export import TracedRun, spans_of
from tillroll_durable.explanation.spans import Item, Records
from tillroll_durable.explanation.timeline import timeline
from tillroll_durable.platform.bindings.database import Row
from tillroll_durable.platform.json import Json, dump


def at(second: int) -> str:
    return f"2026-11-20T12:00:{second:02}.000Z"


def event(action: str, second: int, **detail: Json) -> Row:
    return {
        "action": action,
        "at": at(second),
        "actor": "system:test",
        "outcome": "",
        "detail": dump(detail),
    }


def intended(second: int) -> Row:
    return event("effect.intended", second, step=PAY.name)


def step_row(outcome: str, began: int, ended: int, **columns: str | int | None) -> Row:
    return {
        "step": PAY.name, "outcome": outcome, "generation": 1, "attempts": 1,
        "started_at": at(began),
        "attempt_started_at": at(began), "ended_at": at(ended), "reason": None, "error_class": None,
        "error_summary": None, **columns,
    }  # fmt: skip


def told(
    events: Sequence[Row],
    steps: Sequence[Row] = (),
    attempts: Sequence[Row] = (),
    **run: str | int | None,
) -> list[Item]:
    """The items of the step of a run that stands where the step begins."""
    row: Row = {
        "status": "processing", "state": PAY.begins_in[0], "generation": 1, "created_at": at(0),
        "paused_at": None,
        "next_retry_at": None, "cancel_kind": None, "failed_step": None, "resume_state": None,
        "resumptions": 0, **run,
    }  # fmt: skip
    records = Records(row, steps, attempts, [], [], [], [event("run.created", 0), *events])
    return [item for item in timeline(PAYOUT_V1, records) if item.kind in {"attempt", "step"}]


def attempts_of(items: Sequence[Item]) -> list[tuple[str, str, str | None]]:
    return [
        (item.outcome, item.started_at, item.ended_at) for item in items if item.kind == "attempt"
    ]


def test_a_signal_that_comes_during_a_call_cuts_nothing_off() -> None:
    found = told([intended(1), event("signal.received", 5, signal="confirm")])
    assert attempts_of(found) == [("running", at(1), None)]


def test_of_two_intents_the_last_is_that_of_the_attempt_under_way() -> None:
    found = told([intended(1), intended(3), event("signal.received", 5, signal="confirm")])
    assert attempts_of(found) == [("cut_off", at(1), at(3)), ("running", at(3), None)]


def test_what_a_failed_attempt_intended_begins_no_other() -> None:
    failed = {**step_row("retrying", 1, 4), "attempt": 1, "next_retry_at": at(9)}
    found = told([intended(2)], [step_row("retrying", 1, 4)], [failed])
    assert attempts_of(found) == [("failed", at(1), at(4)), ("running", at(9), None)]


def test_a_step_that_failed_for_good_over_an_unanswered_call_tells_of_it_once() -> None:
    found = told(
        [intended(1)],
        [step_row("failed", 8, 8, error_summary="timed out")],
        status="failed",
        state="reversed",
    )
    assert attempts_of(found) == [("cut_off", at(1), at(8))]
    [cut] = [item for item in found if item.kind == "attempt"]
    assert (cut.error, cut.detail) == ("timed out", {"wasSentAgain": False, "wasAsked": False})


def test_a_generation_that_was_cut_off_failed_and_is_an_error_in_the_trace() -> None:
    completed = step_row("completed", 5, 6, generation=2)
    found = told(
        [intended(1), event("run.resumed", 4)],
        [completed],
        state="paid",
        status="complete",
        generation=2,
    )
    steps = [(item.generation, item.outcome) for item in found if item.kind == "step"]
    assert steps == [(1, "failed"), (2, "completed")]
    run = TracedRun("run_1", "acc_1", "payout", "paid", "complete", 2, 1, at(0))
    spans: list[Any] = spans_of(run, found)
    assert [span["name"] for span in spans if span.get("status") == {"code": 2}] == [
        "pay",
        "pay attempt cut off",
    ]
