"""Expenses found on the page: searched, filtered, kept as a view, chosen; and reports, whose numbers lead there."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack

SIZES = [(1280, 800), (375, 700)]


@pytest.fixture
def two(stack: RunningStack) -> None:
    with stack.client() as client:
        for name, total in (("GREEN GARDEN CAFE SDN BHD", "12.90"), ("PAPER WORLD TRADING SDN BHD", "76.30")):
            answer = client.post(
                "/api/receipts", files={"receipt": ("photo.jpg", draw_receipt(clear_receipt(name, total)))}
            )
            stack.wait_for_status(answer.json()["runId"], "complete")


@pytest.mark.essential(only="1280-800")
@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_expenses_are_found_by_keyboard(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/expenses")
    rows = page.get_by_role("list", name="Expenses").get_by_role("listitem")
    expect(rows).to_have_count(2)
    page.get_by_role("searchbox", name="Search").focus()
    page.keyboard.type("paper wor")
    expect(rows).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/expenses\?q=paper\+wor$"))
    expect(page.get_by_text("1 expense", exact=True)).to_be_visible()
    page.get_by_role("button", name="Keep as a view…").press("Enter")
    page.get_by_role("textbox", name="Name", exact=True).fill("Paper")
    page.keyboard.press("Enter")
    kept = page.get_by_role("list", name="Kept views").get_by_role("link", name="Paper")
    expect(kept).to_have_attribute("aria-current", "true")
    page.goto("/expenses")
    page.get_by_role("button", name="Filters").press("Enter")
    page.get_by_role("textbox", name="At most").fill("12,90")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(1)
    expect(page).to_have_url(re.compile(r"max=12\.90"))
    page.get_by_role("link", name="Remove At most: 12.90").press("Enter")
    expect(rows).to_have_count(2)
    page.go_back()
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="Paper").press("Enter")
    expect(page.get_by_role("searchbox", name="Search")).to_have_value("paper wor")
    expect(rows).to_have_count(1)
    page.get_by_role("checkbox", name=re.compile("Select PAPER")).press("Space")
    expect(page.get_by_role("region", name="Selected expenses")).to_contain_text("1 expense selected")
    page.get_by_role("button", name="Approve", exact=True).press("Enter")
    expect(rows.first).to_contain_text("Approved")
    expect(page.get_by_role("region", name="Selected expenses")).to_have_count(0)
    page.get_by_role("searchbox", name="Search").fill("nobody sells this")
    expect(page.get_by_role("heading", name="Nothing is found")).to_be_visible()


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_reports_number_leads_to_its_expenses(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/reports?by=merchant&from=2026-01&to=2026-12")
    expect(page.get_by_role("row")).to_have_count(4)
    page.get_by_role("row", name=re.compile("PAPER WORLD")).get_by_role("link").press("Enter")
    expect(page.get_by_role("list", name="Expenses").get_by_role("listitem")).to_have_count(1)
    page.goto("/reports?by=merchant&from=2026-02-14&to=2026-02-14")
    expect(page.get_by_label("From")).to_have_value("2026-02-14")
    expect(page.get_by_role("row")).to_have_count(4)
    page.goto("/reports?by=merchant&from=2026-02-15&to=2026-12")
    expect(page.get_by_role("heading", name="There is nothing to report")).to_be_visible()
    page.goto("/reports")
    page.get_by_role("link", name="What is missing").press("Enter")
    page.get_by_role("row", name=re.compile("Category")).get_by_role("link", name="2").press("Enter")
    expect(page.get_by_role("list", name="Expenses").get_by_role("listitem")).to_have_count(2)
