"""Payouts on the page: a payee is added, a limit set, a payout asked for; somebody else decides."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import findings
from tests.support.running_stack import RunningStack, wait_until


@pytest.fixture
def stack(running_stack: RunningStack) -> RunningStack:
    """As the account that pays: one of a deployment does."""
    return running_stack


@pytest.mark.essential
@pytest.mark.parametrize("phone", [True], ids=["phone"])
def test_a_payout_is_asked_for_and_waits_for_somebody_else(
    page: Page, stack: RunningStack, *, phone: bool
) -> None:
    width = "phone" if phone else "wide"
    page.goto("/settings/payments")
    _add_payee(page, width)
    limits = page.get_by_role("region", name="Approval limits")
    limits.get_by_role("button", name="New limit …").click()
    limits.get_by_label("Approval needed above").fill("100")
    limits.get_by_role("button", name="Save").click()
    expect(page.get_by_role("list", name="Limits")).to_contain_text("Above €100.00")
    assert findings(page) == []
    _picture(page, f"payment-settings-{width}")
    page.get_by_role("button", name="Money").click()
    page.get_by_role("link", name="Payouts").click()
    page.get_by_text("Pay somebody else").click()
    _ask_for_payout(page, width)
    _is_told_of_the_same_once_more(page, width)
    with stack.client() as client:
        [asked] = client.get("/api/payouts?limit=1").json()["items"]
    stack.wait_for_status(asked["id"], "needs_review")
    page.get_by_role("button", name="Refresh").click()
    page.get_by_role("button", name=f"Decide: Ann Lee ({width})").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The person who requested it cannot decide.")
    expect(dialog.get_by_role("status")).to_contain_text(f"€250.50 to Ann Lee ({width})")
    _picture(page, f"payout-decide-{width}")
    dialog.get_by_role("button", name="Decide").click()
    expect(dialog.get_by_role("alert")).to_contain_text("somebody else has to decide")
    dialog.get_by_role("button", name="Cancel").click()
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "the page scrolls sideways"
    )
    _picture(page, f"payouts-{width}")
    page.goto("/settings/payments")
    page.get_by_role("button", name="Take away: the limit of EUR").click()
    waits = page.get_by_role("list", name="Waiting changes")
    expect(waits).to_contain_text("The limit of EUR is taken away.")
    page.get_by_role("button", name="Confirm: The limit of EUR is taken away.").click()
    expect(waits.get_by_role("alert")).to_contain_text("somebody else has to decide")
    assert findings(page) == []
    _picture(page, f"payout-change-{width}")
    page.get_by_role("button", name="Reject: The limit of EUR is taken away.").click()
    expect(waits).to_be_hidden()
    expect(page.get_by_role("list", name="Limits")).to_contain_text("Above €100.00")
    stack.d1("DELETE FROM payout_limits WHERE account_id = 'acc_first'")
    page.get_by_role("button", name=f"Archive Ann Lee ({width})").click()
    expect(page.get_by_role("list", name="Payees")).to_contain_text("not paid any more")
    page.goto("/payouts")
    page.get_by_role("link", name=f"Details: Ann Lee ({width})").first.click()
    expect(page.get_by_role("button", name="Approve")).to_be_visible()
    expect(page.get_by_role("region", name="Decide on this").get_by_role("status")).to_contain_text(
        "€250.50 to Ann Lee"
    )
    _picture(page, f"payout-run-{width}")


def _add_payee(page: Page, width: str) -> None:
    payees = page.get_by_role("region", name="Bank accounts of payees")
    payees.get_by_role("button", name="New payee …").click()
    payees.get_by_label("Name", exact=True).fill(f"Ann Lee ({width})")
    payees.get_by_label("Paid through").select_option(label="The payment provider")
    payees.get_by_label("Recipient").fill(f"acct_{width}")
    payees.get_by_label("Bank account", exact=True).fill("gbba_1")
    payees.get_by_role("button", name="Save").click()
    expect(page.get_by_role("list", name="Payees")).to_contain_text(f"Ann Lee ({width})")


def _ask_for_payout(page: Page, width: str) -> None:
    page.get_by_label("Amount").fill("250.50")
    page.get_by_label("For", exact=True).fill(f"Trip to Berlin by {width}")
    page.get_by_role("button", name="Request payout", exact=True).click()
    expect(page.get_by_role("list", name="Payouts")).to_contain_text(f"Ann Lee ({width}) · €250.50")


def _is_told_of_the_same_once_more(page: Page, width: str) -> None:
    """Before it is asked for; Cancel asks for nothing."""
    payouts = (
        page.get_by_role("list", name="Payouts")
        .get_by_role("listitem")
        .filter(has_text=f"Ann Lee ({width})")
    )
    expect(payouts).to_have_count(1)
    page.get_by_label("Amount").fill("250.50")
    page.get_by_label("For", exact=True).fill(f"Once more by {width}")
    for answer in ("Cancel", "Ask anyway"):
        expect(payouts).to_have_count(1)
        page.get_by_role("button", name="Request payout", exact=True).click()
        dialog = page.get_by_role("dialog", name="Is it the same once more?")
        expect(dialog).to_contain_text(f"Trip to Berlin by {width}")
        assert findings(page) == []
        _picture(page, f"payout-alike-{width}")
        dialog.get_by_role("button", name=answer).click()
        expect(dialog).to_have_count(0)
    expect(payouts).to_have_count(2)


def _picture(page: Page, name: str) -> None:
    """For whoever looks at the page: SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_payout_that_could_not_be_undone_is_found_and_settled_by_hand(
    page: Page, stack: RunningStack
) -> None:
    """At night: it stands among the failed ones, and whoever has asked the bank says what became of
    it.
    """
    payee = {"name": "Bo Night", "recipient": "acct_night", "method": "gbba_night"}
    with stack.client() as client:
        whom = client.post("/api/payees", json=payee).raise_for_status().json()["id"]
        asked = {"payeeId": whom, "currency": "EUR", "amount": 4004, "reference": "Trip at night"}
        begun = client.post("/api/payouts", json=asked).raise_for_status().json()["id"]
    wait_until(lambda: stack.run(begun)["state"] == "unsettled", "the payout to wait for the bank")
    page.goto("/")
    # As a run is left whose payment nobody could call back: its debit stands.
    stack.d1(f"""
        UPDATE runs SET state = 'cancelled', status = 'cancelled', cancel_kind = 'cancel',
            cancel_reason = 'a mistake',
          cancel_requested_at = updated_at, failure_class = 'rollback_failed',
              failed_step = 'rollback: pay',
          escalated_at = updated_at, error_class = 'OutcomeUnknown',
              error_summary = 'the provider did not answer',
          state_version = state_version + 1 WHERE id = '{begun}'
    """)
    page.goto("/inbox/failed")
    row = page.locator(f"a[href='/runs/{begun}']")
    expect(row).to_contain_text("Not undone")
    _picture(page, "payout-not-undone")
    page.goto("/payouts")
    page.get_by_role("button", name="Say what became of it: Bo Night, Trip at night").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Book it").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Choose what the bank says")
    dialog.get_by_label("The bank says").select_option("paid")
    dialog.get_by_label("How you know").fill("on the statement")
    _picture(page, "payout-settle")
    assert findings(page) == []
    dialog.get_by_role("button", name="Book it").click()
    expect(dialog).to_be_hidden()
    with stack.client() as client:
        assert client.get(f"/api/payouts/{begun}").json()["settledAs"] == "paid"
        again = client.post(
            f"/api/payouts/{begun}/settlement",
            json={"settledAs": "not_paid", "reason": "no, not so"},
        )
    assert again.status_code == 409


def test_a_payout_by_file_is_where_the_page_says_it_is(page: Page, stack: RunningStack) -> None:
    """What is said above of a file, and what is said below, agree without a reload."""
    page.goto("/payouts")
    files = page.get_by_role("region", name="Waiting for the bank")
    expect(files).not_to_contain_text("Loading")  # files of other tests may stand there
    expect(files).not_to_contain_text(re.compile(r"\d payments? waits? for a file"))
    with stack.client() as client:
        payee = {"name": "Cy File", "iban": "DE89370400440532013000"}
        whom = client.post("/api/payees", json=payee).raise_for_status().json()["id"]
        asked = {"payeeId": whom, "currency": "EUR", "amount": 4005, "reference": "Trip by file"}
        begun = client.post("/api/payouts", json=asked).raise_for_status().json()["id"]
        wait_until(
            lambda: client.get(f"/api/payouts/{begun}").json()["waitsForFile"],
            "the payout to wait for a file",
        )
    page.get_by_role("button", name="Refresh").click()
    payout = (
        page.get_by_role("list", name="Payouts")
        .get_by_role("listitem")
        .filter(has_text="Trip by file")
    )
    expect(payout).to_contain_text("waits for a file for the bank")
    expect(files).to_contain_text("1 payment waits for a file.")
    # Where it is said that a file lacks, it can be made.
    payout.get_by_role("button", name="Make the file: Cy File").click()
    expect(files).to_contain_text("1 payment · €40.05")
    expect(files).not_to_contain_text("waits for a file")
    expect(payout).to_contain_text("in a file for the bank, not confirmed")


def test_a_batch_says_what_is_paid_when_the_bank_has_paid_it(
    page: Page, stack: RunningStack
) -> None:
    """Without a reload: its own state stays the same while its payouts end."""
    with stack.client() as client:
        payee = {"name": "Di Batch", "iban": "DE75512108001245126199"}
        whom = client.post("/api/payees", json=payee).raise_for_status().json()["id"]
        paid = {"payeeId": whom, "currency": "EUR", "amount": 4006, "reference": "Trip in a batch"}
        body = {"name": "Trips of March", "payouts": [paid]}
        batch = client.post("/api/payout-batches", json=body).raise_for_status().json()["id"]

        def waits() -> bool:
            found = client.get("/api/payouts", params={"batch": batch}).json()["items"]
            return bool(found) and found[0]["waitsForFile"]

        wait_until(waits, "the payout to wait for a file")
    page.goto("/payouts")
    line = (
        page.get_by_role("list", name="Batches")
        .get_by_role("listitem")
        .filter(has_text="Trips of March")
    )
    expect(line).to_contain_text("1 open: €40.06")
    payout = (
        page.get_by_role("list", name="Payouts")
        .get_by_role("listitem")
        .filter(has_text="Trip in a batch")
    )
    payout.get_by_role("button", name="Make the file: Di Batch").click()
    files = page.get_by_role("region", name="Waiting for the bank")
    files.get_by_role("button", name="Mark as paid or rejected: 1 payment · €40.06").click()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(payout).to_contain_text("paid, and in the books", timeout=20_000)
    expect(line).to_contain_text("1 paid: €40.06")


def test_nobody_is_told_to_set_up_a_provider_that_there_is(page: Page) -> None:
    page.goto("/settings/payments")
    own = page.get_by_role("region", name="Account of the company")
    expect(own).to_contain_text("Set up")
    expect(own).not_to_contain_text("operator")
