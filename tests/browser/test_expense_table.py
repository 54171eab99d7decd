"""The table of expenses: worked in by mouse, and by keyboard alone; long, on a phone, and looked
over by axe.
"""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.expense_table import expense_rows, selected
from tests.browser.test_accessibility import draw, findings
from tests.browser.test_sorting import account_of, add
from tests.support.running_stack import RunningStack

_PROPOSED = """
    UPDATE expenses SET version = version + 1, proposed_category =
      '{"category": "Meals", "source": "merchant", "reason": "CAFE is in the name.", "score": 0.9}'
    WHERE id = 'exp_%s%s'
"""


@pytest.fixture
def five(stack: RunningStack) -> str:
    """Five expenses of March, the last two without a category; of the fourth one is proposed."""
    add(stack, "TEO HENG", "teoheng", [1, 2, 3], "Office")
    add(stack, "GREEN GARDEN CAFE", "greengarden", [4, 5])
    account = account_of(stack)
    stack.d1(_PROPOSED % (4, account))
    return account


@pytest.mark.usefixtures("five")
def test_a_category_that_was_set_is_taken_back(page: Page) -> None:
    page.goto("/expenses")
    first = expense_rows(page).first
    first.get_by_role("button", name="Category of GREEN GARDEN CAFE: No category").click()
    choice = page.get_by_role("dialog", name="Category of GREEN GARDEN CAFE")
    choice.get_by_label("Category").fill("Meals")
    choice.get_by_role("button", name="Set").click()
    expect(first).to_contain_text("Meals")
    page.get_by_role("button", name="Undo").click()
    expect(
        first.get_by_role("button", name="Category of GREEN GARDEN CAFE: No category")
    ).to_be_visible()


@pytest.mark.usefixtures("five")
def test_a_day_is_worked_by_mouse(page: Page) -> None:
    page.goto("/expenses")
    rows = expense_rows(page)
    expect(rows).to_have_count(5)
    # In place.
    rows.first.get_by_role("button", name="Category of GREEN GARDEN CAFE: No category").click()
    choice = page.get_by_role("dialog", name="Category of GREEN GARDEN CAFE")
    choice.get_by_label("Category").fill("Meals")
    choice.get_by_role("button", name="Set").click()
    expect(choice).to_have_count(0)
    expect(rows.first).to_contain_text("Meals")
    rows.nth(1).get_by_role("button", name="Proposed: Meals?").click()
    choice.get_by_role("button", name="Take Meals").click()
    expect(
        rows.nth(1).get_by_role("button", name="Category of GREEN GARDEN CAFE: Meals")
    ).to_be_visible()
    # What is done with one.
    rows.first.hover()
    rows.first.get_by_role("button", name="Approve GREEN GARDEN CAFE").click()
    expect(rows.first).to_contain_text("Approved")
    # A range, and all of it.
    rows.nth(1).get_by_role("checkbox").click()
    rows.nth(3).get_by_role("checkbox").click(modifiers=["Shift"])
    expect(selected(page)).to_contain_text("3 expenses selectedMYR 30.09Select all 5 found")
    selected(page).get_by_role("button", name="Paid by …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Paid by").select_option("employee")
    expect(dialog.get_by_role("status")).to_contain_text("3 expenses will be changed.")
    dialog.get_by_role("button", name="Set who paid").click()
    expect(page.get_by_text("Payer of 3 expenses set.")).to_be_visible()
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("checkbox", name="Paid by").check()
    page.get_by_role("checkbox", name="Person").uncheck()
    page.keyboard.press("Escape")
    expect(page.get_by_role("columnheader", name="Person")).to_have_count(0)
    expect(rows.filter(has_text="I myself")).to_have_count(3)
    page.reload()
    expect(page.get_by_role("columnheader", name="Paid by")).to_be_visible()
    page.get_by_role("button", name="Amount").click()
    expect(page.get_by_role("columnheader", name="Amount")).to_have_attribute(
        "aria-sort", "descending"
    )
    expect(page).to_have_url(re.compile("sort=-total"))
    rows.first.get_by_role("checkbox").check()
    selected(page).get_by_role("button", name="Select all 5 found").click()
    expect(selected(page)).to_contain_text("5 expenses selected")
    rows.last.get_by_role("checkbox").uncheck()
    expect(selected(page)).to_contain_text("4 expenses selected")
    page.get_by_role("navigation", name="Tabs of the table").get_by_role(
        "link", name="To approve"
    ).click()
    expect(rows).to_have_count(4)
    rows.first.get_by_role("checkbox").check()
    selected(page).get_by_role("link", name="Export …").click()
    expect(page.get_by_text("1 expense in it.")).to_be_visible()


@pytest.mark.usefixtures("five")
def test_a_day_is_worked_by_keyboard_alone(page: Page) -> None:
    page.goto("/expenses")
    rows = expense_rows(page)
    expect(rows).to_have_count(5)
    keys = page.keyboard
    keys.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text(
        "Take its proposed category"
    )
    keys.press("Escape")
    for key in "jj.":
        keys.press(key)
    expect(rows.nth(1)).to_contain_text("Meals")
    expect(rows.nth(1).get_by_role("link").first).to_be_focused()
    keys.press("k")
    keys.press("c")
    keys.type("Travel")
    keys.press("Enter")
    expect(rows.first).to_contain_text("Travel")
    expect(page.get_by_role("dialog")).to_have_count(0)
    keys.press("x")
    keys.press("Shift+J")
    expect(selected(page)).to_contain_text("2 expenses selected")
    keys.press("Escape")
    expect(selected(page)).to_have_count(0)
    keys.press("Shift+J")
    selected(page).get_by_role("button", name="Approve", exact=True).press("Enter")
    expect(page.get_by_text("2 expenses approved.")).to_be_visible()
    expect(rows.filter(has_text="Approved")).to_have_count(2)
    rows.first.get_by_role("link").first.focus()
    keys.press("Enter")
    expect(page).to_have_url(re.compile("/expenses/exp_5"))


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize("width", [375, 1280])
def test_axe_finds_nothing_in_it_while_it_is_worked_in(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/expenses")
    rows = expense_rows(page)
    expect(rows).to_have_count(5)

    def is_well() -> list[dict[str, Any]]:
        draw(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        return findings(page)

    rows.nth(1).get_by_role("checkbox").check()
    assert is_well() == []
    rows.nth(1).get_by_role("button", name="Category of").click()
    assert is_well() == []
    page.keyboard.press("Escape")
    page.get_by_role("combobox", name="Search").focus()
    expect(page.get_by_role("listbox", name="Completions")).to_be_visible()
    # What the list covers in part is no smaller for it.
    assert [each for each in is_well() if each["rule"] != "target-size"] == []
    if width == 375:
        sizes = rows.first.evaluate(
            "(row) => [...row.querySelectorAll('label')].map((it) => it.getBoundingClientRect())"
        )
        assert all(each["width"] >= 44 and each["height"] >= 44 for each in sizes)
