"""What a model's answer changes on an invoice: both may say who sold, but settle nothing of its
sums and days.
"""

from datetime import date

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.opinions.invoice_opinion import (
    InvoiceAnswer,
    parse_answer,
    weigh,
    would_help,
)
from tillroll_documents.reading.opinions.second_opinion import InvalidAnswer, Said
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import Reading

MODEL = "@cf/test/language"
SELLER, BUYER = "Gartenbau Ohlsen GmbH", "Kontor Nord AG"
UNSURE = f"""\
{SELLER}
Feldweg 3
24103 Kiel

{BUYER}
Hafenstr. 1
20457 Hamburg

Rechnung

Rechnungsnummer: RE-42
Rechnungsdatum: 05.03.2026

Pflege                      100,00 EUR
Summe netto                 100,00 EUR
zzgl. 19 % USt               19,00 EUR
Rechnungsbetrag             119,00 EUR
"""


BESIDE_ITS_ADDRESS = UNSURE.replace(SELLER, f"{SELLER}, Feldweg 3, 24103 Kiel")


def understood(text: str = UNSURE) -> Reading:
    reading = read_printed(Page.of(Transcript.from_text(text)), today=date(2026, 4, 1))
    assert reading is not None
    return reading


def answer(**values: str | None) -> InvoiceAnswer:
    said = {
        "merchant": SELLER,
        "buyer": BUYER,
        "number": "RE-42",
        "date": "2026-03-05",
        "total": "119.00",
    } | values
    fields = dict.fromkeys(("merchant", "date", "total", "tax", "currency", "number", "buyer"))
    return InvoiceAnswer(
        **fields | {name: Said(value=value, line=0) for name, value in said.items() if value}
    )


def asked(text: str = UNSURE, /, **values: str | None) -> Reading:
    return weigh(understood(text), answer(**values), Transcript.from_text(text), MODEL)


def test_both_together_may_say_who_sold() -> None:
    before, after = understood(), asked()
    assert "seller_unconfirmed" in before.reasons
    assert would_help(before)
    assert after.accepted, after.reasons
    assert after.extraction.merchant.value == SELLER
    assert after.extraction.merchant.confidence > before.extraction.merchant.confidence
    assert after.extraction.receipt_number.reasons[-1].code == "model_agrees"


def test_a_name_beside_its_address_is_settled_by_both() -> None:
    before, after = understood(BESIDE_ITS_ADDRESS), asked(BESIDE_ITS_ADDRESS)
    assert "seller_unconfirmed" in before.reasons
    assert after.accepted, after.reasons
    assert (after.extraction.buyer.value, after.extraction.merchant.value) == (BUYER, SELLER)
    assert after.extraction.alternatives == {}


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"merchant": None}, id="it names no seller"),
        pytest.param({"buyer": None}, id="it names no buyer"),
        pytest.param({"buyer": "Ohlsen"}, id="its buyer is the seller"),
        pytest.param({"buyer": "Somebody Else Ltd"}, id="its buyer stands nowhere"),
        pytest.param({"total": None}, id="it has no total"),
        pytest.param({"date": None}, id="it has no date"),
        pytest.param({"number": None}, id="it has no number"),
        pytest.param({"number": "RE-4"}, id="its number is a part of one"),
    ],
)
def test_without_all_of_it_a_person_is_asked_as_before(values: dict[str, str | None]) -> None:
    after = asked(**values)
    assert not after.accepted
    assert set(understood().reasons) == set(after.reasons)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"merchant": BUYER}, "merchant"),
        ({"total": "100.00"}, "total"),
        ({"number": "24103"}, "receiptNumber"),
    ],
)
def test_what_it_contradicts_is_asked_and_shown(values: dict[str, str | None], field: str) -> None:
    after = asked(**values)
    assert after.reasons[-1] == "model_disagrees"
    assert after.extraction.alternatives[field].source == MODEL
    assert after.extraction.merchant.value == SELLER


def test_it_settles_nothing_about_sums_and_days() -> None:
    text = UNSURE.replace(
        "Rechnungsbetrag             119,00", "Rechnungsbetrag             129,00"
    )
    assert "total_uncertain" in understood(text).reasons
    after = asked(text, total="129.00")
    assert after.reasons == ("total_uncertain",)
    text = UNSURE.replace("05.03.2026", "05.03.2001")
    assert asked(text, date="2001-03-05").reasons == ("date_implausible",)


def test_a_credit_note_states_its_total_either_way() -> None:
    text = UNSURE.replace("Rechnung\n", "Gutschrift\n")
    before = understood(text)
    assert before.extraction.total.value == "-119.00"
    assert "model_disagrees" not in asked(text).reasons


def test_what_is_no_invoice_is_not_asked_about() -> None:
    assert not would_help(understood(UNSURE.replace("Rechnung\n", "Angebot\n")))


def test_an_answer_has_all_names() -> None:
    with pytest.raises(InvalidAnswer, match="buyer"):
        parse_answer(
            '{"merchant": null, "date": null, "total": null, "tax": null, "currency": null, '
            '"number": null}'
        )
