"""Each view's main task from an empty account: by the keyboard alone at a desk, and by touch on a
phone.
"""

import re
from datetime import date

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.expense_table import expense_rows, search_field, selected
from tests.support.drawing import draw_receipt
from tests.support.hands import Hands, Keyboard, Touch
from tests.support.receipts import clear_receipt, receipt_without_total


def photo(name: str, lines: list[str]) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": draw_receipt(lines)}


@pytest.mark.parametrize("phone", [False, True], ids=["by keyboard", "by touch"])
def test_from_the_paper_to_the_file_by_hand(page: Page, *, phone: bool) -> None:
    hands: Hands = Touch(page) if phone else Keyboard(page)
    hand_in_and_review(page, hands)
    edit_find_and_approve(page, hands)
    view(page, hands, "Reports")
    hands.press(page.get_by_role("link", name="Merchants"))
    hands.press(page.get_by_role("row", name=re.compile("HAND BAKERY")).get_by_role("link"))
    expect(expense_rows(page)).to_have_count(1)

    view(page, hands, "Exports")
    hands.write_month(page.get_by_label("Month of the expenses"), date(2026, 2, 14))
    hands.choose(page.get_by_label("Format"), "Excel (XLSX)")
    hands.press(page.get_by_role("button", name="Export", exact=True))
    expect(page.get_by_role("main")).to_contain_text("2 expenses")

    view(page, hands, "Settings", "Company")
    settings = page.get_by_role("navigation", name="Settings")
    every = settings.get_by_role("button", name="All settings")
    if every.is_visible():  # on a phone
        hands.press(every)
    hands.press(settings.get_by_role("link", name="People"))
    hands.press(page.get_by_role("button", name="New person …"))
    hands.write(page.get_by_label("Name of a new person"), "Bob")
    hands.press(page.get_by_role("button", name="Invite"))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Link")).to_have_value(re.compile("^http"))
    hands.press(dialog.get_by_role("button", name="Close"))
    expect(page.get_by_role("listitem").filter(has_text="Bob")).to_be_visible()


def view(page: Page, hands: Hands, name: str, heading: str | None = None) -> None:
    """By the sidebar, or on a phone by the bar at the bottom and its sheets."""
    views = page.get_by_role("navigation", name="Views")
    sheet = {"Reports": "Money", "Exports": "Money", "Settings": "More"}.get(name)
    if sheet and views.get_by_role("button", name=sheet).is_visible():
        hands.press(views.get_by_role("button", name=sheet))
    hands.press(views.get_by_role("link", name=name))
    expect(page.get_by_role("heading", level=1)).to_have_text(heading or name)


def hand_in_and_review(page: Page, hands: Hands) -> None:
    """Two papers, of which one asks for its total."""
    files = [photo("bakery.jpg", clear_receipt("HAND BAKERY", "23.45"))]
    files.append(photo("kiosk.jpg", receipt_without_total("HAND KIOSK")))
    expect(
        page.get_by_role(
            "heading", name=re.compile("^(Drop your receipts here|Photograph a receipt)")
        )
    ).to_be_visible()
    hands.open_files(page.get_by_role("button", name="Choose files").first).set_files(files)
    rows = page.locator("#rows").get_by_role("listitem")
    expect(rows.filter(has_text="HAND BAKERY")).to_contain_text("To approve")
    waiting = rows.filter(has_text="kiosk.jpg")
    expect(waiting).to_contain_text("Needs review")
    hands.press(waiting.get_by_role("link"))
    hands.write(page.get_by_label("Total"), "12,90")
    hands.write(page.get_by_label("Currency", exact=True), "MYR")
    hands.press(page.get_by_role("button", name=re.compile("^Confirm")))
    expect(page.get_by_text("Confirmed.").first).to_be_visible()
    hands.press(page.locator("#run-back"))


def edit_find_and_approve(page: Page, hands: Hands) -> None:
    view(page, hands, "Expenses")
    rows = expense_rows(page)
    expect(rows).to_have_count(2)
    hands.write(search_field(page), "kiosk")
    expect(rows).to_have_count(1)
    hands.press(rows.get_by_role("link").first)
    hands.press(page.get_by_role("button", name="Note:"))
    hands.write(page.get_by_label("Note", exact=True), "Between two trains")
    hands.press(page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_role("region", name="History")).to_contain_text("→ Between two trains")

    view(page, hands, "Expenses")
    hands.write(search_field(page), "<20,00")
    expect(rows).to_have_count(1)
    hands.press(page.get_by_role("link", name="Clear all"))
    expect(rows).to_have_count(2)
    hands.press(page.get_by_label("Select all shown"))
    hands.press(selected(page).get_by_role("button", name="Approve", exact=True))
    expect(rows.first).to_contain_text("Approved")
