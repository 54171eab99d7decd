"""One expense: changed where it stands, with reasons for money, against lost updates, with undo; by
keyboard.
"""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.expense_table import expense_rows
from tests.browser.test_accessibility import findings
from tests.browser.test_sorting import WIDTHS, account_of, add
from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack


@pytest.fixture
def opened(page: Page, stack: RunningStack) -> Page:
    """An expense of 10.01 ringgit that stands in the books."""
    add(stack, "TEO HENG", "teoheng", [1])
    # Its file is no picture.
    page.route(
        "**/api/receipts/**",
        lambda route: route.fulfill(content_type="image/svg+xml", body=_SQUARE),
    )
    page.goto(f"/expenses/exp_1{account_of(stack)}")
    expect(page.get_by_role("heading", level=1)).to_have_text("TEO HENG")
    return page


def row_of(stack: RunningStack) -> dict[str, Any]:
    [row] = stack.d1(f"SELECT * FROM expenses WHERE account_id = '{account_of(stack)}'")
    return row


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "the page scrolls sideways"
    )


def edit(page: Page, label: str) -> Locator:
    """The input that a value becomes, as its text is pressed."""
    page.get_by_role("button", name=re.compile(rf"^{re.escape(label)}:")).press("Enter")
    return page.get_by_label(label, exact=True)


def unfold(page: Page, group: str) -> None:
    page.locator("summary").filter(has_text=group).click()


@WIDTHS
@pytest.mark.essential(only="1280")
def test_note_category_and_total_are_changed_by_keyboard_and_taken_back(
    opened: Page, stack: RunningStack, width: int
) -> None:
    page = opened
    page.set_viewport_size({"width": width, "height": 800})
    edit(page, "Category").fill("Office")
    note = edit(page, "Note")
    note.fill("Paper for the printer")
    note.press("Control+Enter")
    history = page.get_by_role("region", name="History")
    expect(history).to_contain_text("→ Office")
    expect(history).to_contain_text("→ Paper for the printer")
    assert (row_of(stack)["category"], row_of(stack)["note"]) == ("Office", "Paper for the printer")

    total = edit(page, "Total")
    total.fill("RM 1.234,50")
    total.press("Enter")
    reason = page.get_by_label("Why does it change?")
    expect(reason).to_have_attribute("aria-invalid", "true")
    expect(reason).to_be_focused()
    fits(page)
    reason.fill("The slip was torn")
    reason.press("Enter")
    expect(history).to_contain_text("Total: 10.01 → 1234.50")
    expect(history).to_contain_text("Why: The slip was torn")
    assert row_of(stack)["total_minor"] == 123_450

    tags = edit(page, "Tags")
    tags.fill("roof")
    page.get_by_role("status").get_by_role("button", name="Undo").last.press("Enter")
    expect(history).to_contain_text("taken back since")
    expect(page.get_by_role("button", name="Total:")).to_contain_text("10.01")
    assert row_of(stack)["total_minor"] == 1_001
    assert findings(page) == []
    tags.press("Control+Enter")
    expect(history).to_contain_text("→ roof")


@WIDTHS
def test_it_is_split_and_what_is_left_is_always_shown(
    opened: Page, stack: RunningStack, width: int
) -> None:
    page = opened
    page.set_viewport_size({"width": width, "height": 800})
    unfold(page, "Coding")
    split = page.get_by_role("region", name="Split")
    split.get_by_role("button", name="Split over categories").press("Enter")
    one, two = split.get_by_role("group", name="Part 1"), split.get_by_role("group", name="Part 2")
    one.get_by_label("Category").fill("Office")
    one.get_by_label("Amount").fill("4,00")
    expect(split.get_by_role("status")).to_contain_text("6.01")
    two.get_by_label("Category").fill("Travel")
    split.get_by_role("button", name="Put what is left into the last part").press("Enter")
    expect(split.get_by_role("status")).to_have_text("Nothing is left: it adds up.")
    fits(page)
    assert findings(page) == []
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.get_by_role("region", name="History")).to_contain_text("Split")
    parts = stack.d1(f"SELECT * FROM expense_parts WHERE expense_id = 'exp_1{account_of(stack)}'")
    assert sorted((part["category"], part["amount_minor"]) for part in parts) == [
        ("Office", 400),
        ("Travel", 601),
    ]


@WIDTHS
def test_it_is_voided_with_a_reason_and_that_is_taken_back(
    opened: Page, stack: RunningStack, width: int
) -> None:
    page = opened
    page.set_viewport_size({"width": width, "height": 800})
    status = page.get_by_role("region", name="Status")
    status.get_by_role("button", name="Void …").press("Enter")
    status.get_by_role("button", name="Void the expense").press("Enter")
    expect(status.get_by_role("alert")).to_contain_text("Say in a few words why")
    status.get_by_label("Why").fill("It was private")
    status.get_by_label("Why").press("Enter")
    expect(status).to_contain_text("It counts nowhere")
    expect(page.get_by_text("It is voided, so its values are locked.")).to_be_visible()
    expect(page.get_by_role("button", name="Merchant:")).to_have_count(0)
    assert row_of(stack)["status"] == "voided"
    assert findings(page) == []
    page.get_by_role("status").get_by_role("button", name="Undo").press("Enter")
    expect(status).not_to_contain_text("It counts nowhere")
    assert row_of(stack)["status"] == "ready"
    approval = page.get_by_role("region", name="Approval")
    approval.get_by_role("button", name="Send back …").press("Enter")
    approval.get_by_label("Why do you send it back?").fill("Whose lunch?")
    approval.get_by_label("Why do you send it back?").press("Enter")
    # The answer is saved with it, also where nobody pressed Save.
    page.get_by_role("button", name=re.compile("^Note")).press("Enter")
    page.get_by_role("textbox", name="Note").fill("It was Jo's")
    status.get_by_role("button", name="Confirm").press("Enter")
    expect(page.get_by_role("button", name=re.compile("^Note"))).to_contain_text("It was Jo's")
    history = page.get_by_role("region", name="History")
    expect(history).to_contain_text("Why: Whose lunch?")
    expect(status).not_to_contain_text("It was sent back")
    approve = approval.get_by_role("button", name="Approve")
    expect(approve).to_be_enabled()
    approve.press("Enter")
    expect(
        page.get_by_text("To change the amount or the date, take the approval back")
    ).to_be_visible()
    expect(page.get_by_role("button", name="Merchant:")).to_have_count(0)
    expect(history).to_contain_text("Approved by")
    status.get_by_role("button", name="Send back to review …").press("Enter")
    status.get_by_label("Why").fill("Too early")
    status.get_by_label("Why").press("Enter")
    expect(history).to_contain_text("Status: Approved → Needs review")
    expect(history.get_by_role("button", name="Undo")).to_have_count(0)


@WIDTHS
def test_of_two_tabs_the_second_sees_both_versions_and_loses_nothing(
    opened: Page, stack: RunningStack, width: int
) -> None:
    page = opened
    page.set_viewport_size({"width": width, "height": 800})
    edit(page, "Note").fill("Mine")
    unfold(page, "Coding")
    edit(page, "Paid with").select_option("Card")
    other = page.context.new_page()
    other.goto(page.url)
    note = edit(other, "Note")
    note.fill("Theirs")
    note.press("Control+Enter")
    expect(other.get_by_role("region", name="History")).to_contain_text("→ Theirs")
    other.close()

    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="Somebody else changed it meanwhile")).to_be_focused()
    both = page.get_by_role("table")
    expect(both.get_by_role("row", name="Note")).to_contain_text("Theirs")
    expect(both.get_by_role("row", name="Note")).to_contain_text("Mine")
    fits(page)
    assert findings(page) == []
    assert row_of(stack)["note"] == "Theirs"
    both.get_by_role("button", name="Take theirs: Note").press("Enter")
    expect(page.get_by_label("Note", exact=True)).to_have_value("Theirs")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.get_by_role("region", name="History")).to_contain_text("→ Card")
    assert (row_of(stack)["note"], row_of(stack)["payment_method"]) == ("Theirs", "card")


def test_what_is_typed_survives_a_reload_and_a_date_far_ahead_is_confirmed(
    opened: Page, stack: RunningStack
) -> None:
    page = opened
    edit(page, "Date").fill("1.3.2099")
    page.get_by_label("Why does it change?").fill("Paid ahead")
    page.reload()
    expect(page.get_by_label("Date", exact=True)).to_have_value("1.3.2099")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("lies far ahead")
    page.get_by_role("button", name="It is right: save").press("Enter")
    expect(page.get_by_role("region", name="History")).to_contain_text("Why: Paid ahead")
    assert row_of(stack)["date"] == "2099-03-01"


def test_what_was_read_is_shown_beside_its_picture_and_its_place_in_the_text(
    page: Page, stack: RunningStack
) -> None:
    run_id = (
        stack.upload(draw_receipt(clear_receipt("READ SHOP", "4.20")))
        .raise_for_status()
        .json()["runId"]
    )
    stack.wait_for_status(run_id, "complete")
    # An earlier address leads on, and the way back leads past it.
    page.goto(f"/runs/{run_id}")
    page.wait_for_url("**/expenses/exp_*")
    expect(page.get_by_role("heading", level=1)).to_have_text("READ SHOP")
    expect(page.get_by_role("img", name="Photo of the receipt")).to_be_visible()
    page.get_by_role("tab", name="Text").click()
    page.get_by_role("button", name="Total:").focus()
    marked = page.get_by_role("region", name="Recognised text").locator("mark.is-active")
    expect(marked).to_contain_text("4.20")
    page.get_by_role("tab", name="Processing").click()
    expect(page.get_by_role("region", name="Steps")).to_contain_text("Done")
    expect(page.get_by_role("region", name="Timeline", exact=True)).to_be_visible()
    assert findings(page) == []
    page.go_back()
    page.wait_for_url(stack.url + "/")


def test_it_is_read_first_and_one_value_is_edited(opened: Page, stack: RunningStack) -> None:
    page = opened
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.get_by_role("main").locator("input:visible, textarea:visible")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollHeight <= 1.5 * innerHeight")
    expect(page.get_by_role("button", name="Approve")).to_be_in_viewport()
    progress = page.get_by_role("region", name="Progress")
    expect(progress.locator("[data-stage=read]")).to_have_attribute("data-state", "reached")
    expect(progress).to_contain_text("Not billed: the company paid it")
    merchant = edit(page, "Merchant")
    expect(merchant).to_be_focused()
    merchant.fill("Something else")
    merchant.press("Escape")
    text = page.get_by_role("button", name="Merchant:")
    expect(text).to_have_text("TEO HENG")
    expect(text).to_be_focused()
    edit(page, "Merchant").fill("TEO HENG Two")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("TEO HENG Two")
    expect(text).to_be_focused()
    assert row_of(stack)["merchant"] == "TEO HENG Two"


def test_a_refused_value_is_an_input_again_and_says_why(opened: Page) -> None:
    page = opened
    problem = {
        "title": "Locked",
        "detail": "Somebody approved it.",
        "status": 409,
        "code": "expense-locked",
    }

    def refuse(route: Route) -> None:
        if route.request.method == "PATCH":
            route.fulfill(status=409, json=problem, content_type="application/problem+json")
        else:
            route.fallback()

    page.route("**/api/expenses/exp_1*", refuse)
    edit(page, "Merchant").fill("Never saved")
    page.keyboard.press("Enter")
    expect(
        page.get_by_role("group", name="Changes that are not saved").get_by_role("alert")
    ).to_be_visible()
    expect(page.get_by_label("Merchant", exact=True)).to_have_value("Never saved")


@pytest.mark.essential
def test_it_is_approved_by_a_key_and_says_what_unlocks_it(
    opened: Page, stack: RunningStack
) -> None:
    page = opened
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.get_by_role("button", name="Approve")).to_be_enabled()
    page.keyboard.press("a")
    expect(
        page.get_by_text("To change the amount or the date, take the approval back")
    ).to_be_visible()
    expect(page.locator("[data-stage=approved]")).to_have_attribute("data-state", "reached")
    expect(page.locator("[data-stage=approved]")).to_contain_text("by ")
    page.keyboard.press("e")
    expect(page.get_by_role("main").locator("input:visible, textarea:visible")).to_have_count(0)
    assert row_of(stack)["status"] == "approved"
    assert findings(page) == []


def test_keys_lead_through_the_list_and_back(page: Page, stack: RunningStack) -> None:
    add(stack, "TEO HENG", "teoheng", [1, 2, 3])
    page.goto("/expenses?q=teo")
    expense_rows(page).get_by_role("link").first.click()
    text = page.get_by_role("button", name="Merchant:")
    expect(text).to_be_visible()
    first = page.url
    page.keyboard.press("j")
    page.wait_for_function("url => location.href !== url", arg=first)
    expect(text).to_be_visible()
    page.keyboard.press("k")
    page.wait_for_url(first)
    expect(text).to_be_visible()
    page.keyboard.press("e")
    expect(page.get_by_label("Merchant", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_url("**/expenses?q=teo")


@pytest.mark.parametrize("phone", [True])
def test_on_a_phone_approve_is_in_sight_and_nothing_scrolls_sideways(opened: Page) -> None:
    page = opened
    approve = page.get_by_role("button", name="Approve")
    expect(approve).to_be_in_viewport()
    fits(page)
    page.get_by_role("tab", name="Text").scroll_into_view_if_needed()
    expect(approve).to_be_in_viewport()
    assert findings(page) == []
    approve.tap()
    expect(page.get_by_text("To change the amount or the date")).to_be_visible()


@pytest.mark.parametrize("phone", [True])
@pytest.mark.parametrize(
    ("where", "act", "field", "send"),
    [
        ("Approval", "Send back …", "Why do you send it back?", "Send back"),
        ("Status", "Void …", "Why", "Void the expense"),
    ],
)
def test_on_a_phone_a_question_that_opens_is_seen_and_has_the_focus(
    opened: Page, where: str, act: str, field: str, send: str
) -> None:
    # What comes late above the question moves it.
    opened.wait_for_load_state("networkidle")
    part = opened.get_by_role("region", name=where)
    begins = part.get_by_role("button", name=act)
    begins.scroll_into_view_if_needed()
    # As low as a thumb would find it.
    begins.evaluate("button => button.scrollIntoView({ block: 'end' })")
    begins.tap()
    expect(part.get_by_label(field)).to_be_focused()
    sends = part.get_by_role("button", name=send, exact=True)
    expect(sends).to_be_in_viewport(ratio=1)
    assert sends.evaluate(_IS_ON_TOP)


_IS_ON_TOP = """
  (element) => {
    const { left, bottom, width } = element.getBoundingClientRect();
    return element.contains(document.elementFromPoint(left + width / 2, bottom - 2));
  }
"""
_SQUARE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="90"><rect width="60" '
    'height="90"/></svg>'
)
