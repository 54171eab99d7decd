"""Why a person is asked about a receipt or an invoice: stable codes, each with one sentence that says what to do."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Self


class _Reason(StrEnum):
    sentence: str

    def __new__(cls, code: str, sentence: str) -> Self:
        reason = str.__new__(cls, code)
        reason._value_ = code
        reason.sentence = sentence
        return reason


class ReviewReason(_Reason):
    """Why a reading is not accepted without a person."""

    UNREADABLE = (
        "unreadable",
        (
            "Nothing could be read here: the file is damaged, blurred or of a kind that is not read. Send a sharp "
            "photo as a JPEG or PNG, or type the values in."
        ),
    )
    NOT_A_RECEIPT = "not_a_receipt", "This does not look like a receipt: reject it, or type in what it says."
    NO_RECEIPT = (
        "document_is_no_receipt",
        "This says that it is no receipt, or that nothing was paid: reject it unless it was paid for.",
    )
    TOTAL_MISSING = "total_missing", "No total was found: type in the amount that was paid."
    TOTAL_UNCERTAIN = "total_uncertain", "Check the total: nothing else on the receipt confirms it."
    SIGN_UNCERTAIN = (
        "sign_uncertain",
        "Check whether money was paid or came back: a dash before the total may be a minus.",
    )
    VOUCHER_USED = "voucher_used", "A coupon or voucher was used: check that the total is what you want to claim."
    DATE_MISSING = "date_missing", "No date was found: type in the day of the purchase."
    DATE_AMBIGUOUS = "date_ambiguous", "Check the date: day and month could be the other way round."
    DATE_UNCERTAIN = "date_uncertain", "Check the date: the receipt shows more than one, or it is hard to read."
    DATE_IMPLAUSIBLE = "date_implausible", "Check the date: it lies in the future or many years back."
    MERCHANT_MISSING = "merchant_missing", "No shop name was found: type in who sold this."
    MERCHANT_UNCERTAIN = "merchant_uncertain", "Check the shop's name: it could not be read well."
    CURRENCY_UNKNOWN = "currency_unknown", "Choose the currency: the receipt does not say which one it is."
    CURRENCY_UNCERTAIN = (
        "currency_uncertain",
        "Check the currency: the receipt shows amounts in more than one.",
    )
    MODEL_DISAGREES = "model_disagrees", "Two readings differ: compare both values with the picture."
    SEVERAL_RECEIPTS = (
        "several_receipts",
        "These look like several receipts in one file: split it, or reject it and send each by itself.",
    )


class InvoiceReason(_Reason):
    """Why an invoice is not accepted without a person, beside the reasons that it shares with receipts."""

    OWN_INVOICE = "own_invoice", "Your own company wrote this: reject it, or type in who is to be paid."
    STATEMENT = (
        "document_is_statement",
        "This is a statement of account or a reminder: reject it and send the invoices it lists.",
    )
    NUMBER_UNCERTAIN = "number_uncertain", "Check the invoice's number: none, or more than one, could be told."
    SELLER_UNCONFIRMED = (
        "seller_unconfirmed",
        "Check the seller: no tax id, register number, IBAN or web address confirms it.",
    )
    BUYER_UNKNOWN = (
        "buyer_unknown",
        "Check the seller: whom the invoice is addressed to could not be told apart from it.",
    )
    HIDDEN_TEXT = (
        "hidden_text",
        "The file holds text that its pages do not show: compare the values with what you see.",
    )
    XML_BROKEN = "xml_broken", "The e-invoice inside the PDF cannot be read: check the values against the page."
    XML_UNKNOWN = "xml_unknown", "This XML is no invoice in UBL or CII: reject it and send the invoice as XML or PDF."
    ODD_AMOUNT = "total_has_odd_digits", "Check the total: it has more decimals than its currency."
    CREDIT_SIGN = "total_of_credit_below_zero", "Check the total: this credit note states an amount below zero."
    TOTAL_NOT_PRINTED = "total_not_printed", "The e-invoice's total stands nowhere on the page: compare both."
    DATE_NOT_PRINTED = "date_not_printed", "The e-invoice's date stands nowhere on the page: compare both."
    NUMBER_NOT_PRINTED = "number_not_printed", "The e-invoice's number stands nowhere on the page: compare both."
    SELLER_NOT_PRINTED = "merchant_not_printed", "The e-invoice's seller stands nowhere on the page: compare both."
    RULE_10 = "br_co_10", "The lines do not add up to their stated sum (BR-CO-10): check the total."
    RULE_11 = "br_co_11", "The allowances do not add up to their stated sum (BR-CO-11): check the total."
    RULE_12 = "br_co_12", "The charges do not add up to their stated sum (BR-CO-12): check the total."
    RULE_13 = "br_co_13", "The net amount is not lines less allowances plus charges (BR-CO-13): check the total."
    RULE_14 = "br_co_14", "The taxes do not add up to the stated tax (BR-CO-14): check the tax."
    RULE_15 = "br_co_15", "The gross amount is not net plus tax (BR-CO-15): check the total."
    RULE_16 = "br_co_16", "What is due is not gross less what was prepaid (BR-CO-16): check the total."
    RULE_17 = "br_co_17", "A tax is not its base times its rate (BR-CO-17): check the tax."


SENTENCES: Final[Mapping[str, str]] = {reason: reason.sentence for reason in (*ReviewReason, *InvoiceReason)}
