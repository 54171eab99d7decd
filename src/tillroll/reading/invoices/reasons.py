"""Why a person is asked about an invoice: stable codes, and for each one sentence that says what to do."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class InvoiceReason(StrEnum):
    """Why an invoice is not accepted without a person, beside the reasons that it shares with receipts."""

    OWN_INVOICE = "own_invoice"
    STATEMENT = "document_is_statement"
    NO_INVOICE = "document_is_no_invoice"
    NUMBER_UNCERTAIN = "number_uncertain"
    SELLER_UNCONFIRMED = "seller_unconfirmed"
    BUYER_UNKNOWN = "buyer_unknown"
    XML_BROKEN = "xml_broken"
    XML_UNKNOWN = "xml_unknown"
    ODD_AMOUNT = "total_has_odd_digits"
    CREDIT_SIGN = "total_of_credit_below_zero"
    TOTAL_NOT_PRINTED = "total_not_printed"
    DATE_NOT_PRINTED = "date_not_printed"
    NUMBER_NOT_PRINTED = "number_not_printed"
    SELLER_NOT_PRINTED = "merchant_not_printed"
    RULE_10 = "br_co_10"
    RULE_11 = "br_co_11"
    RULE_12 = "br_co_12"
    RULE_13 = "br_co_13"
    RULE_14 = "br_co_14"
    RULE_15 = "br_co_15"
    RULE_16 = "br_co_16"
    RULE_17 = "br_co_17"


def broken_rule(rule: str) -> str:
    """The code of a rule of EN 16931: "br_co_15" of "BR-CO-15"."""
    return InvoiceReason(rule.lower().replace("-", "_")).value


SENTENCES: Final[Mapping[str, str]] = {
    InvoiceReason.OWN_INVOICE: "Your own company wrote this: reject it, or type in who is to be paid.",
    InvoiceReason.STATEMENT: "This is a statement of account or a reminder: reject it and send the invoices it lists.",
    InvoiceReason.NO_INVOICE: "This is an offer, an order or a delivery note: reject it unless it was paid for.",
    InvoiceReason.NUMBER_UNCERTAIN: "Check the invoice's number: none, or more than one, could be told.",
    InvoiceReason.SELLER_UNCONFIRMED: "Check the seller: no tax id, register number, IBAN or web address confirms it.",
    InvoiceReason.BUYER_UNKNOWN: "Check the seller: whom the invoice is addressed to could not be told apart from it.",
    InvoiceReason.XML_BROKEN: "The e-invoice inside the PDF cannot be read: check the values against the page.",
    InvoiceReason.XML_UNKNOWN: "This XML is no invoice in UBL or CII: reject it and send the invoice as XML or PDF.",
    InvoiceReason.ODD_AMOUNT: "Check the total: it has more decimals than its currency.",
    InvoiceReason.CREDIT_SIGN: "Check the total: this credit note states an amount below zero.",
    InvoiceReason.TOTAL_NOT_PRINTED: "The e-invoice's total stands nowhere on the page: compare both.",
    InvoiceReason.DATE_NOT_PRINTED: "The e-invoice's date stands nowhere on the page: compare both.",
    InvoiceReason.NUMBER_NOT_PRINTED: "The e-invoice's number stands nowhere on the page: compare both.",
    InvoiceReason.SELLER_NOT_PRINTED: "The e-invoice's seller stands nowhere on the page: compare both.",
    InvoiceReason.RULE_10: "The lines do not add up to their stated sum (BR-CO-10): check the total.",
    InvoiceReason.RULE_11: "The allowances do not add up to their stated sum (BR-CO-11): check the total.",
    InvoiceReason.RULE_12: "The charges do not add up to their stated sum (BR-CO-12): check the total.",
    InvoiceReason.RULE_13: "The net amount is not lines less allowances plus charges (BR-CO-13): check the total.",
    InvoiceReason.RULE_14: "The taxes do not add up to the stated tax (BR-CO-14): check the tax.",
    InvoiceReason.RULE_15: "The gross amount is not net plus tax (BR-CO-15): check the total.",
    InvoiceReason.RULE_16: "What is due is not gross less what was prepaid (BR-CO-16): check the total.",
    InvoiceReason.RULE_17: "A tax is not its base times its rate (BR-CO-17): check the tax.",
}
"""What a person should do about each reason."""
