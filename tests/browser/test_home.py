"""Home: the first receipt by the guide, then this month's figures, what waits and what is
missing.
"""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_sorting import account_of, add
from tests.support.running_stack import RunningStack


def test_the_guide_leads_to_a_first_expense(page: Page) -> None:
    page.goto("/home")
    asked = page.get_by_role("region", name="Where is your company?")
    asked.get_by_label("Country").select_option("GB")
    asked.get_by_label("A team").check()
    asked.get_by_role("button", name="Begin").click()
    guide = page.get_by_role("region", name="Begin with a receipt")
    expect(guide.get_by_role("link", name="Invite the others")).to_be_visible()
    guide.get_by_role("button", name="Try a sample receipt").click()
    row = page.get_by_role("listitem").filter(has_text="SAMPLE CAFE")
    expect(row).to_contain_text("Needs review")
    page.goto("/home")
    expect(page.get_by_role("link", name="1 receipt to review")).to_be_visible()


def test_who_works_alone_is_not_asked_to_invite_others(page: Page) -> None:
    page.goto("/home")
    asked = page.get_by_role("region", name="Where is your company?")
    asked.get_by_label("Country").select_option("GB")
    asked.get_by_role("button", name="Begin").click()
    guide = page.get_by_role("region", name="Begin with a receipt")
    expect(guide.get_by_role("link", name="Enter your company")).to_be_visible()
    expect(guide.get_by_role("link", name="Invite the others")).to_have_count(0)


def test_this_month_stands_beside_what_it_lacks(page: Page, stack: RunningStack) -> None:
    today = datetime.now(UTC).date().isoformat()
    with stack.client() as client:
        voucher = {
            "merchant": "Kiosk",
            "date": today,
            "total": "12.50",
            "currency": "EUR",
            "reason": "None was given",
        }
        run = client.post("/api/vouchers", json=voucher).raise_for_status().json()
    stack.wait_for_status(run["runId"], "complete")
    page.goto("/home")
    expect(page.get_by_role("region", name="This month", exact=True)).to_contain_text("€12.50")
    missing = page.get_by_role("region", name="Missing this month")
    missing.get_by_role("link", name="1 expense has no category").click()
    expect(page.get_by_text("Kiosk")).to_be_visible()


_SEEN_AGAIN = {
    "after another app": "document.dispatchEvent(new Event('visibilitychange'))",
    "as it is brought back": """
      dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))
    """,
}


@pytest.mark.parametrize("how", _SEEN_AGAIN)
def test_what_waits_is_counted_again_as_home_is_seen_again(
    page: Page, stack: RunningStack, how: str
) -> None:
    add(stack, "TEO HENG", "teoheng", [1])
    page.goto("/home")
    waits = page.get_by_role("region", name="Waits for you")
    expect(waits.get_by_role("link", name="1 expense to approve")).to_be_visible()
    add(stack, "TEO HENG", "teoheng", [2])
    stack.d1(f"UPDATE expenses SET total_minor = 1000 WHERE account_id = '{account_of(stack)}'")
    page.evaluate(_SEEN_AGAIN[how])
    expect(waits.get_by_role("link", name="1 possible duplicate to settle")).to_be_visible()
    expect(waits.get_by_role("link", name="2 expenses to approve")).to_be_visible()
