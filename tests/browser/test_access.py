"""What stands in the header's menus beside settings: notices, tokens, and the way out
everywhere.
"""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt, receipt_without_total
from tests.support.running_stack import RunningStack


def test_a_notice_that_needs_somebody_is_counted_until_it_is_read(
    page: Page, stack: RunningStack
) -> None:
    asked(page, stack, "BELL STREET BAKERY")
    expect(page.locator("#notice-count")).to_have_text("1")
    page.get_by_role("button", name="Notices, 1 need you").click()
    notice = page.locator("#notice-menu").get_by_role("link")
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 667})
        expect(notice).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            "the page scrolls sideways"
        )
    notice.click()
    expect(page.get_by_role("heading", name="Check this receipt")).to_be_visible()
    expect(page.locator("#notice-count")).to_be_hidden()
    page.reload()
    page.get_by_role("button", name="Notices", exact=True).click()
    expect(notice).not_to_contain_text("Not read yet")
    expect(page.get_by_role("button", name="Mark all read")).to_be_hidden()


def asked(page: Page, stack: RunningStack, *merchants: str) -> None:
    """Receipts that wait for a decision, and are told of."""
    for merchant in merchants:
        photo = draw_receipt(receipt_without_total(merchant))
        stack.wait_for_status(stack.upload(photo).json()["runId"], "needs_review")
    stack.fire_cron()
    page.reload()


def test_a_batch_is_one_line_that_leads_to_what_waits(page: Page, stack: RunningStack) -> None:
    run = stack.upload(draw_receipt(clear_receipt("READY ROOM", "3.10"))).json()["runId"]
    stack.wait_for_status(run, "complete")
    asked(page, stack, "WAITING ROOM", "OTHER ROOM")
    expect(page.locator("#notice-count")).to_have_text("2")
    page.get_by_role("button", name="Notices, 2 need you").click()
    page.get_by_role("link", name=re.compile("3 receipts read, 2 need you")).click()
    page.wait_for_url("**/inbox/review")
    expect(page.get_by_role("listitem").filter(has_text="WAITING ROOM")).to_be_visible()
    expect(page.locator("#notice-count")).to_be_hidden()


def test_all_notices_are_marked(page: Page, stack: RunningStack) -> None:
    asked(page, stack, "RINGING ROOM")
    expect(page.locator("#notice-count")).to_have_text("1")
    page.get_by_role("button", name=re.compile("^Notices")).click()
    page.get_by_role("button", name="Mark all read").click()
    expect(page.locator("#notice-count")).to_be_hidden()
    with stack.client() as client:
        assert client.get("/api/notices").json()["unread"] == 0


@pytest.mark.parametrize("width", [1280, 375])
def test_a_token_is_revoked_in_the_settings(page: Page, stack: RunningStack, width: int) -> None:
    with stack.client() as client:
        made = client.post("/api/tokens", json={"name": "script", "expiresInDays": 30}).json()
    page.set_viewport_size({"width": width, "height": 667})
    page.goto("/settings/access")
    row = page.get_by_role("listitem").filter(has_text="script")
    expect(row).to_contain_text("until")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "the page scrolls sideways"
    )
    page.get_by_role("button", name="Revoke script").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(row).to_contain_text("revoked")
    with stack.client() as client:
        answer = client.get("/api/session", headers={"authorization": f"Bearer {made['token']}"})
    assert answer.status_code == 401


def test_signing_out_everywhere_ends_every_window(
    page: Page, browser: Browser, stack: RunningStack
) -> None:
    elsewhere = browser.new_context(base_url=stack.url)
    other = elsewhere.new_page()
    other.goto(stack.sign_in_url())
    other.wait_for_url(f"{stack.url}/")
    page.goto("/settings/access")
    page.get_by_role("button", name="Sign out everywhere").click()
    asking = page.get_by_role("dialog", name="Sign out everywhere")
    asking.get_by_role("button", name="Cancel").click()
    expect(asking).to_have_count(0)
    page.get_by_role("button", name="Sign out everywhere").click()
    asking.get_by_role("button", name="Sign out in all browsers").click()
    page.wait_for_url(f"{stack.url}/sign-in")
    other.reload()
    other.wait_for_url(f"{stack.url}/sign-in")
    elsewhere.close()
