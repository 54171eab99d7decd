"""A printed invoice is accepted only where something confirms the seller, and net and tax make the
total.
"""

from datetime import date

import pytest

from tests.support.invoice_layouts import LAYOUTS, draw
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.reasons import SENTENCES, InvoiceReason
from tillroll_documents.reading.receipt import Reading
from tillroll_documents.reading.text.company_names import Own

# Seller and buyer stand side by side; what follows the seller's address is the place
# for what confirms it.
_PAGE = """
Pennine Plant Hire Ltd                                                            INVOICE
Victoria Works
Huddersfield HD1 3BT
{imprint}
Customer                                              Invoice No.       RE66373
Elm Tree Nursery                                      Dated             09-Mar-2026
9 Elm Road
Bolton BL1 4QR
{of_buyer}
Sl    Description of Goods                  Qty               Rate             Amount
1     Call-out                                1             100.00             100.00
                                            Net                               £100.00
                                            VAT 20%                            £20.00
                                            Grand Total                       £120.00
{foot}
"""


def read(
    imprint: str = "", of_buyer: str = "", foot: str = "", page: str = _PAGE, own: Own | None = None
) -> Reading:
    text = page.format(imprint=imprint, of_buyer=of_buyer, foot=foot)
    reading = read_printed(Page.of(Transcript.from_text(text)), today=date(2026, 11, 1), own=own)
    assert reading is not None
    assert reading.extraction.merchant.value == "Pennine Plant Hire Ltd"
    return reading


@pytest.mark.parametrize(
    "imprint",
    [
        "VAT Regn: GB 123 4567 88",
        "Company No. 04711881",
        "IBAN GB82 WEST 1234 5698 7654 32",
        "accounts@pennineplant.co.uk",
        "www.pennine-plant-hire.com",
    ],
)
def test_what_only_the_seller_has_confirms_it(imprint: str) -> None:
    assert read(imprint).reasons == ()


def test_a_number_beside_the_name_at_the_foot_confirms_it() -> None:
    assert read(foot="Pennine Plant Hire Ltd   Registered in England   VAT No GB123456788").accepted


@pytest.mark.parametrize(
    ("imprint", "of_buyer", "foot"),
    [
        ("", "", ""),
        ("Telephone 01484 123456", "", "Thank you for your order"),
        ("", "VAT Regn: GB 123 4567 88", ""),
        ("", "orders@elmtreenursery.co.uk", ""),
        ("", "", "VAT 20% on 1,234,567.00"),
        ("pennineplant@gmail.com", "", ""),
        ("IBAN GB83 WEST 1234 5698 7654 32", "", ""),
    ],
    ids=[
        "nothing",
        "a telephone",
        "the buyer's id",
        "the buyer's address",
        "an amount",
        "a provider",
        "a wrong IBAN",
    ],
)
def test_else_a_person_is_asked(imprint: str, of_buyer: str, foot: str) -> None:
    reading = read(imprint, of_buyer, foot)
    assert "seller_unconfirmed" in reading.reasons
    assert not reading.accepted


def test_the_accounts_own_number_confirms_nobody() -> None:
    own = Own.of([], ["GB123456788"])
    assert "seller_unconfirmed" in read("VAT Regn: GB 123 4567 88", own=own).reasons


def test_without_a_buyer_a_person_is_asked() -> None:
    page = (
        "\n".join(
            line
            for line in _PAGE.split("\n")
            if not any(word in line for word in ("Elm Road", "Bolton", "Huddersfield", "Victoria"))
        )
        .replace("Customer  ", "          ")
        .replace("Elm Tree Nursery", "                ")
    )
    reading = read("VAT Regn: GB 123 4567 88", page=page)
    assert "buyer_unknown" in reading.reasons


def test_the_sentence_does_not_deny_an_account_that_is_printed_elsewhere() -> None:
    reading = read(foot="IBAN GB82 WEST 1234 5698 7654 32")
    assert InvoiceReason.SELLER_UNCONFIRMED in reading.reasons
    assert reading.extraction.iban.value is not None
    assert "beside its name" in SENTENCES[InvoiceReason.SELLER_UNCONFIRMED]


def test_a_name_that_wide_print_may_have_cut_is_asked() -> None:
    page = _PAGE.replace("Pennine Plant Hire Ltd       ", "Pennine Plant Hire Ltd   Group")
    assert "merchant_uncertain" in read("VAT Regn: GB 123 4567 88", page=page).reasons


def test_a_total_without_net_and_tax_is_asked() -> None:
    page = "\n".join(
        line for line in _PAGE.split("\n") if " Net " not in line and "VAT 20%" not in line
    )
    assert "total_uncertain" in read("VAT Regn: GB 123 4567 88", page=page).reasons


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_with_an_imprint_is_accepted(layout: str) -> None:
    for seed in range(6):
        lines = draw(layout, seed).lines
        reading = read_printed(
            Page.of(Transcript.from_text("\n".join(lines))),
            default_currency="EUR",
            today=date(2026, 6, 1),
        )
        assert reading is not None
        assert reading.reasons == (), "\n".join(lines)
