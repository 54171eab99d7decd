"""What is approved is claimed on the page, paid in two parts, and another part is taken out; on the genuine engine."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import findings, looks_well
from tests.browser.test_sorting import WIDTHS, account_of, add
from tests.support.running_stack import RunningStack, wait_until


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
    page.goto("/expenses")
    page.get_by_role("link", name="Claims").click()
    page.get_by_role("button", name="Claim MYR").click()
    expect(page.get_by_role("alert")).to_have_text("Type in the name of whoever is to pay.")
    page.get_by_role("textbox", name="Their name").fill("ACME")
    assert findings(page) == []
    page.get_by_role("button", name="Claim MYR").click()
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
