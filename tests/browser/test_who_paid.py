"""Who paid a receipt is asked where it is added, and what was said last is what is asked with."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_page import choose, open_review, photo, row
from tests.support.receipts import clear_receipt, receipt_without_total
from tests.support.running_stack import RunningStack


def payers(stack: RunningStack) -> list[str]:
    with stack.client() as client:
        return [
            each["paidBy"]
            for each in client.get("/api/expenses").raise_for_status().json()["items"]
        ]


@pytest.mark.essential
def test_who_paid_is_said_before_changed_after_and_remembered(
    page: Page, stack: RunningStack
) -> None:
    page.locator("#empty-all").get_by_label("I did").check()
    choose(page, photo("own.jpg", clear_receipt("OWN MONEY CAFE", "12.30")))
    expect(row(page, "OWN MONEY CAFE")).to_contain_text("To approve")
    expect(row(page, "OWN MONEY CAFE")).to_contain_text("To be paid back")
    assert payers(stack) == ["employee"]

    page.goto("/inbox/all")
    expect(page.locator("#add-strip").get_by_label("I did")).to_be_checked()
    shops = ["FIRST STREET BOOKS", "SECOND STREET BOOKS"]
    choose(page, *(photo(f"{shop}.jpg", clear_receipt(shop, "8.20")) for shop in shops))
    these = page.get_by_role("group", name="Who paid these 2 receipts?")
    expect(these.get_by_label("I did")).to_be_checked()
    for shop in shops:
        expect(row(page, shop)).to_contain_text("To approve")
    these.get_by_label("The company").check()
    for shop in shops:
        expect(row(page, shop)).not_to_contain_text("To be paid back")
    page.goto("/inbox/all")
    expect(row(page, "OWN MONEY CAFE")).to_contain_text("To be paid back")
    expect(row(page, "FIRST STREET BOOKS")).not_to_contain_text("To be paid back")
    assert sorted(payers(stack)) == ["company", "company", "employee"]


def test_it_is_said_of_a_receipt_that_waits_for_a_person(page: Page, stack: RunningStack) -> None:
    choose(page, photo("unsure.jpg", receipt_without_total("NIGHT TRAIN BAR")))
    open_review(page, "unsure.jpg")
    with page.expect_response("**/api/receipts/*") as answered:
        page.locator(".review").get_by_label("I did").check()
    assert answered.value.status == 200
    page.get_by_label("Total").fill("4.20")
    page.get_by_label("Currency").fill("EUR")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Check this receipt")).not_to_be_visible()
    assert payers(stack) == ["employee"]


def test_the_answer_lies_with_a_file_that_is_sent_later(page: Page, stack: RunningStack) -> None:
    page.locator("#empty-all").get_by_label("I did").check()
    page.route("**/api/receipts?*", lambda route: route.abort("internetdisconnected"))
    page.route("**/api/receipts", lambda route: route.abort("internetdisconnected"))
    choose(page, photo("later.jpg", clear_receipt("LATER SHOP", "7.10")))
    expect(row(page, "later.jpg")).to_contain_text("Trying again")
    page.unroute_all()
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(row(page, "LATER SHOP")).to_contain_text("To approve")
    assert payers(stack) == ["employee"]
