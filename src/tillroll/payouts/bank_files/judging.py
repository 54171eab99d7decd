"""What an answer changes of a payment in a file for the bank, and what it leaves to a person. Pure.

A bank's answer names a file by its id, and a file that was handed in twice is two payments to the
bank. So a refusal is believed only where nothing says that a copy of it goes on.
"""

from dataclasses import dataclass, replace
from typing import Final

from tillroll.payouts.bank_files.status_reports import ACCEPTED, BankAnswer
from tillroll.payouts.payments import Doubt, PaymentStatus

BY_HAND: Final = "by hand"
"""What stands as the bank's code where a person said it."""
NEVER_LEFT: Final = frozenset({PaymentStatus.FAILED, PaymentStatus.CANCELED})


@dataclass(frozen=True)
class PaymentFacts:
    """What is known of a payment in a file.

    Attributes:
        status: what holds.
        bank_status: the bank's newest code that was believed, or `by hand`.
        reason: the code of its reason.
        accepted_as: by which code the bank took it on; None where it never did.
        doubt: what a person is asked, None for nothing. It stays while a match says more.
        doubt_reason: the code of the reason that came with it.
        doubt_status: the status that stood when it arose.
    """

    status: PaymentStatus
    bank_status: str | None
    reason: str | None
    accepted_as: str | None
    doubt: Doubt | None
    doubt_reason: str | None
    doubt_status: PaymentStatus | None

    @property
    def is_asked(self) -> bool:
        """Whether a person is asked of it now. What a match settles is open again behind its
        undoing."""
        return self.doubt is not None and self.status in {
            PaymentStatus.PROCESSING,
            self.doubt_status,
        }

    @property
    def was_accepted(self) -> bool:
        return self.accepted_as is not None or self.bank_status in ACCEPTED


def follow_bank(facts: PaymentFacts, answer: BankAnswer, *, is_own: bool) -> PaymentFacts:
    """What is known once a bank's answer came. `is_own`: it is about this payment alone, not about
    its whole file."""
    doubt = _doubt_of(facts, answer)
    if doubt is not None:
        return _asking(facts, doubt, answer)
    if answer.is_copy or not _is_new(facts, answer.status, answer.code, is_own=is_own):
        return facts
    believed = replace(facts, status=answer.status, bank_status=answer.code, reason=answer.reason)
    if answer.code in ACCEPTED:
        return replace(believed, accepted_as=answer.code)
    if answer.status is PaymentStatus.PROCESSING:
        return believed
    return _answered(believed)


def _doubt_of(facts: PaymentFacts, answer: BankAnswer) -> Doubt | None:
    """Why an answer is not believed; None where it is, or says nothing new."""
    if answer.status in NEVER_LEFT:
        return _doubt_of_refusal(facts, answer)
    if answer.code in ACCEPTED and facts.status in NEVER_LEFT:
        return Doubt.TAKEN_LATE
    return None


def _doubt_of_refusal(facts: PaymentFacts, answer: BankAnswer) -> Doubt | None:
    # Another copy of what was paid may well be refused.
    if facts.status is PaymentStatus.POSTED and not answer.is_copy:
        return Doubt.REFUSED_LATE
    if facts.status is not PaymentStatus.PROCESSING:
        return None
    if answer.is_copy:
        return Doubt.COPY
    # What the bank has taken on is cancelled because somebody asked it to.
    is_late = facts.was_accepted and answer.status is PaymentStatus.FAILED
    if is_late or facts.doubt is not None:
        return Doubt.REFUSED_LATE
    return None


def _asking(facts: PaymentFacts, doubt: Doubt, answer: BankAnswer) -> PaymentFacts:
    """A person is asked; what was asked before stays."""
    if facts.is_asked:
        return facts
    return replace(facts, doubt=doubt, doubt_reason=answer.reason, doubt_status=facts.status)


def follow_person(
    facts: PaymentFacts, status: PaymentStatus, reason: str | None, *, is_own: bool
) -> PaymentFacts:
    """What is known once a person has said what the bank did, which answers what was asked. On its
    way is only an answer to that: the bank carries out another copy."""
    if status is PaymentStatus.PROCESSING:
        if facts.status is not PaymentStatus.PROCESSING or facts.doubt is None:
            return facts
        return replace(_answered(facts), accepted_as=facts.accepted_as or BY_HAND)
    if status is facts.status:
        return _answered(facts)
    if not _is_new(facts, status, BY_HAND, is_own=is_own):
        return facts
    return _answered(replace(facts, status=status, bank_status=BY_HAND, reason=reason))


def _answered(facts: PaymentFacts) -> PaymentFacts:
    return replace(facts, doubt=None, doubt_reason=None, doubt_status=None)


def _is_new(facts: PaymentFacts, status: PaymentStatus, code: str, *, is_own: bool) -> bool:
    """Whether an answer replaces the one before. "On its way" says nothing of a payment that has
    ended. What was paid may come back; any other end counts where it is about this payment."""
    if facts.status is PaymentStatus.PROCESSING:
        return code != facts.bank_status
    if status in {facts.status, PaymentStatus.PROCESSING}:
        return False
    return is_own or (facts.status, status) == (PaymentStatus.POSTED, PaymentStatus.RETURNED)
