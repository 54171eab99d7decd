"""Settings → Approval policies, the approval of an expense, and duplicates side by side, by
keyboard.
"""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.settings_page import open_settings
from tests.browser.test_fifty_files import held_back
from tests.browser.test_sorting import WIDTHS, account_of, add
from tests.support.running_stack import RunningStack


@WIDTHS
@pytest.mark.essential(only="1280")
def test_a_policy_hinders_who_handed_it_in_and_says_why(
    page: Page, stack: RunningStack, width: int
) -> None:
    add(stack, "TEO HENG", "teoheng", [1])
    stack.d1(
        "UPDATE expenses SET person = (SELECT uploaded_by FROM receipts "
        "WHERE receipts.id = receipt_id)"
    )
    page.set_viewport_size({"width": width, "height": 800})
    settings = open_settings(page, width)
    settings.get_by_role("link", name="Approval policies").press("Enter")
    page.get_by_role("button", name="New policy …").press("Enter")
    page.get_by_label("Name", exact=True).fill("Above 10")
    page.get_by_label("Only above the amount").fill("10")
    page.get_by_role("button", name="Add the policy").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Name an amount and its currency")
    page.get_by_label("In the currency").fill("MYR")
    page.get_by_role("button", name="Add the policy").press("Enter")
    expect(page.get_by_role("list", name="Policies")).to_contain_text("Above 10")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "the page scrolls sideways"
    )
    page.goto(f"/expenses/exp_1{account_of(stack)}")
    approval = page.get_by_role("region", name="Approval")
    expect(approval).to_contain_text(
        "it needs approval by someone other than the person who handed it in"
    )
    expect(approval.get_by_role("button", name="Approve")).to_be_disabled()
    page.goto("/settings/policies")
    page.get_by_role("button", name="Delete Above 10").press("Enter")
    expect(page.get_by_role("heading", name="There is no policy")).to_be_visible()
    page.goto(f"/expenses/exp_1{account_of(stack)}")
    approval.get_by_role("button", name="Approve").press("Enter")
    expect(approval).to_contain_text("Approved by")
    approval.get_by_role("button", name="Take the approval back").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Take the approval back").press("Enter")
    expect(approval.get_by_role("button", name="Approve")).to_be_enabled()
    approval.get_by_role("button", name="Send back …").press("Enter")
    approval.get_by_label("Why do you send it back?").fill("Whose lunch?")
    approval.get_by_role("button", name="Send back", exact=True).press("Enter")
    expect(approval).to_contain_text("Sent back by")


def test_an_approval_is_taken_back_before_the_page_has_heard_of_it(
    page: Page, stack: RunningStack
) -> None:
    add(stack, "TEO HENG", "teoheng", [1])
    expense = f"exp_1{account_of(stack)}"
    page.goto(f"/expenses/{expense}")
    assert _approve_and_take_back_unheard(page, expense)


_OF_BEN = """
  INSERT INTO users (id, account_id, name, created_at) VALUES ('{ben}', '{account}', 'Ben', '');
  UPDATE expenses SET person = '{ben}' WHERE account_id = '{account}';
"""


def _approve_and_take_back_unheard(page: Page, expense: str) -> list[Route]:
    """Of an expense that its page shows as it was before both: it hears of neither."""
    approval = page.get_by_role("region", name="Approval")
    expect(approval.get_by_role("button", name="Approve")).to_be_enabled()
    held = held_back(page, f"**/api/expenses/{expense}")
    approval.get_by_role("button", name="Approve").click()
    expect(approval).to_contain_text("Approved by")
    approval.get_by_role("button", name="Take the approval back").click()
    page.get_by_role("dialog").get_by_role("button", name="Take the approval back").click()
    expect(approval.get_by_role("button", name="Approve")).to_be_visible()
    return held


def test_an_expense_is_rejected_before_the_page_has_heard_of_own_decisions(
    page: Page, stack: RunningStack
) -> None:
    add(stack, "TEO HENG", "teoheng", [1])
    account = account_of(stack)
    ben = f"usr_ben_{account}"
    stack.d1(_OF_BEN.format(account=account, ben=ben))
    page.goto(f"/expenses/exp_1{account}")
    held = _approve_and_take_back_unheard(page, f"exp_1{account}")
    approval = page.get_by_role("region", name="Approval")
    approval.get_by_role("button", name="Reject …").click()
    approval.get_by_label("Why is it rejected?").fill("It was private")
    approval.get_by_role("button", name="Reject the expense").click()
    expect(approval).to_have_count(0)
    assert held


def test_an_expense_is_voided_before_the_page_has_heard_of_own_decisions(
    page: Page, stack: RunningStack
) -> None:
    add(stack, "TEO HENG", "teoheng", [1])
    expense = f"exp_1{account_of(stack)}"
    page.goto(f"/expenses/{expense}")
    held = _approve_and_take_back_unheard(page, expense)
    status = page.get_by_role("region", name="Status")
    status.get_by_role("button", name="Void …").click()
    status.get_by_label("Why").fill("It was private")
    status.get_by_role("button", name="Void the expense").click()
    expect(status).to_contain_text("It counts nowhere")
    assert held


def test_an_approved_duplicate_is_reopened_and_voided(page: Page, stack: RunningStack) -> None:
    add(stack, "TEO HENG", "teoheng", [1, 2])
    own = f"account_id = '{account_of(stack)}'"
    stack.d1(f"UPDATE expenses SET total_minor = 1000 WHERE {own}")
    # Who approves sees it, and so do Home and the menu.
    page.goto("/approvals")
    expect(
        page.get_by_text("May be the same purchase as TEO HENG, 2 Mar 2026, MYR 10.00.")
    ).to_be_visible()
    page.goto("/home")
    page.get_by_role("link", name="1 possible duplicate to settle").click()
    expect(page.get_by_role("link", name="Duplicates 1")).to_be_visible()
    stack.d1(f"UPDATE expenses SET status = 'approved' WHERE {own}")
    page.reload()
    page.get_by_role("button", name="Reopen 2 Mar 2026 and void it").click()
    expect(page.get_by_text("They are one.")).to_be_visible()
    statuses = stack.d1(f"SELECT status FROM expenses WHERE {own} ORDER BY date")
    assert [row["status"] for row in statuses] == ["approved", "voided"]


def test_what_may_be_a_duplicate_says_so_before_it_is_approved(
    page: Page, stack: RunningStack
) -> None:
    add(stack, "TEO HENG", "teoheng", [1, 2, 3])
    add(stack, "GREEN GARDEN", "greengarden", [4, 5])
    own = f"account_id = '{account_of(stack)}'"
    stack.d1(f"UPDATE expenses SET total_minor = 1000 WHERE {own} AND date <> '2026-03-03'")
    page.goto(f"/expenses/exp_3{account_of(stack)}")
    approval = page.get_by_role("region", name="Approval")
    expect(approval.get_by_role("button", name="Approve")).to_be_enabled()
    expect(approval).not_to_contain_text("May be the same purchase")
    page.goto(f"/expenses/exp_1{account_of(stack)}")
    twin = "May be the same purchase as TEO HENG, 2 Mar 2026, MYR 10.00."
    expect(approval).to_contain_text(twin)
    approval.get_by_role("link", name="Compare").click()
    pairs = page.get_by_role("list", name="Pairs that may be one").get_by_role("region")
    expect(pairs).to_have_count(1)
    pairs.get_by_role("button", name="Not duplicates").click()
    expect(pairs).to_have_count(0)
    page.get_by_role("link", name="Show all pairs").click()
    expect(pairs).to_have_count(1)
    page.goto(f"/expenses/exp_1{account_of(stack)}")
    expect(approval.get_by_role("button", name="Approve")).to_be_enabled()
    expect(approval).not_to_contain_text("May be the same purchase")


@WIDTHS
@pytest.mark.essential(only="1280")
def test_duplicates_stand_side_by_side_and_are_decided_once(
    page: Page, stack: RunningStack, width: int
) -> None:
    add(stack, "TEO HENG", "teoheng", [1, 2, 3])
    account = account_of(stack)
    stack.d1(f"UPDATE expenses SET total_minor = 1000 WHERE account_id = '{account}'")

    # The third has no small picture, as a PDF has none.
    page.route(
        re.compile("/api/receipts/rec_[12]"),
        lambda route: route.fulfill(content_type="image/svg+xml", body=_SQUARE),
    )
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/duplicates")
    pairs = page.get_by_role("list", name="Pairs that may be one").get_by_role("region")
    expect(pairs).to_have_count(3)
    expect(pairs.last.get_by_role("img")).to_have_count(2)
    expect(pairs.first.get_by_role("img")).to_have_count(1)
    expect(pairs.first.get_by_role("link", name="Open its document")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "the page scrolls sideways"
    )
    pairs.first.get_by_role("button", name="Not duplicates").press("Enter")
    expect(pairs).to_have_count(2)
    pairs.first.get_by_role("button", name=re.compile("^Keep ")).first.press("Enter")
    expect(pairs).to_have_count(1)
    [kept] = stack.d1(
        f"SELECT kept_id FROM duplicate_verdicts WHERE account_id = '{account}' AND kept_id "
        "IS NOT NULL"
    )
    page.goto(f"/expenses/{kept['kept_id']}")
    expect(page.get_by_role("region", name="Merged into it")).to_contain_text(".")


_SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="90"><rect width="60" '
    'height="90"/></svg>'
)
