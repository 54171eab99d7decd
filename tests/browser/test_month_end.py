"""The end of a month: each line turns green by itself, as its work is done, and then it is
closed.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack


@pytest.mark.parametrize("width", [390, 1280])
def test_a_month_turns_green_line_by_line(page: Page, stack: RunningStack, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    photo = draw_receipt(clear_receipt("MONTH END CAFE", "12.90"))
    page.set_input_files(
        "#choose-input", {"name": "cafe.jpg", "mimeType": "image/jpeg", "buffer": photo}
    )
    row = page.get_by_role("listitem").filter(has_text="MONTH END CAFE")
    expect(row).to_contain_text("To approve")
    page.goto("/months/2018-01")
    # The month that has something is one press away, from any other.
    page.get_by_role("list", name="2026").get_by_role("link", name="February 2026").click()
    expect(page).to_have_url("/months/2026-02")
    lines = page.get_by_role("list", name="What the month needs").get_by_role("listitem")
    expect(lines.filter(has_text="Reviewed")).to_have_attribute("data-done", "true")
    approved = lines.filter(has_text="Approved")
    expect(approved).to_contain_text("1 expense is not approved")
    expect(approved).to_have_attribute("data-done", "false")
    expect(lines.filter(has_text="Exported")).to_contain_text("1 expense is in no export")
    approved.get_by_role("link").click()
    expect(page.get_by_text("MONTH END CAFE")).to_be_visible()
    page.go_back()
    # Somebody else does it; this page is not touched.
    with stack.client() as client:
        [expense] = client.get("/api/expenses").raise_for_status().json()["items"]
        seen = {"ids": [expense["id"]], "versions": [expense["version"]]}
        client.post("/api/expenses/approve", json=seen).raise_for_status()
    expect(approved).to_have_attribute("data-done", "true", timeout=20_000)
    page.get_by_role("button", name="Close …").click()
    dialog = page.get_by_role("dialog", name="Close a month")
    expect(dialog.get_by_role("textbox", name="Month")).to_have_value("February 2026")
    dialog.get_by_role("button", name="Close the month").click()
    stand = page.locator(".month-stand")
    expect(stand).to_contain_text("February 2026 is closed.")
    expect(lines.filter(has_text="Later changes go out")).to_have_attribute("data-done", "true")


def test_without_a_month_it_is_the_last_one(page: Page) -> None:
    page.goto("/home")
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page).to_have_url("/months")
    expect(page.get_by_role("list", name="What the month needs")).to_be_visible()
    other = page.get_by_role("textbox", name="Another month")
    other.fill("3/2018")
    other.press("Enter")
    expect(page).to_have_url("/months/2018-03")
    expect(page.get_by_role("heading", name="March 2018")).to_be_visible()
    page.get_by_role("textbox", name="Another month").fill("2017-12")
    expect(page).to_have_url("/months/2017-12")
    page.goto("/months/2026-13")
    expect(page.get_by_role("heading", name="There is no such month")).to_be_visible()
