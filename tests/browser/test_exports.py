"""Handing expenses on, on a phone and at a desk: a month becomes a file, and no list of receipts
knows of it.
"""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt


@pytest.mark.essential(only="375")
@pytest.mark.parametrize("width", [375, 1280])
def test_a_month_is_exported(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    photo = draw_receipt(clear_receipt("HANDED ON CAFE", "12.90"))
    page.set_input_files(
        "#choose-input", {"name": "cafe.jpg", "mimeType": "image/jpeg", "buffer": photo}
    )
    expect(page.get_by_role("listitem").filter(has_text="HANDED ON CAFE")).to_contain_text(
        "To approve"
    )
    page.get_by_role("button", name="Export", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing was exported yet.")).to_be_visible()
    menu = page.locator("#export-menu")
    page.get_by_label("Month of the expenses").fill("2026-02")
    menu.get_by_role("button", name="Export").click()
    file = menu.get_by_role("link", name="expenses_2026-02-01_2026-02-28.csv")
    expect(file).to_contain_text("1 expense · MYR 12.90")
    box = menu.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    page.get_by_label("Format").select_option("quickbooks")
    menu.get_by_role("button", name="Export").click()
    expect(menu.get_by_role("alert")).to_contain_text("no place for a currency: choose one")
    page.get_by_label("Only expenses in").fill("myr")
    menu.get_by_role("button", name="Export").click()
    expect(
        menu.get_by_role("link", name="expenses_2026-02-01_2026-02-28.quickbooks.csv")
    ).to_be_visible()
    expect(menu.get_by_role("alert")).to_be_hidden()
    with page.expect_download() as download:
        file.click()
    assert download.value.suggested_filename == "expenses_2026-02-01_2026-02-28.csv"
    content = Path(download.value.path()).read_text(encoding="utf-8-sig")
    [line] = csv.DictReader(io.StringIO(content, newline=""))
    assert (line["Merchant"], line["Date"], line["Total"]) == (
        "HANDED ON CAFE",
        "2026-02-14",
        "12.90",
    )
    page.goto("/inbox/all")
    expect(page.locator("#rows").get_by_role("listitem")).to_have_count(1)


@pytest.mark.parametrize("width", [375, 1280])
def test_a_profile_is_made_and_a_month_is_closed(page: Page, width: int) -> None:
    """By keyboard: the batch for DATEV, then what is new, then the month is closed and opened
    again.
    """
    page.set_viewport_size({"width": width, "height": 800})
    photo = draw_receipt(clear_receipt("BOOKED CAFE", "12.90"))
    page.set_input_files(
        "#choose-input", {"name": "cafe.jpg", "mimeType": "image/jpeg", "buffer": photo}
    )
    expect(page.get_by_role("listitem").filter(has_text="BOOKED CAFE")).to_contain_text(
        "To approve"
    )
    page.goto("/exports")
    page.get_by_role("button", name="New profile for").press("Enter")
    dialog = page.get_by_role("dialog", name="New profile")
    given = {
        "Name": "Kanzlei",
        "Consultant's number": "1001",
        "Client's number": "7",
        "Contra account": "1740",
    }
    for label, value in given.items():
        dialog.get_by_label(label, exact=True).fill(value)
    dialog.get_by_label("Contra account").press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("account of all categories")
    dialog.get_by_label("Account of all other categories").fill("4980")
    dialog.get_by_label("Account of all other categories").press("Enter")
    expect(dialog).to_be_hidden()
    page.get_by_label("Month of the expenses").fill("2026-02")
    page.get_by_label("Format").select_option("Kanzlei (DATEV)")
    expect(page.get_by_text("1 expense in it.")).to_be_visible()
    page.get_by_label("Only changes since the last export").press("Space")
    page.get_by_role("button", name="Export", exact=True).press("Enter")
    file = page.get_by_role("listitem").filter(
        has_text=re.compile(r"EXTF_expenses_2026-02-01_2026-02-28_new_\d{8}T\d{6}\.datev\.csv")
    )
    expect(file).to_contain_text("Kanzlei · only what was new")
    expect(page.get_by_text("Nothing is new: the file would be empty.")).to_be_visible()
    expect(page.get_by_role("button", name="Export", exact=True)).to_be_disabled()
    _a_stranger_fetches_by_a_link(page)
    page.get_by_role("button", name="Close a month").press("Enter")
    page.get_by_role("dialog").get_by_role("textbox", name="Month").fill("2026-02")
    page.get_by_role("button", name="Close the month").press("Enter")
    expect(page.get_by_text("Nothing came since")).to_be_visible()
    page.get_by_role("button", name="Open again").press("Enter")
    page.get_by_label("Why").fill("an invoice was missing")
    page.get_by_label("Why").press("Enter")
    expect(page.get_by_role("button", name="Open again")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def _a_stranger_fetches_by_a_link(page: Page) -> None:
    """It gives the file without a session until it is taken back."""
    page.get_by_role("button", name="Link to EXTF_expenses").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Make a link for a week").press("Enter")
    address = dialog.get_by_label("Link", exact=True).input_value()
    browser = page.context.browser
    assert browser is not None
    stranger = browser.new_context()
    assert "BOOKED CAFE" in stranger.request.get(address).text()
    dialog.get_by_role("button", name="Take it back").press("Enter")
    expect(dialog.get_by_role("button", name="Take it back")).to_be_hidden()
    assert stranger.request.get(address).status == 404
    stranger.close()
    page.keyboard.press("Escape")
