"""States of a run: what each kind means, who brings a run on, and for how long it may stand."""

from datetime import timedelta

import pytest

from tillroll_durable.outputs import ContractError
from tillroll_durable.states import DEADLINES, LIVE, NextSafeAction, Owner, State, Status

UNDER_WAY = State.processing("reading", "It is read.")
ASKED = State.review("in_review")
DONE = State.ended("done", Status.COMPLETE, "It is saved.")
STUCK = State.dead_letter("stuck", "It could not be saved.")
UNDONE = State.undone("undone", "It was taken back.")


def test_each_kind_of_state_says_what_it_means_and_what_is_safe() -> None:
    assert (
        State("reading", Status.PROCESSING, "It is read.", NextSafeAction.WAIT, is_terminal=False)
        == UNDER_WAY
    )
    assert State("in_review", Status.NEEDS_REVIEW, "{reason}", NextSafeAction.REVIEW) == ASKED
    assert State("done", Status.COMPLETE, "It is saved.", NextSafeAction.NONE, True) == DONE
    assert (
        State("stuck", Status.FAILED, "It could not be saved.", NextSafeAction.RETRY_FROM_STEP)
        == STUCK
    )
    assert State("undone", Status.FAILED, "It was taken back.", NextSafeAction.NONE) == UNDONE
    assert State.review("asked", "Is it yours?").says == "Is it yours?"


def test_a_run_ends_in_its_last_state_alone() -> None:
    assert DONE.is_terminal
    assert [each.is_terminal for each in (UNDER_WAY, ASKED, STUCK, UNDONE)] == [False] * 4
    assert {Status.PROCESSING, Status.NEEDS_REVIEW} == LIVE


def test_who_brings_a_run_on() -> None:
    delivered = State("saved", Status.COMPLETE, "It is saved.", NextSafeAction.WAIT)
    owners = [each.owner for each in (UNDER_WAY, ASKED, STUCK, UNDONE, DONE, delivered)]
    assert owners == [
        Owner.ENGINE,
        Owner.PERSON,
        Owner.PERSON,
        Owner.PERSON,
        Owner.NOBODY,
        Owner.TIMER,
    ]
    # A run that has ended is nobody's, whatever its status says.
    assert State("x", Status.PROCESSING, "", NextSafeAction.NONE, True).owner is Owner.NOBODY


def test_a_state_lasts_a_day_or_four_unless_it_says_otherwise() -> None:
    assert DEADLINES == {Owner.ENGINE: 86_400, Owner.TIMER: 345_600}
    delivered = State("saved", Status.COMPLETE, "It is saved.", NextSafeAction.WAIT)
    assert UNDER_WAY.lasts_at_most == timedelta(days=1)
    assert delivered.lasts_at_most == timedelta(days=4)
    assert State.processing("reading", "It is read.", 60).lasts_at_most == timedelta(minutes=1)
    assert [each.lasts_at_most for each in (ASKED, STUCK, DONE)] == [None, None, None]


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_deadline_is_above_zero(seconds: int) -> None:
    with pytest.raises(ContractError, match="give `deadline_seconds` above zero"):
        State.processing("reading", "It is read.", seconds)


def test_a_deadline_of_a_person_or_of_nobody_is_refused() -> None:
    for status, is_terminal in ((Status.NEEDS_REVIEW, False), (Status.COMPLETE, True)):
        with pytest.raises(ContractError, match="waits for nobody but a person"):
            State("x", status, "", NextSafeAction.NONE, is_terminal, deadline_seconds=60)
