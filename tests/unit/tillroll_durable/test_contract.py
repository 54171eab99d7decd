"""A contract that contradicts itself is refused where it is written, with the remedy."""

from dataclasses import replace
from typing import Any

import pytest

from tests.simulation.payout.contract import CLOSE, PAYOUT_V1
from tillroll.receipts.contract import OCR_EXTRACT, RECEIPT_V1, RECEIVED
from tillroll.receipts.workflow import RECEIPT
from tillroll_durable.contract import Contract
from tillroll_durable.outputs import ContractError
from tillroll_durable.platform.bindings.engine import Backoff, Retries
from tillroll_durable.states import State, Status
from tillroll_durable.step import Effect, OnFailure, RollbackConfig, Step, Then

_DONE = State.ended("done", Status.COMPLETE, "Done.")


def test_the_receipt_contract_is_whole() -> None:
    assert [step.name for step in RECEIPT_V1.steps] == [
        "ocr-extract",
        "parse-structured",
        "persist-db",
        "notify-user",
    ]
    assert OCR_EXTRACT.key_for("run_1") == "run_1:ocr-extract"


@pytest.mark.parametrize(
    ("change", "remedy"),
    [
        ({"initial": "opened"}, "declare it"),
        ({"states": (*RECEIPT_V1.states, RECEIVED)}, "names of their own"),
        ({"steps": (OCR_EXTRACT, OCR_EXTRACT)}, "names of their own"),
        ({"steps": (replace(OCR_EXTRACT, on_success=("read",)),)}, "declare it"),
        ({"steps": (replace(OCR_EXTRACT, on_failure=OnFailure("lost")),)}, "declare it"),
        ({"review": None}, "give the contract `review`"),
        ({"steps": (replace(OCR_EXTRACT, begins_in=("read",)),)}, "declare it"),
        ({"steps": (replace(OCR_EXTRACT, begins_in=("rejected",)),)}, "where a run has ended"),
    ],
)
def test_a_contradiction_teaches_its_remedy(change: dict[str, object], remedy: str) -> None:
    with pytest.raises(ContractError, match=remedy):
        replace(RECEIPT_V1, **change)


def test_a_state_that_nothing_leads_to_is_refused() -> None:
    lost = State.processing("weighed", "It is weighed.")
    with pytest.raises(
        ContractError,
        match=r"nothing leads to the state 'weighed': name it in a step's `on_success`",
    ):
        replace(RECEIPT, contract=replace(RECEIPT_V1, states=(*RECEIPT_V1.states, lost)))
    # Nor one that only a step leads to which can never begin.
    weigh = replace(
        RECEIPT_V1.steps[0], name="weigh", begins_in=("weighed",), on_success=("weighed",)
    )
    never = replace(RECEIPT_V1, states=(*RECEIPT_V1.states, lost), steps=(*RECEIPT_V1.steps, weigh))
    assert never.unreachable(state.name for state in RECEIPT_V1.states) == ["weighed"]


def test_what_compensates_calls_nobody_by_itself() -> None:
    with pytest.raises(ContractError, match="drop `escalate`"):
        replace(OCR_EXTRACT, on_failure=OnFailure("read", Then.COMPENSATE, escalate=True))


def test_a_failure_leads_to_a_state_that_says_what_is_safe() -> None:
    [pay] = [step for step in PAYOUT_V1.steps if step.on_failure.then is Then.COMPENSATE]
    dead, undone = (
        State.dead_letter("reversed", "It failed."),
        State.undone("unpaid", "It was undone."),
    )
    for states, step, remedy in (
        (dead, pay, "make it a `State.undone`"),
        (undone, replace(pay, on_failure=OnFailure("unpaid")), "`State.dead_letter`"),
    ):
        others = tuple(each for each in PAYOUT_V1.states if each.name != states.name)
        steps = tuple(step if each is pay else each for each in PAYOUT_V1.steps)
        with pytest.raises(ContractError, match=remedy):
            replace(PAYOUT_V1, states=(*others, states), steps=steps)


@pytest.mark.parametrize(
    ("backoff", "expected"),
    [("constant", [2, 2, 2]), ("linear", [2, 4, 6]), ("exponential", [2, 4, 8])],
)
def test_the_delay_after_an_attempt(backoff: Backoff, expected: list[int]) -> None:
    retries = Retries(limit=3, delay_seconds=2, backoff=backoff)
    assert [retries.delay_after(attempt) for attempt in (1, 2, 3)] == expected


def test_retries_without_a_delay_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 second"):
        Retries(delay_seconds=0)


def test_by_default_three_retries_from_a_second_on() -> None:
    retries = Retries()
    assert [retries.delay_after(attempt) for attempt in range(1, retries.limit + 1)] == [1, 2, 4]


def test_a_delay_longer_than_five_minutes_is_refused_unless_it_is_meant() -> None:
    with pytest.raises(
        ValueError, match=r"wait for 512 s, and 300 is the longest: lower the limit"
    ):
        Retries(limit=10)
    assert Retries(limit=10, longest_delay_seconds=600).delay_after(10) == 512
    assert Retries(limit=9).delay_after(9) == 256


def test_a_state_of_a_version_that_is_gone_is_shown_as_the_record_has_it() -> None:
    shown = RECEIPT_V1.shown_state("weighed", "needs_review", "review", version=2)
    assert (shown.name, shown.status, shown.next_safe_action) == (
        "weighed",
        "needs_review",
        "review",
    )
    assert shown.says == "This run belongs to a version that is not deployed any more."
    assert RECEIPT_V1.shown_state("received", "processing", "wait", version=1) is RECEIVED


def test_a_state_that_its_version_has_no_more_is_shown_so() -> None:
    shown = RECEIPT_V1.shown_state("weighed", "needs_review", "review", version=1)
    assert shown.says == "The deployed version 1 lacks the state weighed of this run."


@pytest.mark.parametrize(
    ("state", "step"),
    [
        ("requested", "check"),
        ("checked", "debit"),
        ("debited", "pay"),
        ("approved", "pay"),
        ("refused", "refund"),
        ("paid", "file"),
        ("filed_announcement_failed", "close"),
        ("awaiting_approval", None),
        ("closed", None),
    ],
)
def test_the_contract_says_which_step_comes_next(state: str, step: str | None) -> None:
    found = PAYOUT_V1.step_from(state)
    assert (found.name if found else None) == step


def test_a_step_begins_where_the_one_before_leads_also_where_that_is_passed_over() -> None:
    last = replace(CLOSE, begins_in=())
    contract = replace(PAYOUT_V1, steps=(*PAYOUT_V1.steps[:-1], last))
    assert contract.begins_of(last) == ("announced", "filed_announcement_failed")


def test_a_dead_letter_follows_from_its_step() -> None:
    check = Step("check-in", Effect.READ, ("begun",), OnFailure(says="Try again."))
    act = Step("act", Effect.WRITE, ("done",), begins_in=("begun",))
    states = (State.processing("new", "New."), State.processing("begun", "Begun."), _DONE)
    contract = Contract("thing", 1, (check, act), "new", states)
    derived = contract.states[len(states) :]
    assert [state.name for state in derived] == [
        "check_in_failed",
        "begun_act_failed",
        "cancelled",
        "abandoned",
    ]
    assert derived[0] == State.dead_letter("check_in_failed", "Try again.")
    assert "act" in derived[1].says


def test_a_state_that_its_author_declares_is_not_derived() -> None:
    own = State.undone("act_failed", "It was undone.")
    stopped = State.ended("cancelled", Status.CANCELLED, "Stopped by its owner.")
    act = Step(
        "act", Effect.WRITE, ("done",), OnFailure("act_failed", Then.COMPENSATE, says="Unused.")
    )
    states = (
        State.processing("new", "New."),
        State.processing("undoing", "Undoing."),
        _DONE,
        own,
        stopped,
    )
    contract = Contract("thing", 1, (act,), "new", states, compensating="undoing")
    assert contract.states[: len(states)] == states
    assert [state.name for state in contract.states[len(states) :]] == ["abandoned"]


BOOK = Step("book", Effect.EXTERNAL, rollback_config=RollbackConfig())


def test_a_kind_whose_completed_runs_can_be_undone_derives_the_state_in_which_they_end() -> None:
    contract = Contract("hotel", 1, (BOOK,), undone="undone")
    assert contract.state("undone") == State.ended(
        "undone", Status.CANCELLED, "This was undone: {reason}"
    )
    assert contract.compensating == "undoing"
    assert contract.unreachable() == []
    own = State.ended("called_off", Status.CANCELLED, "Your room was called off: {reason}")
    assert (
        Contract("hotel", 1, (BOOK,), states=(own,), undone="called_off").state("called_off") == own
    )


def test_a_kind_that_only_begins_what_can_be_undone_names_the_state_in_which_it_undoes_that() -> (
    None
):
    note = Step("note", Effect.WRITE)
    assert (
        Contract("trip", 1, (note,), compensating="undoing", undone="undone")
        .state("undoing")
        .status
        == "processing"
    )
    with pytest.raises(
        ContractError, match="`undone` has nothing to undo: give a step `rollback_config`, or where"
    ):
        Contract("trip", 1, (note,), undone="undone")


def test_nothing_stands_where_a_run_was_undone() -> None:
    for end in (_DONE, State.undone("done", "It failed."), State.processing("done", "It goes on.")):
        with pytest.raises(
            ContractError, match=r"nothing stands in 'done': make it `State.ended`, as cancelled"
        ):
            Contract("hotel", 1, (BOOK,), states=(end,), undone="done")
    with pytest.raises(ContractError, match="`undone` uses the state 'called_off'; declare it"):
        Contract("hotel", 1, (BOOK,), undone="called_off")


def test_a_step_of_a_long_contract_is_found_without_comparing_it_with_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So that what a step costs does not grow with their number."""
    compared = 0

    def equals(_: Step[Any], __: object) -> bool:
        nonlocal compared
        compared += 1
        return True

    steps = tuple(Step(name=f"step-{number}", effect=Effect.WRITE) for number in range(100))
    long = Contract(kind="long", version=1, steps=steps)
    monkeypatch.setattr(Step, "__eq__", equals)
    assert all(long.has_step(step) and long.begins_of(step) for step in steps)
    assert compared == len(steps)
    assert not long.has_step(replace(steps[0], name="other"))
