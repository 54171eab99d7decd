"""Exports, from what a list found to the record of what was in it; profiles; closed days and what
is late of them.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.expense_table import expense_rows, selected
from tests.browser.test_sorting import account_of, add
from tests.support.running_stack import RunningStack

WIDTHS = pytest.mark.parametrize("width", [375, 1280])


@WIDTHS
def test_what_the_list_found_is_handed_on_and_its_record_leads_back(
    page: Page, stack: RunningStack, width: int
) -> None:
    add(stack, "TEO HENG", "teoheng", [1, 2], "Office")
    add(stack, "GREEN GARDEN", "greengarden", [3])
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/expenses?category=Office&from=2026-03")
    expect(expense_rows(page)).to_have_count(2)
    page.get_by_label("Select all shown").press("Space")
    page.keyboard.press("Escape")
    expect(selected(page)).to_have_count(0)
    page.get_by_label("Select all shown").press("Space")
    selected(page).get_by_role("link", name="Export …").press("Enter")
    expect(page.get_by_text("2 expenses selected")).to_be_visible()
    expect(page.get_by_text("2 expenses in it.")).to_be_visible()
    page.goto("/exports?from=2026-03&category=Office")
    expect(page.get_by_text("2 expenses in it.")).to_be_visible()
    expect(page.get_by_text("20.03", exact=False)).to_be_visible()
    expect(page.get_by_role("textbox", name="From")).to_have_value("01/03/2026")
    page.get_by_role("textbox", name="From").fill("no day")
    expect(page.get_by_role("alert")).to_contain_text("is no day")
    page.get_by_role("textbox", name="From").fill("2.3.2026")
    expect(page.get_by_text("1 expense in it.")).to_be_visible()
    page.get_by_role("textbox", name="From").fill("1.3.2026")
    expect(page.get_by_text("2 expenses in it.")).to_be_visible()
    page.get_by_role("button", name="Export", exact=True).press("Enter")
    files = page.get_by_role("list", name="Files", exact=True)
    file = files.get_by_role("listitem").filter(has_text="expenses_2026-03-01")
    expect(file).to_contain_text("CSV · 2 expenses · MYR 20.03")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    file.get_by_role("link", name="Contents").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("expenses_2026-03-01")
    expect(page.get_by_text("Category: Office")).to_be_visible()
    lines = page.get_by_role("list", name="Contents").get_by_role("listitem")
    expect(lines).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    lines.first.get_by_role("link", name=re.compile("TEO HENG")).press("Enter")
    expect(page).to_have_url(re.compile(r"/expenses/exp_1acc_"))


@WIDTHS
def test_a_profile_with_its_columns_and_codes_is_made_edited_and_deleted(
    page: Page, stack: RunningStack, width: int
) -> None:
    add(stack, "TEO HENG", "teoheng", [1], "Office")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/exports")
    page.get_by_role("button", name="New profile for").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Sheet")
    dialog.get_by_label("Format", exact=True).select_option("csv")
    dialog.get_by_label("Decimal mark").select_option(",")
    dialog.get_by_text("Columns: all 37").press("Enter")
    columns = dialog.get_by_role("list", name="Columns").get_by_role("listitem")
    dialog.get_by_role("button", name="Move Merchant up").press("Enter")
    expect(dialog.get_by_role("button", name="Move Merchant down")).to_be_focused()
    expect(columns.first).to_contain_text("Merchant")
    for _ in range(34):
        columns.nth(3).get_by_role("button", name="out").press("Enter")
    expect(columns).to_have_count(3)
    dialog.get_by_label("Add a column").select_option("Account")
    dialog.get_by_text("Codes of 1 category").press("Enter")
    dialog.get_by_label("Account of Office").fill("!")
    dialog.get_by_role("button", name="Save").press("Enter")
    expect(dialog.get_by_role("alert").first).to_be_visible()
    expect(dialog.get_by_label("Account of Office")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("Account of Office").fill("4930")
    dialog.get_by_label("Between columns").select_option(";")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    dialog.get_by_role("button", name="Save").press("Enter")
    expect(dialog).to_be_hidden()
    page.get_by_label("Month of the expenses").fill("2026-03")
    page.get_by_label("Format").select_option("Sheet (CSV)")
    page.get_by_role("button", name="Export", exact=True).press("Enter")
    assert (
        _content(page) == "Merchant;Date;Registered name;Account\r\nTEO HENG;2026-03-01;;4930\r\n"
    )
    # The next one has what is new, as none of DATEV's repeats an earlier one.
    expect(page.get_by_label("Only changes since the last export")).to_be_checked()
    expect(page.get_by_text("Nothing is new: the file would be empty.")).to_be_visible()
    page.get_by_role("button", name="Edit Sheet").press("Enter")
    dialog.get_by_text("Columns: 4, as chosen").press("Enter")
    expect(columns).to_have_count(4)
    dialog.get_by_role("button", name="Leave Registered name out").press("Enter")
    dialog.get_by_label("Name", exact=True).fill("Sheet of three")
    dialog.get_by_label("Name", exact=True).press("Enter")
    kept = page.get_by_role("list", name="Profiles")
    expect(kept).to_contain_text("Sheet of three")
    expect(kept).to_contain_text("1 export")
    page.get_by_role("button", name="Delete Sheet of three").press("Enter")
    page.get_by_role("button", name="Delete the profile").press("Enter")
    expect(kept).to_be_hidden()


def _content(page: Page) -> str:
    with page.expect_download() as download:
        page.get_by_role("list", name="Files", exact=True).get_by_role(
            "link", name=re.compile("Download .*: expenses_")
        ).first.click()
    return Path(download.value.path()).read_bytes().decode("utf-8-sig")


@WIDTHS
def test_days_are_closed_and_what_is_late_is_named(
    page: Page, stack: RunningStack, width: int
) -> None:
    add(stack, "TEO HENG", "teoheng", [1, 2])
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/exports")
    page.get_by_role("button", name="Close a month").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Days").select_option("days")
    dialog.get_by_role("textbox", name="From").fill("2026-03-03")
    dialog.get_by_role("textbox", name="To").fill("2026-03-01")
    dialog.get_by_role("textbox", name="To").press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("It is before the first day")
    dialog.get_by_role("textbox", name="From").fill("2026-03-01")
    dialog.get_by_role("textbox", name="To").fill("2026-03-02")
    # What is missing stands there before, and leads to its expenses.
    expect(dialog.get_by_role("link", name="2 expenses are not approved")).to_be_visible()
    expect(dialog.get_by_role("link", name="2 expenses have no category")).to_be_visible()
    dialog.get_by_role("textbox", name="To").press("Enter")
    expect(page.get_by_text(re.compile(r"^1 Mar 2026 . 2 Mar 2026 is closed\.$"))).to_be_visible()
    expect(page.get_by_text("Nothing was exported yet")).to_be_visible()
    periods = page.get_by_role("list", name="Closed periods")
    expect(periods).to_contain_text("Nothing came since")
    with stack.client() as client:
        client.post(
            f"/api/expenses/exp_1{account_of(stack)}/void", json={"reason": "paid twice"}
        ).raise_for_status()
    page.reload()
    expect(periods).to_contain_text("1 expense came or changed since")
    page.get_by_role("button", name="What came since").press("Enter")
    late = page.get_by_role("list", name="What came since")
    expect(late.get_by_role("link", name=re.compile("TEO HENG"))).to_contain_text("Was voided")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    periods.get_by_role("link", name="Contents").press("Enter")
    expect(page.get_by_role("list", name="Contents").get_by_role("listitem")).to_have_count(2)
    page.go_back()
    page.get_by_role("button", name="Open again").press("Enter")
    page.get_by_role("button", name="Open it").press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("Say why")
    dialog.get_by_label("Why").fill("an invoice was missing")
    dialog.get_by_label("Why").press("Enter")
    expect(periods).to_contain_text("Opened again: an invoice was missing")


def test_what_came_since_is_said_to_be_exported_as_soon_as_it_is(
    page: Page, stack: RunningStack
) -> None:
    add(stack, "TEO HENG", "teoheng", [1, 2])
    stack.ask(
        "/api/closed-periods", **{"from": "2026-03-01", "to": "2026-03-31"}
    ).raise_for_status()
    page.goto("/exports")
    periods = page.get_by_role("list", name="Closed periods")
    expect(periods).to_contain_text("Nothing came since")
    add(stack, "GREEN GARDEN", "greengarden", [3])
    page.reload()
    expect(periods).to_contain_text("for the next export of only what is new")
    page.get_by_label("Days").select_option("all")
    page.get_by_label("Only changes since the last export").check()
    page.get_by_role("button", name="Export", exact=True).click()
    expect(periods).to_contain_text("1 expense came or changed since: exported")


@WIDTHS
def test_an_export_is_made_by_time(page: Page, stack: RunningStack, width: int) -> None:
    """By keyboard: made, refused for want of expenses, run now for all days, paused, deleted."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/exports")
    page.get_by_role("button", name="New scheduled export").press("Enter")
    dialog = page.get_by_role("dialog", name="New scheduled export")
    dialog.get_by_label("Name").fill("Bookkeeper")
    expect(dialog.get_by_role("status")).to_contain_text("Next: ")
    dialog.get_by_label("Time zone").fill("Europe/Atlantis")
    dialog.get_by_label("At", exact=True).press("Enter")
    expect(dialog.get_by_text("There is no time zone")).to_be_visible()
    dialog.get_by_label("Time zone").fill("Europe/Berlin")
    dialog.get_by_label("Expenses of").select_option("All days")
    dialog.get_by_label("At", exact=True).press("Enter")
    expect(dialog).to_be_hidden()
    line = page.get_by_role("list", name="Scheduled exports").get_by_role("listitem")
    expect(line).to_contain_text("CSV · All days · next on")
    page.get_by_role("button", name="Run now: Bookkeeper").press("Enter")
    expect(page.get_by_text("There was nothing to hand on")).to_be_visible()
    add(stack, "TEO HENG", "teoheng", [1], "Office")
    page.get_by_role("button", name="Run now: Bookkeeper").press("Enter")
    files = page.get_by_role("list", name="Files", exact=True).get_by_role("listitem")
    expect(files.first).to_contain_text("1 expense")
    page.get_by_role("button", name="Pause Bookkeeper").press("Enter")
    expect(line).to_contain_text("paused")
    expect(page.get_by_role("button", name="Resume Bookkeeper")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Delete Bookkeeper").press("Enter")
    page.get_by_role("button", name="Delete it").press("Enter")
    expect(line).to_have_count(0)
