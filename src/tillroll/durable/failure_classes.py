"""The classes of final failures: what each means, and what is safe to do next. One table."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tillroll.durable.contract import Effect


class FailureClass(StrEnum):
    """What a step's final failure leaves behind."""

    READ_FAILED = "read_failed"
    WRITE_FAILED = "write_failed"
    EXTERNAL_REFUSED = "external_refused"
    EXTERNAL_UNKNOWN = "external_unknown"
    IRREVERSIBLE_UNKNOWN = "irreversible_unknown"
    ROLLBACK_FAILED = "rollback_failed"


@dataclass(frozen=True)
class Meaning:
    """`says` ends the sentence of what happened; `safe_to_retry` holds for the failed step; `escalates` to a person."""

    says: str
    safe_to_retry: bool
    escalates: bool


MEANINGS: Mapping[FailureClass, Meaning] = {
    FailureClass.READ_FAILED: Meaning("Nothing was changed by it.", safe_to_retry=True, escalates=False),
    FailureClass.WRITE_FAILED: Meaning(
        "Its batch is all or nothing, so nothing of it was written; what earlier steps wrote stands.",
        safe_to_retry=True,
        escalates=True,
    ),
    FailureClass.EXTERNAL_REFUSED: Meaning(
        "The other side refused it, or was never asked, so nothing happened there.", safe_to_retry=True, escalates=False
    ),
    FailureClass.EXTERNAL_UNKNOWN: Meaning(
        "Whether the other side did it is unknown. A retry asks there first, by key, before it sends again.",
        safe_to_retry=True,
        escalates=True,
    ),
    FailureClass.IRREVERSIBLE_UNKNOWN: Meaning(
        "Whether it happened is unknown, and it cannot be undone. Find out at the other side before anything else.",
        safe_to_retry=False,
        escalates=True,
    ),
    FailureClass.ROLLBACK_FAILED: Meaning(
        "A compensation failed, so its effect still stands: retry to have it tried again, or undo it by hand.",
        safe_to_retry=False,
        escalates=True,
    ),
}


def classify(effect: Effect, intent_outcome: str | None, *, has_intent: bool) -> FailureClass:
    """The class of a step's final failure. For an effect elsewhere, the intent decides: none was written, it was
    refused, or nobody knows."""
    if effect is Effect.READ:
        return FailureClass.READ_FAILED
    if effect is Effect.WRITE:
        return FailureClass.WRITE_FAILED
    if not has_intent or intent_outcome == "refused":
        return FailureClass.EXTERNAL_REFUSED
    return FailureClass.IRREVERSIBLE_UNKNOWN if effect is Effect.IRREVERSIBLE else FailureClass.EXTERNAL_UNKNOWN
