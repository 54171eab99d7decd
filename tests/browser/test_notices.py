"""What one is told is chosen on a page of the settings, and an address is confirmed by the page of
its link.
"""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import findings
from tests.support.running_stack import RunningStack, wait_until


@pytest.mark.essential
def test_choices_are_kept_and_an_address_is_confirmed(page: Page, stack: RunningStack) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(f"{stack.url}/settings/notices")
    box = page.get_by_role("checkbox", name="An expense is ready: In the app")
    expect(box).to_be_checked()
    box.uncheck()
    expect(page.get_by_text("Saved.")).to_be_visible()
    # What is chosen most often stands first, and a group is switched at once.
    whole = page.get_by_role("checkbox", name="Clients and invoices: All in the app")
    whole.uncheck()
    paid = page.get_by_role("checkbox", name="An invoice is paid: In the app")
    expect(paid).not_to_be_checked()
    expect(whole).not_to_be_checked()
    page.get_by_role("button", name="New address …").click()
    page.get_by_role("textbox", name="Mail address").fill("bea@example.com")
    page.get_by_role("button", name="Mail me a link").click()
    expect(page.locator("#mail-pending")).to_contain_text("bea@example.com")
    with httpx.Client(base_url=stack.stack.mail_url) as inbox:
        mailed = wait_until(
            lambda: [
                each
                for each in inbox.get("/emails").json()["data"]
                if each["to"] == ["bea@example.com"]
            ],
            "the mail",
        )
    link = re.search(r"/confirm-mail#code=[\w-]+", mailed[0]["text"])
    assert link
    page.goto(f"{stack.url}{link[0]}")
    assert findings(page) == []
    page.get_by_role("button", name="Confirm this address").click()
    expect(page.get_by_text("The address is confirmed.")).to_be_visible()
    page.get_by_role("link", name="Choose what you are told").click()
    expect(page.locator("#mail-address")).to_have_text("bea@example.com")
    expect(box).not_to_be_checked()
    assert findings(page) == []
