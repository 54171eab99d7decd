"""Whether what was read may be believed without a person, and what to ask if not."""

from datetime import date
from decimal import Decimal
from typing import Final

from tillroll.receipts.amounts.cash_rounding import Coins
from tillroll.receipts.amounts.currencies import minor_digits
from tillroll.receipts.amounts.figures import Figures
from tillroll.receipts.extraction import Extraction, PaymentMethod
from tillroll.receipts.reasons import ReviewReason
from tillroll.receipts.sums.totals import AGREEMENTS
from tillroll.receipts.weighing.fields import DATE_WITNESSES

SURE_TOTAL: Final = 0.85
SURE_DATE: Final = 0.6
_DOUBTED_DATE: Final = frozenset({"weekday_differs", "year_put_right"})
"""Reasons for which a date is asked, however sure it looks."""
_DOUBTED_TOTAL: Final = frozenset({"before_rounding", "near_another"})
"""Reasons for which a total is asked: another amount, less than the smallest coin away, may be what was paid."""
_DOUBTED_TOGETHER: Final = frozenset({"labelled_paid", "equals_total_rounded"})
"""What was rounded is printed as what was handed over, and nowhere as a total."""
_PAID_SO: Final = frozenset({"equals_paid", "equals_paid_minus_change"})
"""Reasons for which a total was paid as it stands, though no coins pay it."""
_DAMAGED_DATE: Final = frozenset({"guessed", "uneven"})
"""Reasons for which it is asked unless a witness says the same."""
WORN_PRINT: Final = 2
"""So many amounts without their decimal point: where points are lost, digits are misread, and a date that nothing else
confirms is asked. Of 148 photos 3 are such, one of them with a wrong date; of invented receipts on worn paper, whose
dates are wrong on one in ten, those that lost any point have a wrong one on four in ten."""
SURE_CURRENCY: Final = 0.5
"""One sign of a country is not enough; a mark beside an amount is, or the account's own currency."""
SURE_MERCHANT: Final = 0.5
"""Of the better of both names: one that is likelier wrong than right is asked. One that is only probable does no harm
to the books: the page marks it."""


def doubts(extraction: Extraction, figures: Figures, ambiguous: frozenset[date]) -> tuple[str, ...]:
    """The reasons to ask a person; none when the receipt agrees with itself. Without a total the first one says so."""
    if extraction.total.value is None and extraction.date.value is None:
        return (ReviewReason.NOT_A_RECEIPT.value,)
    about = (
        _about_total(extraction, figures),
        _about_date(extraction, figures, ambiguous),
        ReviewReason.MERCHANT_MISSING if extraction.merchant.value is None else None,
        ReviewReason.MERCHANT_UNCERTAIN
        if extraction.merchant.value is not None
        and max(extraction.merchant.confidence, extraction.registered_name.confidence) < SURE_MERCHANT
        else None,
        ReviewReason.CURRENCY_UNKNOWN if extraction.currency.confidence < SURE_CURRENCY else None,
    )
    return tuple(reason.value for reason in about if reason is not None)


def _about_total(extraction: Extraction, figures: Figures) -> ReviewReason | None:
    total = extraction.total
    if total.value is None:
        return ReviewReason.TOTAL_MISSING
    if figures.vouchers:
        return ReviewReason.VOUCHER_USED
    if any(reason.code in _DOUBTED_TOTAL for reason in total.reasons):
        return ReviewReason.TOTAL_UNCERTAIN
    if {reason.code for reason in total.reasons} >= _DOUBTED_TOGETHER:
        return ReviewReason.TOTAL_UNCERTAIN
    if not _can_be_paid(extraction, figures):
        return ReviewReason.TOTAL_UNCERTAIN
    corroborated = any(reason.code in AGREEMENTS for reason in total.reasons)
    return None if corroborated and total.confidence >= SURE_TOTAL else ReviewReason.TOTAL_UNCERTAIN


def _can_be_paid(extraction: Extraction, figures: Figures) -> bool:
    """Whether coins pay the total, or it was paid as it stands. Else it may be the amount before a rounding that was
    lost or misread: what is left agrees with itself. Where what was handed over or given back is uneven too, the till
    rounds nothing."""
    total, currency = extraction.total, extraction.currency.value
    minor = int(Decimal(total.value or 0).scaleb(minor_digits(currency or "XXX")))
    coins = Coins.of(currency)
    if coins.pay(minor) or extraction.payment_method.value is PaymentMethod.CARD:
        return True
    handled = {value for value in figures.paid | figures.change if value > coins.unit < abs(value - minor)}
    return any(reason.code in _PAID_SO for reason in total.reasons) or not all(map(coins.pay, handled))


def _about_date(extraction: Extraction, figures: Figures, ambiguous: frozenset[date]) -> ReviewReason | None:
    found = extraction.date
    if found.value is None:
        return ReviewReason.DATE_MISSING
    if found.value in ambiguous:
        return ReviewReason.DATE_AMBIGUOUS
    if any(reason.code == "implausible" for reason in found.reasons):
        return ReviewReason.DATE_IMPLAUSIBLE
    codes = {reason.code for reason in found.reasons}
    is_damaged = bool(codes & _DAMAGED_DATE) or figures.lost_points >= WORN_PRINT
    if codes & _DOUBTED_DATE or (is_damaged and not codes & DATE_WITNESSES):
        return ReviewReason.DATE_UNCERTAIN
    return None if found.confidence >= SURE_DATE else ReviewReason.DATE_UNCERTAIN
