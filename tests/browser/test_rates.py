"""An expense whose exchange rate is missing says so, in a real browser on the genuine stack."""

from playwright.sync_api import Page, expect

from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack

# No other test has rates of this day.
LINES = [line.replace("14/02/2026", "11/03/2020") for line in clear_receipt("QUIET CORNER CAFE", "12.90")]


def test_a_missing_rate_is_said_on_the_receipt_and_on_the_expense(page: Page, stack: RunningStack) -> None:
    with stack.client() as client:
        client.patch("/api/account", json={"baseCurrency": "EUR"}).raise_for_status()
        run = stack.upload(draw_receipt(LINES)).json()["runId"]
        expense = stack.wait_for_status(run, "complete")["expense"]["id"]
        page.goto(f"/runs/{run}")
        expect(page.get_by_text("Being converted")).to_be_visible()
        stack.fire_cron()
        said = "the exchange rates of 11 Mar 2020 are missing here. Run “tillroll rates import"
        for path in (f"/runs/{run}", f"/expenses/{expense}"):
            page.goto(path)
            expect(page.get_by_text(said)).to_be_visible()
        stack.d1(
            "INSERT INTO exchange_rates (date, currency, rate, source) VALUES ('2020-03-11', 'MYR', '4.8', 'history')"
        )
        stack.d1("UPDATE expenses SET awaits_conversion = 'now' WHERE awaits_conversion = '2020-03-11'")
        stack.fire_cron()
    page.goto(f"/expenses/{expense}")
    expect(page.get_by_text("€2.69")).to_be_visible()
