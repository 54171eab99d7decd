"""What a document says of itself can be corrected, and is checked with sentences that teach."""

from datetime import date

import pytest

from tillroll_documents.reading.correction import (
    DOCUMENT_FIELDS,
    DocumentFacts,
    InvalidValues,
    apply,
)
from tillroll_documents.reading.extraction import DocumentKind, Extraction, Field
from tillroll_documents.reading.recognition import has_other_number

READ = Extraction(
    merchant=Field[str](value="Papierhaus Lindner GmbH"),
    date=Field[date](value=date(2026, 3, 5)),
    total=Field[str](value="83.30"),
    currency=Field[str](value="EUR"),
    document_kind=Field[DocumentKind](value=DocumentKind.INVOICE),
    receipt_number=Field[str](value="RE-42"),
    due_date=Field[date](value=date(2026, 4, 4)),
    amount_due=Field[str](value="33.30"),
    buyer=Field[str](value="Kontor Nord AG"),
)
FACTS = DocumentFacts(DocumentKind.INVOICE, "RE-42", date(2026, 4, 4), 3330, "Kontor Nord AG")


def test_what_was_read_stands_without_corrections() -> None:
    assert apply(READ, {}).document == FACTS


def test_each_can_be_corrected_and_taken_away() -> None:
    values = {
        "documentKind": "statement",
        "receiptNumber": " RE 43 ",
        "dueDate": "2026-05-01",
        "amountDue": "0",
    }
    corrected = DocumentFacts(DocumentKind.STATEMENT, "RE 43", date(2026, 5, 1), 0, None)
    assert apply(READ, {**values, "buyer": None}).document == corrected
    nothing: dict[str, str] = dict.fromkeys(DOCUMENT_FIELDS, "")
    assert apply(READ, nothing).document == DocumentFacts()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("documentKind", "bill", "use receipt, invoice, credit_note, statement, other"),
        ("documentKind", "credit_note", "total with a minus"),
        ("receiptNumber", "x" * 201, "at most 200"),
        ("dueDate", "1 May", "YYYY-MM-DD"),
        ("dueDate", "2026-02-30", "YYYY-MM-DD"),
        ("amountDue", "1,00", "such as 12.90"),
        ("buyer", "x" * 201, "at most 200"),
        ("buyer", 3, "as text"),
    ],
)
def test_a_bad_value_is_refused_with_its_remedy(field: str, value: object, message: str) -> None:
    with pytest.raises(InvalidValues) as caught:
        apply(READ, {field: value})
    assert message in dict(caught.value.problems)[field]


@pytest.mark.parametrize(
    ("before", "total", "after"),
    [
        (DocumentKind.INVOICE, "-83.30", DocumentKind.CREDIT_NOTE),
        (DocumentKind.RECEIPT, "-83.30", DocumentKind.CREDIT_NOTE),
        (DocumentKind.STATEMENT, "-83.30", DocumentKind.STATEMENT),
        (DocumentKind.CREDIT_NOTE, "83.30", DocumentKind.INVOICE),
        (DocumentKind.CREDIT_NOTE, "0", DocumentKind.CREDIT_NOTE),
        (DocumentKind.INVOICE, "0", DocumentKind.INVOICE),
        (None, "-1", DocumentKind.CREDIT_NOTE),
        (None, "1", None),
    ],
)
def test_what_was_read_follows_the_sign_of_the_total(
    before: DocumentKind | None, total: str, after: DocumentKind | None
) -> None:
    read = READ.model_copy(update={"document_kind": Field[DocumentKind](value=before)})
    assert apply(read, {"total": total}).document.kind == after


def test_an_amount_that_another_currency_cannot_have_is_left_out() -> None:
    assert apply(READ, {"currency": "JPY", "total": "83"}).document.amount_due_minor is None


@pytest.mark.parametrize(
    ("some", "other", "is_other"),
    [
        (("invoice", "RE-42"), ("invoice", "RE-43"), True),
        (("invoice", "RE-42"), ("invoice", "re 42"), False),
        (("invoice", "RE-42"), ("credit_note", "GS-1"), True),
        (("invoice", "RE-42"), ("invoice", None), False),
        (("receipt", "42"), ("receipt", "43"), False),
        (("receipt", "42"), ("invoice", "43"), False),
    ],
)
def test_invoices_are_told_apart_by_their_numbers(
    some: tuple[str, str | None], other: tuple[str, str | None], is_other: bool
) -> None:
    assert has_other_number(*some, *other) is is_other
