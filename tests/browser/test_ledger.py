"""The ledger on the page: its trial balance by currency, an account's statement of a time, what an
entry was for.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessibility import findings, looks_well
from tests.browser.test_sorting import account_of, add
from tests.support.running_stack import RunningStack, wait_until

ENTRIES = 60


@pytest.fixture
def books(stack: RunningStack) -> RunningStack:
    """Two currencies; an account with more entries than a page has, and one amount that is only
    reserved.
    """
    accounts = (
        ("bank eur", "Bank", "EUR", "debit"),
        ("owed:ann", "Owed to Ann", "EUR", "credit"),
        ("bank:jpy", "Bank in yen", "JPY", "debit"),
        ("owed:jpy", "Owed in yen", "JPY", "credit"),
    )
    for id_, name, currency, side in accounts:
        asked = {"id": id_, "name": name, "currency": currency, "normalSide": side}
        stack.ask("/api/ledger/accounts", **asked).raise_for_status()
    owed = [
        _moved(f"meal-{number}", "bank eur", "owed:ann", 125) for number in range(1, ENTRIES + 1)
    ]
    for first in range(0, ENTRIES, 20):
        linked = {"kind": "linked", "id": f"meals-{first}", "transfers": owed[first : first + 20]}
        stack.ask("/api/ledger/transfers", **linked).raise_for_status()
    held = {
        **_moved("trip-1", "owed:ann", "bank eur", 500),
        "kind": "pending",
        "reference": "the trip",
    }
    stack.ask("/api/ledger/transfers", **held).raise_for_status()
    stack.ask(
        "/api/ledger/transfers", **_moved("yen-1", "bank:jpy", "owed:jpy", 900, "JPY")
    ).raise_for_status()
    return stack


def _moved(id_: str, debit: str, credit: str, amount: int, currency: str = "EUR") -> dict[str, Any]:
    body = {
        "kind": "transfer",
        "id": id_,
        "debit": debit,
        "credit": credit,
        "currency": currency,
        "amount": amount,
    }
    return {**body, "reference": f"the {id_}"}


def test_books_without_anything_say_what_fills_them(page: Page) -> None:
    page.goto("/expenses")
    page.get_by_role("link", name="Ledger").press("Enter")
    expect(page.get_by_role("heading", level=1, name="Ledger")).to_be_focused()
    expect(page.get_by_role("heading", name="Nothing stands in the books yet")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="invoice", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Billing")


@pytest.mark.essential
def test_the_trial_balance_leads_to_a_statement_in_pages(page: Page, books: RunningStack) -> None:
    page.goto("/ledger")
    expect(page.get_by_role("status").filter(has_text="Balanced")).to_be_visible()
    euro = page.get_by_role("region", name="EUR")
    expect(euro).to_contain_text("debits €75.00 = credits €75.00")
    expect(euro).to_contain_text("debits €5.00 = credits €5.00")
    expect(page.get_by_role("region", name="JPY")).to_contain_text("debits JP¥900 = credits JP¥900")
    row = page.get_by_role("table", name="Accounts in EUR").get_by_role("row", name="Owed to Ann")
    assert _texts(row.get_by_role("cell")) == ["€0.00", "€75.00", "€75.00", "-€5.00", "€70.00"]
    looks_well(page)
    _picture(page, "ledger")
    row.get_by_role("link", name="Owed to Ann").click()
    expect(page.get_by_role("heading", level=1, name="Owed to Ann")).to_be_focused()
    sums = page.get_by_role("region", name="Statement")
    assert _texts(sums.get_by_role("definition")) == ["€0.00", "€75.00", "€75.00"]
    entries = page.get_by_role("table", name="Entries").get_by_role("row")
    # What is booked meanwhile belongs to no page of this statement.
    books.ask(
        "/api/ledger/transfers", **_moved("late", "bank eur", "owed:ann", 1)
    ).raise_for_status()
    entries.last.scroll_into_view_if_needed()
    expect(entries).to_have_count(1 + ENTRIES + 1)
    expect(entries.filter(has_text="the meal-60")).to_contain_text("€75.00")
    expect(entries.last).to_contain_text("reserved against bank eur · pending -€5.00")
    looks_well(page)
    _picture(page, "ledger-account")
    entries.last.get_by_role("link", name="bank eur").click()
    expect(page.get_by_role("heading", level=1, name="Bank", exact=True)).to_be_focused()


def test_a_statement_is_of_a_time_and_is_taken_along(page: Page, books: RunningStack) -> None:
    page.goto("/ledger/owed%3Aann?to=2020-01-31")
    sums = page.get_by_role("region", name="Statement")
    expect(page.get_by_role("heading", name="Nothing was booked in this time")).to_be_visible()
    assert _texts(sums.get_by_role("definition")) == ["€0.00", "€0.00", "€0.00"]
    page.get_by_label("From").fill("2020-02-01")
    expect(page.get_by_role("alert")).to_have_text("It is before the first day.")
    page.get_by_label("To", exact=True).fill("")
    expect(sums.get_by_role("definition").last).to_have_text("€75.00")
    assert page.url == f"{books.url}/ledger/owed%3Aann?from=2020-02-01"
    with page.expect_download() as download:
        page.get_by_role("link", name="As a table (CSV)").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert (len(lines), lines[-1].split(",")[7]) == (1 + 1 + ENTRIES + 1 + 1, "7500")
    page.goto("/ledger?at=2020-01-31")
    expect(page.get_by_role("region", name="EUR")).to_contain_text("debits €0.00 = credits €0.00")
    page.get_by_label("As of the end of").fill("")
    expect(page.get_by_role("region", name="EUR")).to_contain_text("debits €75.00 = credits €75.00")
    assert findings(page) == []


def test_what_is_not_there_is_told(page: Page) -> None:
    page.goto("/ledger/no%20such")
    expect(page.get_by_role("alert")).to_contain_text("account of the ledger")
    page.get_by_role("link", name="All accounts").click()
    expect(page.get_by_role("heading", name="Nothing stands in the books yet")).to_be_visible()


@pytest.mark.parametrize("phone", [True], ids=["phone"])
def test_an_entry_leads_to_its_claim(page: Page, stack: RunningStack, *, phone: bool) -> None:
    assert phone
    add(stack, "TEO HENG", "teoheng", [1])
    own = f"account_id = '{account_of(stack)}'"
    # The test's own ids and names.
    stack.d1(f"UPDATE expenses SET status = 'approved', paid_by = 'employee' WHERE {own}")
    with stack.client() as client:
        asked = {"currency": "MYR", "payerKind": "company", "payerName": "ACME"}
        claim = client.post("/api/claims", json=asked).raise_for_status().json()["id"]
        wait_until(
            lambda: client.get(f"/api/claims/{claim}").json()["state"] == "issued",
            "the claim's issue",
        )
    page.goto("/ledger")
    page.get_by_role("link", name="Billing, still to be paid, MYR").click()
    expect(page.get_by_role("table", name="Entries").get_by_role("row")).to_have_count(1 + 1)
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "the page scrolls sideways"
    )
    _picture(page, "ledger-phone")
    page.get_by_role("link", name="Invoice: issued").click()
    expect(
        page.get_by_role("heading", level=2, name="Billed to ACME: waiting for payment")
    ).to_be_visible()
    assert page.url == f"{stack.url}/claims/{claim}"


def _texts(found: Locator) -> list[str]:
    expect(found.first).to_be_visible()
    return [each.strip() for each in found.all_inner_texts()]


def _picture(page: Page, name: str) -> None:
    """For whoever looks at the page: SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=Path(folder) / f"{name}-{width}.png")
