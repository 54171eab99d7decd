"""Reads the pages of a printed invoice: who sold, to whom, under which number, when, for how much,
and what is due.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from tillroll_documents.money import decimal_string, minor_digits
from tillroll_documents.reading.dates.due_date import find_due_date
from tillroll_documents.reading.extraction import DocumentKind, Extraction, Field, LineItem
from tillroll_documents.reading.fields import (
    HALF_DETAIL,
    currency_field,
    is_currency_unknown,
    plain_field,
)
from tillroll_documents.reading.invoices import party_words, sum_words, words
from tillroll_documents.reading.invoices.below_total import with_lines_below
from tillroll_documents.reading.invoices.head import SURE_NUMBER, Days, find_days, find_number
from tillroll_documents.reading.invoices.lines import find_items
from tillroll_documents.reading.invoices.parties import (
    Parties,
    find_parties,
    ibans,
)
from tillroll_documents.reading.invoices.party_proof import (
    is_called_so,
    is_confirmed,
    is_told_apart,
    is_whole,
    sells_itself,
)
from tillroll_documents.reading.invoices.sheet import Found, Sheet
from tillroll_documents.reading.invoices.sums import Sums, find_sums
from tillroll_documents.reading.invoices.tax_rows import find_tax_rows, tax_lines
from tillroll_documents.reading.languages import Wording
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.papers.no_receipt import Surroundings, no_receipt_says
from tillroll_documents.reading.papers.nothing_sold import other_title
from tillroll_documents.reading.reasons import UNSURE_MERCHANT, InvoiceReason, ReviewReason
from tillroll_documents.reading.receipt import Reading, read_page
from tillroll_documents.reading.text.company_names import Own
from tillroll_documents.reading.totals.currency import find_currency
from tillroll_documents.reading.totals.dashes import is_apart
from tillroll_documents.reading.totals.neighbours import neighbours_of_sums
from tillroll_documents.reading.totals.total_currency import (
    Sum,
    is_currency_doubtful,
    prefer_beside_total,
)
from tillroll_documents.reading.weights import ranked

_SURE = 0.95
_UNSURE = 0.5
_OLDEST: Final = timedelta(days=10 * 366)
_OF_INVOICES: Final = (Wording.NO_RECEIPT, Wording.NOT_PAID)
_MONTH_FIRST: Final = frozenset({"USD"})

_TITLES: Final = (
    (DocumentKind.CREDIT_NOTE, words.title(words.CREDIT_NOTE)),
    (DocumentKind.OTHER, words.title(words.OTHER)),
    (DocumentKind.STATEMENT, words.title(words.STATEMENT)),
    (DocumentKind.INVOICE, words.title(words.INVOICE)),
)
"""The more special word first: a proforma invoice is none, and a "Rechnungskorrektur" gives
back.
"""
_BUYER: Final = party_words.party(party_words.BUYER)
_TITLE_LINES: Final = 40
_SAME_TITLE: Final = 4
"""Lines over which a title may be broken, or stand in a second language."""
_SIGNS: Final = (
    re.compile(r"\b[A-Z]{2}\d{2} ?(?:[A-Z0-9]{4} ?){2,7}[A-Z0-9]{1,4}\b"),
    re.compile(
        r"\b(?:ust|u\.st|mwst|vat|tva|iva|btw|siret|umsatzsteuer|steuernummer|steuer-nr)",
        re.IGNORECASE,
    ),
    words.DUE_DATE,
    words.ISSUED,
    words.NUMBER,
    re.compile(
        r"netto|\bnet\b|zwischensumme|sub[- ]?total|total ht|imponibile|\bttc\b|brutto",
        re.IGNORECASE,
    ),
)
"""IBAN, tax number, when to pay, when and under which number it was written, net and gross: a
till's paper has few.
"""
_OF_SELLER: Final = frozenset(
    {
        InvoiceReason.SELLER_UNCONFIRMED.value,
        ReviewReason.MERCHANT_MISSING.value,
        *UNSURE_MERCHANT,
    }
)
"""Doubts that labels of seller and buyer answer."""
_CONFIRMED_BY_TAX: Final = frozenset({"contains_tax_at_rate", "equals_net_plus_tax"})
_FEWEST_SIGNS: Final = 3
_FEWEST_BELOW_A_TITLE: Final = 1


def read_printed(
    page: Page,
    *,
    default_currency: str | None = None,
    today: date | None = None,
    own: Own | None = None,
) -> Reading | None:
    """Read an invoice's text; None where it is to be read as a receipt. Never raises. The arguments
    are as for receipts.
    """
    sheet = Sheet(page)
    title = find_kind(sheet)
    if not _is_invoice(sheet, title):
        if not page.is_of_later:
            return None
        reading = read_page(page, default_currency=default_currency, today=today, own=own)
        return _of_later(sheet, reading, own or Own())
    sums, tax_rows = find_tax_rows(sheet, find_sums(sheet))
    sums = with_lines_below(sheet, sums)
    texts = neighbours_of_sums(page)
    currencies = ranked(find_currency(page, default_currency, texts))
    winner = next((candidate.value for candidate in currencies), None)
    amounts = _amounts(sheet, sums)
    currencies = prefer_beside_total(currencies, texts, amounts)
    currency = currency_field(currencies)
    if currency.value is not None and minor_digits(currency.value) != 2:
        # Sums here have two decimals; the rules for receipts know the others.
        reading = read_page(page, default_currency=default_currency, today=today, own=own)
        return _with_doubt(reading, InvoiceReason.SELLER_UNCONFIRMED.value)
    month_first = currency.value in _MONTH_FIRST if currency.value else None
    number = find_number(sheet, title)
    days = find_days(sheet, title, number, month_first=month_first, today=today)
    own = own or Own()
    parties = find_parties(sheet, own)
    items = find_items(sheet, sums.printed)
    is_total_sure = sums.is_sure or (sums.needs_items and _make_total(items, sums))
    is_seller_sure = (
        parties.is_sure
        and parties.seller is not None
        and is_whole(sheet, parties)
        and sells_itself(sheet, parties.seller)
        and is_called_so(parties)
    )
    is_credit = title.value is DocumentKind.CREDIT_NOTE or (
        sums.total is not None and sums.total.value < 0
    )
    items = tuple(_given_back(item) for item in items) if is_credit else items
    is_given_back = is_credit and title.value is DocumentKind.INVOICE
    kind = replace(title, value=DocumentKind.CREDIT_NOTE) if is_given_back else title
    has_number = number is not None and number.score >= SURE_NUMBER
    tax_ids = [
        each
        for each in sheet.tax_ids
        if not parties.is_buyers(page.rank(each.line), each.start) and not own.is_tax_id(each.value)
    ]
    extraction = Extraction(
        merchant=sheet.field(parties.seller, _SURE if is_seller_sure else _UNSURE),
        registered_name=sheet.field(parties.seller, _SURE if is_seller_sure else _UNSURE),
        document_kind=sheet.field(kind, _SURE),
        receipt_number=sheet.field(number, _SURE if has_number else _UNSURE),
        date=sheet.field(days.issued, _UNSURE if days.is_unsure or days.is_ambiguous else _SURE),
        due_date=_due_date(sheet, days),
        currency=currency,
        total=sheet.field(
            _amount(sums.total, is_credit=is_credit), _SURE if is_total_sure else _UNSURE
        ),
        amount_due=sheet.field(_amount(sums.due, is_credit=is_credit), _SURE),
        tax=sheet.field(_amount(sums.tax, is_credit=is_credit), _SURE),
        subtotal=sheet.field(_amount(sums.net, is_credit=is_credit), _SURE),
        buyer=sheet.field(parties.buyer, _SURE),
        tax_id=plain_field(tax_ids, half=HALF_DETAIL),
        iban=sheet.field(next(ibans(sheet), None), _SURE),
        line_items=items,
        tax_lines=tax_lines(sheet, tax_rows, is_credit=is_credit),
    )
    sentence = no_receipt_says(page, _surroundings(sheet, sums), _OF_INVOICES)
    sentence = sentence or other_title(page)
    if sentence is not None and kind.value is not DocumentKind.STATEMENT:
        other = Field(value=DocumentKind.OTHER, evidence=sentence, confidence=_SURE)
        extraction = extraction.model_copy(update={"document_kind": other})
        kind = replace(kind, value=DocumentKind.OTHER)
    doubts = _doubts(
        extraction, kind.value, days=days, sums=sums, parties=parties, today=today, text=page.text
    )
    if is_given_back and sums.total is not None:
        line = page.lines[sums.total.rank].plain
        if is_apart(line, sums.total.start, sums.total.end):
            doubts += (ReviewReason.SIGN_UNCERTAIN.value,)
    if currency.value is not None and is_currency_doubtful(
        page, currency.value, texts=texts, sums=amounts, is_winner=currency.value == winner
    ):
        doubts += (ReviewReason.CURRENCY_UNCERTAIN.value,)
    if kind.value is DocumentKind.INVOICE and _takes_off_invoices(sheet):
        doubts += (ReviewReason.CHARGED_OTHERWISE.value,)
    # asked however sure the name looks: a page has many, and only one of them sells
    if parties.seller is not None:
        doubts += (
            None if is_confirmed(sheet, parties, own) else InvoiceReason.SELLER_UNCONFIRMED.value,
            None if is_told_apart(parties) else InvoiceReason.BUYER_UNKNOWN.value,
        )
    reasons = tuple(reason for reason in doubts if reason)
    return Reading(extraction, accepted=not reasons, reasons=reasons)


def _of_later(sheet: Sheet, reading: Reading, own: Own) -> Reading:
    """An invoice in a language whose letters are not known here: it is asked whom it is from,
    unless labels name seller and buyer, and the tax at a printed rate confirms the total.
    """
    from tillroll_documents.reading.invoices.later_parties import (  # noqa: PLC0415 - not loaded at the start
        changes_another,
        has_amount_below_zero,
        has_other_total,
        labelled_parties,
        with_parties,
    )

    parties = labelled_parties(sheet)
    if parties is None:
        return _with_doubt(reading, InvoiceReason.SELLER_UNCONFIRMED.value)
    extraction = with_parties(reading.extraction, sheet, parties)
    reasons = [reason for reason in reading.reasons if reason not in _OF_SELLER]
    if own.is_name(parties.seller.value):
        reasons.append(InvoiceReason.OWN_INVOICE.value)
    if changes_another(sheet):
        reasons.append(ReviewReason.CHARGED_OTHERWISE.value)
    signs = {each.code for each in extraction.total.reasons}
    is_unsure = (
        signs.isdisjoint(_CONFIRMED_BY_TAX)
        or has_amount_below_zero(sheet)
        or has_other_total(sheet, extraction.currency.value)
    )
    if is_unsure and ReviewReason.TOTAL_UNCERTAIN.value not in reasons:
        reasons.append(ReviewReason.TOTAL_UNCERTAIN.value)
    return Reading(extraction, accepted=not reasons, reasons=tuple(reasons))


def _takes_off_invoices(sheet: Sheet) -> bool:
    """Whether a line with an amount names invoices of instalments, as a final invoice does."""
    lines = [sheet.lines[rank].plain for rank, amounts in enumerate(sheet.amounts) if amounts]
    return any(sum_words.EARLIER_INVOICES.search(line) for line in lines)


def _amounts(sheet: Sheet, sums: Sums) -> list[Sum]:
    """The sums of the page, by their places."""
    if sums.total is None:
        return []
    printed = [amount for amount in (*sums.printed, sums.due) if amount is not None]
    return [
        Sum(
            line=sheet.lines[amount.rank].index,
            start=amount.start,
            end=amount.end,
            is_total=amount is not sums.net,
            is_the_total=amount.value == sums.total.value,
        )
        for amount in printed
    ]


def _surroundings(sheet: Sheet, sums: Sums) -> Surroundings:
    ranks = [rank for rank, amounts in enumerate(sheet.amounts) if amounts]
    amounts = frozenset(sheet.lines[rank].index for rank in ranks)
    if sums.total is None or not ranks:
        return Surroundings(amounts)
    first = sheet.lines[ranks[0]].index
    return Surroundings(amounts, range(first, sheet.lines[sums.total.rank].index))


def _with_doubt(reading: Reading, reason: str) -> Reading:
    if reason in reading.reasons:
        return reading
    return Reading(reading.extraction, accepted=False, reasons=(*reading.reasons, reason))


def _due_date(sheet: Sheet, days: Days) -> Field[date]:
    """The day due, also by the words of languages that `words` does not have."""
    if days.due is not None:
        return sheet.field(days.due, _SURE)
    issued = None
    if days.issued is not None:
        issued = days.issued.value
    return find_due_date(sheet.page, issued)


def _make_total(items: tuple[LineItem, ...], sums: Sums) -> bool:
    return (
        sums.total is not None
        and sum(Decimal(item.amount) for item in items) * 100 == sums.total.value
    )


def _given_back(item: LineItem) -> LineItem:
    if item.amount.startswith("-"):
        return item
    return item.model_copy(update={"amount": f"-{item.amount}"})


def _amount(amount: Found[int] | None, *, is_credit: bool) -> Found[str] | None:
    """Two decimals; below zero on a credit note, however it is printed."""
    if amount is None:
        return None
    value = -abs(amount.value) if is_credit else amount.value
    return Found(
        decimal_string(value, 2),
        amount.rank,
        start=amount.start,
        end=amount.end,
        score=amount.score,
    )


def _doubts(
    extraction: Extraction,
    kind: DocumentKind,
    days: Days,
    sums: Sums,
    parties: Parties,
    today: date | None,
    text: str,
) -> tuple[str | None, ...]:
    is_back = words.GIVEN_BACK.search(text) is not None and kind is DocumentKind.INVOICE
    is_statement = kind is DocumentKind.STATEMENT
    missing = None if is_statement else ReviewReason.TOTAL_MISSING.value
    if extraction.total.confidence >= _SURE:
        total = None
    else:
        total = ReviewReason.TOTAL_UNCERTAIN.value
    if extraction.merchant.confidence >= _SURE:
        merchant = None
    else:
        merchant = ReviewReason.MERCHANT_UNCERTAIN.value
    return (
        missing if sums.total is None else total,
        InvoiceReason.CREDIT_SIGN.value if is_back else None,
        InvoiceReason.STATEMENT.value if is_statement else None,
        ReviewReason.NO_RECEIPT.value if kind is DocumentKind.OTHER else None,
        InvoiceReason.OWN_INVOICE.value if parties.is_own else None,
        _about_date(days, today),
        InvoiceReason.NUMBER_UNCERTAIN.value
        if extraction.receipt_number.confidence < _SURE
        else None,
        ReviewReason.MERCHANT_MISSING.value if parties.seller is None else merchant,
        ReviewReason.CURRENCY_UNKNOWN.value if is_currency_unknown(extraction) else None,
    )


def _about_date(days: Days, today: date | None) -> str | None:
    if days.issued is None:
        return ReviewReason.DATE_MISSING.value
    if days.is_ambiguous:
        return ReviewReason.DATE_AMBIGUOUS.value
    if today is not None and not today - _OLDEST <= days.issued.value <= today + timedelta(days=1):
        return ReviewReason.DATE_IMPLAUSIBLE.value
    if days.is_long_ago:
        return ReviewReason.DATE_IMPLAUSIBLE.value
    if days.is_unsure:
        return ReviewReason.DATE_UNCERTAIN.value
    return None


def find_kind(sheet: Sheet) -> Found[DocumentKind]:
    """The title's kind: the first in the upper part of the document, or the credit note that is
    named near it.
    """
    titles = list(_titles(sheet))
    if not titles:
        return _by_number(sheet)
    first = titles[0]
    near = (each for each in titles if each.rank <= first.rank + _SAME_TITLE)
    is_credit = first.value is DocumentKind.INVOICE and any(
        each.value is DocumentKind.CREDIT_NOTE for each in near
    )
    if is_credit:
        return replace(first, value=DocumentKind.CREDIT_NOTE)
    return first


def _titles(sheet: Sheet) -> Iterator[Found[DocumentKind]]:
    for cell in sheet.cells():
        if cell.rank >= _TITLE_LINES:
            break
        is_label = _BUYER.fullmatch(cell.text) is not None
        for kind, pattern in () if is_label else _TITLES:
            match = pattern.match(cell.text)
            if match:
                place = cell.start + match.start("title"), cell.start + match.end("title")
                # What the buyer writes in the seller's place is called a credit note in German, and
                # is an invoice.
                is_self_billed = words.SELF_BILLED.search(sheet.lines[cell.rank].plain) is not None
                is_invoice = kind is DocumentKind.CREDIT_NOTE and is_self_billed
                yield Found(DocumentKind.INVOICE if is_invoice else kind, cell.rank, *place, 1)
                break


def _is_invoice(sheet: Sheet, kind: Found[DocumentKind]) -> bool:
    if kind.value in {DocumentKind.STATEMENT, DocumentKind.OTHER}:
        return True
    names_buyer = any(_BUYER.fullmatch(cell.text) for cell in sheet.cells())
    signs = names_buyer + sum(pattern.search(sheet.page.text) is not None for pattern in _SIGNS)
    return signs >= (_FEWEST_BELOW_A_TITLE if kind.score else _FEWEST_SIGNS)


def _by_number(sheet: Sheet) -> Found[DocumentKind]:
    """Without a title, the label of an invoice's own number says so; else the signs of one must."""
    for cell in sheet.cells():
        match = words.NUMBER.search(cell.text)
        if match and not words.REFERENCE.search(cell.text[: match.start()]):
            place = cell.start + match.start(), cell.start + match.end()
            return Found(DocumentKind.INVOICE, cell.rank, *place, 0)
    return Found(DocumentKind.INVOICE, 0, start=0, end=0, score=0)
