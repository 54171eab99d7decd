"""A second kind on the page, in a real browser on the genuine stack: listed where it wants a
person, and decided on.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.engine.payout.workflow import LARGE
from tests.engine.payout_stack import confirm, following, reach
from tests.engine.payouts import Payouts
from tests.support.browser import launch
from tests.support.patience import PATIENCE_MS


@pytest.fixture(scope="module")
def page(payouts: Payouts) -> Iterator[Page]:
    """The list, signed in. What is thrown on it fails the tests."""
    expect.set_options(timeout=PATIENCE_MS)
    thrown: list[str] = []
    with launch() as browser:
        page = browser.new_page(base_url=payouts.stack.url)
        page.on("pageerror", lambda error: thrown.append(str(error)))
        page.goto(payouts.stack.sign_in_url())
        page.wait_for_url(f"{payouts.stack.url}/")
        yield page
        assert thrown == []


def open_run(page: Page, run_id: str) -> None:
    page.goto(f"/runs/{run_id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Disbursement")


def test_it_is_listed_where_it_wants_a_person(page: Page, payouts: Payouts) -> None:
    run_id = payouts.begin_and_reach("awaiting_approval", amount=LARGE + next(payouts.amounts))
    page.goto("/")
    page.reload()
    row = page.get_by_role("listitem").filter(has=page.locator(f'a[href="/runs/{run_id}"]'))
    expect(row).to_contain_text("Disbursement")
    expect(row).to_contain_text("Needs review")
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Disbursement")


def test_its_wait_and_its_end_are_shown(page: Page, payouts: Payouts) -> None:
    run_id = payouts.begin_and_reach("unconfirmed")
    open_run(page, run_id)
    expect(page.locator("#run-view")).to_contain_text("Your payout is on its way.")
    expect(page.locator("#run-view")).to_contain_text("Wait for “confirm”")
    confirm(payouts.stack, run_id).raise_for_status()
    expect(page.locator("#run-status")).to_have_text("Done")


def test_it_is_sent_what_it_waits_for(page: Page, payouts: Payouts) -> None:
    run_id = payouts.begin_and_reach("unconfirmed")
    open_run(page, run_id)
    waits = page.get_by_role("region", name="It waits")
    expect(waits).to_contain_text("Wait for “confirm”")
    waits.get_by_role("button", name="Send “Confirm” …").click()
    dialog = page.get_by_role("dialog", name="Send “Confirm”")
    dialog.get_by_role("button", name="Send it").click()
    expect(dialog.get_by_label("By")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("By").fill("Ann")
    dialog.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("The signal is sent.")).to_be_visible()
    expect(page.locator("#run-status")).to_have_text("Done")
    expect(waits).to_have_count(0)
    page.get_by_text("All of it as a list").click()
    expect(page.get_by_role("region", name="Timeline")).to_contain_text(
        "Received “confirm” · by a person"
    )


def test_only_who_may_is_asked_to_send_it(page: Page, payouts: Payouts) -> None:
    run_id = payouts.begin_and_reach("unconfirmed")
    with payouts.stack.client() as client:
        auditor = (
            client.post("/api/people", json={"name": "Ida", "roles": ["auditor"]})
            .raise_for_status()
            .json()
        )
    browser = page.context.browser
    assert browser is not None
    window = browser.new_context(base_url=payouts.stack.url)
    other = window.new_page()
    other.goto(auditor["url"])
    other.get_by_role("button", name="Not now").click()
    other.goto(f"/runs/{run_id}")
    expect(other.get_by_role("region", name="It waits")).to_contain_text("Wait for “confirm”")
    expect(other.get_by_role("button", name="Send")).to_have_count(0)
    window.close()


def test_it_is_approved_and_rejected(page: Page, payouts: Payouts) -> None:
    approved = payouts.begin_and_reach("awaiting_approval", amount=LARGE + next(payouts.amounts))
    rejected = payouts.begin_and_reach("awaiting_approval", amount=LARGE + next(payouts.amounts))
    open_run(page, approved)
    review = page.get_by_role("region", name="Decide on this")
    expect(review).to_contain_text("So large an amount is paid when somebody has approved it.")
    expect(review).to_contain_text(f"{payouts.stack.run(approved)['review']['proposed']['amount']}")
    review.get_by_role("button", name="Approve").click()
    reach(payouts.stack, approved, "unconfirmed")
    open_run(page, rejected)
    review.get_by_role("button", name="Reject…").click()
    review.get_by_role("textbox").fill("not this month")
    review.get_by_role("button", name="Reject", exact=True).click()
    assert (
        payouts.stack.wait_for_status(rejected, "rejected")["message"]
        == "Your payout was declined: not this month"
    )


def test_it_leads_to_what_it_began_and_to_what_began_it(page: Page, payouts: Payouts) -> None:
    run_id = payouts.begin_and_reach("unconfirmed")
    open_run(page, run_id)
    related = page.get_by_role("region", name="Related runs")
    expect(related).to_have_count(0)
    confirm(payouts.stack, run_id).raise_for_status()
    reach(payouts.stack, run_id, "continued")
    expect(related.get_by_role("link")).to_have_text(
        ["Goes on as another run", "Began: Disbursement"]
    )
    related.get_by_role("link", name="Began").click()
    [fee] = following(payouts.stack, run_id, "parent_run_id")
    page.wait_for_url(f"**/runs/{fee}")
    expect(related.get_by_role("link")).to_have_text(["Begun by another run"])
    related.get_by_role("link").click()
    page.wait_for_url(f"**/runs/{run_id}")
