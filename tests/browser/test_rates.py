"""An expense whose exchange rate is missing says so, in a real browser on the genuine stack."""

import re
from datetime import date

from playwright.sync_api import Page, expect

from tests.browser.bank_page import import_file, picture
from tests.browser.test_accessibility import findings
from tests.browser.test_sorting import account_of
from tests.support.bank_files import camt
from tests.support.bank_month import IBAN, Line, Month
from tests.support.drawing import draw_receipt
from tests.support.expenses import Given, sql_of
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack

# No other test has rates of this day.
LINES = [
    line.replace("14/02/2026", "11/03/2020") for line in clear_receipt("QUIET CORNER CAFE", "12.90")
]


def test_a_missing_rate_is_said_on_the_receipt_and_on_the_expense(
    page: Page, stack: RunningStack
) -> None:
    with stack.client() as client:
        client.patch("/api/account", json={"baseCurrency": "EUR"}).raise_for_status()
        run = stack.upload(draw_receipt(LINES)).json()["runId"]
        expense = stack.wait_for_status(run, "complete")["expense"]["id"]
        page.goto(f"/expenses/{run}")
        expect(page.get_by_text("Being converted")).to_be_visible()
        stack.fire_cron()
        said = "Not converted: there is no exchange rate of 11 Mar 2020 yet."
        for path in (f"/expenses/{run}", f"/expenses/{expense}"):
            page.goto(path)
            expect(page.get_by_text(said)).to_be_visible()
        stack.d1(
            "INSERT INTO exchange_rates (date, currency, rate, source) "
            "VALUES ('2020-03-11', 'MYR', '4.8', 'history')"
        )
        stack.d1(
            "UPDATE expenses SET awaits_conversion = 'now' WHERE awaits_conversion = '2020-03-11'"
        )
        stack.fire_cron()
    page.goto(f"/expenses/{expense}")
    expect(page.get_by_text("€2.69").first).to_be_visible()


def test_a_rate_is_entered_from_the_expense_that_lacks_it(page: Page, stack: RunningStack) -> None:
    lines = [
        line.replace("14/02/2026", "12/03/2020")
        for line in clear_receipt("LOUD CORNER CAFE", "12.90")
    ]
    with stack.client() as client:
        client.patch("/api/account", json={"baseCurrency": "EUR"}).raise_for_status()
    run = stack.upload(draw_receipt(lines)).json()["runId"]
    expense = stack.wait_for_status(run, "complete")["expense"]["id"]
    stack.fire_cron()
    page.goto(f"/expenses/{expense}")
    page.get_by_role("link", name="Enter a rate").click()
    expect(page.get_by_role("textbox", name="Currency", exact=True)).to_have_value("MYR")
    page.get_by_role("textbox", name="Rate").fill("0.2")
    expect(page.get_by_text("1 MYR = 0.2 EUR")).to_be_visible()
    page.get_by_role("textbox", name="Source").fill("Card statement of March")
    assert findings(page) == []
    page.get_by_role("button", name="Enter the rate").click()
    expect(page.get_by_role("listitem").filter(has_text="1 MYR = 0.2 EUR")).to_contain_text(
        "Card statement of March"
    )
    stack.fire_cron()
    page.set_viewport_size({"width": 375, "height": 667})
    page.reload()
    expect(page.get_by_role("listitem").filter(has_text="1 MYR = 0.2 EUR")).to_contain_text(
        "1 expense"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"/expenses/{expense}")
    expect(page.get_by_text("€2.58").first).to_be_visible()


def test_the_rate_of_the_bank_is_filled_in(page: Page, stack: RunningStack) -> None:
    with stack.client() as client:
        client.patch("/api/account", json={"baseCurrency": "EUR"}).raise_for_status()
    stack.ask("/api/bank/accounts", name="Giro", currency="EUR", number=IBAN).raise_for_status()
    account = account_of(stack)
    given = Given(1, merchant="Harbour Hotel", date="2020-03-13", total_minor=12900, currency="MYR")
    stack.d1(sql_of(account, given))
    stack.fire_cron()
    paid = Line(
        amount=-2741,
        booked_on=date(2020, 3, 13),
        name="Harbour Hotel",
        text="Kartenzahlung",
        foreign=(12900, "MYR", "4.7063"),
    )
    march = Month(
        opening=100_000, lines=(paid,), from_day=date(2020, 3, 1), to_day=date(2020, 3, 31)
    )
    page.goto("/bank")
    expect(import_file(page, camt(march), "march.xml")).to_contain_text("1 new entry.")
    page.goto(f"/expenses/exp_{account}_1")
    page.get_by_role("link", name="Enter a rate").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("textbox", name="Rate")).to_have_value("0.21248062")
    expect(dialog.get_by_role("textbox", name="Source")).to_have_value(
        re.compile(r"Bank entry of 13 Mar 2020, Harbour Hotel: €27\.41 for")
    )
    expect(dialog).to_contain_text("if the proposed match is right")
    assert findings(page) == []
    picture(page, "rate-of-the-bank")
    dialog.get_by_role("button", name="Enter the rate").click()
    expect(page.get_by_role("listitem").filter(has_text="1 MYR = 0.21248")).to_contain_text(
        "Harbour Hotel"
    )
