"""What an owner sets under Settings: the base currency, what AI may cost a day, and names."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack

_RATE = """
    INSERT INTO exchange_rates (date, currency, rate, source)
    VALUES ('2026-02-13', 'MYR', '4.3', 'rates.test/daily.xml') ON CONFLICT DO NOTHING
"""


def choose_base(page: Page, code: str) -> None:
    page.goto("/settings/currency")
    page.get_by_role("textbox", name="Base currency").fill(code)
    region = page.get_by_role("region", name="Base currency")
    region.get_by_role("button", name="Save").click()


def save(page: Page) -> None:
    region = page.get_by_role("region", name="AI", exact=True)
    region.get_by_role("button", name="Save").click()


@pytest.mark.essential
def test_an_expense_is_also_shown_in_the_base_currency(page: Page, stack: RunningStack) -> None:
    photo = draw_receipt(clear_receipt("EXCHANGE STREET DELI", "12.90"))
    page.set_input_files(
        "#choose-input", {"name": "deli.jpg", "mimeType": "image/jpeg", "buffer": photo}
    )
    row = page.get_by_role("listitem").filter(has_text="EXCHANGE STREET DELI")
    expect(row).to_contain_text("To approve")
    stack.d1(_RATE)
    choose_base(page, "EUR")
    expect(page.get_by_text("Reports are in EUR within minutes").first).to_be_visible()
    stack.fire_cron()
    page.goto("/inbox/all")
    expect(row).to_contain_text("12.90")
    expect(row).to_contain_text("€3.00")
    row.get_by_role("link").click()
    page.get_by_text("Conversion").click()
    expect(page.get_by_text("€3.00 at 0.232558 of 13 Feb 2026")).to_be_visible()
    page.goto("/settings/currency")
    expect(page.get_by_role("textbox", name="Base currency")).to_have_value("EUR")


def test_what_is_no_currency_is_explained(page: Page) -> None:
    choose_base(page, "ZZZ")
    expect(page.get_by_role("textbox", name="Base currency")).to_have_attribute(
        "aria-invalid", "true"
    )
    expect(page.get_by_role("alert")).to_contain_text("three-letter ISO 4217 code")


def budget(page: Page) -> Locator:
    return page.get_by_label("AI budget, US dollars a day")


def choose_budget(page: Page, dollars: str) -> None:
    page.goto("/settings")
    budget(page).fill(dollars)
    save(page)


def test_a_budget_holds_receipts_back_until_it_is_raised(page: Page) -> None:
    page.goto("/settings")
    expect(budget(page)).to_have_accessible_description(
        re.compile(
            r"The default applies: no daily limit\. Spent today: US\$0\.00\. Once it is spent, "
            r"receipts wait"
        )
    )
    choose_budget(page, "0")
    expect(page.get_by_text("AI may cost US$0.00 a day.").first).to_be_visible()
    page.goto("/")
    photo = draw_receipt(clear_receipt("THRIFTY LUNCH ROOM", "6.40"))
    page.set_input_files(
        "#choose-input", {"name": "lunch.jpg", "mimeType": "image/jpeg", "buffer": photo}
    )
    row = page.get_by_role("listitem").filter(has_text="lunch.jpg")
    expect(row).to_contain_text("Today's AI budget is spent")

    choose_budget(page, "2.5")
    expect(page.get_by_text("AI may cost US$2.50 a day.").first).to_be_visible()
    page.goto("/")
    row.get_by_role("link").click()
    page.get_by_role("button", name="Read it again").click()
    expect(page.locator("#run-status")).to_have_text("To approve")
    page.goto("/settings")
    expect(budget(page)).to_have_value("2.50")
    expect(budget(page)).to_have_accessible_description(
        re.compile(r"^Spent today: US\$0\.000\d+\.")
    )


def test_a_budget_is_given_up(page: Page, stack: RunningStack) -> None:
    with stack.client() as client:
        client.patch("/api/account", json={"aiDailyBudget": "0.5"}).raise_for_status()
    page.goto("/settings")
    expect(budget(page)).to_have_value("0.50")
    budget(page).clear()
    page.keyboard.press("Enter")
    expect(page.get_by_text("AI has no daily limit.").first).to_be_visible()
    expect(page.get_by_text("The default applies: no daily limit.")).to_be_visible()


def test_what_is_no_amount_is_explained(page: Page) -> None:
    choose_budget(page, "a lot")
    expect(budget(page)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert")).to_contain_text("US dollars with at most six decimals")
    budget(page).fill("1")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_section_is_saved_as_a_whole_and_keeps_what_is_refused(
    page: Page, stack: RunningStack
) -> None:
    page.goto("/settings")
    section = page.get_by_role("region", name="Names on documents")
    expect(section.get_by_role("button", name="Save")).to_be_disabled()
    section.get_by_label("Other names of the company").fill("Acme GmbH; Acme Ltd")
    section.get_by_label("Other tax ids").fill("DE123456789")
    section.get_by_role("button", name="Save").click()
    expect(page.get_by_text("know these names as yours").first).to_be_visible()
    with stack.client() as client:
        account = client.get("/api/account").json()
    assert (account["companyNames"], account["taxIds"]) == (
        ["Acme GmbH", "Acme Ltd"],
        ["DE123456789"],
    )
    budget(page).fill("a lot")
    save(page)
    expect(budget(page)).to_have_attribute("aria-invalid", "true")
    expect(budget(page)).to_have_value("a lot")


@pytest.mark.parametrize("width", [1280, 375])
def test_the_account_menu_fits_the_window(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 667})
    page.get_by_role("button", name="Account").click()
    for control in ("Keyboard shortcuts", "Sign out"):
        expect(page.get_by_role("button", name=control)).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "the page scrolls sideways"
    )
    page.locator("#account-menu").get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Company")
