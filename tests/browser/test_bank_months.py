"""A month of the bank on the page, from its file until it is complete; and what pays an expense."""

import re
from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.bank_page import entry_named, import_file, picture, spend
from tests.browser.test_accessibility import findings, looks_well
from tests.browser.test_sorting import account_of
from tests.support.bank_files import camt
from tests.support.bank_month import IBAN, Line, Month
from tests.support.running_stack import RunningStack, wait_until

_MARCH = Month(
    opening=100_000,
    lines=(
        Line(
            amount=-1290, booked_on=date(2026, 3, 6), name="GREEN GARDEN CAFE", text="Kartenzahlung"
        ),
        Line(
            amount=-4200, booked_on=date(2026, 3, 10), name="Deutsche Bahn", text="Fahrkarte 88213"
        ),
        Line(amount=-3000, booked_on=date(2026, 3, 20), name="Kaufhaus", text="Einkauf"),
        Line(amount=-50_000, booked_on=date(2026, 3, 31), name="Hausverwaltung", text="Miete"),
    ),
)
_EXPENSES = (
    ("Green Garden Cafe", "2026-03-05", 1290),
    ("Deutsche Bahn", "2026-03-09", 4200),
    ("Warehouse one", "2026-01-02", 1100),
    ("Warehouse two", "2026-01-02", 1900),
    ("Florist", "2026-03-12", 2500),
)


@pytest.mark.essential
def test_a_month_is_complete_by_keys(page: Page, stack: RunningStack) -> None:
    spend(stack, _EXPENSES)
    stack.ask("/api/people", name="Sam Okafor").raise_for_status()
    stack.ask("/api/bank/accounts", name="Giro", currency="EUR", number=IBAN).raise_for_status()
    page.goto("/bank")
    expect(import_file(page, camt(_MARCH), "march.xml")).to_contain_text("4 new entries.")
    page.get_by_role("link", name="Months", exact=True).press("Enter")
    march = page.get_by_role("list", name="Months").get_by_role("link", name="March 2026")
    expect(march).to_contain_text("4 entries · 4 left")
    looks_well(page)
    picture(page, "bank-months")
    march.press("Enter")
    expect(page.get_by_role("heading", level=1, name="March 2026")).to_be_focused()
    expect(_progress(page)).to_contain_text("0 of 4 accounted for")
    looks_well(page)
    _ask_by_key(page)
    _split_and_decide_by_keys(page)
    expect(_progress(page)).to_contain_text("Done, except 1 receipt that somebody owes")
    expect(_progress(page)).to_contain_text("3 with a document, or a fee")
    expect(_progress(page)).to_contain_text("1 owed by a person")
    lines = page.get_by_role("list", name="Entries of the month")
    expect(lines).to_contain_text("Sam Okafor owes its document")
    expect(lines).to_contain_text("Green Garden Cafe, 5 Mar 2026")
    page.get_by_text("expense of this month with no payment").press("Enter")
    expect(page.get_by_role("list", name="Documents without money")).to_contain_text("Florist")
    looks_well(page)
    picture(page, "bank-month")
    with page.expect_download() as file:
        page.get_by_role("link", name="CSV").press("Enter")
    assert file.value.suggested_filename == "bank-2026-03.csv"
    assert "Sam Okafor" in file.value.path().read_text(encoding="utf-8")
    page.get_by_role("link", name="All months").press("Enter")
    expect(
        page.get_by_role("list", name="Months").get_by_role("link", name="March 2026")
    ).to_contain_text("1 owed")


def _progress(page: Page) -> Locator:
    return page.get_by_role("region", name="How complete it is")


def _ask_by_key(page: Page) -> None:
    """Sam is asked; they are named again where that was a slip."""
    rent, dialog = entry_named(page, "Hausverwaltung"), page.get_by_role("dialog")
    expect(rent).to_have_attribute("aria-current", "true")
    page.keyboard.press("p")
    dialog.get_by_role("button", name="Ask them").press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("Fill this in.")
    dialog.get_by_label("Person").select_option("Sam Okafor")
    assert findings(page) == []
    picture(page, "bank-ask")
    dialog.get_by_role("button", name="Ask them").press("Enter")
    expect(rent).to_contain_text("Sam Okafor owes its document.")
    expect(_progress(page)).to_contain_text("1 of 4 accounted for")
    expect(entry_named(page, "Kaufhaus")).to_be_focused()
    page.keyboard.press("u")
    expect(rent).to_contain_text("No document fits.")
    page.keyboard.press("p")
    expect(dialog.get_by_label("Person")).to_have_value(re.compile("usr_"))
    dialog.get_by_role("button", name="Ask them").press("Enter")
    expect(rent).to_contain_text("Sam Okafor owes its document.")


def _split_and_decide_by_keys(page: Page) -> None:
    dialog = page.get_by_role("dialog")
    expect(entry_named(page, "Kaufhaus")).to_be_focused()
    page.keyboard.press("x")
    for name in ("Warehouse one", "Warehouse two"):
        dialog.get_by_label("Search").fill(name)
        dialog.get_by_role("list", name="Found documents").get_by_role("button", name=name).press(
            "Enter"
        )
    dialog.get_by_role("button", name="Match them").press("Enter")
    expect(entry_named(page, "Deutsche Bahn")).to_be_focused()
    page.keyboard.press("d")
    expect(entry_named(page, "Deutsche Bahn")).to_contain_text("No document fits.")
    page.keyboard.press("r")
    dialog.get_by_label("Reason").fill("a ticket that was lost")
    dialog.get_by_role("button", name="Save").press("Enter")
    expect(_progress(page)).to_contain_text("1 with a reason")
    page.keyboard.press("u")
    expect(_progress(page)).to_contain_text("2 of 4 accounted for")
    page.keyboard.press("u")
    expect(entry_named(page, "Deutsche Bahn")).to_contain_text("Deutsche Bahn, 9 Mar 2026")
    page.keyboard.press("a")
    expect(entry_named(page, "GREEN GARDEN CAFE")).to_be_focused()
    page.keyboard.press("a")


def test_a_person_says_that_nothing_happened_on_some_days(page: Page, stack: RunningStack) -> None:
    stack.ask("/api/bank/accounts", name="Giro", currency="EUR", number=IBAN).raise_for_status()
    page.goto("/bank")
    until_20 = replace(_MARCH, lines=_MARCH.lines[:3], to_day=date(2026, 3, 20))
    expect(import_file(page, camt(until_20), "march.xml")).to_contain_text("3 new entries.")
    page.goto("/bank/months/2026-03")
    missing = page.get_by_role("region", name="Days without a statement")
    expect(missing).to_contain_text("Giro: 21 Mar 2026 to 31 Mar 2026")
    looks_well(page)
    picture(page, "bank-days-missing")
    missing.get_by_role("button", name="Nothing happened: Giro").press("Enter")
    said = missing.get_by_role("list", name="Nothing happened").get_by_role("listitem")
    expect(said).to_contain_text("Giro: 21 Mar 2026 to 31 Mar 2026 · nothing happened")
    looks_well(page)
    picture(page, "bank-days-quiet")
    rest = replace(_MARCH, opening=91_510, lines=_MARCH.lines[3:], from_day=date(2026, 3, 31))
    page.goto("/bank")
    expect(import_file(page, camt(replace(rest, number=4)), "rest.xml")).to_contain_text(
        "1 new entry."
    )
    page.goto("/bank/months/2026-03")
    expect(said).to_contain_text("does not hold any more: an entry came of 31 Mar 2026")
    picture(page, "bank-days-void")
    said.get_by_role("button", name="Take it back: Giro").press("Enter")
    expect(said).to_be_hidden()


def test_a_claim_says_which_entry_pays_it(page: Page, stack: RunningStack) -> None:
    spend(stack, _EXPENSES[:1])
    account = account_of(stack)
    mine = f"id = 'exp_{account}_1'"
    # Its own ids.
    stack.d1(f"UPDATE expenses SET status = 'approved', paid_by = 'employee' WHERE {mine}")
    asked = {
        "currency": "EUR",
        "payerKind": "company",
        "payerName": "ACME",
        "expenseIds": [f"exp_{account}_1"],
    }
    claim = stack.ask("/api/claims", **asked).raise_for_status().json()["id"]
    stack.ask("/api/bank/accounts", name="Giro", currency="EUR", number=IBAN).raise_for_status()

    def is_issued() -> bool:
        with stack.client() as client:
            return client.get(f"/api/claims/{claim}").json()["number"] is not None

    wait_until(is_issued, "the claim's number")
    page.goto("/bank")
    expect(import_file(page, camt(_MARCH), "march.xml")).to_contain_text("4 new entries.")
    with stack.client() as client:
        entry = client.get("/api/bank/entries").json()["items"][-1]
        pair = {"entryId": entry["id"], "documentKind": "claim", "documentId": claim}
        client.post("/api/bank/matches", json={"pairs": [pair]}).raise_for_status()
    page.goto(f"/claims/{claim}")
    at_bank = page.get_by_role("list", name="Entries of the bank").get_by_role(
        "link", name="GREEN GARDEN CAFE"
    )
    expect(at_bank).to_contain_text("Paid")
    looks_well(page)
    picture(page, "bank-claim")


def test_an_expense_says_which_entry_pays_it(page: Page, stack: RunningStack) -> None:
    spend(stack, _EXPENSES[:1])
    stack.ask("/api/bank/accounts", name="Giro", currency="EUR", number=IBAN).raise_for_status()
    page.goto("/bank")
    expect(import_file(page, camt(_MARCH), "march.xml")).to_contain_text("4 new entries.")
    with stack.client() as client:
        entry = client.get("/api/bank/entries").json()["items"][-1]
    page.goto(f"/expenses/{entry['matches'][0]['pairs'][0]['documentId']}")
    at_bank = (
        page.get_by_role("region", name="Progress").get_by_role("listitem").filter(has_text="Paid")
    )
    expect(at_bank).to_contain_text("Proposed")
    at_bank.get_by_role("link", name="GREEN GARDEN CAFE").press("Enter")
    expect(page.get_by_role("heading", level=1, name="GREEN GARDEN CAFE")).to_be_focused()
    page.keyboard.press("a")
    expect(entry_named(page, "GREEN GARDEN CAFE")).to_contain_text("Accepted")
    looks_well(page)
    picture(page, "bank-entry")
    page.get_by_role("link", name="Green Garden Cafe, 5 Mar 2026").press("Enter")
    expect(at_bank).to_have_attribute("data-state", "reached")
    looks_well(page)
    picture(page, "bank-expense")
