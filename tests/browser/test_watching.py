"""What others do shows by itself: a list that is open, and a review that somebody else decides."""

from playwright.sync_api import Page, expect

from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt, receipt_without_total
from tests.support.running_stack import RunningStack


def test_an_open_list_shows_what_comes_from_elsewhere(page: Page, stack: RunningStack) -> None:
    page.goto("/inbox/all")
    expect(page.get_by_role("heading", name="Drop your receipts here")).to_be_visible()
    stack.upload(
        draw_receipt(clear_receipt("SHOT ON THE PHONE", "8.40")), "phone.jpg"
    ).raise_for_status()
    row = page.get_by_role("listitem").filter(has_text="SHOT ON THE PHONE")
    expect(row).to_contain_text("To approve")


def test_the_second_of_two_tabs_sees_both_versions(page: Page, stack: RunningStack) -> None:
    run_id = (
        stack.upload(draw_receipt(receipt_without_total("TWO TABS")))
        .raise_for_status()
        .json()["runId"]
    )
    stack.wait_for_status(run_id, "needs_review")
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(f"/expenses/{run_id}")
        tab.get_by_label("Currency", exact=True).fill("MYR")
    other.get_by_label("Total").fill("45.00")
    page.get_by_label("Total").fill("54.00")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Confirmed.").first).to_be_visible()
    both = other.get_by_role("region", name="Decided elsewhere meanwhile")
    expect(both.get_by_role("row", name="Total")).to_contain_text("54.00")
    expect(both.get_by_role("row", name="Total")).to_contain_text("45.00")
    both.get_by_role("button", name="Keep what is recorded").click()
    expect(both).to_have_count(0)
