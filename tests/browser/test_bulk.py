"""Several expenses at once, from the list: chosen by keys and by hand, some and all that is found;
refused with a reason, taken back for ten seconds.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.expense_table import expense_rows, selected
from tests.browser.test_sorting import account_of, add
from tests.support.running_stack import RunningStack

WIDTHS = pytest.mark.parametrize("width", [375, 1280])


@WIDTHS
@pytest.mark.essential(only="375")
def test_expenses_are_chosen_by_keys_sorted_tagged_and_taken_back(
    page: Page, stack: RunningStack, width: int
) -> None:
    add(stack, "TEO HENG", "teoheng", [1, 2, 3])
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/expenses")
    expect(expense_rows(page)).to_have_count(3)
    page.keyboard.press("j")
    expect(expense_rows(page).first.get_by_role("link").first).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.press("x")
    page.keyboard.press("Shift+J")
    chosen = selected(page)
    expect(chosen).to_contain_text("2 expenses selected")
    expect(expense_rows(page).nth(1).get_by_role("link").first).to_be_focused()
    chosen.get_by_role("button", name="Category …").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Category").fill("Office")
    expect(dialog.get_by_role("status")).to_contain_text("2 expenses will be changed.")
    expect(dialog.get_by_role("status")).to_contain_text("TEO HENG")
    dialog.get_by_label("Category").press("Enter")
    expect(page.get_by_text("Category of 2 expenses set.")).to_be_visible()
    expect(chosen).to_contain_text("2 expenses selected")
    expect(expense_rows(page).filter(has_text="Office")).to_have_count(2)
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text("Undone: 2 expenses restored.")).to_be_visible()
    expect(expense_rows(page).filter(has_text="No category")).to_have_count(3)
    chosen.get_by_role("button", name="Select none").press("Enter")
    expect(chosen).to_be_hidden()
    expense_rows(page).first.get_by_role("checkbox").check()
    chosen.get_by_role("button", name="More to do with them").click()
    page.get_by_role("button", name="Tags …").click()
    dialog.get_by_role("button", name="Change the tags").press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("Name a tag")
    dialog.get_by_label("Add tags").fill("trip, Penang")
    expect(dialog.get_by_role("status")).to_contain_text("1 expense will be changed.")
    dialog.get_by_label("Add tags").press("Enter")
    expect(page.get_by_text("Tags of 1 expense changed.")).to_be_visible()
    if width > 700:
        page.get_by_role("button", name="Columns").click()
        page.get_by_role("checkbox", name="Tags").check()
        page.keyboard.press("Escape")
        expect(expense_rows(page).first).to_contain_text("#Penang #trip")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_enter_is_taken_while_the_expenses_are_counted(page: Page, stack: RunningStack) -> None:
    add(stack, "TEO HENG", "teoheng", [1, 2])
    page.goto("/expenses")
    expect(expense_rows(page)).to_have_count(2)
    page.keyboard.press("X")
    chosen = selected(page)
    chosen.get_by_role("button", name="More to do with them").click()
    page.get_by_role("button", name="Cost centre …").click()
    field = page.get_by_role("dialog").get_by_label("Cost centre")
    expect(field).to_be_focused()
    page.keyboard.type("K10")
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    expect(page.get_by_text("Cost centre of 2 expenses set.")).to_be_visible()
    own = f"account_id = '{account_of(stack)}'"
    assert stack.d1(f"SELECT DISTINCT cost_center FROM expenses WHERE {own}") == [
        {"cost_center": "K10"}
    ]


@WIDTHS
def test_all_that_is_found_is_voided_but_for_what_may_not(
    page: Page, stack: RunningStack, width: int
) -> None:
    add(stack, "TEO HENG", "teoheng", [1, 2, 3])
    add(stack, "GREEN GARDEN", "greengarden", [4])
    with stack.client() as client:
        expense_id = f"exp_2{account_of(stack)}"
        version = client.get(f"/api/expenses/{expense_id}").json()["version"]
        seen = {"ids": [expense_id], "versions": [version]}
        answer = client.post("/api/expenses/approve", json=seen)
        assert answer.json()["items"][0]["outcome"] == "done"
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/expenses?max=10.03")
    expect(expense_rows(page)).to_have_count(3)
    page.keyboard.press("X")
    chosen = selected(page)
    expect(chosen).to_contain_text("3 expenses selected")
    page.keyboard.press("s")
    expect(chosen.get_by_role("button").first).to_be_focused()
    chosen.get_by_role("button", name="More to do with them").press("Enter")
    page.get_by_role("button", name="Void …").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("status")).to_contain_text("2 expenses will be changed.")
    expect(dialog.get_by_role("status")).to_contain_text("1 expense not changed: It is approved")
    dialog.get_by_role("button", name="Void", exact=True).press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("Say in a few words why")
    dialog.get_by_label("Why").fill("paid twice")
    dialog.get_by_label("Why").press("Enter")
    left = page.get_by_role("region", name="Not changed")
    expect(left).to_contain_text("2 expenses voided. 1 expense not changed.")
    expect(left.get_by_role("link", name=re.compile("TEO HENG"))).to_contain_text(
        "take the approval back first"
    )
    expect(expense_rows(page)).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text("Undone: 2 expenses restored.")).to_be_visible()
    expect(expense_rows(page)).to_have_count(3)
    expect(left).to_be_hidden()
    page.goto("/settings/categories")
    expect(page.get_by_text("Undone: 2 expenses restored.")).to_be_visible()


def test_what_an_approval_locks_is_reopened_and_changed_in_the_same_dialogue(
    page: Page, stack: RunningStack
) -> None:
    add(stack, "TEO HENG", "teoheng", [1, 2])
    stack.d1(f"UPDATE expenses SET status = 'approved' WHERE account_id = '{account_of(stack)}'")
    page.goto("/expenses")
    expect(expense_rows(page)).to_have_count(2)
    page.keyboard.press("X")
    selected(page).get_by_role("button", name="Paid by …").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("status")).to_contain_text("No change for 2 expenses.")
    dialog.get_by_label("Paid by").select_option("employee")
    dialog.get_by_role("button", name="Reopen 2 expenses and set who paid").click()
    expect(page.get_by_text("Payer of 2 expenses set.")).to_be_visible()
    with stack.client() as client:
        items = client.get("/api/expenses").raise_for_status().json()["items"]
    assert {(each["status"], each["paidBy"]) for each in items} == {("ready", "employee")}


def test_what_a_closed_period_holds_is_refused_by_its_days_as_people_write_them(
    page: Page, stack: RunningStack
) -> None:
    add(stack, "TEO HENG", "teoheng", [1])
    stack.ask(
        "/api/closed-periods", **{"from": "2026-03-01", "to": "2026-03-31"}
    ).raise_for_status()
    page.goto("/expenses")
    expect(expense_rows(page)).to_have_count(1)
    expense_rows(page).first.get_by_role("checkbox").check()
    selected(page).get_by_role("button", name="More to do with them").click()
    page.get_by_role("button", name="Void …").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("status")).to_contain_text("1 expense not changed:")
    expect(dialog.get_by_role("status")).to_contain_text(
        "closed period (1 Mar 2026 to 31 Mar 2026)"
    )
    dialog.get_by_label("Why").fill("paid twice")
    expect(dialog.get_by_role("button", name="Void")).to_be_disabled()


def test_several_get_a_project_and_a_note(page: Page, stack: RunningStack) -> None:
    add(stack, "TEO HENG", "teoheng", [1, 2])
    client_id = stack.ask("/api/clients", name="ACME AG").raise_for_status().json()["id"]
    stack.ask(f"/api/clients/{client_id}/projects", name="Roof").raise_for_status()
    page.goto("/expenses")
    expect(expense_rows(page)).to_have_count(2)
    page.keyboard.press("X")
    selected(page).get_by_role("button", name="More to do with them").click()
    page.get_by_role("button", name="Project …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Project").select_option(label="ACME AG: Roof")
    expect(dialog.get_by_role("status")).to_contain_text("2 expenses will be changed.")
    dialog.get_by_role("button", name="Set the project").click()
    expect(page.get_by_text("Project of 2 expenses set.")).to_be_visible()
    selected(page).get_by_role("button", name="More to do with them").click()
    page.get_by_role("button", name="Note …").click()
    dialog.get_by_label("Note").fill("Trip to Rome")
    dialog.get_by_role("button", name="Set the note").click()
    expect(page.get_by_text("Note of 2 expenses set.")).to_be_visible()
    with stack.client() as client:
        items = client.get("/api/expenses").raise_for_status().json()["items"]
        details = [
            client.get(f"/api/expenses/{each['id']}").raise_for_status().json() for each in items
        ]
    assert {(each["project"], each["client"], each["note"]) for each in details} == {
        ("Roof", "ACME AG", "Trip to Rome")
    }
