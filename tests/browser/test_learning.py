"""A corrected merchant is recognised on the next receipt, which says why, takes a category, and can
forget it.
"""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.test_page import choose, open_review, photo, row
from tests.support.receipts import clear_receipt, receipt_without_total

PRINTED, CONFIRMED = "RIVERBANK PIZZA HOUSE", "Riverbank Pizza"


def test_a_corrected_merchant_is_known_next_time(page: Page) -> None:
    choose(page, photo("teaches.jpg", receipt_without_total(PRINTED)))
    open_review(page, "teaches.jpg")
    for label, value in {
        "Merchant": CONFIRMED,
        "Total": "14.50",
        "Currency": "MYR",
        "Category": "Meals",
    }.items():
        page.get_by_role("main").get_by_label(label).fill(value)
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("#run-status")).to_have_text("Approved")
    page.goto("/")

    choose(page, photo("learned.jpg", clear_receipt(PRINTED, "28.30")))
    expect(row(page, "learned.jpg")).to_contain_text("To approve")
    expect(row(page, "learned.jpg")).to_contain_text(CONFIRMED)
    row(page, "learned.jpg").get_by_role("link").click()
    expect(page.get_by_text(f"Seen once as “{PRINTED}”")).to_be_visible()

    category = page.get_by_role("button", name="Category:")
    category.click()
    page.get_by_label("Category", exact=True).fill("Team lunch")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved.").first).to_be_visible()
    page.reload()
    expect(category).to_have_text("Team lunch")
    category.click()
    expect(page.locator("#categories option")).to_have_count(2)
    page.keyboard.press("Escape")

    page.get_by_role("button", name=re.compile("^Undo: do not take this")).click()
    expect(
        page.get_by_text(f"Forgotten: the next such receipt is not taken for {CONFIRMED}.")
    ).to_be_visible()


def test_a_category_that_was_only_begun_is_the_one_in_use_and_a_new_one_is_asked_for(
    page: Page,
) -> None:
    review(page, "first.jpg", "Meals")
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("#run-status")).to_have_text("Approved")

    category = review(page, "begun.jpg", "Mea")
    category.press("Enter")
    expect(category).to_have_value("Meals")
    category.fill("Tools")
    page.get_by_role("button", name="Confirm").click()
    asked = page.get_by_role("dialog", name="Add the category “Tools”?")
    asked.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Confirm").click()
    asked.get_by_role("button", name="Add it and confirm").click()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("It is back in review.")).to_be_visible()
    offered = page.evaluate("fetch('/api/categories').then((answer) => answer.json())")
    assert offered["items"] == ["Meals"]


def review(page: Page, name: str, category: str) -> Locator:
    """The field of a review whose values are filled in but for the confirmation."""
    page.goto("/")
    choose(page, photo(name, receipt_without_total(f"SHOP OF {name[:-4].upper()}")))
    open_review(page, name)
    for label, value in {
        "Merchant": name,
        "Total": "14.50",
        "Currency": "MYR",
        "Category": category,
    }.items():
        page.get_by_role("main").get_by_label(label).fill(value)
    return page.get_by_role("main").get_by_label("Category")
