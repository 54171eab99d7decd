"""The classes of final failures: what each means, and what is safe to do next. One table."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from typing import Final

from tillroll.durable.contract import Effect


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


# Where nobody knows whether the other side did it.
UNKNOWN: Final = frozenset(
    {FailureClass.EXTERNAL_UNKNOWN, FailureClass.MESSAGE_UNKNOWN, FailureClass.IRREVERSIBLE_UNKNOWN}
)


@dataclass(frozen=True)
class Meaning:
    """`says` is what the failure left behind, and `retrying` what a retry does or needs, for a run that can be retried;
    `safe_to_retry` holds for the failed step; `escalates` to a person."""

    says: str
    retrying: str = ""
    _: KW_ONLY
    safe_to_retry: bool
    escalates: bool

    @property
    def in_full(self) -> str:
        return f"{self.says} {self.retrying}".strip()


MEANINGS: Mapping[FailureClass, Meaning] = {
    FailureClass.READ_FAILED: Meaning("Nothing was changed by it.", safe_to_retry=True, escalates=False),
    FailureClass.WRITE_FAILED: Meaning(
        "Its batch is all or nothing, so nothing of it was written.",
        safe_to_retry=True,
        escalates=True,
    ),
    FailureClass.EXTERNAL_REFUSED: Meaning(
        "The other side refused it, or was never asked, so nothing happened there.", safe_to_retry=True, escalates=False
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
        "Whether it happened is unknown, and it cannot be undone. Find out at the other side before anything else.",
        safe_to_retry=False,
        escalates=True,
    ),
    FailureClass.ROLLBACK_FAILED: Meaning(
        "An undoing failed, so its effect may still stand: look at the other side, then retry; it asks first.",
        safe_to_retry=False,
        escalates=True,
    ),
    FailureClass.ACCESS_DENIED: Meaning(
        "The other side did not let us in, so it did nothing.",
        "Mend the credentials or permissions, then retry.",
        safe_to_retry=True,
        escalates=True,
    ),
}


@dataclass(frozen=True)
class Asked:
    """What became of an effect elsewhere: `outcome` is done, refused, or None for nobody knows. `can_be_asked`: that
    side can say whether it happened."""

    outcome: str | None
    can_be_asked: bool = True


def classify(effect: Effect, asked: Asked | None, *, is_denied: bool = False) -> FailureClass:
    """The class of a step's final failure. For an effect elsewhere, what was asked for decides: nothing (None), it was
    refused, or nobody knows. `is_denied`: the last attempt met an AccessDenied."""
    is_elsewhere = effect in {Effect.EXTERNAL, Effect.IRREVERSIBLE}
    if asked is not None and asked.outcome != "refused" and is_elsewhere:
        if effect is Effect.IRREVERSIBLE:
            return FailureClass.IRREVERSIBLE_UNKNOWN
        return FailureClass.EXTERNAL_UNKNOWN if asked.can_be_asked else FailureClass.MESSAGE_UNKNOWN
    if is_denied:
        return FailureClass.ACCESS_DENIED
    if is_elsewhere:
        return FailureClass.EXTERNAL_REFUSED
    return FailureClass.READ_FAILED if effect is Effect.READ else FailureClass.WRITE_FAILED
