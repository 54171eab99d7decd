"""What is done in a month, stage by stage: each begins where the menu leads, and ends with a look
at its page.
"""

import re

from playwright.sync_api import Locator, expect

from tests.browser.bank_page import left
from tests.browser.expense_table import expense_rows, search_field, selected
from tests.browser.month.beginning import (
    CATEGORIES,
    CLIENTS,
    MONTH,
    PEOPLE,
    documents_of,
    items,
    statement,
)
from tests.browser.month.hands import Hands
from tests.browser.test_accessibility import findings
from tests.support.bank_files import camt
from tests.support.running_stack import RunningStack, wait_until


def hand_in(hands: Hands, name: str, shops: int) -> None:
    """All of it is read without a question."""
    page = hands.page
    hands.hand_in(documents_of(name, shops))
    count = 2 * shops
    expect(page.locator("#batch-text")).to_have_text(f"{count} receipts done: {count} read.")
    hands.look("1-handed-in")


def sort(hands: Hands, stack: RunningStack, count: int) -> None:
    """People paid them; half are for each client, which makes them billable to it."""
    page = hands.page
    hands.go("Expenses", "ge")
    expect(expense_rows(page)).to_have_count(count)
    hands.look("2-expenses")
    _select_all(hands)
    dialog = _bulk(hands, "Paid by …")
    hands.choose(dialog.get_by_label("Paid by"), "An employee")
    _done(hands, dialog, "Set who paid", f"Payer of {count} expenses set.", count)
    _wait_for_words(stack, count // 2)
    for word, client in CLIENTS.items():
        hands.do(search_field(page), "/")
        hands.write(search_field(page), word.lower())
        hands.jump("Enter")
        hands.jump("Escape")
        rows = expense_rows(page)
        expect(rows).to_have_count(count // 2)
        expect(rows.filter(has_text=word)).to_have_count(count // 2)
        _select_all(hands)
        dialog = _bulk(hands, "Client …")
        hands.choose(dialog.get_by_label("Client"), client)
        _done(hands, dialog, "Set the client", f"Client of {count // 2} expenses set.", count // 2)
        # They are still selected for the next act.
        dialog = _bulk(hands, "Category …")
        hands.write(dialog.get_by_label("Category"), CATEGORIES[word])
        _done(
            hands, dialog, "Set the category", f"Category of {count // 2} expenses set.", count // 2
        )
    hands.look("2-sorted")


def _select_all(hands: Hands) -> None:
    box = hands.page.get_by_label("Select all shown")
    hands.do(box, "X")
    expect(box).to_be_checked()


def _bulk(hands: Hands, name: str) -> Locator:
    """What is done with the selected expenses: a button of the bar, or an entry of its menu."""
    hands.jump("s")
    button = selected(hands.page).get_by_role("button", name=name)
    if not button.is_visible():
        hands.use(selected(hands.page).get_by_role("button", name="More to do with them"))
        button = hands.page.get_by_role("button", name=name)
    hands.use(button)
    return hands.page.get_by_role("dialog")


def _done(hands: Hands, dialog: Locator, action: str, said: str, count: int) -> None:
    expect(dialog.get_by_role("status")).to_contain_text(f"{count} expenses will be changed.")
    assert findings(hands.page) == []
    hands.use(dialog.get_by_role("button", name=action))
    expect(hands.page.get_by_text(said).first).to_be_visible()


def _wait_for_words(stack: RunningStack, count: int) -> None:
    """By which they are found: the cron writes them, and here the test fires it."""

    def are_there() -> bool:
        stack.fire_cron()
        return len(items(stack, "/api/expenses", q="atlas", limit=50)) == count

    wait_until(are_there, "the words of all expenses")


def approve(hands: Hands, stack: RunningStack, count: int) -> None:
    page = hands.page
    hands.go("To approve", "ga")
    facts = page.get_by_role("region", name="The expense")
    for number in range(count, 0, -1):
        expect(facts).to_contain_text(re.compile(rf"1 of {number}(?!\d)"))
        if number == count:
            hands.look("3-approving")
        hands.do(facts.get_by_role("button", name="Approve"), "a")
    expect(facts).to_have_count(0)
    hands.look("3-approved")
    hands.go("Home", "gh")  # which sends what was decided last
    wait_until(
        lambda: len(items(stack, "/api/expenses", status="approved", limit=50)) == count,
        "all to be approved",
    )


def claim(hands: Hands, shops: int) -> None:
    """Of each client what is theirs."""
    page = hands.page
    for client in CLIENTS.values():
        hands.go("Billing", "gc")
        hands.use(page.get_by_role("link", name="New invoice"))
        hands.choose(page.get_by_label("Who is billed"), client)
        # The month's clients have no address, which an invoice needs.
        hands.choose(page.get_by_label("They get"), "An expense claim: costs passed on, no invoice")
        boxes = page.get_by_role("list", name="Expenses in EUR").get_by_role("checkbox")
        expect(boxes).to_have_count(shops * len(PEOPLE))
        hands.look("4-claim")
        hands.use(page.get_by_role("button", name="Preview expense claim"))
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("Nothing is billed before you send it.")
        hands.look("4-preview")
        hands.use(dialog.get_by_role("button", name="Send", exact=True))
        expect(
            page.get_by_role("heading", level=2, name=f"Billed to {client}: waiting for payment")
        ).to_be_visible()
        hands.look("4-sent")


def pay_back(hands: Hands, stack: RunningStack) -> None:
    """Two by a file for the bank, and one by hand."""
    page = hands.page
    hands.go("Payouts", "gp")
    _pay(hands, ["Anna", "Ben"], "File for the bank", "^Pay €")
    lines = page.get_by_role("list", name="Payouts").get_by_role("listitem")
    expect(lines.filter(has_text="waits for a file for the bank")).to_have_count(2)
    files = page.get_by_role("region", name="Waiting for the bank")
    hands.use(files.get_by_role("button", name="Make a file"))
    hands.look("5-file")
    hands.use(files.get_by_role("button", name="Mark as paid or rejected"))
    dialog = page.get_by_role("dialog")
    assert findings(page) == []
    hands.use(dialog.get_by_role("button", name="Save"))
    expect(dialog).to_have_count(0)
    _pay(hands, ["Cem"], "Paid by hand", "^Record €")
    wait_until(
        lambda: [each["state"] for each in items(stack, "/api/payouts")] == ["paid"] * 3,
        "the payouts to be paid",
    )
    expect(lines.filter(has_text="paid, and in the books")).to_have_count(3)
    hands.look("5-paid-back")


def _pay(hands: Hands, names: list[str], way: str, action: str) -> None:
    page, dialog = hands.page, hands.page.get_by_role("dialog")
    for name in names:
        hands.tick(page.get_by_role("checkbox", name=f"Pay {name}", exact=True))
    hands.look("5-owed")
    hands.use(page.get_by_role("button", name="Pay…"))
    hands.choose(dialog.get_by_label("Pay by"), way)
    hands.use(dialog.get_by_role("button", name="Continue"))
    expect(dialog.get_by_role("heading", name="Check the payment")).to_be_visible()
    hands.look("5-check")
    hands.use(dialog.get_by_role("button", name=re.compile(action)))
    expect(dialog).to_have_count(0)


def match(hands: Hands, stack: RunningStack) -> None:
    """The bank's file has what was paid by it and what clients paid; each is accepted."""
    page = hands.page
    hands.go("Bank", "gb")
    with page.expect_file_chooser() as chooser:
        hands.use(page.get_by_role("button", name="Import statements"))
    content = camt(statement(stack))
    chooser.value.set_files({"name": "month.xml", "mimeType": "application/xml", "buffer": content})
    files = page.get_by_role("list", name="Imported files").get_by_role("listitem")
    expect(files.filter(has_text="month.xml")).to_contain_text("4 new entries.")
    hands.look("6-bank")
    while "left" in (said := left(page).inner_text()):
        hands.do(page.get_by_role("button", name="Accept").first, "a")
        expect(left(page)).not_to_have_text(said)
    expect(left(page)).to_have_text("All 4 explained")
    wait_until(
        lambda: {each["state"] for each in items(stack, "/api/claims")} == {"paid"},
        "the claims to be paid",
    )
    hands.look("6-matched")


def book(hands: Hands) -> None:
    """The first sync asks who the people are in the books; they have their own names there."""
    page, dialog = hands.page, hands.page.get_by_role("dialog")
    hands.go("Books", "gk")
    hands.look("7-books")
    begin = page.get_by_role("button", name=re.compile("^Begin the first sync"))
    hands.use(begin)
    expect(dialog).to_contain_text("Nothing is sent yet")
    hands.look("7-unmapped")
    hands.use(dialog.get_by_role("button", name="Map them"))
    for name in PEOPLE:
        expect(page.get_by_label(name)).to_have_value(name)
    hands.look("7-mapping")
    hands.use(page.get_by_role("button", name="Save the mapping"))
    expect(page.get_by_role("status").filter(has_text="Everything is mapped").first).to_be_visible()
    hands.use(begin)
    expect(page.get_by_role("list", name="Syncs")).to_contain_text(re.compile(r"\d+ written"))
    hands.look("7-synced")
    hands.go("Books", "gk")
    expect(
        page.get_by_role("status").filter(has_text="Everything is in the books.")
    ).to_be_visible()
    hands.look("7-booked")


def hand_on(hands: Hands, count: int) -> None:
    page = hands.page
    hands.go("Exports", "gx")
    hands.pick_month(page.get_by_label("Month of the expenses"), MONTH)
    expect(page.get_by_text(f"{count} expenses in it.")).to_be_visible()
    hands.use(page.get_by_role("button", name="Export", exact=True))
    files = page.get_by_role("list", name="Files", exact=True)
    expect(files.get_by_role("listitem").filter(has_text="expenses_")).to_contain_text(
        f"{count} expenses"
    )
    hands.look("8-exported")


def close(hands: Hands) -> None:
    page, dialog = hands.page, hands.page.get_by_role("dialog")
    hands.use(page.get_by_role("button", name="Close a month"))
    hands.pick_month(dialog.get_by_role("textbox", name="Month"), MONTH)
    hands.look("9-closing")
    hands.use(dialog.get_by_role("button", name="Close the month"))
    expect(page.get_by_role("list", name="Closed periods")).to_contain_text("Nothing came since")
    hands.look("9-closed")


def see_it_is_done(hands: Hands, count: int) -> None:
    """The list says that all are paid, and an expense how far it came."""
    page = hands.page
    hands.go("Expenses", "ge")
    expect(expense_rows(page).filter(has_text="Paid")).to_have_count(count)
    hands.use(expense_rows(page).first.get_by_role("link").first)
    steps = page.get_by_role("region", name="Progress").get_by_role("listitem")
    for stage in ("Read", "Approved", "Exported", "Billed", "Paid", "In the books"):
        expect(steps.filter(has_text=re.compile(f"^{stage}"))).to_have_attribute(
            "data-state", "reached"
        )
    expect(
        page.get_by_text("Approved. To change the amount or the date, take the approval back.")
    ).to_be_visible()
    expect(page.get_by_text("Its day is in a closed period")).to_be_visible()
    hands.look("10-expense")


def change_late(hands: Hands, stack: RunningStack, count: int) -> None:
    """Nothing of the closed month is changed in passing: it is said why, and what one can do."""
    hands.go("Expenses", "ge")
    _select_all(hands)
    dialog = _bulk(hands, "Send back to review …")
    expect(dialog.get_by_role("status")).to_contain_text("It is in a closed period")
    hands.look("10-refused")
    assert len(items(stack, "/api/expenses", status="approved", limit=50)) == count
