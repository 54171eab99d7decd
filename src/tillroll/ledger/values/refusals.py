"""Why a transaction is refused. Each is final for its id: who wants the same later, asks under another id."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Refusal(StrEnum):
    """`SAYS` has what each means, and how to go on."""

    ACCOUNT_NOT_FOUND = "account_not_found"
    OTHER_CURRENCY = "other_currency"
    INSUFFICIENT = "insufficient"
    TOTAL_TOO_LARGE = "total_too_large"
    PENDING_NOT_FOUND = "pending_not_found"
    PENDING_RESOLVED = "pending_resolved"
    PENDING_EXPIRED = "pending_expired"
    PENDING_NOT_DUE = "pending_not_due"
    EXCEEDS_PENDING = "exceeds_pending"
    ORIGINAL_NOT_FOUND = "original_not_found"
    ALREADY_REVERSED = "already_reversed"


SAYS: Final[Mapping[Refusal, str]] = {
    Refusal.ACCOUNT_NOT_FOUND: "There is no such account in the ledger: make it first.",
    Refusal.OTHER_CURRENCY: "Both accounts must have the transfer's currency: exchange by linked transfers.",
    Refusal.INSUFFICIENT: "An account would have less available than its limit.",
    Refusal.TOTAL_TOO_LARGE: "The account's sums would be larger than what is kept exactly.",
    Refusal.PENDING_NOT_FOUND: "There is no such pending transfer that was applied before.",
    Refusal.PENDING_RESOLVED: "The pending transfer was posted, voided or timed out before.",
    Refusal.PENDING_EXPIRED: "The pending transfer has timed out: what it held is available again.",
    Refusal.PENDING_NOT_DUE: "The pending transfer has not timed out.",
    Refusal.EXCEEDS_PENDING: "No more can be posted than what is pending.",
    Refusal.ORIGINAL_NOT_FOUND: "There is no such transfer that moved money and was applied before.",
    Refusal.ALREADY_REVERSED: "The transfer was reversed before.",
}
