"""What is approved is claimed on the page, paid in two parts, and another part is taken out; on the genuine engine."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import findings, looks_well
from tests.browser.test_sorting import WIDTHS, account_of, add
from tests.support.running_stack import RunningStack, wait_until

# What was spent, and for whom.
SPENT = [
    ("ACME HOTEL", "ACME AG"),
    ("BETA TAXI", "Beta GmbH"),
    ("ACME LUNCH", "Acme AG"),
    ("ACME TRAIN", "ACME AG"),
    ("A BAKERY", None),
]


def test_nothing_is_there_to_claim(page: Page) -> None:
    page.goto("/claims")
    expect(page.get_by_text("Nothing that is approved is left to claim here.")).to_be_visible()
    expect(page.get_by_text("Nothing was claimed yet")).to_be_visible()


@WIDTHS
@pytest.mark.essential(only="375")
def test_a_claim_is_made_corrected_and_paid_in_two_parts(page: Page, stack: RunningStack, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    add(stack, "TEO HENG", "teoheng", [1, 2, 3])
    own = f"account_id = '{account_of(stack)}'"
    stack.d1(f"UPDATE expenses SET status = 'approved', paid_by = 'employee' WHERE {own}")  # noqa: S608 - the test's own ids and names
    page.goto("/claims")
    page.get_by_role("button", name="Claim 3 expenses").click()
    expect(page.get_by_role("alert")).to_have_text("Type in the name of whoever is to pay.")
    page.get_by_role("textbox", name="Their name").fill("ACME")
    assert findings(page) == []
    page.get_by_role("button", name="Claim 3 expenses").click()
    page.get_by_role("button", name="Claim it").click()
    page.get_by_role("list", name="Claimed").get_by_role("link", name="ACME").click()
    expect(page.get_by_role("heading", level=2, name="ACME: waits for its payment")).to_be_visible()
    _pay(page, "10")
    expect(page.get_by_role("heading", level=2, name="ACME: paid in part")).to_be_visible()
    page.get_by_role("button", name="Credit note").click()
    page.get_by_role("checkbox", name="TEO HENG").first.check()
    page.get_by_role("textbox", name="Why").fill("It was private")
    assert findings(page) == []
    page.get_by_role("button", name="Take it out").click()
    expect(page.get_by_text("taken out: it can be claimed again")).to_be_visible()
    _pay(page, None)
    expect(page.get_by_role("heading", level=2, name="ACME: paid", exact=True)).to_be_visible()
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    with stack.client() as client:
        totals = client.get("/api/ledger/trial-balance").raise_for_status().json()["totals"]
        [claim] = client.get("/api/claims").raise_for_status().json()["items"]
    assert [each["isBalanced"] for each in totals] == [True]
    assert (claim["state"], claim["open"], claim["credited"]) == ("paid", "0.00", "10.01")
    stack.wait_for_status(claim["id"], "complete")


@WIDTHS
def test_a_customer_is_claimed_what_was_spent_for_them_and_nothing_else(
    page: Page, stack: RunningStack, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for number, (merchant, client) in enumerate(SPENT, start=1):
        add(stack, merchant, merchant.casefold(), [number])
        value = "NULL" if client is None else f"'{client}'"
        stack.d1(f"UPDATE expenses SET client = {value} WHERE id = 'exp_{number}{account_of(stack)}'")  # noqa: S608
    own = f"account_id = '{account_of(stack)}'"
    stack.d1(f"UPDATE expenses SET status = 'approved', billable = 1 WHERE {own}")  # noqa: S608
    page.goto("/claims")
    page.get_by_label("Who pays").select_option("customer")
    expect(page.get_by_role("note")).to_contain_text("1 expense (MYR 10.05) is billable but names no client")
    page.get_by_label("Customer", exact=True).select_option("ACME AG")
    shown = page.get_by_role("list", name="Expenses in MYR")
    expect(shown.get_by_role("checkbox")).to_have_count(3)
    expect(shown).not_to_contain_text("BETA TAXI")
    shown.get_by_role("checkbox", name="ACME LUNCH").uncheck()
    page.get_by_text("More: whose, when, how").click()
    page.get_by_label("How it is sent").select_option("mail")
    page.get_by_label("Mail address of whoever pays").fill("books@acme.example")
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    page.get_by_role("button", name="Claim 2 expenses, MYR 20.05").click()
    dialog = page.get_by_role("dialog", name="Claim MYR 20.05 from ACME AG?")
    for said in ("2 of the 3 shown", "MYR 20.05", "by mail to books@acme.example"):
        expect(dialog).to_contain_text(said)
    assert findings(page) == []
    dialog.get_by_role("button", name="Cancel").click()
    with stack.client() as client:
        assert client.get("/api/claims").raise_for_status().json()["items"] == []
    # What was seen is not so any more: nothing is claimed, and what is so now is shown.
    page.get_by_role("button", name="Claim 2 expenses, MYR 20.05").click()
    stack.d1(f"UPDATE expenses SET client = 'Beta GmbH' WHERE id = 'exp_4{account_of(stack)}'")  # noqa: S608
    dialog.get_by_role("button", name="Claim and mail it").click()
    expect(dialog.get_by_role("alert")).to_contain_text("(Beta GmbH). Leave them out, or correct their client.")
    dialog.get_by_role("button", name="Cancel").click()
    page.get_by_label("How it is sent").select_option("hand")
    page.get_by_role("button", name="Claim 1 expense, MYR 10.01").click()
    page.get_by_role("button", name="Claim it").click()
    page.get_by_role("list", name="Claimed").get_by_role("link", name="ACME AG").click()
    expect(page.get_by_role("heading", level=2, name="ACME AG: waits for its payment")).to_be_visible()
    with stack.client() as client:
        [claim] = client.get("/api/claims").raise_for_status().json()["items"]
        held = client.get(f"/api/claims/{claim['id']}").raise_for_status().json()["items"]
    assert [(each["merchant"], each["amount"]) for each in held] == [("ACME HOTEL", "10.01")]


def _pay(page: Page, amount: str | None) -> None:
    page.get_by_role("button", name="Record a payment").click()
    if amount is not None:
        page.get_by_role("textbox", name="Amount").fill(amount)
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.essential
def test_whoever_pays_answers_by_a_link(page: Page, stack: RunningStack) -> None:
    add(stack, "TEO HENG", "teoheng", [1, 2])
    own = f"account_id = '{account_of(stack)}'"
    stack.d1(f"UPDATE expenses SET status = 'approved', paid_by = 'employee' WHERE {own}")  # noqa: S608 - the test's own ids and names
    with stack.client() as client:
        asked = {"currency": "MYR", "payerKind": "company", "payerName": "ACME"}
        claim = client.post("/api/claims", json=asked).raise_for_status().json()["id"]
        wait_until(lambda: client.get(f"/api/claims/{claim}").json()["state"] == "issued", "the claim's issue")
        link = client.post(f"/api/claims/{claim}/links", json={}).raise_for_status().json()["url"]
    page.goto(link)
    expect(page.get_by_text("It waits for its payment.")).to_be_visible()
    looks_well(page)
    page.get_by_role("button", name="I have paid").click()
    expect(page.get_by_text("It is booked when the payment is seen.")).to_be_visible()
    page.get_by_label("This is wrong, because").fill("One is not ours")
    page.get_by_role("button", name="This is wrong").click()
    expect(page.get_by_text("You said that it is wrong.")).to_be_visible()
    looks_well(page)
