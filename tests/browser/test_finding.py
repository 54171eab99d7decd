"""Expenses found on the page: searched, filtered, kept as a view, chosen; and reports, whose
numbers lead there.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.expense_table import expense_rows, search_field
from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack

SIZES = [(1280, 800), (375, 700)]


@pytest.fixture
def two(stack: RunningStack) -> None:
    with stack.client() as client:
        for name, total in (
            ("GREEN GARDEN CAFE SDN BHD", "12.90"),
            ("PAPER WORLD TRADING SDN BHD", "76.30"),
        ):
            answer = client.post(
                "/api/receipts",
                files={"receipt": ("photo.jpg", draw_receipt(clear_receipt(name, total)))},
            )
            stack.wait_for_status(answer.json()["runId"], "complete")


@pytest.mark.essential(only="1280-800")
@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_expenses_are_found_by_keyboard(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/expenses")
    rows, search = expense_rows(page), search_field(page)
    expect(rows).to_have_count(2)
    search.focus()
    page.keyboard.type("paper wor")
    expect(rows).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/expenses\?q=paper\+wor$"))
    expect(page.get_by_text("1 expense", exact=True)).to_be_visible()
    page.get_by_role("button", name="Save as a view …").press("Enter")
    page.get_by_role("textbox", name="Name", exact=True).fill("Paper")
    page.keyboard.press("Enter")
    tabs = page.get_by_role("navigation", name="Tabs of the table")
    expect(tabs.get_by_role("link", name="Paper")).to_have_attribute("aria-current", "page")
    tabs.get_by_role("link", name="All").press("Enter")
    expect(rows).to_have_count(2)
    # A token is completed, stands below the field once it is sent, and is taken away there.
    search.fill("fro")
    search.press("ArrowDown")
    search.press("Enter")
    expect(search).to_have_value("from:")
    search.press("ArrowDown")
    search.press("Enter")
    search.press_sequentially("<12,91 paper")
    expect(page.get_by_role("heading", name="No expense matches")).to_be_visible()
    search.press("Enter")
    expect(search).to_have_value("paper")
    page.get_by_role("link", name="Remove Less than 12.91").press("Enter")
    expect(rows).to_have_count(1)
    page.get_by_role("link", name=re.compile("^Remove Person: ")).press("Enter")
    expect(page).to_have_url(re.compile(r"/expenses\?q=paper$"))
    search.fill("colour:red ")
    expect(page.get_by_role("alert")).to_contain_text("There is no “colour:”. Use from:, category:")
    page.go_back()
    tabs.get_by_role("link", name="Paper").press("Enter")
    expect(search).to_have_value("paper wor")
    expect(rows).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # The view is opened first, until it is gone.
    page.get_by_role("button", name="This view").press("Enter")
    page.get_by_role("button", name="Open this view first").press("Enter")
    page.goto("/expenses")
    expect(search).to_have_value("paper wor")
    page.get_by_role("button", name="This view").press("Enter")
    page.get_by_role("button", name="Rename, share or delete …").press("Enter")
    page.get_by_role("button", name="Delete this view").press("Enter")
    expect(tabs.get_by_role("link", name="Paper")).to_have_count(0)
    expect(rows).to_have_count(2)
    search.fill("nobody sells this")
    expect(page.get_by_role("heading", name="No expense matches")).to_be_visible()


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_reports_number_leads_to_its_expenses(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/reports?by=merchant&from=2026-01&to=2026-12")
    expect(page.get_by_role("row")).to_have_count(4)
    page.get_by_role("row", name=re.compile("PAPER WORLD")).get_by_role("link").press("Enter")
    expect(expense_rows(page)).to_have_count(1)
    page.goto("/reports?by=merchant&from=2026-02-14&to=2026-02-14")
    expect(page.get_by_label("From")).to_have_value("14/02/2026")
    expect(page.get_by_role("row")).to_have_count(4)
    page.goto("/reports?by=merchant&from=2026-02-15&to=2026-12")
    expect(page.get_by_role("heading", name="There is nothing to report")).to_be_visible()
    page.goto("/reports")
    page.get_by_role("link", name="What is missing").press("Enter")
    page.get_by_role("row", name=re.compile("Category")).get_by_role("link", name="2").press(
        "Enter"
    )
    expect(expense_rows(page)).to_have_count(2)
