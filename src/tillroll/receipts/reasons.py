"""Why a person is asked: stable codes, and for each one sentence that says what to do."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class ReviewReason(StrEnum):
    """Why a reading is not accepted without a person."""

    UNREADABLE = "unreadable"
    NOT_A_RECEIPT = "not_a_receipt"
    TOTAL_MISSING = "total_missing"
    TOTAL_UNCERTAIN = "total_uncertain"
    VOUCHER_USED = "voucher_used"
    DATE_MISSING = "date_missing"
    DATE_AMBIGUOUS = "date_ambiguous"
    DATE_UNCERTAIN = "date_uncertain"
    DATE_IMPLAUSIBLE = "date_implausible"
    MERCHANT_MISSING = "merchant_missing"
    MERCHANT_UNCERTAIN = "merchant_uncertain"
    CURRENCY_UNKNOWN = "currency_unknown"
    MODEL_DISAGREES = "model_disagrees"
    SEVERAL_RECEIPTS = "several_receipts"


SENTENCES: Final[Mapping[str, str]] = {
    ReviewReason.UNREADABLE: "Nothing could be read here: the file is damaged, blurred or of a kind that is not read. "
    "Send a sharp photo as a JPEG or PNG, or type the values in.",
    ReviewReason.NOT_A_RECEIPT: "This does not look like a receipt: reject it, or type in what it says.",
    ReviewReason.TOTAL_MISSING: "No total was found: type in the amount that was paid.",
    ReviewReason.TOTAL_UNCERTAIN: "Check the total: nothing else on the receipt confirms it.",
    ReviewReason.VOUCHER_USED: "A coupon or voucher was used: check that the total is what you want to claim.",
    ReviewReason.DATE_MISSING: "No date was found: type in the day of the purchase.",
    ReviewReason.DATE_AMBIGUOUS: "Check the date: day and month could be the other way round.",
    ReviewReason.DATE_UNCERTAIN: "Check the date: the receipt shows more than one, or it is hard to read.",
    ReviewReason.DATE_IMPLAUSIBLE: "Check the date: it lies in the future or many years back.",
    ReviewReason.MERCHANT_MISSING: "No shop name was found: type in who sold this.",
    ReviewReason.MERCHANT_UNCERTAIN: "Check the shop's name: it could not be read well.",
    ReviewReason.CURRENCY_UNKNOWN: "Choose the currency: the receipt does not say which one it is.",
    ReviewReason.MODEL_DISAGREES: "Two readings differ: compare both values with the picture.",
    ReviewReason.SEVERAL_RECEIPTS: "These look like several receipts in one: reject them and send each by itself.",
}
"""What a person should do about each reason."""
