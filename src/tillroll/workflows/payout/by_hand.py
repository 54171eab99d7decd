"""What a person has said became of a payment, when nobody else could say: it stands in place of the provider's word."""

from collections.abc import Mapping
from typing import Final, Literal

from tillroll.payments.provider import PaymentStatus, Seen
from tillroll.workflows.payout.rows import Payout

SettledAs = Literal["paid", "not_paid"]

BY_HAND: Final = "settled_by_hand"
"""The reason that a payout shows beside the status."""
STATUS_OF: Final[Mapping[str, PaymentStatus]] = {"paid": PaymentStatus.POSTED, "not_paid": PaymentStatus.FAILED}


def told_by_hand(payout: Payout, payment_id: str | None) -> Seen | None:
    """The payment as a person has settled it; None where nobody did."""
    if payout.settled_as is None:
        return None
    return Seen(payment_id or BY_HAND, payout.run_id, STATUS_OF[payout.settled_as], BY_HAND)
