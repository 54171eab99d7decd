"""Signing in by a one-time link, in a real browser on the genuine stack."""

import re

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_accessibility import findings
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import RunningStack, wait_until

_DOES_NOT_WORK = "This sign-in code does not work"


@pytest.mark.essential
def test_a_link_signs_in_and_leaves_no_code_in_the_address(
    window: BrowserContext, stack: RunningStack
) -> None:
    page = window.new_page()
    page.goto(stack.sign_in_url(then=None))
    expect(page.get_by_role("heading", level=1, name="Home")).to_be_visible()
    assert page.url == f"{stack.url}/home"
    page.go_back()
    assert "code" not in page.url


def test_a_link_works_once(window: BrowserContext, stack: RunningStack) -> None:
    link = stack.sign_in_url()
    page = window.new_page()
    page.goto(link)
    expect(page.get_by_role("link", name="All receipts")).to_be_visible()
    # A page that stands open leads to the sign-in page by itself as soon as its session is gone, at
    # any moment.
    page.close()
    window.clear_cookies()
    page = window.new_page()
    page.goto(link)
    expect(page.get_by_role("alert")).to_contain_text(_DOES_NOT_WORK)
    expect(page.get_by_text("make dev")).to_be_visible()


def test_without_a_session_the_page_asks_for_a_code(
    window: BrowserContext, stack: RunningStack
) -> None:
    page = window.new_page()
    page.goto("/runs/run_1")
    page.wait_for_url("**/sign-in?next=*")
    page.get_by_label("Paste the link, or its code").fill("no-such-code")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text(_DOES_NOT_WORK)
    page.get_by_label("Paste the link, or its code").fill(stack.sign_in_url())
    page.get_by_role("button", name="Sign in").click()
    # Back to where it was wanted: a receipt that does not exist, which leads to the list.
    expect(page.get_by_text("There is no run with this id")).to_be_visible()
    expect(page.get_by_role("link", name="All receipts")).to_be_visible()


@pytest.mark.essential
def test_signing_out_ends_the_session(page: Page) -> None:
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in")
    page.goto("/")
    page.wait_for_url("**/sign-in")


def test_a_link_is_mailed_to_a_confirmed_address_and_waits_for_a_button(
    page: Page, window: BrowserContext, stack: RunningStack
) -> None:
    address = f"{stack.token[-12:]}@example.com"
    with httpx.Client(base_url=stack.stack.mail_url, timeout=PATIENCE_SECONDS) as inbox:

        def mailed(path: str) -> str | None:
            """The link in the newest mail that has one."""
            texts = [
                each["text"]
                for each in inbox.get("/emails").json()["data"]
                if each["to"] == [address]
            ]
            found = [
                link[0] for text in texts if (link := re.search(rf"https?://\S+{path}#\S+", text))
            ]
            return found[0] if found else None

        with stack.client() as client:
            client.put("/api/mail-address", json={"address": address}).raise_for_status()
        page.goto(wait_until(lambda: mailed("/confirm-mail"), "the mail that confirms"))
        page.get_by_role("button", name="Confirm this address").click()
        expect(page.get_by_text("The address is confirmed.")).to_be_visible()
        page.close()
        window.clear_cookies()

        page = window.new_page()
        page.goto("/sign-in")
        page.get_by_label("Your mail address").fill(address.upper())
        page.get_by_role("button", name="Mail me a link").click()
        expect(
            page.get_by_text("a link is on its way to it. It works once, within 15 minutes.")
        ).to_be_visible()
        assert findings(page) == []
        page.goto(wait_until(lambda: mailed("/sign-in"), "the link"))
    come = page.get_by_role("button", name="Sign in here")
    expect(come).to_be_focused()
    assert "#" not in page.url
    assert findings(page) == []
    come.click()
    page.get_by_role("button", name="Not now").click()
    page.wait_for_url(f"{stack.url}/home")
