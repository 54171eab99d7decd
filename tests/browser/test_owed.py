"""What is owed to people on the page: chosen, paid by a file for the bank or by hand, taken back,
and owed again.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import findings
from tests.browser.test_fifty_files import held_back
from tests.support.expenses import Given, id_of, sql_of
from tests.support.running_stack import RunningStack, wait_until

ACCOUNT = "acc_first"
IBAN = "DE02 1203 0000 0000 2020 51"


@pytest.fixture
def stack(running_stack: RunningStack) -> Iterator[RunningStack]:
    """As the account that pays: one of a deployment does. An approver is owed three expenses."""
    given = [
        Given(9000 + number, merchant=f"Owed Cafe {number}", total_minor=1000 * number)
        for number in (1, 2, 3)
    ]
    running_stack.d1("DELETE FROM payout_limits WHERE account_id = 'acc_first'")
    running_stack.d1(
        "INSERT OR IGNORE INTO users (id, account_id, name, created_at) "
        "VALUES ('usr_owed', 'acc_first', 'Olga Owed', '')"
    )
    for each in given:
        running_stack.d1(sql_of(ACCOUNT, each))
    ids = ", ".join(f"'{id_of(ACCOUNT, each)}'" for each in given)
    running_stack.d1(
        "UPDATE expenses SET status = 'approved', paid_by = 'employee', person = 'usr_owed' "
        f"WHERE id IN ({ids})"
    )
    yield running_stack
    # Of this test.
    running_stack.d1(f"UPDATE expenses SET status = 'voided' WHERE id IN ({ids})")


def test_what_is_owed_is_paid_by_file_and_by_hand(page: Page, stack: RunningStack) -> None:
    with stack.client() as client:
        body = {"name": "Olga Owed", "iban": IBAN, "person": "usr_owed"}
        client.post("/api/payees", json=body).raise_for_status()
    held = held_back(page, "**/api/payment-ways")
    page.goto("/payouts")
    person = (
        page.get_by_role("list", name="Owed to people")
        .get_by_role("listitem")
        .filter(has_text="Olga Owed")
    )
    expect(person).to_contain_text("€60.00")
    page.get_by_role("button", name="Olga Owed").click()
    expect(
        page.get_by_role("list", name="Expenses of Olga Owed").get_by_role("listitem")
    ).to_have_count(3)
    page.get_by_role("checkbox", name="Pay Owed Cafe 2").check()
    page.get_by_role("checkbox", name="Pay Owed Cafe 3").check()
    expect(page.get_by_role("region", name="Selected for payment")).to_contain_text(
        "2 expenses selected: €50.00"
    )
    assert findings(page) == []
    _picture(page, "owed")
    # What is paid by is not chosen before all ways are known: it would be another one then.
    expect(page.get_by_role("button", name="Pay…")).to_be_disabled()
    held[0].continue_()
    # By a file for the bank: it is confirmed before, and waits for the file then.
    page.get_by_role("button", name="Pay…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Continue").click()
    expect(dialog).to_contain_text("DE02…2051")
    expect(dialog).to_contain_text("Owed Cafe 3")
    assert findings(page) == []
    _picture(page, "owed-check")
    dialog.get_by_role("button", name="Pay €50.00").click()
    expect(dialog).to_have_count(0)
    expect(person).to_contain_text("€50.00 is being paid")
    payout = (
        page.get_by_role("list", name="Payouts")
        .get_by_role("listitem")
        .filter(has_text="Olga Owed")
        .first
    )
    expect(payout).to_contain_text("waits for a file for the bank", timeout=20_000)
    payout.get_by_role("button", name="Make the file: Olga Owed").click()
    files = page.get_by_role("list", name="Files for the bank")
    file = files.get_by_role("listitem").filter(has_text="€50.00")
    file.get_by_role("button", name="Mark as paid or rejected").click()
    dialog.get_by_role("button", name="Save").click()
    wait_until(lambda: _standing(stack, 3) == "paid", "the expense to be paid")
    page.get_by_role("button", name="Refresh").click()
    expect(payout).to_contain_text("paid, and in the books")
    _pay_by_hand_and_take_back(page, stack)
    expect(person).to_contain_text("€10.00")
    wait_until(lambda: _standing(stack, 1) == "owed", "the expense to be owed again")
    page.set_viewport_size({"width": 375, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "the page scrolls sideways"
    )
    assert findings(page) == []
    _picture(page, "owed-phone")


def _pay_by_hand_and_take_back(page: Page, stack: RunningStack) -> None:
    """What is left of it is owed again then."""
    dialog = page.get_by_role("dialog")
    page.get_by_role("checkbox", name="Pay Olga Owed").check()
    page.get_by_role("button", name="Pay…").click()
    dialog.get_by_label("Pay by").select_option("hand")
    dialog.get_by_role("button", name="Continue").click()
    expect(dialog).to_contain_text("Paid by hand on")
    dialog.get_by_role("button", name="Record €10.00 as paid").click()
    expect(dialog).to_have_count(0)
    wait_until(lambda: _standing(stack, 1) == "paid", "the expense to be paid by hand")
    page.get_by_role("button", name="Refresh").click()
    page.get_by_role("button", name="Undo: Olga Owed").first.click()
    dialog.get_by_label("Reason").fill("The envelope was not handed over")
    _picture(page, "owed-undo")
    dialog.get_by_role("button", name="Undo the payment").click()
    expect(dialog).to_have_count(0)


def _standing(stack: RunningStack, number: int) -> str:
    with stack.client() as client:
        asked = {"expense": id_of(ACCOUNT, Given(9000 + number))}
        [found] = client.get("/api/owed/expenses", params=asked).json()["items"]
    return found["standing"]


def _picture(page: Page, name: str) -> None:
    """For whoever looks at the page: SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
