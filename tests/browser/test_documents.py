"""Invoices on the page: both names, kind, number, due date, an e-invoice's source, and putting them
right.
"""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessibility import findings
from tests.support.e_invoices import Facts, cii, ubl
from tests.support.national_invoices import National, fattura
from tests.unit.receipts.test_e_invoices import with_xml

FACTS = Facts(trading_name="Lindner")
WIDTHS = [375, 1280]


def open_document(page: Page, content: bytes, name: str, status: str) -> None:
    """Upload it, wait until it is read, and open it."""
    media_type = "application/pdf" if content.startswith(b"%PDF") else "application/xml"
    page.set_input_files("#choose-input", {"name": name, "mimeType": media_type, "buffer": content})
    row = page.get_by_role("listitem").filter(has_text=name)
    expect(row).to_contain_text(status)
    row.get_by_role("link").click()


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def value(page: Page, label: str) -> str:
    return page.get_by_role("button", name=re.compile(rf"^{re.escape(label)}:")).inner_text()


def edit(page: Page, label: str) -> Locator:
    """The input that a value becomes, as its text is pressed."""
    page.get_by_role("button", name=re.compile(rf"^{re.escape(label)}:")).click()
    return page.get_by_label(label, exact=True)


def unfold(page: Page) -> None:
    """What the document says beside the values that most people look at."""
    page.locator("summary").filter(has_text="Details").click()


@pytest.mark.essential(only="375")
@pytest.mark.parametrize("width", WIDTHS)
def test_an_e_invoice_shows_what_it_says_and_where_it_was_read(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    open_document(page, with_xml(cii(FACTS)), "rechnung.pdf", "To approve")
    document = page.get_by_role("region", name="Document")
    expect(document).to_contain_text(
        "E-invoice (EN 16931): read from the XML in the PDF, factur-x.xml."
    )
    unfold(page)
    assert (value(page, "Merchant"), value(page, "Registered name")) == (
        "Lindner",
        "Papierhaus Lindner GmbH",
    )
    assert (value(page, "Kind"), value(page, "Number")) == ("Invoice", "RE-2026-0042")
    assert (value(page, "Due"), value(page, "Amount due")) == ("4 Apr 2026", "€83.30")
    assert value(page, "Made out to") == "Kontor Nord AG"
    with page.expect_download() as download:
        document.get_by_role("link", name="Download the XML").click()
    assert download.value.path().read_bytes() == cii(FACTS)
    assert fits(page), "the page scrolls sideways"


@pytest.mark.parametrize("width", WIDTHS)
def test_an_e_invoice_that_is_xml_alone_is_read_beside_the_form(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    told = "<img src=x onerror=alert(1)> & more"
    odd = replace(FACTS, number=f"RE-{width}", lines=((told, Decimal(3), Decimal("1.125")),))
    open_document(page, ubl(odd), "rechnung.xml", "To approve")
    paper = page.get_by_role("article", name="Invoice")
    expect(paper).to_contain_text("Papierhaus Lindner GmbH")
    expect(paper).to_contain_text("DE02 1203 0000 0000 2020 51")
    line = paper.get_by_role("listitem").filter(has_text=told)
    expect(line).to_contain_text(re.compile(r"3 pcs . €1\.125"))
    assert paper.get_by_role("img").count() == 0
    expect(paper.get_by_role("row").filter(has_text="19 % VAT")).to_contain_text("€0.64")
    expect(paper.locator("dl > div").filter(has_text="Amount due").first).to_contain_text("€4.02")
    assert findings(page) == []
    assert fits(page), "the page scrolls sideways"
    page.get_by_role("button", name="Show the XML").click()
    shown = page.get_by_role("group", name="The e-invoice")
    expect(shown).to_contain_text(f"<cbc:ID>RE-{width}</cbc:ID>")
    page.get_by_role("button", name="Show the XML").click()
    expect(paper).to_be_visible()


def test_an_xml_that_is_not_shown_says_why(page: Page) -> None:
    open_document(page, fattura(National()), "fattura.xml", "To approve")
    shown = page.get_by_role("group", name="The e-invoice")
    expect(shown).to_contain_text("Only invoices in UBL and CII are shown here.")
    page.get_by_role("button", name="Show the XML").click()
    expect(shown).to_contain_text("FatturaElettronicaHeader")


@pytest.mark.parametrize("width", WIDTHS)
def test_what_a_document_says_is_put_right(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    open_document(page, cii(FACTS), "rechnung.xml", "To approve")
    unfold(page)
    edit(page, "Due").fill("soon")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("Due", exact=True)).to_have_attribute("aria-invalid", "true")
    assert fits(page), "the page scrolls sideways"
    page.get_by_label("Due", exact=True).fill("2026-05-01")
    edit(page, "Number").fill("RE-7")
    edit(page, "Kind").select_option("other")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.").first).to_be_visible()
    page.reload()
    unfold(page)
    assert (value(page, "Number"), value(page, "Kind"), value(page, "Due")) == (
        "RE-7",
        "Offer, order or delivery note",
        "1 May 2026",
    )


@pytest.mark.parametrize("width", WIDTHS)
def test_a_review_asks_for_the_number_and_takes_it(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    odd = replace(FACTS, number=f"RE-{width}", stated={"gross": Decimal("84.30")})
    open_document(page, with_xml(cii(odd)), "odd.pdf", "Needs review")
    expect(page.locator("#review-reasons")).to_contain_text(
        "The gross amount is not net plus tax (BR-CO-15)"
    )
    expect(page.get_by_text("E-invoice (EN 16931): read from the XML in the PDF")).to_be_visible()
    expect(page.get_by_text("The e-invoice's number stands nowhere on the page")).to_be_visible()
    expect(
        page.get_by_label("Number")
    ).to_be_visible()  # it is in doubt, so its part of the form is open
    page.get_by_label("Number").focus()  # what is in doubt has to be looked at
    page.get_by_label("Kind").select_option("credit_note")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("write its total with a minus")).to_be_visible()
    assert fits(page), "the page scrolls sideways"
    page.get_by_label("Kind").select_option("invoice")
    page.locator("#field-total").fill("83.30")
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("#run-status")).to_have_text("Approved")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_credit_note_is_named_as_one(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    credit = replace(FACTS, type_code="381", number="GS-11", preceding="RE-2026-0042")
    open_document(page, cii(credit), "gutschrift.xml", "To approve")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Credit note")
    unfold(page)
    assert (value(page, "Total"), value(page, "Kind")) == (
        "-€83.30",
        "Credit note: money comes back",
    )
    page.goto("/inbox/all")
    expect(page.get_by_role("listitem").filter(has_text="gutschrift.xml")).to_contain_text(
        "Credit note GS-11"
    )
    assert fits(page), "the page scrolls sideways"
