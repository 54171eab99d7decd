"""The books on the page: connected, mapped, written, compared, decided on; a revoked grant; clients
of a CRM.
"""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessibility import findings, looks_well
from tests.browser.test_sorting import account_of
from tests.support.connected_books import act, signed_books, state_of
from tests.support.expenses import Given, id_of, sql_of
from tests.support.running_stack import RunningStack

# With 20 % of tax.
_EXPENSES = tuple(
    Given(
        number,
        merchant=merchant,
        date=day,
        total_minor=total,
        tax_minor=tax,
        category=category,
        receipt_number=f"BILL-{number}",
    )
    for number, (merchant, day, total, tax, category) in enumerate(
        (
            ("Green Garden Cafe", "2026-03-05", 1200, 200, "Entertainment"),
            ("Deutsche Bahn", "2026-03-09", 4200, 700, "Trains"),
            ("Copy Shop", "2026-03-11", 600, 100, "Trains"),
        ),
        start=1,
    )
)
_FIRST_OF_MAY = 1_777_593_600_000
"""Of 2026, in milliseconds, as Xero writes days."""


def _spend(stack: RunningStack) -> None:
    stack.d1("".join(sql_of(account_of(stack), each) for each in _EXPENSES))


def _expense_id(stack: RunningStack, number: int) -> str:
    return id_of(account_of(stack), _EXPENSES[number - 1])


def _count(page: Page, label: str) -> Locator:
    """How many items there are of one sort, with the word."""
    return (
        page.get_by_role("list", name=re.compile("^Items of "))
        .get_by_role("listitem")
        .filter(has_text=label)
    )


def _connect(page: Page, provider: str, name: str) -> None:
    page.goto("/books")
    page.get_by_role("button", name="Connect", exact=True).press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Connect to").select_option(label=provider)
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label(re.compile("^(Since|Write what is dated from)$")).fill("2026-01-01")


def _agree(page: Page) -> None:
    """Leave for the provider's page, where the local person says yes, and come back."""
    page.get_by_role("dialog").get_by_role("button", name="Connect").press("Enter")


@pytest.mark.essential
def test_what_is_not_in_the_books_is_mapped_written_and_decided_on(
    page: Page, stack: RunningStack
) -> None:
    _spend(stack)
    page.goto("/books")
    expect(page.get_by_role("heading", name="No books are connected yet")).to_be_visible()
    _connect(page, "Xero (preview)", "Xero")
    page.get_by_role("dialog").get_by_text("Begin a sync whenever something changes").click()
    _agree(page)
    expect(page.get_by_role("heading", level=1, name="Mapping")).to_be_visible()
    _map(page)
    _look_first(page)
    _sync(page)
    expect(
        page.get_by_role("status").filter(has_text="Everything is in the books.")
    ).to_be_visible()
    expect(_count(page, "In the books")).to_contain_text("3")
    looks_well(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    name = page.locator("#account-name")
    assert name.evaluate("it => it.scrollWidth <= it.clientWidth"), "the company's name is cut"
    picture(page, "books")
    page.goto(f"/expenses/{_expense_id(stack, 1)}")
    there = (
        page.get_by_role("region", name="Progress")
        .get_by_role("listitem")
        .filter(has_text="In the books")
    )
    expect(there).to_have_attribute("data-state", "reached")
    expect(there).to_contain_text("BILL-1")
    _decide(page, stack)


def _map(page: Page) -> None:
    """What has no place comes first; what the page can tell is proposed."""
    standing = page.get_by_role("status").filter(has_text="to map")
    expect(standing).to_contain_text("1 thing to map")
    expect(page.get_by_text("Nothing is written until you begin the first sync.")).to_be_visible()
    expect(page.get_by_label("Entertainment")).to_have_value("420")
    trains = page.get_by_label("Trains")
    expect(trains.get_by_role("option", name="493 · Travel - National")).to_have_count(1)
    expect(trains.get_by_role("option", name="200 · Sales")).to_have_count(0)
    assert findings(page) == []
    picture(page, "books-mapping")
    trains.select_option(label="493 · Travel - National")
    rate = page.get_by_label(re.compile("^20 %"))
    expect(rate).to_have_value("INPUT2")
    expect(rate.get_by_role("option", name=re.compile("OUTPUT2|No tax code"))).to_have_count(0)
    page.get_by_role("button", name="Save the mapping").press("Enter")
    expect(page.get_by_role("status").filter(has_text="Everything is mapped").first).to_be_visible()


def _look_first(page: Page) -> None:
    page.get_by_role("link", name="Dry run").press("Enter")
    run = page.get_by_role("list", name="What the next sync does").get_by_role("listitem")
    cafe = run.filter(has=page.get_by_role("link", name=re.compile("^Green Garden Cafe")))
    expect(cafe).to_contain_text("Will be written")
    expect(cafe).to_contain_text("Bill BILL-1")
    expect(cafe).to_contain_text("€10.00 + €2.00")
    expect(cafe).to_contain_text("420 Entertainment · 20% (VAT on Expenses)")
    expect(page.get_by_text("Bills and invoices stay unpaid in the books")).to_be_visible()
    assert findings(page) == []
    picture(page, "books-dry-run")


def _sync(page: Page) -> None:
    page.goto("/books")
    page.get_by_role("button", name=re.compile("^(Sync now|Begin the first sync): Xero$")).press(
        "Enter"
    )


def _decide(page: Page, stack: RunningStack) -> None:
    """Somebody changes a bill there: it is found, shown beside ours, and ours is written over
    it.
    """
    invoices = state_of(stack, "xero")["invoices"]
    expense = _expense_id(stack, 2)
    [bill] = [id_ for id_, each in invoices.items() if expense in each["InvoiceNumber"]]
    act(stack, "xero", "edit", id=bill, fields={"DueDate": f"/Date({_FIRST_OF_MAY}+0000)/"})
    with stack.client() as client:
        version = client.get(f"/api/expenses/{expense}").json()["version"]
        changes = {"receiptNumber": "BILL-2b"}
        client.patch(
            f"/api/expenses/{expense}", json=changes, headers={"If-Match": f'"{version}"'}
        ).raise_for_status()
    page.goto("/books")
    expect(
        page.get_by_role("status").filter(has_text="1 item is not in the books yet.")
    ).to_be_visible()
    page.get_by_role("link", name="1 Changed since").press("Enter")
    expect(
        page.get_by_role("list", name="Items", exact=True).get_by_role("listitem")
    ).to_have_count(1)
    page.get_by_role("button", name="Sync now: Xero").press("Enter")
    expect(_count(page, "Conflict")).to_contain_text("1")
    page.get_by_role("list", name="What is not in Xero").get_by_role("link", name="Decide").press(
        "Enter"
    )
    sides = page.get_by_role("table", name="Both sides of Deutsche Bahn, 9 Mar 2026")
    due = sides.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Due"))
    expect(due.get_by_role("cell").first).to_have_text("9 Mar 2026")
    expect(due.get_by_role("cell").last).to_have_text("1 May 2026")
    looks_well(page)
    picture(page, "books-conflict")
    page.get_by_role("button", name="Write ours: Deutsche Bahn, 9 Mar 2026").press("Enter")
    expect(page.get_by_text("Ours holds", exact=True)).to_be_visible()
    _sync(page)
    expect(
        page.get_by_role("status").filter(has_text="Everything is in the books.")
    ).to_be_visible()
    assert str(_FIRST_OF_MAY) not in state_of(stack, "xero")["invoices"][bill]["DueDate"]


def test_what_is_set_aside_is_shown_with_why_and_tried_again(
    page: Page, stack: RunningStack
) -> None:
    _spend(stack)
    books = signed_books(stack, "Ledger")
    page.goto(f"/books/{books}")
    expect(page.get_by_text("Nothing is written until you begin the first sync.")).to_be_visible()
    page.get_by_role("button", name="Begin the first sync: Ledger").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The category 'Trains' has no account.")
    assert findings(page) == []
    dialog.get_by_role("button", name="Sync the others").press("Enter")
    expect(_count(page, "Unmapped")).to_contain_text("3")
    page.get_by_role("list", name="What is not in Ledger").get_by_role(
        "link", name="3 Unmapped"
    ).press("Enter")
    items = page.get_by_role("list", name="Items", exact=True).get_by_role("listitem")
    expect(items).to_have_count(3)
    expect(
        items.first.get_by_role("link", name="Copy Shop, 11 Mar 2026", exact=True)
    ).to_be_visible()
    page.get_by_label("Show").select_option(label="In the books")
    expect(page.get_by_text("There is none.")).to_be_visible()
    page.get_by_role("button", name="New schedule …").press("Enter")
    dialog.get_by_label("Name").fill("Each morning")
    dialog.get_by_role("button", name="Make it").press("Enter")
    expect(page.get_by_role("list", name="Schedules")).to_contain_text("Each morning")
    looks_well(page)
    page.get_by_role("button", name="End the connection …").press("Enter")
    dialog.get_by_role("button", name="End it").press("Enter")
    expect(page.get_by_role("heading", name="No books are connected yet")).to_be_visible()


def test_a_secret_is_shown_once(page: Page, stack: RunningStack) -> None:
    _connect(page, "An HTTPS address of yours (signed requests)", "Own books")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Connect").press("Enter")
    expect(dialog.get_by_label("Address")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("Address").fill(f"{stack.stack.books_url}/signed/books")
    dialog.get_by_role("button", name="Connect").press("Enter")
    expect(dialog.get_by_label("Secret")).to_have_value(re.compile("^whsec_"))
    assert findings(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Own books")).to_be_visible()


def test_a_grant_that_was_revoked_is_given_again_and_clients_are_pulled(
    page: Page, stack: RunningStack
) -> None:
    company = act(stack, "hubspot", "make", type="0-2", properties={"name": "Example GmbH"})
    deal = {
        "dealname": "Atlas",
        "dealstage": "closedwon",
        "amount": "15000",
        "deal_currency_code": "EUR",
    }
    act(stack, "hubspot", "make", type="0-3", properties=deal, to={"0-2": [company]})
    _connect(page, "HubSpot (clients and projects, preview)", "CRM")
    _agree(page)
    expect(page.get_by_role("heading", level=1, name="CRM")).to_be_visible()
    act(stack, "hubspot", "revoke")
    act(stack, "hubspot", "expire")
    page.get_by_role("button", name="Begin the first sync: CRM").press("Enter")
    expect(page.get_by_text("The grant was revoked: connect again")).to_be_visible()
    looks_well(page)
    page.get_by_role("button", name="Connect again: CRM").press("Enter")
    expect(page.get_by_text("Connected", exact=True)).to_be_visible()
    page.get_by_role("button", name="Sync now: CRM").press("Enter")
    expect(page.get_by_role("list", name="Syncs").get_by_text("Completed").first).to_be_visible()
    page.get_by_role("link", name="Clients and projects").press("Enter")
    page.get_by_role("list", name="Clients").get_by_role("link", name="Example GmbH").press("Enter")
    expect(page.get_by_role("list", name="Projects")).to_contain_text("Atlas")
    expect(page.get_by_role("list", name="Projects")).to_contain_text("€15,000.00")
    looks_well(page)
    picture(page, "books-clients")


def picture(page: Page, name: str) -> None:
    """For a person who looks at the page: SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        size = page.viewport_size
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
        if size:
            page.set_viewport_size(size)
