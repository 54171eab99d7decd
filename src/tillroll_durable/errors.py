"""How a step says what kind of failure it met, how a run ends early, and what each class of final
failure means.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from typing import Final

from pydantic import ValidationError

from tillroll_durable.platform.bindings.database import Statement
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.faults import faults_of
from tillroll_durable.platform.refusals import INVALID_VALUES, KEY_REUSED, Refusal

# The error class of a run that no step has failed, but that a person has to look at; the error
# summary says why.
ESCALATED = "Escalated"
# From the first frame of a JavaScript stack on: `at Sharp.metadata (file:///…)`, `at file:///…`.
_STACK = re.compile(
    r"(?<!\s)\s+at\s++(?:async\s++)?(?:[\w.$<>\[\] ]{1,200}+\()?(?:file:|node:|/).*", re.DOTALL
)
# In text of which all white space is single spaces.
_PATH = re.compile(r" ?\(?file://[^\s)]*\)?")
# The password in an address, behind its user.
_PASSWORD = re.compile(r"(?<=://)([^\s/:@]{1,200}):[^\s/@]{1,500}@")
# What pydantic ends each of its errors with.
_REFERENCE = re.compile(r"For further information visit https?://\S*")
_LONGEST_SUMMARY = 300
# Of a message that is looked at: others can have written it.
_LONGEST_MESSAGE = 10_000
# How the summary of an AccessDenied begins, wherever it comes back from.
ACCESS_DENIED = "access denied"
# The same of a SystemsDisagree.
SYSTEMS_DISAGREE = "systems disagree"
# The same of an ItemsFailed.
ITEMS_FAILED = "items failed"


class NeedsReview(Exception):
    """Raised in a step: only a person can go on. Never retried.

    Attributes:
        reason: one of the step's declared `reviews`.
        statements: what the step found out all the same, written with the record of the refusal;
            idempotent.
    """

    def __init__(self, reason: str, detail: str = "", statements: Sequence[Statement] = ()) -> None:
        super().__init__(detail or reason)
        self.reason = reason
        self.statements = statements


class ReviewNeeded(Exception):
    """Raised in a workflow's body by a step that refused with NeedsReview: the body asks for a
    review.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ValuesRefused(Refusal):
    """What a person gave cannot be used. `problems` names each value, and how to put it right."""

    kind = INVALID_VALUES
    explanation = "Correct the fields named in `errors` and send it again."

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{name}: {message}" for name, message in problems))
        self.problems = problems
        self.extra = {"errors": [{"field": name, "message": message} for name, message in problems]}


class KeyReused(Refusal):
    """The key stands for a run that was begun with other params; nothing was begun."""

    kind = KEY_REUSED
    explanation = (
        "This Idempotency-Key stands for a run with other params: send this one under its own."
    )


class Refused(Exception):
    """Raised by an external step's `send`: the other side said no, so the effect did not happen.
    Never retried.
    """


class AccessDenied(NonRetryable):
    """Raised in a step, or by an external step's `send`: the other side did not let us in (401,
    403, a key that was withdrawn), so it did nothing. Never retried by itself: a person mends the
    credentials or permissions first.
    """

    def __init__(self, message: str) -> None:
        super().__init__(f"{ACCESS_DENIED}: {message}")


class SystemsDisagree(NonRetryable):
    """Raised in a step, by a call's `send` or `reconcile`, or by a wait's `see`: the other side and
    our record contradict each other, and the message says what each says. Never retried, and nobody
    is asked again by itself: a person compares both first. What a call has sent may have happened.
    """

    def __init__(self, message: str) -> None:
        super().__init__(f"{SYSTEMS_DISAGREE}: {message}")


class ItemsFailed(NonRetryable):
    """Raised for a map: more of its items failed than its body lets fail."""

    def __init__(self, message: str) -> None:
        super().__init__(f"{ITEMS_FAILED}: {message}")


class OutcomeUnknown(Exception):
    """The other side could not say whether an effect happened: it is asked again, and nothing is
    sent meanwhile.
    """


class OutputLost(Exception):
    """What a step handed back is not in the object store any more."""


class LostGuard(Exception):
    """The run was no longer where this write expected it: another attempt or generation was first.
    Nothing written.
    """


class ChangedMeanwhile(Exception):
    """A guard among what a step writes does not hold, though the run is where it was: somebody has
    changed what the step looked at. Nothing written: it looks again.
    """


class Superseded(Exception):
    """This instance is no longer the run's own: a newer generation is, or the run has ended."""


class CancelRequested(Exception):
    """Raised at a run's next boundary after it was asked to end."""


class Compensating(Exception):
    """Raised at a boundary of a run that has begun to compensate: no step forward is begun any
    more.
    """


class RunCancelled(Exception):
    """The run was stopped on request, after its compensations; its record says so already."""


class RunContinued(Exception):
    """The run has ended and goes on as another, whose id this names; its record says so already."""


class InvocationSpent(Exception):
    """This invocation has made nearly all calls that its plan allows: the run goes on in a new
    instance.
    """


class RunFailed(Exception):
    """The run has stopped in a failure state; its record says what happened and what is safe to do
    next.
    """

    def __init__(self, state: str, step: str, summary: str) -> None:
        super().__init__(f"{state}: {step}: {summary}")
        self.state = state


# As platforms write them: "4006: you have used up …", or several, the last of which is the cause.
_CODES: Final = re.compile(r"(?:\d{3,5}: )*(\d{3,5}): ")


def code_of(summary: str) -> str | None:
    """The code that an error's message begins with; None where it has none."""
    match = _CODES.match(summary)
    if match is None:
        return None
    return match[1]


def one_line(message: str) -> str:
    """An error's message as one line of bounded length: what is kept on records, and shown.
    JavaScript's errors can bring their stack along, with the paths of a machine: those are left to
    the log.
    """
    text = _REFERENCE.sub("", message[:_LONGEST_MESSAGE])
    text = " ".join(_STACK.sub("", text).split())
    text = _PASSWORD.sub(r"\1:…@", text)
    return _PATH.sub("", text).rstrip(" :")[:_LONGEST_SUMMARY]


# Python's own errors whose message does not say what is wrong, such as that of a KeyError: 'id'.
_BY_TYPE: Final = frozenset(
    {
        "AssertionError",
        "AttributeError",
        "IndexError",
        "KeyError",
        "NameError",
        "RecursionError",
        "StopAsyncIteration",
        "StopIteration",
        "TypeError",
        "UnboundLocalError",
        "ZeroDivisionError",
    }
)


def summary_of(error_class: str, message: str) -> str:
    """An error as one line, with its type where the message says too little without it."""
    line = one_line(message)
    if error_class in _BY_TYPE or not line:
        return one_line(f"{error_class}: {line}")
    return line


class UnfitData(ValueError):
    """What a step has read does not fit the model that it was to be made of."""


def for_record(error: Exception) -> Exception:
    """An error as a record has it. Pydantic's shows what was sent, which may be personal."""
    if not isinstance(error, ValidationError):
        return error
    return UnfitData(faults_of(error, error.title))


class FailureClass(StrEnum):
    """What a step's final failure leaves behind."""

    READ_FAILED = "read_failed"
    WRITE_FAILED = "write_failed"
    EXTERNAL_REFUSED = "external_refused"
    EXTERNAL_UNKNOWN = "external_unknown"
    MESSAGE_UNKNOWN = "message_unknown"
    IRREVERSIBLE_UNKNOWN = "irreversible_unknown"
    ROLLBACK_FAILED = "rollback_failed"
    ACCESS_DENIED = "access_denied"
    SYSTEMS_DISAGREE = "systems_disagree"
    ITEMS_FAILED = "items_failed"


# Where nobody knows whether the other side did it.
UNKNOWN: Final = frozenset(
    {FailureClass.EXTERNAL_UNKNOWN, FailureClass.MESSAGE_UNKNOWN, FailureClass.IRREVERSIBLE_UNKNOWN}
)


@dataclass(frozen=True)
class Meaning:
    """`says` is what the failure left behind, and `retrying` what a retry does or needs, for a run
    that can be retried; `safe_to_retry` holds for the failed step; `escalates` to a person.
    """

    says: str
    retrying: str = ""
    _: KW_ONLY
    safe_to_retry: bool
    escalates: bool

    @property
    def in_full(self) -> str:
        return f"{self.says} {self.retrying}".strip()


MEANINGS: Mapping[FailureClass, Meaning] = {
    FailureClass.READ_FAILED: Meaning(
        "Nothing was changed by it.", safe_to_retry=True, escalates=False
    ),
    FailureClass.WRITE_FAILED: Meaning(
        "Its batch is all or nothing, so nothing of it was written.",
        safe_to_retry=True,
        escalates=True,
    ),
    FailureClass.EXTERNAL_REFUSED: Meaning(
        "The other side refused it, or was never asked, so nothing happened there.",
        safe_to_retry=True,
        escalates=False,
    ),
    FailureClass.EXTERNAL_UNKNOWN: Meaning(
        "Whether the other side did it is unknown.",
        "A retry asks there first, by key, before it sends again.",
        safe_to_retry=True,
        escalates=True,
    ),
    FailureClass.MESSAGE_UNKNOWN: Meaning(
        "Whether the message was sent is unknown, and nobody can be asked.",
        "A retry sends it again: it may come twice.",
        safe_to_retry=False,
        escalates=True,
    ),
    FailureClass.IRREVERSIBLE_UNKNOWN: Meaning(
        "Whether it happened is unknown, and it cannot be undone. Find out at the other side "
        "before anything else.",
        safe_to_retry=False,
        escalates=True,
    ),
    FailureClass.ROLLBACK_FAILED: Meaning(
        "An undoing failed, so its effect may still stand: look at the other side, then retry; it "
        "asks first.",
        safe_to_retry=False,
        escalates=True,
    ),
    FailureClass.ACCESS_DENIED: Meaning(
        "The other side did not let us in, so it did nothing.",
        "Mend the credentials or permissions, then retry.",
        safe_to_retry=True,
        escalates=True,
    ),
    FailureClass.SYSTEMS_DISAGREE: Meaning(
        "The other side and our record contradict each other, so a person compares both.",
        "Put right which one is wrong, then retry, with a corrected value where one is needed; or "
        "abandon it.",
        safe_to_retry=False,
        escalates=True,
    ),
    FailureClass.ITEMS_FAILED: Meaning(
        "What its other items did stands.",
        "A retry does the failed items again, and none of the others.",
        safe_to_retry=True,
        escalates=True,
    ),
}
