"""What is typed in a review: amounts and days as people write them, refunds, keys, and what must be
looked at first.
"""

import re

from playwright.sync_api import Browser, Page, expect

from tests.support.drawing import draw_receipt
from tests.support.receipts import receipt_without_total
from tests.support.running_stack import RunningStack


def waiting(stack: RunningStack, shop: str) -> str:
    """A receipt that waits for a review; its run's id."""
    run_id = (
        stack.upload(draw_receipt(receipt_without_total(shop))).raise_for_status().json()["runId"]
    )
    stack.wait_for_status(run_id, "needs_review")
    return run_id


def test_amounts_and_days_are_taken_as_they_are_written(page: Page, stack: RunningStack) -> None:
    run_id = waiting(stack, "COMMA AND POINT")
    page.goto(f"/expenses/{run_id}")
    page.get_by_label("Total").fill("RM 1.234,50")
    expect(page.get_by_label("Total")).to_have_accessible_description(re.compile(r"1,234\.50"))
    page.get_by_label("Tax", exact=True).fill("76,30")
    page.get_by_label("Currency", exact=True).fill("myr")
    page.get_by_label("Date").fill("07.05.2018")
    expect(page.get_by_label("Date")).to_have_accessible_description(re.compile("7 May 2018"))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Confirmed.").first).to_be_visible()
    expense = stack.wait_for_status(run_id, "complete")["expense"]
    assert (expense["total"], expense["tax"], expense["date"]) == ("1234.50", "76.30", "2018-05-07")


def test_what_is_no_amount_is_said_and_not_sent(page: Page, stack: RunningStack) -> None:
    run_id = waiting(stack, "NO AMOUNT AT ALL")
    page.goto(f"/expenses/{run_id}")
    page.get_by_label("Total").fill("twelve")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_label("Total")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Total")).to_have_accessible_description(
        re.compile("Write it like 76.30")
    )
    expect(page.get_by_label("Total")).to_have_value("twelve")


def test_money_that_came_back_can_be_typed_on_a_phone(
    browser: Browser, stack: RunningStack
) -> None:
    run_id = waiting(stack, "RETURNED GOODS")
    phone = browser.new_context(
        base_url=stack.url, viewport={"width": 375, "height": 667}, has_touch=True, is_mobile=True
    )
    page = phone.new_page()
    page.goto(stack.sign_in_url())
    page.wait_for_url(f"{stack.url}/")
    page.goto(f"/expenses/{run_id}")
    total = page.get_by_label("Total")
    total.fill("12,90")
    assert total.evaluate("(input) => getComputedStyle(input).fontSize") == "16px"
    page.locator('[data-field="total"]').get_by_role("button", name="Plus or minus").click()
    expect(total).to_have_value("-12,90")
    page.get_by_label("Currency", exact=True).fill("MYR")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Confirmed.").first).to_be_visible()
    assert stack.wait_for_status(run_id, "complete")["expense"]["total"] == "-12.90"
    phone.close()


def test_nothing_is_approved_that_was_never_on_the_screen(
    browser: Browser, stack: RunningStack
) -> None:
    run_id = waiting(stack, "BELOW THE FOLD")
    low = browser.new_context(
        base_url=stack.url, viewport={"width": 375, "height": 480}, has_touch=True, is_mobile=True
    )
    page = low.new_page()
    page.goto(stack.sign_in_url())
    page.wait_for_url(f"{stack.url}/")
    page.goto(f"/expenses/{run_id}")
    expect(page.get_by_role("heading", name="Check this receipt")).to_be_visible()
    page.keyboard.press("ControlOrMeta+Enter")
    expect(page.get_by_role("alert")).to_contain_text("first: it is in doubt")
    assert stack.run(run_id)["status"] == "needs_review"
    # The button stands behind the fields, and covers none of them.
    actions = page.locator(".review-actions")
    assert actions.evaluate("(bar) => getComputedStyle(bar).position") == "static"
    low.close()


def test_what_had_the_focus_was_seen_before_the_browser_tells(
    page: Page, stack: RunningStack
) -> None:
    run_id = waiting(stack, "FASTER THAN A FRAME")
    # one that tells late
    page.add_init_script("window.IntersectionObserver = class { observe() {} disconnect() {} }")
    page.goto(f"/expenses/{run_id}")
    expect(page.get_by_label("Total")).to_be_focused()
    page.keyboard.type("310.00")
    page.get_by_label("Currency", exact=True).focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("MYR")
    page.get_by_label("Merchant", exact=True).focus()
    page.keyboard.press("ControlOrMeta+Enter")
    expect(page.get_by_text("Confirmed.").first).to_be_visible()
    assert stack.wait_for_status(run_id, "complete")["expense"]["total"] == "310.00"


def test_shortcuts_type_nothing_and_work_in_the_list(page: Page, stack: RunningStack) -> None:
    ids = [waiting(stack, shop) for shop in ("FIRST OF TWO", "SECOND OF TWO")]
    page.reload()
    expect(page.locator("#rows").get_by_role("listitem")).to_have_count(2)
    page.keyboard.press("j")
    expect(page.locator(f'a.row-link[href="/expenses/{ids[1]}"]')).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(f'a.row-link[href="/expenses/{ids[0]}"]')).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Total")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    expect(page.get_by_label("Why is it rejected?")).to_be_focused()
    expect(page.get_by_label("Why is it rejected?")).to_have_value("")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1)).to_have_text("FIRST OF TWO")
    expect(page.get_by_label("Total")).to_be_focused()
    expect(page.get_by_label("Total")).to_have_value("")
