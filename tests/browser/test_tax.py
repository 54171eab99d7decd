"""The tax report: from invoices at several rates to the lines of a return, and an open point that a
person settles.
"""

import re
from datetime import date
from decimal import Decimal

from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import looks_well
from tests.support.e_invoices import Facts, ubl
from tests.support.running_stack import RunningStack

DAYS = "from=2026-01&to=2026-03"
INVOICES = (
    Facts("RE-1", issued=date(2026, 1, 12), seller="Papierhaus Lindner GmbH"),
    Facts("RE-2", issued=date(2026, 2, 3), seller="Buchhandlung Sommer", rate=Decimal(7)),
    Facts(
        "RE-3",
        issued=date(2026, 3, 9),
        seller="Donau Hosting GmbH",
        seller_vat="ATU13585627",
        rate=Decimal(0),
    ),
)


def given_invoices(stack: RunningStack) -> None:
    """Three that are expenses in euros, of a firm in Germany."""
    with stack.client() as client:
        client.patch(
            "/api/account", json={"baseCurrency": "EUR", "taxIds": ["DE123456788"]}
        ).raise_for_status()
    for facts in INVOICES:
        run = stack.upload(ubl(facts), f"{facts.number}.xml").json()["runId"]
        stack.wait_for_status(run, "complete")
    stack.fire_cron()


def test_figures_open_their_expenses_and_an_open_point_is_settled(
    page: Page, stack: RunningStack
) -> None:
    given_invoices(stack)
    page.goto(f"/reports?by=tax&{DAYS}")
    january = page.get_by_role("table", name="January 2026")
    row = january.get_by_role("row", name=re.compile("Domestic, 19 %"))
    expect(row.get_by_role("cell").nth(0)).to_have_text("€70.00")
    expect(row.get_by_role("cell").nth(3)).to_have_text("€13.30")
    expect(page.get_by_text("1 expense is not included in the figures below:")).to_be_visible()
    looks_well(page)
    page.set_viewport_size({"width": 1280, "height": 800})

    row.get_by_role("link", name="€70.00").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Domestic, 19 %")
    expect(page.get_by_role("link", name="Papierhaus Lindner GmbH")).to_be_visible()
    looks_well(page)
    page.set_viewport_size({"width": 1280, "height": 800})

    # Nothing is proposed here: the rate that is owed is the standard one of the country.
    page.get_by_role("button", name="Change how Papierhaus Lindner GmbH is taxed").click()
    page.get_by_label("Taxed as").select_option("domestic_reverse")
    expect(page.get_by_label("Rate that you owe (%)")).to_have_value("19")
    page.keyboard.press("Escape")

    page.go_back()
    page.get_by_role("link", name=re.compile("Seller in another country")).click()
    page.get_by_role("button", name="Change how Donau Hosting GmbH is taxed").click()
    expect(page.get_by_label("Taxed as")).to_have_value("eu_services")
    expect(page.get_by_label("Rate that you owe (%)")).to_have_value("19")
    page.get_by_label("Rate that you owe (%)").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Enter the rate in percent, such as 19.")).to_be_visible()
    page.get_by_label("Rate that you owe (%)").fill("19")
    looks_well(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("All is settled")).to_be_visible()
    page.get_by_role("link", name="Back to the tax report").click()
    expect(page.get_by_role("table", name="January 2026")).to_be_visible()

    page.set_viewport_size({"width": 375, "height": 700})
    page.goto(f"/reports?by=tax&each=quarter&{DAYS}")
    lines = page.get_by_role("table", name="Umsatzsteuer-Voranmeldung")
    for number, amount in (("46", "70"), ("47", "€13.30"), ("66", "€18.20"), ("67", "€13.30")):
        expect(lines.get_by_role("row", name=re.compile(rf"^{number} "))).to_contain_text(amount)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download as a table (CSV)").click()
    assert downloading.value.suggested_filename == "tax_2026-01-01_2026-03-31.csv"


def test_receipts_of_a_journey_abroad_get_one_answer(page: Page, stack: RunningStack) -> None:
    """Their rates are not known, and nobody has to type them in."""
    with stack.client() as client:
        client.patch("/api/account", json={"baseCurrency": "EUR"}).raise_for_status()
        client.patch("/api/company", json={"country": "DE"}).raise_for_status()
    for number in ("V-1", "V-2"):
        inn = Facts(
            number,
            issued=date(2018, 3, 9),
            seller=f"Gasthof {number}",
            seller_vat="ATU13585627",
            rate=Decimal(20),
        )
        run = stack.upload(ubl(inn), f"{number}.xml").json()["runId"]
        stack.wait_for_status(run, "complete")
    stack.d1("UPDATE expense_tax_lines SET rate = NULL")

    page.goto("/months/2018-03")
    lines = page.get_by_role("list", name="What the month needs").get_by_role("listitem")
    tax = lines.filter(has_text="2 expenses are open in the tax report")
    expect(tax).to_have_attribute("data-done", "false")
    tax.get_by_role("link").click()
    page.get_by_role("link", name=re.compile("A tax line without a rate")).click()
    page.get_by_role("button", name="Tax of another country: 2 expenses …").click()
    dialog = page.get_by_role("dialog", name="How it is taxed")
    expect(dialog.get_by_label("Taxed as")).to_have_value("foreign_tax")
    expect(dialog.get_by_text("Gasthof V-2")).to_be_visible()
    dialog.get_by_label("Taxed as").select_option("domestic")
    dialog.get_by_role("button", name="Save").click()
    expect(
        dialog.get_by_text("It is saved, but still open: A tax line has no rate")
    ).to_be_visible()
    dialog.get_by_label("Taxed as").select_option("foreign_tax")
    looks_well(page)
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("All is settled")).to_be_visible()

    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/reports?by=tax&from=2018-03&to=2018-03")
    expect(page.get_by_text("Lines of the return of 2018 are not known here")).to_be_visible()
    first = page.get_by_role("textbox", name="From")
    expect(first).to_have_value("March 2018")
    first.fill("13.2018")
    first.blur()
    expect(page.get_by_text("“13.2018” is no month.")).to_be_visible()
    first.fill("02.2018")
    expect(page).to_have_url(re.compile("from=2018-02&"))
    looks_well(page)


def test_tax_of_a_closed_month_is_asked_about_before_it_changes(
    page: Page, stack: RunningStack
) -> None:
    given_invoices(stack)
    january = {"from": "2026-01-01", "to": "2026-01-31"}
    stack.ask("/api/closed-periods", **january).raise_for_status()
    page.goto("/reports/tax?from=2026-01&to=2026-01&treatment=domestic&rate=19")
    page.get_by_role("button", name="Change how Papierhaus Lindner GmbH is taxed").press("Enter")
    dialog = page.get_by_role("dialog", name="How it is taxed")
    dialog.get_by_label("Taxed as").select_option("domestic")
    dialog.get_by_label("Deductible (%)").fill("0")
    dialog.get_by_label("Deductible (%)").press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("January 2026 is closed.")
    expect(dialog.get_by_role("alert")).to_contain_text("a correction in the next export")
    with stack.client() as client:
        [expense] = client.get("/api/tax/expenses", params=january).json()["items"]
    assert expense["treatment"] is None, "nothing is saved yet"
    looks_well(page)

    page.goto(f"/reports?by=tax&{DAYS}")
    expect(page.get_by_text(re.compile(r"^January 2026 was closed on "))).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Change how Papierhaus Lindner GmbH is taxed").click()
    dialog.get_by_label("Taxed as").select_option("domestic")
    dialog.get_by_label("Deductible (%)").fill("0")
    dialog.get_by_role("button", name="Save", exact=True).click()
    dialog.get_by_role("button", name="Save as a correction").click()
    expect(dialog).to_have_count(0)
    page.goto(f"/reports?by=tax&{DAYS}")
    changed = page.get_by_text(re.compile("January 2026 was closed on .*1 expense has changed"))
    expect(changed).to_be_visible()
    looks_well(page)
