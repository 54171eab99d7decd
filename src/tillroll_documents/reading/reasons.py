"""Why a person is asked about a receipt or an invoice: stable codes, each with one sentence that
says what to do.
"""

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
            "No text could be read. The file may be blank, blurred or damaged, or its reader "
            "failed. Send a sharp photo as a JPEG or PNG, or type the values in."
        ),
    )
    NOT_A_RECEIPT = (
        "not_a_receipt",
        "This does not look like a receipt: reject it, or type in what it says.",
    )
    NO_RECEIPT = (
        "document_is_no_receipt",
        (
            "This says that it is no receipt, or that nothing was paid: reject it unless it was "
            "paid for."
        ),
    )
    NOTHING_SOLD = (
        "nothing_sold",
        (
            "Check what was bought: this names nothing that was sold. A transfer, a deposit or a"
            " paper of the till is no expense."
        ),
    )
    TOTAL_MISSING = "total_missing", "No total was found: type in the amount that was paid."
    TOTAL_UNCERTAIN = (
        "total_uncertain",
        "Check the total: the rest of the receipt does not confirm it for certain.",
    )
    CHARGED_OTHERWISE = (
        "charged_otherwise",
        (
            "Check the total: more or less was charged than the bill comes to, as with a tip or a "
            "part payment."
        ),
    )
    SIGN_UNCERTAIN = (
        "sign_uncertain",
        "Check whether money was paid or came back: a dash before the total may be a minus.",
    )
    VOUCHER_USED = (
        "voucher_used",
        "A coupon or voucher was used: check that the total is what you want to claim.",
    )
    TAX_UNREAD = (
        "tax_unread",
        "Type in the tax: the receipt names one, and its amount could not be told.",
    )
    TAX_CONTRADICTS = (
        "tax_contradicts",
        "Check the tax: rate, net amount and tax on the receipt do not fit each other.",
    )
    DATE_MISSING = "date_missing", "No date was found: type in the day of the purchase."
    DATE_AMBIGUOUS = (
        "date_ambiguous",
        "Check the date: its day, month and year could be in another order.",
    )
    DATE_UNCERTAIN = (
        "date_uncertain",
        "Check the date: the receipt shows more than one, or it is hard to read.",
    )
    DATE_IMPLAUSIBLE = (
        "date_implausible",
        "Check the date: it lies in the future or long ago.",
    )
    MERCHANT_MISSING = "merchant_missing", "No shop name was found: type in who sold this."
    MERCHANT_UNCERTAIN = "merchant_uncertain", "Check the shop's name: it could not be read well."
    MERCHANT_PLACE = (
        "merchant_place",
        "Check the shop's name: what was found may be a part of its address.",
    )
    MERCHANT_SHORT = (
        "merchant_short",
        "Check the shop's name: one short word was found, which may be a part of it.",
    )
    CURRENCY_UNKNOWN = (
        "currency_unknown",
        "Choose the currency: the receipt does not say which one it is.",
    )
    CURRENCY_UNCERTAIN = (
        "currency_uncertain",
        "Check the currency: the receipt shows amounts in more than one.",
    )
    MODEL_DISAGREES = (
        "model_disagrees",
        "Two readings differ: compare both values with the picture.",
    )
    SEVERAL_RECEIPTS = (
        "several_receipts",
        (
            "These look like several receipts in one file: split it, or reject it and send "
            "each by itself."
        ),
    )


UNSURE_MERCHANT: Final = frozenset(
    {
        ReviewReason.MERCHANT_UNCERTAIN.value,
        ReviewReason.MERCHANT_PLACE.value,
        ReviewReason.MERCHANT_SHORT.value,
    }
)
"""Doubts about a name that was found."""


class InvoiceReason(_Reason):
    """Why an invoice is not accepted without a person, beside the reasons that it shares with
    receipts.
    """

    OWN_INVOICE = (
        "own_invoice",
        "Your own company wrote this: reject it, or type in who is to be paid.",
    )
    STATEMENT = (
        "document_is_statement",
        "This is a statement of account or a reminder: reject it and send the invoices it lists.",
    )
    NUMBER_UNCERTAIN = (
        "number_uncertain",
        "Check the invoice's number: none, or more than one, could be told.",
    )
    SELLER_UNCONFIRMED = (
        "seller_unconfirmed",
        (
            "Check the seller: no tax id, register number or IBAN beside its name, and no web "
            "address, confirms it."
        ),
    )
    BUYER_UNKNOWN = (
        "buyer_unknown",
        "Check the seller: whom the invoice is addressed to could not be told apart from it.",
    )
    HIDDEN_TEXT = (
        "hidden_text",
        "The file holds text that its pages do not show: compare the values with what you see.",
    )
    XML_BROKEN = (
        "xml_broken",
        "The e-invoice inside the PDF cannot be read: check the values against the page.",
    )
    XML_UNKNOWN = (
        "xml_unknown",
        (
            "This XML is no invoice in a form that is read: reject it and send the invoice as "
            "XML or PDF."
        ),
    )
    SEVERAL_INVOICES = (
        "several_invoices",
        (
            "This file holds several invoices, and the first is shown: ask the seller for "
            "one file each."
        ),
    )
    SELF_INVOICE = (
        "self_invoice",
        (
            "The buyer wrote this for its own taxes, and it repeats an invoice of the seller:"
            " reject it, or compare both."
        ),
    )
    DEBIT_NOTE = (
        "debit_note",
        (
            "This is a debit note: check whether you owe its amount, or whether it "
            "takes something back."
        ),
    )
    GOODS_RETURNED = (
        "goods_returned",
        (
            "This says that goods go back: it is no purchase. Compare it with the invoice "
            "that it belongs to."
        ),
    )
    CORRECTED_INVOICE = (
        "corrected_invoice",
        "This corrects or replaces an earlier invoice: compare both, and keep what holds now.",
    )
    FINAL_INVOICE = (
        "final_invoice",
        (
            "This is a final invoice, and its instalments had invoices of their own: compare"
            " them, and enter what is left."
        ),
    )
    PREPAID_INVOICE = (
        "prepaid_invoice",
        (
            "An expense stands for what this invoice says was paid before: compare both, and "
            "enter what is left."
        ),
    )
    ODD_AMOUNT = "total_has_odd_digits", "Check the total: it has more decimals than its currency."
    CREDIT_SIGN = (
        "total_of_credit_below_zero",
        "Check the total: this credit note states an amount below zero.",
    )
    TOTAL_NOT_PRINTED = (
        "total_not_printed",
        "The e-invoice's total stands nowhere on the page: compare both.",
    )
    DATE_NOT_PRINTED = (
        "date_not_printed",
        "The e-invoice's date stands nowhere on the page: compare both.",
    )
    NUMBER_NOT_PRINTED = (
        "number_not_printed",
        "The e-invoice's number stands nowhere on the page: compare both.",
    )
    SELLER_NOT_PRINTED = (
        "merchant_not_printed",
        "The e-invoice's seller stands nowhere on the page: compare both.",
    )
    CURRENCY_OTHERWISE = (
        "currency_printed_otherwise",
        "The page names another currency than the e-invoice: compare both.",
    )
    KIND_OTHERWISE = (
        "kind_printed_otherwise",
        "The page's title says that it is another kind of paper than the e-invoice: compare both.",
    )
    IBAN_OTHERWISE = (
        "iban_printed_otherwise",
        "The page names another bank account than the e-invoice: compare both before you pay.",
    )
    CURRENCY_IN_XML = (
        "xml_has_other_currency",
        (
            "The e-invoice has amounts in another currency than its own: check the currency and"
            " the total. The end of its listing says where."
        ),
    )
    STANDS_TWICE = (
        "xml_says_it_twice",
        (
            "The e-invoice has an element twice that may stand once: check the values. The end"
            " of its listing says where."
        ),
    )
    IBAN_WRONG = (
        "iban_wrong",
        "The e-invoice's IBAN is none, by its length or check digits: ask the seller.",
    )
    MARKS_IN_NAME = (
        "marks_in_name",
        (
            "A name or number of the e-invoice holds marks that are not seen, and may show"
            " another one: compare it."
        ),
    )
    RULE_10 = "br_co_10", "The lines do not add up to their stated sum (BR-CO-10): check the total."
    RULE_11 = (
        "br_co_11",
        "The allowances do not add up to their stated sum (BR-CO-11): check the total.",
    )
    RULE_12 = (
        "br_co_12",
        "The charges do not add up to their stated sum (BR-CO-12): check the total.",
    )
    RULE_13 = (
        "br_co_13",
        "The net amount is not lines less allowances plus charges (BR-CO-13): check the total.",
    )
    RULE_14 = "br_co_14", "The taxes do not add up to the stated tax (BR-CO-14): check the tax."
    RULE_15 = "br_co_15", "The gross amount is not net plus tax (BR-CO-15): check the total."
    RULE_16 = (
        "br_co_16",
        "What is due is not gross less what was prepaid (BR-CO-16): check the total.",
    )
    RULE_17 = "br_co_17", "A tax is not its base times its rate (BR-CO-17): check the tax."


class AttachmentReason(_Reason):
    """Why a file that lies in a PDF is not read."""

    NOT_XML = "attachment_not_xml", "Inside a PDF, only e-invoices in XML are read."
    UNKNOWN_XML = "attachment_unknown_xml", "This XML is no invoice in a form that is read."
    BROKEN = "attachment_broken", "It is broken, too large, or an invoice that lacks something."
    ANOTHER = "attachment_another", "Another e-invoice inside this PDF was read."
    TOO_MANY = "attachment_too_many", "The PDF holds more files of XML than are read."


class XmlReason(_Reason):
    """Which document in XML it is that is not read."""

    @property
    def form(self) -> str:
        """The name of the form: "isdoc", "finvoice"."""
        return self.value.removeprefix("xml_")

    SVEFAKTURA = (
        "xml_svefaktura",
        "This is a Svefaktura, which is not read: ask the seller for a Peppol invoice or a PDF.",
    )
    OIOXML = (
        "xml_oioxml",
        ("This is an OIOXML invoice, which is not read: ask the seller for OIOUBL or a PDF."),
    )
    ISDOC = (
        "xml_isdoc",
        "This is an ISDOC invoice, which is not read: ask the seller for UBL or a PDF.",
    )
    OLD_EBINTERFACE = (
        "xml_old_ebinterface",
        (
            "This is an ebInterface invoice before version 6, which is not read: ask the "
            "seller for 6.1 or a PDF."
        ),
    )
    NES_UBL = (
        "xml_nes_ubl",
        ("This is a NES UBL document, which is not read: ask the seller for Peppol or a PDF."),
    )
    FINVOICE = (
        "xml_finvoice",
        ("This is a Finvoice, which is not read: ask the seller for a Peppol invoice or a PDF."),
    )
    TEAPPS = (
        "xml_teapps",
        ("This is a TEAPPSXML invoice, which is not read: ask the seller for Peppol or a PDF."),
    )
    OPENTRANS = (
        "xml_opentrans",
        ("This is an openTRANS invoice, which is not read: ask the seller for UBL or a PDF."),
    )
    FATTURA_SIMPLIFIED = (
        "xml_fattura_semplificata",
        "This is a simplified FatturaPA in a form that is not read: type in what it says.",
    )
    OLD_FATTURA = (
        "xml_old_fattura",
        (
            "This is a FatturaPA of another version than FPA12 and FPR12, which is not read: "
            "type in what it says."
        ),
    )
    OLD_KSEF = (
        "xml_old_ksef",
        (
            "This is a KSeF invoice of another structure than FA(2) and FA(3), which is not "
            "read: type in what it says."
        ),
    )
    OLD_FACTURAE = (
        "xml_old_facturae",
        (
            "This is a Facturae before version 3.2, which is not read: ask the seller for "
            "3.2.2 or a PDF."
        ),
    )
    CFDI = "xml_cfdi", "This is a CFDI of Mexico, which is not read: ask the seller for a PDF."
    NF_E = (
        "xml_nf_e",
        ("This is an NF-e of Brazil, which is not read: ask the seller for its PDF (DANFE)."),
    )
    NAV = (
        "xml_nav",
        (
            "This is a report to Hungary's tax office (NAV), which is not read: ask the "
            "seller for a PDF."
        ),
    )
    MY_DATA = (
        "xml_mydata",
        ("This is a report to Greece's myDATA, which is not read: ask the seller for a PDF."),
    )
    ESLOG = (
        "xml_eslog",
        ("This is an e-SLOG invoice of Slovenia, which is not read: ask the seller for a PDF."),
    )
    DTE = (
        "xml_dte",
        "This is a DTE of Chile, which is not read: ask the seller for its PDF.",
    )
    COSTA_RICA = (
        "xml_costa_rica",
        (
            "This is an electronic invoice of Costa Rica, which is not read: ask the seller for "
            "its PDF."
        ),
    )
    FEL = (
        "xml_fel",
        "This is a FEL document of Guatemala, which is not read: ask the seller for its PDF.",
    )
    SRI = (
        "xml_sri",
        (
            "This is an authorised document of Ecuador (SRI), which is not read: ask the seller "
            "for its PDF (RIDE)."
        ),
    )
    SIFEN = (
        "xml_sifen",
        (
            "This is a SIFEN document of Paraguay, which is not read: ask the seller for its PDF "
            "(KuDE)."
        ),
    )
    UBL_REMINDER = (
        "xml_ubl_reminder",
        "This is a reminder in UBL, of invoices that are documents of their own: reject it.",
    )
    UBL_STATEMENT = (
        "xml_ubl_statement",
        (
            "This is a statement of account in UBL, of invoices that are documents of their "
            "own: reject it."
        ),
    )
    UBL_OTHER = (
        "xml_ubl_other",
        (
            "This is a business document in UBL that asks for no money, such as an order or a "
            "delivery: reject it."
        ),
    )


SENTENCES: Final[Mapping[str, str]] = {
    reason: reason.sentence for reason in (*ReviewReason, *InvoiceReason, *XmlReason)
}
