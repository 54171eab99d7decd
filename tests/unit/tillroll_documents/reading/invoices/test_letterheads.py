"""What speaks for a seller without a label, as numbers below the name or a web address of its
words.
"""

from datetime import date

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.parties import find_parties
from tillroll_documents.reading.invoices.party_names import is_name
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.invoices.sheet import Sheet
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import Reading
from tillroll_documents.reading.text.company_names import Own

# The customer stands at the left, the shop at the right, and no label says which is which.
_SHOP = """
                                                            {name}
FACTUUR                                                     Havenkade 66
                                                            3011 CN Rotterdam
Piet Hoekstra
Lindelaan 32                                                www.{site}
1025 RX Amsterdam
                                                            {number}
Factuurnummer: 9935489
Factuurdatum: 19 april 2026

Artikel                              Aantal      Prijs            Bedrag
Koptelefoon                               1     121,00            121,00

                                     Exclusief BTW              € 100,00
                                     BTW 21%                     € 21,00
                                     Totaal                     € 121,00
"""
# A firm of the United States, whose address is one line: nothing of it has a number.
_TRADE = """
{name}                                                                  INVOICE
123 Madison Drive, Seattle, WA 78290
www.{site}
990-120-4560

BILL TO                                          Invoice No:            INV-0351
Chris Rodriguez                                  Invoice Date:          10/18/2026
25 Mill Street                                   Due Date:              12/17/2026
Springfield, OR 97403

DESCRIPTION                          HOURS        RATE             TOTAL
New kitchen sink                         8       90.00            720.00

                                              Subtotal           $720.00
                                              Tax 7%              $50.40
                                              Total              $770.40
"""


def read(page: str, **words: str) -> Reading:
    reading = read_printed(
        Page.of(Transcript.from_text(page.format(**words))), today=date(2026, 11, 1)
    )
    assert reading is not None
    return reading


def test_a_number_with_right_check_digits_below_a_name_speaks_for_it() -> None:
    reading = read(
        _SHOP, name="Havenlicht B.V.", site="tabletwinkel.nl", number="IBAN NL91ABNA0417164300"
    )
    assert (reading.extraction.merchant.value, reading.reasons) == ("Havenlicht B.V.", ())


@pytest.mark.parametrize(
    "number", ["KvK 24330087", "Telefoon 010 7988999", "IBAN NL92ABNA0417164300"]
)
def test_a_number_without_them_does_not(number: str) -> None:
    assert (
        "merchant_uncertain"
        in read(_SHOP, name="Havenlicht B.V.", site="tabletwinkel.nl", number=number).reasons
    )


def test_nor_does_an_account_below_the_name_of_its_bank() -> None:
    lines = (
        "Rasmus Nielsen",
        "Havnegade 3",
        "8000 Aarhus",
        "",
        "Jyske Bank",
        "IBAN DK50 0040 0440 1162 43",
    )
    sheet = Sheet(Page.of(Transcript.from_text("\n".join(lines))))
    seller = find_parties(sheet, Own()).seller
    assert seller is None or "Bank" not in seller.value


def test_a_web_address_of_the_words_of_a_name_confirms_it() -> None:
    reading = read(_TRADE, name="Stamford Plumbing & Heating", site="plumbingstamford.com")
    assert (reading.extraction.merchant.value, reading.reasons) == (
        "Stamford Plumbing & Heating",
        (),
    )


@pytest.mark.parametrize("site", ["plumbingsprings.com", "stamfordlocal.com", "plumbing.com"])
def test_one_of_other_words_does_not(site: str) -> None:
    assert (
        "seller_unconfirmed" in read(_TRADE, name="Stamford Plumbing & Heating", site=site).reasons
    )


def test_who_leads_a_firm_of_their_name_makes_no_longer_name() -> None:
    page = _SHOP.replace("{number}", "{number}\n\nKraxi B.V.   Directie: GF Paul Kraxi")
    reading = read(page, name="Kraxi B.V.", site="kraxi.nl", number="IBAN NL91ABNA0417164300")
    assert (reading.extraction.merchant.value, reading.reasons) == ("Kraxi B.V.", ())


def test_a_longer_name_with_the_form_is_asked() -> None:
    page = _SHOP.replace("{number}", "{number}\n\nDe firma Paul Kraxi B.V. dankt u")
    reading = read(page, name="Kraxi B.V.", site="kraxi.nl", number="IBAN NL91ABNA0417164300")
    assert "merchant_uncertain" in reading.reasons


def test_a_comma_behind_a_legal_form_is_no_part_of_the_name() -> None:
    page = _TRADE.replace(
        "123 Madison", "Sold By : Western Retail Services Pvt. Ltd.,\n123 Madison"
    )
    reading = read(page, name="", site="plumbing.com")
    assert reading.extraction.merchant.value == "Western Retail Services Pvt. Ltd."


def test_the_window_below_a_senders_line_needs_no_postcode_where_it_names_a_firm() -> None:
    lines = (
        "Lindner AG - Uferweg 40 - D-63571 Gelnhausen",
        "",
        "Vivelab Ltd.",
        "93B Yu Chung",
        "Yuen Long, N.T.",
    )
    buyer = find_parties(Sheet(Page.of(Transcript.from_text("\n".join(lines)))), Own()).buyer
    assert buyer is not None
    assert buyer.value == "Vivelab Ltd."
    lines = (
        "Lindner AG - Uferweg 40 - D-63571 Gelnhausen",
        "",
        "Lieferung wie besprochen",
        "an den Hof",
        "links",
    )
    assert find_parties(Sheet(Page.of(Transcript.from_text("\n".join(lines)))), Own()).buyer is None


@pytest.mark.parametrize(
    ("line", "seller"),
    [
        ("All cloud services are sold by Western Clouds, Inc.", "Western Clouds, Inc."),
        ("All goods are sold by weight", "Stamford Plumbing & Heating"),
    ],
)
def test_a_sentence_says_who_sells_where_it_names_a_firm(line: str, seller: str) -> None:
    page = _TRADE.replace("DESCRIPTION ", f"{line}\n\nDESCRIPTION ")
    reading = read(page, name="Stamford Plumbing & Heating", site="plumbingstamford.com")
    assert reading.extraction.merchant.value == seller


_IRISH = """
Liffey Office Supplies Ltd · 8 Ormond Quay Lower · {town}


Harbour Light Studio Ltd
14 Fenian Street
Dublin 2, D02 TX45

{title}
Invoice date: 06/10/2026
VAT No: IE6388047V

Description                                         Qty        Unit      Net
Office chair, mesh                                    1   €200.00   €200.00

                                                  Net               €200.00
                                                  VAT @ 23%          €46.00
                                                  Total due         €246.00
"""


@pytest.mark.parametrize("town", ["Dublin 1", "Dublin 6W", "Cork"])
@pytest.mark.parametrize("title", ["INVOICE INV-3302", "Electricity bill 774120"])
def test_a_senders_line_with_dots_needs_no_postcode(town: str, title: str) -> None:
    found = read(_IRISH, town=town, title=title).extraction
    assert found.merchant.value == "Liffey Office Supplies Ltd"
    assert found.registered_name.value == "Liffey Office Supplies Ltd"
    assert found.buyer.value == "Harbour Light Studio Ltd"


def test_a_title_with_a_number_is_no_name() -> None:
    assert not is_name("Electricity bill 774120")
    assert not is_name("Stromrechnung 774120")
    assert is_name("Bill Brown")


_AMERICAN = """
Invoice
Invoice number F-7741020
Date of issue October 5, 2026

{name}
760 Market Street, Floor 10
San Francisco, California 94102
support@figma.com

Bill to
Jana Huber Webdesign
Lindwurmstraße 84, 80337 Munich, Germany

Description                                Qty     Unit price                 Amount
Professional, full seat                      3       $15.00                      $45.00

                                                                         Subtotal $45.00
                                                                         Tax (0%) $0.00
                                                                         Total $45.00
"""


@pytest.mark.parametrize("name", ["Figma, Inc.", "Figma, Inc", "Figma, LLC"])
def test_a_comma_before_an_american_form_is_a_part_of_the_name(name: str) -> None:
    assert read(_AMERICAN, name=name).extraction.merchant.value == name
