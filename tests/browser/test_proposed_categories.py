"""A category that is proposed: a chip in the list, taken by a key with its reason, learnt, and
forgotten again.
"""

from playwright.sync_api import Page, expect

from tests.browser.expense_table import expense_rows
from tests.browser.test_page import choose, open_review, photo, row
from tests.support.receipts import clear_receipt, receipt_without_total
from tests.support.running_stack import RunningStack

SHOP = "HOTEL SERI KAJANG"


def test_a_proposal_is_shown_taken_by_a_key_learnt_and_forgotten(
    page: Page, stack: RunningStack
) -> None:
    stack.ask("/api/categories/starters", set="basic").raise_for_status()
    choose(page, photo("night.jpg", clear_receipt(SHOP, "120.00")))
    expect(row(page, "night.jpg")).to_contain_text("To approve")
    page.goto("/expenses")
    line = expense_rows(page)
    expect(line.locator(".proposed")).to_have_text("Proposed: Accommodation?")
    line.get_by_role("link").first.click()

    field = page.get_by_label("Category", exact=True).first
    expect(field).to_have_count(0)
    expect(page.get_by_text("“HOTEL” is in the name.")).to_be_visible()
    page.keyboard.press(".")
    expect(field).to_have_value("Accommodation")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Saved. Accommodation is proposed for")).to_be_visible()
    page.goto("/expenses")
    expect(line).to_contain_text("Accommodation")
    expect(line.locator(".proposed")).to_have_count(0)

    page.goto("/settings/merchants")
    learnt = page.get_by_role("list", name="Merchants").get_by_role("listitem")
    expect(learnt).to_contain_text("Next time: Accommodation (1 of 1)")
    learnt.get_by_role("button", name="Forget Accommodation for").click()
    expect(page.get_by_text("by itself any more")).to_be_visible()
    expect(learnt).not_to_contain_text("Next time")


def test_a_review_offers_it_while_one_types(page: Page, stack: RunningStack) -> None:
    stack.ask("/api/categories/starters", set="basic").raise_for_status()
    choose(page, photo("lunch.jpg", receipt_without_total("RIVERBANK CAFE")))
    open_review(page, "lunch.jpg")
    main = page.get_by_role("main")
    for label, value in {"Total": "14.50", "Currency": "MYR"}.items():
        main.get_by_label(label).fill(value)
    expect(main.get_by_text("“CAFE” is in the name.")).to_be_visible()
    page.keyboard.press("Control+.")
    expect(main.get_by_label("Category")).to_have_value("Meals")
    expect(main.locator(".proposed-offer")).to_have_count(0)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Meals is proposed for")).to_be_visible()
