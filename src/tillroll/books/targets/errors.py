"""What a target or a source answers instead of a result, and what is safe next.

| error | what happened there | what is safe next |
| --- | --- | --- |
| Busy | nothing | the same request after `seconds` |
| ItemRefused | nothing | other items; this one after a person corrected it |
| PeriodClosed | nothing | a later day, or the same after a person opened the period |
| ChangedElsewhere | nothing | a person decides, who sees both sides |
| GrantRevoked | nothing | nothing, until a person connects again |
| TargetUncertain | unknown | ask by reference, then decide |

Each also is the class of `tillroll_durable` that a step understands: Throttled, Refused,
SystemsDisagree, AccessDenied and OutcomeUnknown.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tillroll_durable.errors import AccessDenied, OutcomeUnknown, Refused, SystemsDisagree
from tillroll_durable.platform.bindings.http import Throttled

if TYPE_CHECKING:
    from tillroll.books.targets.target import Difference, Written


class TargetError(Exception):
    """Any of them."""


class Busy(TargetError, Throttled):
    """A limit is used up, or the target is down for now; it did nothing.

    Attributes:
        seconds: how long to wait, None where the target does not say.
        limit: which one: "minute", "day", "at once", or what the target calls it; empty where it
            does not say.
    """

    def __init__(self, message: str, seconds: float | None = None, limit: str = "") -> None:
        Throttled.__init__(self, message, seconds)
        self.limit = limit


class ItemRefused(TargetError, Refused):
    """The target does not take this item as it is, now or later; it did nothing.

    Attributes:
        reason: the target's words, for a person; one line.
        field: which field is wrong, in the target's name; empty where it does not say."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.reason = reason
        self.field = field


class PeriodClosed(ItemRefused):
    """The document's day is in a period that is closed there; the target did nothing.

    Attributes:
        until: the last closed day, None where the target does not say."""

    def __init__(self, reason: str, until: date | None = None) -> None:
        super().__init__(reason)
        self.until = until


class ChangedElsewhere(TargetError, SystemsDisagree):
    """Somebody changed the document there since we wrote it. Nothing was written.

    Attributes:
        seen: the document as the target has it now; None where it is gone.
        differences: what we wrote, and what is there."""

    def __init__(
        self, message: str, document: Written | None, differences: tuple[Difference, ...] = ()
    ) -> None:
        SystemsDisagree.__init__(self, message)
        self.seen = document
        self.differences = differences


class FoundTwice(TargetError, SystemsDisagree):
    """The target has several documents with one reference of ours. Nothing was written."""

    def __init__(self, message: str) -> None:
        SystemsDisagree.__init__(self, message)


class GrantRevoked(TargetError, AccessDenied):
    """The target does not let us in: the grant was withdrawn or has ended. It did nothing.

    Attributes:
        may_refresh: a new access token may be enough; False where the grant itself is gone."""

    def __init__(self, message: str, *, may_refresh: bool = False) -> None:
        AccessDenied.__init__(self, message)
        self.may_refresh = may_refresh


class TargetUncertain(TargetError, OutcomeUnknown):
    """No answer came, or one that says neither yes nor no: whether the target did it is unknown."""


class NoAnswer(TargetUncertain):
    """No answer came at all: nobody was reached, or it was cut off."""


class WrittenOtherwise(TargetError, SystemsDisagree):
    """The target did something else under this key before. Nothing was written now."""

    def __init__(self, message: str) -> None:
        SystemsDisagree.__init__(self, message)
