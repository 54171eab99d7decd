"""The base currency, chosen in the account's menu, and expenses in it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack

_RATE = """
    INSERT INTO exchange_rates (date, currency, rate, source)
    VALUES ('2026-02-13', 'MYR', '4.3', 'rates.test/daily.xml') ON CONFLICT DO NOTHING
"""


@pytest.fixture(autouse=True)
def no_base_currency_is_left(stack: RunningStack) -> Iterator[None]:
    yield
    with stack.client() as client:
        client.patch("/api/account", json={"baseCurrency": None}).raise_for_status()


def choose_base(page: Page, code: str) -> None:
    page.get_by_role("button", name="Account").click()
    page.get_by_label("Base currency").fill(code)
    page.get_by_role("button", name="Save", exact=True).click()


def test_an_expense_is_also_shown_in_the_base_currency(page: Page, stack: RunningStack) -> None:
    photo = draw_receipt(clear_receipt("EXCHANGE STREET DELI", "12.90"))
    page.set_input_files("#choose-input", {"name": "deli.jpg", "mimeType": "image/jpeg", "buffer": photo})
    row = page.get_by_role("listitem").filter(has_text="EXCHANGE STREET DELI")
    expect(row).to_contain_text("Ready")
    stack.d1(_RATE)
    choose_base(page, "EUR")
    expect(page.get_by_text("also shown in EUR").first).to_be_visible()
    stack.fire_cron()
    page.reload()
    expect(row).to_contain_text("12.90")
    expect(row).to_contain_text("€3.00")
    row.get_by_role("link").click()
    expect(page.get_by_text("€3.00 at 0.232558 of 13 Feb 2026")).to_be_visible()
    page.get_by_role("button", name="Account").click()
    expect(page.get_by_label("Base currency")).to_have_value("EUR")


def test_what_is_no_currency_is_explained(page: Page) -> None:
    choose_base(page, "ZZZ")
    expect(page.get_by_label("Base currency")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert")).to_contain_text("three-letter ISO 4217 code")
