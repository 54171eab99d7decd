"""Settings → Categories and rules, Merchants; proposals: from an account without categories, by
keyboard.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.expense_table import expense_rows
from tests.browser.settings_page import open_settings
from tests.support.running_stack import RunningStack

WIDTHS = pytest.mark.parametrize("width", [375, 1280])
_EXPENSES = """
    INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
                      next_safe_action, created_at, updated_at)
    SELECT 'run_' || ids.value || '{account}', '{account}', 'receipt', 1,
        'rec_' || ids.value || '{account}',
      'notified', 'complete', 'none', '2026-03-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'
    FROM json_each('{numbers}') ids;
    INSERT INTO receipts (id, account_id, sha256, media_type, size, file_name, run_id, uploaded_by,
                          created_at)
    SELECT 'rec_' || ids.value || '{account}', '{account}', ids.value, 'image/jpeg', 3, 'photo.jpg',
      'run_' || ids.value || '{account}', '{user}', '2026-03-01T00:00:00.000Z'
    FROM json_each('{numbers}') ids;
    INSERT INTO expenses (id, account_id, receipt_id, merchant, date, total_minor, currency,
        category,
                          category_by, duplicate_key, created_at)
    SELECT 'exp_' || ids.value || '{account}', '{account}', 'rec_' || ids.value || '{account}',
      '{merchant}', '2026-03-0' || ids.value, 1000 + ids.value, 'MYR', {category},
      {chosen_by}, '{key}|2026-03-0' || ids.value || '|MYR|' || (1000 + ids.value),
          '2026-03-01T00:00:00.000Z'
    FROM json_each('{numbers}') ids;
"""


def account_of(stack: RunningStack) -> str:
    """The id of a test's own account."""
    return f"acc_{stack.token.removeprefix('till_')}"


def add(
    stack: RunningStack, merchant: str, key: str, numbers: list[int], category: str | None = None
) -> None:
    """Expenses that are there already; `numbers` are days of March, too."""
    user = f"usr_{stack.token.removeprefix('till_')}"
    stack.d1(
        _EXPENSES.format(
            account=account_of(stack),
            user=user,
            merchant=merchant,
            key=key,
            numbers=numbers,
            category="NULL" if category is None else f"'{category}'",
            chosen_by="NULL" if category is None else f"'user:{user}'",
        )
    )


@WIDTHS
@pytest.mark.essential(only="1280")
def test_a_set_is_taken_a_rule_is_made_tried_applied_and_undone(
    page: Page, stack: RunningStack, width: int
) -> None:
    add(stack, "TEO HENG", "teoheng", [1, 2, 3])
    page.set_viewport_size({"width": width, "height": 800})
    settings = open_settings(page, width)
    settings.get_by_role("link", name="Categories and rules").press("Enter")
    expect(page.get_by_role("heading", name="Categories and rules")).to_be_focused()
    page.get_by_label("Account numbers").select_option("skr03")
    page.get_by_role("button", name="Use this set").press("Enter")
    expect(page.get_by_role("listitem").filter(has_text="Office supplies")).to_contain_text(
        "account 4930"
    )
    page.get_by_role("button", name="New rule …").press("Enter")
    page.get_by_label("From the merchant").fill("Teo Heng")
    page.get_by_role("button", name="Add the rule").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Say what the rule gives")
    page.get_by_label("Category", exact=True).fill("Office supplies")
    page.get_by_role("button", name="Try the rule").press("Enter")
    expect(page.get_by_role("status").filter(has_text="3 match, 3 would change")).to_be_visible()
    page.get_by_role("button", name="Add the rule").press("Enter")
    expect(page.get_by_role("listitem").filter(has_text="from Teo Heng")).to_be_visible()
    page.get_by_role("button", name="What would the rules change?").press("Enter")
    page.get_by_role("button", name="Apply to 3 expenses").press("Enter")
    expect(page.get_by_text("3 expenses changed.").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "the page scrolls sideways"
    )
    page.get_by_role("button", name="Undo", exact=True).first.press("Enter")
    expect(page.get_by_text("Undone: 3 expenses restored.").first).to_be_visible()
    rows = stack.d1(f"SELECT category FROM expenses WHERE account_id = '{account_of(stack)}'")
    assert {row["category"] for row in rows} == {None}


def test_a_category_is_renamed_and_merged(page: Page, stack: RunningStack) -> None:
    add(stack, "TEO HENG", "teoheng", [1, 2], "Meals")
    add(stack, "Shell", "shell", [3], "Fuel")
    page.goto("/settings/categories")
    page.get_by_role("button", name="Edit Meals").press("Enter")
    page.get_by_label("Name", exact=True).fill("Fuel")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("There is a category of this name")
    page.get_by_label("Name", exact=True).fill("Meals")
    page.get_by_label("Merge into").select_option(label="Fuel")
    page.get_by_role("button", name="Merge the categories").press("Enter")
    expect(page.get_by_text("2 expenses changed.").first).to_be_visible()
    expect(page.get_by_role("button", name="Edit Meals")).to_be_hidden()
    expect(page.get_by_role("listitem").filter(has_text="Fuel")).to_contain_text("3 expenses")


def test_merchants_are_merged_and_told_apart_again(page: Page, stack: RunningStack) -> None:
    add(stack, "TEO HENG", "teoheng", [1, 2])
    add(stack, "Teo Heng Books", "teohengbooks", [3])
    page.goto("/settings/merchants")
    for name in ("TEO HENG 2", "Teo Heng Books"):
        page.get_by_role("checkbox", name=re.compile(f"^{name}")).press("Space")
    page.get_by_label("All of them are called").fill("Teo Heng")
    page.get_by_role("button", name="Merge 2 merchants").press("Enter")
    expect(page.get_by_text("3 expenses changed.").first).to_be_visible()
    expect(page.get_by_role("checkbox", name=re.compile("^Teo Heng 3 expenses"))).to_be_visible()
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_role("checkbox", name=re.compile("^TEO HENG 2 expenses"))).to_be_visible()


@WIDTHS
def test_what_is_always_so_is_proposed_above_the_expenses(
    page: Page, stack: RunningStack, width: int
) -> None:
    add(stack, "TEO HENG", "teoheng", [1, 2], "Office")
    add(stack, "TEO HENG", "teoheng", [3, 4, 5])
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/expenses")
    proposal = page.get_by_role("region", name="Proposal")
    expect(proposal).to_contain_text(
        "TEO HENG is always Office (2 of 2). Apply it to the 3 others?"
    )
    proposal.get_by_role("button", name="Apply", exact=True).press("Enter")
    expect(page.get_by_text("3 expenses changed.").first).to_be_visible()
    expect(expense_rows(page).filter(has_text="Office")).to_have_count(5)
    expect(proposal).to_be_hidden()
