"""Invoices on the page: both names, kind, number, due date, an e-invoice's source, and putting them
right.
"""

from dataclasses import replace
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from tests.support.e_invoices import Facts, cii
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
    return (
        page.locator("#run-values .field-item")
        .filter(has=page.get_by_text(label, exact=True))
        .locator("dd")
        .inner_text()
    )


@pytest.mark.essential(only="375")
@pytest.mark.parametrize("width", WIDTHS)
def test_an_e_invoice_shows_what_it_says_and_where_it_was_read(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    open_document(page, with_xml(cii(FACTS)), "rechnung.pdf", "To approve")
    document = page.get_by_role("region", name="Document")
    expect(document).to_contain_text(
        "E-invoice (EN 16931): read from the XML in the PDF, factur-x.xml."
    )
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
def test_what_a_document_says_is_put_right(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    open_document(page, cii(FACTS), "rechnung.xml", "To approve")
    document = page.get_by_role("region", name="Document")
    document.get_by_role("button", name="Change…").click()
    page.get_by_label("Due", exact=True).fill("soon")
    document.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Due", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(document).to_contain_text("YYYY-MM-DD")
    assert fits(page), "the page scrolls sideways"
    page.get_by_label("Due", exact=True).fill("2026-05-01")
    page.get_by_label("Number").fill("RE-7")
    page.get_by_label("Kind").select_option("other")
    document.get_by_role("button", name="Save").click()
    expect(document).to_contain_text("1 May 2026")
    page.reload()
    expect(page.get_by_role("region", name="Document")).to_contain_text("RE-7")
    assert (value(page, "Kind"), value(page, "Due")) == (
        "Offer, order or delivery note\nentered by hand".replace("\n", ""),
        "1 May 2026entered by hand",
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
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("write its total with a minus")).to_be_visible()
    assert fits(page), "the page scrolls sideways"
    page.get_by_label("Kind").select_option("invoice")
    page.locator("#field-total").fill("83.30")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Your expense is ready.")).to_be_visible()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_credit_note_is_named_as_one(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    credit = replace(FACTS, type_code="381", number="GS-11", preceding="RE-2026-0042")
    open_document(page, cii(credit), "gutschrift.xml", "To approve")
    expect(page.get_by_role("heading", name="Credit note")).to_be_visible()
    assert (value(page, "Total"), value(page, "Kind")) == (
        "-€83.30",
        "Credit note: money comes back",
    )
    page.goto("/inbox/all")
    expect(page.get_by_role("listitem").filter(has_text="gutschrift.xml")).to_contain_text(
        "Credit note GS-11"
    )
    assert fits(page), "the page scrolls sideways"
