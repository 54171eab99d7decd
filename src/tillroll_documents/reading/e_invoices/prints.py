"""What the pages of an e-invoice say otherwise than its XML. Pure.

The pages must *say* it: a total by a label of a sum, a currency by a mark beside it, a kind by a
title, an account by an IBAN with right check digits. What they leave out is no difference. A person
compares both, since either may be the paper that was meant.

`SECOND_READING=doubted` leaves these doubts out: the XML was not misread.
"""

from collections.abc import Iterator
from decimal import Decimal

from tillroll_documents.reading.e_invoices.e_invoice import ElectronicInvoice, Syntax
from tillroll_documents.reading.extraction import DocumentKind, Extraction, Transcript
from tillroll_documents.reading.invoices.parties import ibans
from tillroll_documents.reading.invoices.printed import find_kind
from tillroll_documents.reading.invoices.sheet import Sheet
from tillroll_documents.reading.invoices.sums import find_sums
from tillroll_documents.reading.languages import Wording
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.papers.no_receipt import Surroundings, no_receipt_says
from tillroll_documents.reading.reasons import InvoiceReason
from tillroll_documents.reading.totals.neighbours import Neighbour, all_neighbours

_OTHER_PAPERS = (Wording.OTHER_PAPER, Wording.STATEMENT, Wording.NO_RECEIPT)
_SELF_BILLED = frozenset({"389", "261"})
"""What the buyer writes in the seller's place (UNTDID 1001) is titled like a credit note."""
_OF_BUYERS = frozenset({Syntax.UBL_SELF_BILLED_INVOICE, Syntax.UBL_SELF_BILLED_CREDIT_NOTE})


def printed_otherwise(
    invoice: ElectronicInvoice, extraction: Extraction, printed: str
) -> tuple[str, ...]:
    """Codes of InvoiceReason for what the text of the pages says otherwise."""
    page = Page.of(Transcript.from_text(printed))
    sheet = Sheet(page)
    checks = (
        (InvoiceReason.TOTAL_NOT_PRINTED, _has_other_total(sheet, extraction)),
        (InvoiceReason.CURRENCY_OTHERWISE, _has_other_currency(page, extraction)),
        (InvoiceReason.KIND_OTHERWISE, _has_other_kind(sheet, invoice)),
        (InvoiceReason.IBAN_OTHERWISE, _has_other_iban(sheet, extraction)),
    )
    return tuple(reason.value for reason, holds in checks if holds)


def _sums_of(extraction: Extraction) -> set[Decimal]:
    """The total and what is due, without sign."""
    fields = (extraction.total, extraction.amount_due)
    return {abs(Decimal(field.value)) for field in fields if field.value is not None}


def _has_other_total(sheet: Sheet, extraction: Extraction) -> bool:
    """Whether labels name a total, and none of these is the one of the XML."""
    sums = find_sums(sheet)
    if sums.total is None:
        return False
    net = extraction.subtotal.value
    named = [each for each in (*sums.printed, sums.due) if each is not None]
    amounts = {abs(Decimal(each.value).scaleb(-2)) for each in named}
    if net is not None:
        amounts.discard(abs(Decimal(net)))
    best = abs(Decimal(sums.total.value).scaleb(-2))
    sums_of_xml = _sums_of(extraction)
    return bool(sums_of_xml) and best not in sums_of_xml and sums_of_xml.isdisjoint(amounts)


def _has_other_currency(page: Page, extraction: Extraction) -> bool:
    """Whether marks stand beside the total, or without any there beside other amounts, and all
    mean other currencies."""
    currency = extraction.currency.value
    if currency is None:
        return False
    marks = [each for each in all_neighbours(page) if each.codes and not each.is_letters]
    near = [*_beside_total(marks, extraction)] or marks
    return bool(near) and all(currency not in each.codes for each in near)


def _beside_total(marks: list[Neighbour], extraction: Extraction) -> Iterator[Neighbour]:
    digits = {f"{amount:f}".replace(".", "") for amount in _sums_of(extraction)}
    for each in marks:
        text = each.line.plain[each.number :]
        signs = [sign for sign in text if sign.isdigit()]
        if any("".join(signs).startswith(number) for number in digits):
            yield each


def _has_other_kind(sheet: Sheet, invoice: ElectronicInvoice) -> bool:
    """Whether a title is that of another paper: a reminder, a pro forma, a credit note."""
    page = sheet.page
    amounts = [rank for rank, row in enumerate(sheet.amounts) if row]
    around = Surroundings(frozenset(sheet.lines[rank].index for rank in amounts))
    if no_receipt_says(page, around, _OTHER_PAPERS) is not None:
        return invoice.kind is not DocumentKind.OTHER
    title = find_kind(sheet)
    if not title.score or _is_self_billed(invoice):
        return False
    if title.value in {DocumentKind.STATEMENT, DocumentKind.OTHER}:
        return invoice.kind is not DocumentKind.OTHER
    is_credit = invoice.kind is DocumentKind.CREDIT_NOTE or _is_below(invoice)
    return (title.value is DocumentKind.CREDIT_NOTE) is not is_credit


def _is_self_billed(invoice: ElectronicInvoice) -> bool:
    code = invoice.type_code
    return invoice.syntax in _OF_BUYERS or (code is not None and code.value in _SELF_BILLED)


def _is_below(invoice: ElectronicInvoice) -> bool:
    gross = invoice.totals.gross
    return gross is not None and gross.value < 0


def _has_other_iban(sheet: Sheet, extraction: Extraction) -> bool:
    """Whether IBANs are printed, and none of them is the one of the XML."""
    account = extraction.iban.value
    if account is None:
        return False
    plain = account.replace(" ", "").upper()
    if not plain[:2].isalpha():
        return False
    accounts = {each.value for each in ibans(sheet)}
    return bool(accounts) and plain not in accounts
