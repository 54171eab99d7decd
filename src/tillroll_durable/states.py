"""The states of a run: what each means, who brings it on from there, and what is safe to do
next.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from tillroll_durable.outputs import ContractError


class Status(StrEnum):
    """What a state means to somebody who does not know the workflow."""

    PROCESSING = "processing"
    """It is under way, also while it waits."""
    NEEDS_REVIEW = "needs_review"
    """A person decides what goes on."""
    COMPLETE = "complete"
    """It has done what it was begun for."""
    REJECTED = "rejected"
    """It has ended, and somebody or something said no."""
    FAILED = "failed"
    """It has failed: an operator retries it or gives it up."""
    CANCELLED = "cancelled"
    """It was stopped, and what it did was undone."""


LIVE: Final = frozenset({Status.PROCESSING, Status.NEEDS_REVIEW})
"""In these a run has not ended, and needs no operator."""


class Owner(StrEnum):
    """Who brings a run on from a state: that is, who is to blame while it stays there."""

    ENGINE = "engine"
    TIMER = "timer"
    PERSON = "person"
    NOBODY = "nobody"


class NextSafeAction(StrEnum):
    """What can be done now without doing anything twice."""

    WAIT = "wait"
    """Nothing: it goes on by itself."""
    REVIEW = "review"
    """Decide what it asks."""
    NONE = "none"
    """Nothing: it has ended."""
    RETRY_FROM_STEP = "retry_from_step"
    """Retry it: completed steps are not done again."""
    RESEND_NOTIFICATION = "resend_notification"
    """Notify its receiver again."""
    UPLOAD_AGAIN = "upload_again"
    """Begin another run with what was sent."""
    RESUME = "resume"
    """Resume it, once what stopped it is put right."""
    INVESTIGATE = "investigate"
    """Look at both systems before anything is done."""


# Seconds, where a state says nothing else. The engine's steps take minutes, but its queue can be
# long; a delivery is tried for three days and a half.
DEADLINES: Final = {Owner.ENGINE: 24 * 3600, Owner.TIMER: 96 * 3600}


@dataclass(frozen=True)
class State:
    """A state of a run.

    Attributes:
        name: as the record and the API show it.
        status: what it means for the run.
        next_safe_action: what may be done next.
        is_terminal: whether nothing leads on from it.
        says: what the run's owner reads; {reason} stands for the review's or rejection's sentence.
        deadline_seconds: how long a run may stand here that no person is to bring on; then a person
            is notified.

    Raises ContractError: a deadline where the state is a person's, or nobody's, or one that is not
    above zero.
    """

    name: str
    status: Status
    says: str
    next_safe_action: NextSafeAction
    is_terminal: bool = False
    deadline_seconds: int | None = None

    def __post_init__(self) -> None:
        if self.deadline_seconds is not None and self.owner not in DEADLINES:
            raise ContractError(
                f"state {self.name!r} waits for nobody but a person: drop `deadline_seconds`"
            )
        if self.deadline_seconds is not None and self.deadline_seconds <= 0:
            raise ContractError(f"state {self.name!r}: give `deadline_seconds` above zero")

    @classmethod
    def processing(cls, name: str, sentence: str, deadline_seconds: int | None = None) -> "State":
        """Make a state in which the run is under way, and its owner waits."""
        return cls(
            name,
            Status.PROCESSING,
            says=sentence,
            next_safe_action=NextSafeAction.WAIT,
            deadline_seconds=deadline_seconds,
        )

    @classmethod
    def review(cls, name: str, sentence: str = "{reason}") -> "State":
        """Make a state in which the run waits for a person's decision; its owner reads the
        question.
        """
        return cls(
            name,
            Status.NEEDS_REVIEW,
            says=sentence,
            next_safe_action=NextSafeAction.REVIEW,
        )

    @classmethod
    def ended(cls, name: str, status: Status, sentence: str) -> "State":
        """Make a state in which nothing is left to be done."""
        return cls(
            name, status, says=sentence, next_safe_action=NextSafeAction.NONE, is_terminal=True
        )

    @classmethod
    def dead_letter(cls, name: str, sentence: str) -> "State":
        """Make a state in which a step has failed for good. An operator retries it, or gives the
        run up.
        """
        return cls(
            name, Status.FAILED, says=sentence, next_safe_action=NextSafeAction.RETRY_FROM_STEP
        )

    @classmethod
    def undone(cls, name: str, sentence: str) -> "State":
        """Make a state in which a step has failed for good and the steps before it were undone:
        there is nothing to retry.
        """
        return cls(name, Status.FAILED, says=sentence, next_safe_action=NextSafeAction.NONE)

    @property
    def owner(self) -> Owner:
        """The engine brings on what is under way, a timer what has its result and is still to be
        delivered.
        """
        if self.is_terminal:
            return Owner.NOBODY
        match self.status:
            case Status.PROCESSING:
                return Owner.ENGINE
            case Status.NEEDS_REVIEW | Status.FAILED:
                return Owner.PERSON
            case _:
                return Owner.TIMER

    @property
    def lasts_at_most(self) -> timedelta | None:
        """The deadline by contract; None where a person, or nobody, is to bring the run on."""
        seconds = self.deadline_seconds
        if seconds is None:
            seconds = DEADLINES.get(self.owner)
        if seconds is None:
            return None
        return timedelta(seconds=seconds)


OUTCOME_UNKNOWN: Final = State.dead_letter(
    "outcome_unknown",
    "It is not known whether the last thing was done that was asked for elsewhere, so nothing was "
    "undone. A person has to find out.",
)
"""Where a run stops instead of undoing what it did: its last step may have been done elsewhere, and
nothing undoes that.
"""
