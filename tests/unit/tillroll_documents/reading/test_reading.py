"""Reading never fails, asks when in doubt, and its JSON is the documented one."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.campaigns import of_campaign
from tillroll_documents.reading.correction import apply
from tillroll_documents.reading.extraction import Extraction, Transcript
from tillroll_documents.reading.reasons import SENTENCES, InvoiceReason, ReviewReason, XmlReason
from tillroll_documents.reading.receipt import read

RECEIPT = (
    "PINE BOOKS LTD\nLondon\nDate: 25/05/2024 10:00\nTea  £4.00\nTOTAL  £4.00\nCASH  £5.00\n"
    "CHANGE  £1.00"
)

pieces = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "TOTAL",
            "RM",
            "€",
            "12.50",
            "1,234.00",
            "-0.02",
            "25/05/2024",
            "10:30",
            "SDN BHD",
            "GST 6%",
            "  ",
            "\n",
        ]
    ),
)


@settings(max_examples=of_campaign(300))
@given(st.lists(pieces, max_size=60).map(" ".join), st.sampled_from([None, "EUR", "JPY", "KWD"]))
def test_any_text_is_read_without_failing(text: str, currency: str | None) -> None:
    reading = read(Transcript.from_text(text), default_currency=currency, today=date(2024, 6, 1))
    assert reading.accepted is (not reading.reasons)
    assert set(reading.reasons) <= set(ReviewReason)
    if reading.accepted:
        assert apply(reading.extraction, {}).total_minor > 0


@pytest.mark.parametrize("text", ["", " \n\n", "###", "~ ~ ~"])
def test_nothing_to_read_is_unreadable(text: str) -> None:
    assert read(Transcript.from_text(text)).reasons == ("unreadable",)


def test_what_has_neither_total_nor_date_is_no_receipt() -> None:
    assert read(
        Transcript.from_text("Dear all,\nthe meeting is moved to the big room.")
    ).reasons == ("not_a_receipt",)


def test_the_json_is_the_documented_one() -> None:
    body = json.loads(read(Transcript.from_text(RECEIPT)).extraction.model_dump_json())
    assert body.keys() == {
        *("merchant", "date", "total", "tax", "currency", "time"),
        *("subtotal", "discount", "serviceCharge", "tip", "rounding", "taxLines", "lineItems"),
        *(
            "documentKind",
            "dueDate",
            "amountDue",
            "buyer",
            "buyerTaxId",
            "iban",
            "contact",
            "paymentReference",
            "refersTo",
            "sellerCountry",
            "eInvoice",
            "attachments",
            "stated",
        ),
        *(
            "paymentMethod",
            "cardLastFour",
            "receiptNumber",
            "taxId",
            "category",
            "proposedCategory",
            "knownAs",
        ),
        *("alternatives", "rule"),
        "registeredName",
    }
    assert body["merchant"]["value"] == "PINE BOOKS LTD"
    assert body["date"]["value"] == "2024-05-25"
    assert body["total"]["value"] == "4.00"
    assert body["total"]["evidence"] == {
        "line": 4,
        "text": "TOTAL  £4.00",
        "start": 7,
        "end": 12,
        "path": None,
    }
    assert 0.85 < body["total"]["confidence"] <= 1
    assert body["tax"] == {"value": None, "evidence": None, "confidence": 0.0, "reasons": []}
    assert body["currency"]["value"] == "GBP"
    assert body["time"]["value"] == "10:00"
    assert body["paymentMethod"]["value"] == "cash"
    assert body["lineItems"] == [
        {
            "description": "Tea",
            "quantity": None,
            "unitPrice": None,
            "amount": "4.00",
            "evidence": {"line": 3, "text": "Tea  £4.00", "start": 5, "end": 10, "path": None},
            "code": None,
        }
    ]


def test_an_extraction_survives_the_round_trip() -> None:
    extraction = read(Transcript.from_text(RECEIPT)).extraction
    assert Extraction.model_validate_json(extraction.model_dump_json()) == extraction


def test_an_extraction_of_before_the_details_is_still_understood() -> None:
    stored = read(Transcript.from_text(RECEIPT)).extraction.model_dump(mode="json")
    old = {name: stored[name] for name in ("merchant", "date", "total", "tax", "currency", "time")}
    assert Extraction.model_validate(old).line_items == ()


def test_the_same_text_is_read_the_same() -> None:
    assert read(Transcript.from_text(RECEIPT)) == read(Transcript.from_text(RECEIPT))


def test_every_reason_says_what_to_do() -> None:
    assert SENTENCES.keys() == {*ReviewReason, *InvoiceReason, *XmlReason}
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())
