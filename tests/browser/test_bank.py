"""The bank on the page: a statement is imported; its entries are accepted, declined, split and
explained by keys.
"""

from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.bank_page import entry_named, import_file, left, picture, spend
from tests.browser.test_accessibility import findings, looks_well
from tests.support.bank_csv import csv_file
from tests.support.bank_files import camt
from tests.support.bank_month import IBAN, Line, Month
from tests.support.running_stack import RunningStack

_CAFE = Line(
    amount=-1290, booked_on=date(2026, 3, 6), name="GREEN GARDEN CAFE", text="Kartenzahlung"
)
_TRAIN = Line(
    amount=-4200, booked_on=date(2026, 3, 10), name="Deutsche Bahn", text="Fahrkarte 88213"
)
_PAIR = Line(amount=-3000, booked_on=date(2026, 3, 20), name="Kaufhaus", text="Einkauf")
_RENT = Line(amount=-50_000, booked_on=date(2026, 3, 31), name="Hausverwaltung", text="Miete")
_MARCH = Month(opening=100_000, lines=(_CAFE, _TRAIN, _PAIR, _RENT))
_SAVINGS = "DE02120300000000202051"
_EXPENSES = (
    ("Green Garden Cafe", "2026-03-05", 1290),
    ("Deutsche Bahn", "2026-03-09", 4200),
    ("Warehouse one", "2026-01-02", 1100),
    ("Warehouse two", "2026-01-02", 5500),
)


@pytest.mark.essential
def test_a_statement_is_imported_and_its_entries_are_decided_on_by_keys(
    page: Page, stack: RunningStack
) -> None:
    spend(stack, _EXPENSES)
    _create_account(page)
    expect(import_file(page, camt(_MARCH), "march.xml")).to_contain_text("4 new entries.")
    accounts = page.get_by_role("region", name="Bank accounts")
    expect(accounts).to_contain_text("€415.10")
    expect(accounts).to_contain_text("on 31 Mar 2026 · 4 open")
    expect(left(page)).to_have_text("4 of 4 left")
    cafe = entry_named(page, "GREEN GARDEN CAFE")
    expect(cafe).to_contain_text("Green Garden Cafe, 5 Mar 2026")
    expect(cafe).to_contain_text("Same amount, one day later")
    # Who works alone has nobody to ask.
    expect(page.get_by_role("button", name="Search…").first).to_be_visible()
    expect(page.get_by_role("button", name="Ask for it…")).to_have_count(0)
    looks_well(page)
    picture(page, "bank")
    _look_at_the_keys(page)
    _click_in_another_row(page)
    _give_a_reason(page)
    _split(page)
    _decline_and_accept(page)
    with stack.client() as client:
        entries = client.get("/api/bank/entries").json()["items"]
    assert [each["explained"] for each in entries] == [0, -3000, -4200, -1290]
    _take_back_later(page)


def _create_account(page: Page) -> None:
    page.get_by_role("link", name="Bank", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1, name="Bank")).to_be_focused()
    expect(page.get_by_role("heading", name="There is no bank account yet")).to_be_visible()
    page.get_by_role("button", name="New account").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Giro")
    dialog.get_by_label("IBAN, or its number").fill(IBAN.replace("DE89", "DE88"))
    dialog.get_by_role("button", name="Create the account").press("Enter")
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_label("IBAN, or its number").fill(IBAN)
    dialog.get_by_role("button", name="Create the account").press("Enter")
    expect(page.get_by_role("link", name="Entries of Giro")).to_be_visible()


# The space before a button's word; and behind it up to its key, or to its edge where none is seen.
_SPACES = """
  (button) => {
    const word = document.createRange();
    word.selectNodeContents(button.firstChild);
    const key = button.querySelector("kbd");
    const seen = getComputedStyle(key).visibility === "visible";
    const inside = button.getBoundingClientRect();
    const text = word.getBoundingClientRect();
    const end = seen ? key.getBoundingClientRect().left : inside.right;
    return [text.left - inside.left, end - text.right];
  }
"""


def _look_at_the_keys(page: Page) -> None:
    """A word stands in the middle of what its key leaves, and its button is as wide without."""
    widths: dict[str, float] = {}
    for name in ("Hausverwaltung", "Kaufhaus"):
        button = entry_named(page, name).get_by_role("button", name="Search")
        before, behind = button.evaluate(_SPACES)
        assert abs(before - behind) <= 6, (name, before, behind)
        widths[name] = button.evaluate("(button) => button.offsetWidth")
    assert len({*widths.values()}) == 1, widths


def _click_in_another_row(page: Page) -> None:
    """The first click on a button counts: the row does not move while it becomes the current
    one.
    """
    current = entry_named(page, "Hausverwaltung")
    expect(current).to_have_attribute("aria-current", "true")
    entry_named(page, "Kaufhaus").get_by_role("button", name="No document").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Reason")).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    current.focus()


def _give_a_reason(page: Page) -> None:
    """The keys go on with the next entry."""
    rent, dialog = entry_named(page, "Hausverwaltung"), page.get_by_role("dialog")
    expect(rent).to_have_attribute("aria-current", "true")
    page.keyboard.press("r")
    dialog.get_by_label("Reason").fill("a standing contract")
    dialog.get_by_role("button", name="Save").press("Enter")
    expect(rent).to_contain_text("a standing contract")
    expect(left(page)).to_have_text("3 of 4 left")
    expect(entry_named(page, "Kaufhaus")).to_be_focused()


def _split(page: Page) -> None:
    """Over two documents, whose amounts are no more than is open."""
    dialog = page.get_by_role("dialog")
    page.keyboard.press("x")
    for name in ("Warehouse one", "Warehouse two"):
        dialog.get_by_label("Search").fill(name)
        dialog.get_by_role("list", name="Found documents").get_by_role("button", name=name).press(
            "Enter"
        )
    expect(dialog.get_by_label("Warehouse one", exact=True)).to_have_value("11.00")
    expect(dialog.get_by_label("Warehouse two", exact=True)).to_have_value("19.00")
    expect(dialog.get_by_role("status").filter(has_text="Nothing is left")).to_be_visible()
    assert findings(page) == []
    picture(page, "bank-split")
    dialog.get_by_role("button", name="Match them").press("Enter")
    expect(entry_named(page, "Kaufhaus")).to_contain_text("Accepted")
    expect(left(page)).to_have_text("2 of 4 left")
    expect(entry_named(page, "Deutsche Bahn")).to_be_focused()


def _decline_and_accept(page: Page) -> None:
    """Each is taken back once, and done again."""
    train, cafe = entry_named(page, "Deutsche Bahn"), entry_named(page, "GREEN GARDEN CAFE")
    page.keyboard.press("d")
    expect(train).to_contain_text("No document fits.")
    page.keyboard.press("u")
    expect(train).to_contain_text("Deutsche Bahn, 9 Mar 2026")
    page.keyboard.press("a")
    expect(train).to_contain_text("Accepted")
    expect(left(page)).to_have_text("1 of 4 left")
    expect(cafe).to_be_focused()
    page.keyboard.press("u")
    expect(left(page)).to_have_text("2 of 4 left")
    expect(train).to_be_focused()
    page.keyboard.press("a")
    expect(train).to_contain_text("Accepted")
    page.keyboard.press("k")
    page.keyboard.press("j")
    expect(cafe).to_be_focused()
    with page.expect_response("**/api/bank/matches/*/decision"):
        page.keyboard.press("a")
        expect(left(page)).to_have_text("All 4 explained")
    expect(page.get_by_role("region", name="Bank accounts")).to_contain_text("nothing open")


def _take_back_later(page: Page) -> None:
    """What was accepted in another visit is found by the filters, and taken back with a reason."""
    page.reload()
    expect(page.get_by_role("heading", name="Nothing is open")).to_be_visible()
    page.get_by_label("Entries", exact=True).select_option("explained")
    page.get_by_label("Month").select_option("2026-03")
    assert page.url.endswith("/bank?standing=explained&from=2026-03-01&to=2026-03-31")
    entry_named(page, "GREEN GARDEN CAFE").get_by_role("button", name="Take back…").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("another receipt")
    dialog.get_by_role("button", name="Take it back").press("Enter")
    expect(left(page)).to_have_text("1 of 4 left")
    expect(page.get_by_role("region", name="Bank accounts")).to_contain_text("1 open")
    expect(
        entry_named(page, "GREEN GARDEN CAFE").get_by_role("button", name="Accept")
    ).to_be_visible()
    assert findings(page) == []


def test_what_is_refused_comes_back_and_the_rest_is_accepted_at_once(
    page: Page, stack: RunningStack
) -> None:
    """A decision is shown before the server answers."""
    spend(stack, _EXPENSES[:2])
    stack.ask("/api/bank/accounts", name="Giro", currency="EUR", number=IBAN).raise_for_status()
    page.goto("/bank")
    expect(
        import_file(page, camt(replace(_MARCH, lines=(_CAFE, _TRAIN))), "march.xml")
    ).to_contain_text("2 new entries.")
    cafe, train = entry_named(page, "GREEN GARDEN CAFE"), entry_named(page, "Deutsche Bahn")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/bank/matches/*/decision", hold)
    with page.expect_request("**/api/bank/matches/*/decision"):
        train.get_by_role("button", name="Accept").press("Enter")
    expect(train).to_contain_text("Accepted")
    expect(cafe.get_by_role("button", name="Accept")).to_be_enabled()
    expect(left(page)).to_have_text("1 of 2 left")
    body = {
        "type": "about:blank",
        "title": "Not open",
        "status": 409,
        "detail": "The ledger is busy.",
    }
    held[0].fulfill(status=409, json=body, content_type="application/problem+json")
    expect(train.get_by_role("alert")).to_contain_text("The ledger is busy.")
    expect(page.get_by_text("Deutsche Bahn is open still")).to_be_visible()
    expect(left(page)).to_have_text("2 of 2 left")
    page.unroute("**/api/bank/matches/*/decision")
    page.get_by_role("button", name="Accept all certain (2)").press("Enter")
    expect(page.get_by_text("2 entries matched.")).to_be_visible()
    expect(page.get_by_role("heading", name="Nothing is open")).to_be_visible()
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text("2 matches taken back.")).to_be_visible()
    expect(left(page)).to_have_text("2 of 2 left")


@pytest.mark.parametrize("phone", [True], ids=["phone"])
def test_a_csv_asks_which_column_is_what(page: Page, stack: RunningStack, *, phone: bool) -> None:
    assert phone
    stack.ask("/api/bank/accounts", name="Card", currency="EUR").raise_for_status()
    page.goto("/bank")
    line = import_file(page, csv_file(_MARCH), "march.csv")
    expect(page.get_by_role("heading", name="A file waits for you")).to_be_visible()
    line.get_by_role("link", name="Decide: march.csv").click()
    columns = page.get_by_role("table", name="Columns of the file")
    expect(columns.get_by_label("What Betrag is")).to_have_value("amount")
    looks_well(page)
    picture(page, "bank-csv")
    page.set_viewport_size({"width": 375, "height": 667})
    columns.get_by_label("What Buchungstag is").select_option("Not read")
    columns.get_by_label("What Wertstellung is").select_option("Not read")
    expect(page.get_by_role("alert")).to_have_text("Say which column is the booking day.")
    columns.get_by_label("What Buchungstag is").select_option("Booking day")
    expect(page.get_by_role("table", name="As it would be read")).to_contain_text("31 Mar 2026")
    page.get_by_role("button", name="Read the file this way").click()
    expect(page.get_by_role("region", name="What it came to")).to_contain_text("4 entries · 4 new")
    expect(page.get_by_role("list", name="Statements in the file")).to_contain_text("Card")
    page.get_by_role("link", name="Entries", exact=True).click()
    expect(page.get_by_role("list", name="Entries").get_by_role("listitem")).to_have_count(4)
    looks_well(page)


def test_a_statement_of_an_unknown_account_waits_until_there_is_one(
    page: Page, stack: RunningStack
) -> None:
    stack.ask("/api/bank/accounts", name="Giro", currency="EUR", number=IBAN).raise_for_status()
    page.goto("/bank")
    other = camt(replace(_MARCH, account=_SAVINGS))
    import_file(page, other, "savings.xml").get_by_role("link", name="Decide: savings.xml").press(
        "Enter"
    )
    review = page.get_by_role("region", name="Of which bank account is it?")
    expect(review).to_contain_text(
        "The statement is of the bank account DE02…2051, which is not known here."
    )
    review.get_by_role("button", name="Create the account…").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("IBAN, or its number").fill(_SAVINGS)
    expect(dialog.get_by_label("Currency")).to_have_value("EUR")
    dialog.get_by_label("Name").fill("Savings")
    dialog.get_by_role("button", name="Create the account").press("Enter")
    expect(dialog).to_be_hidden()
    review.get_by_role("button", name="Read it for this account").press("Enter")
    expect(page.get_by_role("list", name="Statements in the file")).to_contain_text("Savings")
    page.get_by_role("link", name="Entries", exact=True).press("Enter")
    expect(page.get_by_role("link", name="Entries of Savings")).to_be_visible()
    page.get_by_role("button", name="Change Savings").press("Enter")
    dialog.get_by_label("Archived.").check()
    dialog.get_by_role("button", name="Change the account").press("Enter")
    expect(page.get_by_role("link", name="Entries of Savings")).to_be_hidden()
    page.get_by_role("button", name="Archived accounts").press("Enter")
    expect(page.get_by_role("region", name="Bank accounts")).to_contain_text("DE02…2051 · archived")


def test_sums_that_do_not_close_and_a_gap_are_shown(page: Page, stack: RunningStack) -> None:
    stack.ask("/api/bank/accounts", name="Giro", currency="EUR", number=IBAN).raise_for_status()
    may = replace(
        _MARCH,
        number=5,
        opening=_MARCH.closing + 700,
        from_day=date(2026, 5, 1),
        to_day=date(2026, 5, 31),
    )
    may = replace(may, lines=(Line(amount=-100, booked_on=date(2026, 5, 3), name="Kiosk"),))
    page.goto("/bank/statements")
    expect(page.get_by_role("heading", name="No statement was imported yet")).to_be_visible()
    expect(import_file(page, camt(_MARCH), "march.xml")).to_contain_text("Imported")
    expect(import_file(page, camt(may), "may.xml")).to_contain_text(
        "Something is missing between it and other statements."
    )
    gaps = page.get_by_role("list", name="Gaps and overlaps")
    expect(gaps).to_contain_text("1 Apr 2026 to 30 Apr 2026 are missing. €7.00 moved in between.")
    wrong = import_file(page, camt(replace(may, number=6, wrong_by=1000)), "june.xml")
    expect(wrong).to_contain_text("so nothing was booked")
    looks_well(page)
    picture(page, "bank-statements")
    page.goto("/bank")
    page.get_by_role("link", name="Decide: june.xml").press("Enter")
    review = page.get_by_role("region", name="The sums do not close")
    sums = review.get_by_role("table", name="Sums of the statement")
    expect(sums.get_by_role("row", name="Difference")).to_contain_text("€10.00")
    expect(sums.get_by_role("row", name="Closing balance in the file")).to_contain_text("€431.10")
    looks_well(page)
    picture(page, "bank-sums")
    review.get_by_role("button", name="Discard the file…").press("Enter")
    review.get_by_label("Why is it rejected?").fill("the bank sends it again")
    review.get_by_role("button", name="Discard the file").press("Enter")
    expect(page.get_by_role("region", name="What it came to")).to_contain_text(
        "the bank sends it again"
    )
    expect(_import_refused(page)).to_contain_text("Not imported")


def test_a_line_that_cannot_be_right_is_shown_and_another_account_chosen(
    page: Page, stack: RunningStack
) -> None:
    """A file that was sent for another account is read for the one that a person chooses."""
    stack.ask("/api/bank/accounts", name="Giro", currency="EUR", number=IBAN).raise_for_status()
    stack.ask("/api/bank/accounts", name="Card", currency="EUR").raise_for_status()
    page.goto("/bank/statements")
    twice = replace(_MARCH, lines=(*_MARCH.lines, _RENT), wrong_by=-_RENT.amount)
    import_file(page, camt(twice), "twice.xml").get_by_role("link", name="Decide: twice.xml").press(
        "Enter"
    )
    review = page.get_by_role("region", name="The sums do not close")
    suspect = review.get_by_role("group", name="The first line that cannot be right")
    expect(suspect).to_contain_text("Hausverwaltung 31 Mar 2026 · Miete")
    expect(review).to_contain_text("did not repeat an earlier one")
    looks_well(page)
    picture(page, "bank-suspect")
    page.goto("/bank/statements")
    page.get_by_label("of", exact=True).select_option("Card")
    import_file(page, camt(_MARCH), "march.xml").get_by_role(
        "link", name="Decide: march.xml"
    ).press("Enter")
    review = page.get_by_role("region", name="Of which bank account is it?")
    expect(review).to_contain_text("The statement is of Giro, and the file was sent for Card.")
    looks_well(page)
    picture(page, "bank-account-choice")
    review.get_by_label("Bank account").select_option("Giro, DE89…3000")
    review.get_by_role("button", name="Read it for this account").press("Enter")
    expect(page.get_by_role("list", name="Statements in the file")).to_contain_text("Giro")


def test_an_import_is_undone_and_a_file_of_another_account_waits(
    page: Page, stack: RunningStack
) -> None:
    """Then the same file is read for the account that it is of."""
    stack.ask("/api/bank/accounts", name="Giro", currency="EUR").raise_for_status()
    page.goto("/bank/statements")
    content = csv_file(_MARCH, "english")
    line = import_file(page, content, "march.csv")
    line.get_by_role("link", name="Decide: march.csv").press("Enter")
    page.get_by_role("button", name="Read the file this way").press("Enter")
    undo = page.get_by_role("button", name="Undo this import…")
    expect(undo).to_be_visible()
    stack.ask("/api/bank/accounts", name="Card", currency="EUR").raise_for_status()
    page.goto("/bank/statements")
    page.get_by_label("of", exact=True).select_option("Card")
    import_file(page, content + b"\r\n", "again.csv").get_by_role(
        "link", name="Decide: again.csv"
    ).press("Enter")
    review = page.get_by_role("region", name="Is it of the right bank account?")
    expect(review).to_contain_text("4 of 4 entries stand in Giro already. Is it the right account?")
    expect(review.get_by_role("button", name="It is the right account")).to_be_visible()
    looks_well(page)
    picture(page, "bank-other-account")
    page.goto("/bank/statements")
    page.get_by_role("list", name="Statements").get_by_role("link", name="march.csv").press("Enter")
    undo.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("4 entries are taken back. What another file has too stays.")
    looks_well(page)
    picture(page, "bank-undo-import")
    dialog.get_by_label("Reason").fill("Read for the wrong account")
    dialog.get_by_role("button", name="Undo this import").press("Enter")
    expect(page.get_by_label("What it came to")).to_contain_text("Taken back")
    expect(page.get_by_label("What it came to")).to_contain_text(
        "The import was undone: Read for the wrong account"
    )
    page.goto("/bank")
    expect(page.get_by_role("listitem", name="GREEN GARDEN CAFE")).to_have_count(0)


def test_who_undoes_an_import_is_told_of_a_closed_month(page: Page, stack: RunningStack) -> None:
    spend(stack, _EXPENSES[:1])
    stack.ask("/api/bank/accounts", name="Giro", currency="EUR", number=IBAN).raise_for_status()
    page.goto("/bank")
    import_file(page, camt(_MARCH), "march.xml")
    entry_named(page, "GREEN GARDEN CAFE").get_by_role("button", name="Accept").press("Enter")
    expect(entry_named(page, "GREEN GARDEN CAFE")).to_contain_text("Accepted")
    march = {"from": "2026-03-01", "to": "2026-03-31"}
    stack.ask("/api/closed-periods", **march).raise_for_status()
    page.goto("/bank/statements")
    page.get_by_role("list", name="Statements").get_by_role("link", name="march.xml").press("Enter")
    page.get_by_role("button", name="Undo this import…").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 match of them undone")
    expect(dialog).to_contain_text(
        "March 2026 is closed, and may have been handed on with these matches."
    )
    looks_well(page)
    picture(page, "bank-undo-import-closed")


def test_a_refund_is_matched_with_what_was_paid(page: Page, stack: RunningStack) -> None:
    spend(stack, _EXPENSES[:1])
    back = Line(amount=500, booked_on=date(2026, 3, 25), name="Somebody else", text="x")
    stack.ask("/api/bank/accounts", name="Giro", currency="EUR", number=IBAN).raise_for_status()
    page.goto("/bank")
    expect(
        import_file(page, camt(replace(_MARCH, lines=(_CAFE, back))), "march.xml")
    ).to_contain_text("2 new entries.")
    entry_named(page, "GREEN GARDEN CAFE").get_by_role("button", name="Accept").press("Enter")
    expect(entry_named(page, "GREEN GARDEN CAFE")).to_contain_text("Accepted")
    refund, dialog = entry_named(page, "Somebody else"), page.get_by_role("dialog")
    refund.get_by_role("button", name="Search…").press("Enter")
    dialog.get_by_label("Search").fill("green")
    found = dialog.get_by_role("list", name="Found documents").get_by_role(
        "button", name="Green Garden Cafe"
    )
    expect(found).to_contain_text("Refund of an expense")
    expect(found).to_contain_text("€12.90")
    assert findings(page) == []
    picture(page, "bank-refund")
    found.press("Enter")
    expect(refund).to_contain_text("Accepted")
    expect(refund.get_by_role("link", name="Green Garden Cafe")).to_be_visible()


def _import_refused(page: Page) -> Locator:
    """What is no bank's file is refused with the server's words."""
    page.goto("/bank/statements")
    return import_file(page, b"%PDF-1.7 no statement", "photo.pdf")
