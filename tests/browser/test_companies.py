"""One person with two companies: the menu and the palette lead from one to the other."""

from typing import Final
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_accessibility import looks_well
from tests.browser.test_sorting import add
from tests.support.running_stack import RunningStack
from tillroll.identity.repository import secret_hash
from tillroll.mail.addresses import hash_of_address

_SINCE: Final = "2026-01-01T00:00:00.000Z"
_LATER: Final = "2099-01-01T00:00:00.000Z"


def _user_of(stack: RunningStack) -> tuple[str, str]:
    """The person's id, and the name of their company."""
    with stack.client() as client:
        session = client.get("/api/session").raise_for_status().json()
    return session["user"]["id"], session["account"]["name"]


def _confirm(stack: RunningStack, user_id: str, address: str) -> None:
    stack.d1(
        "INSERT INTO mail_addresses (user_id, address, address_hash, confirmed_at) VALUES "
        f"('{user_id}', '{address}', '{hash_of_address(address)}', '{_SINCE}')"
    )


def _come_by_mail(window: BrowserContext, stack: RunningStack, address: str) -> Page:
    """Sign in by a link that was mailed to the address."""
    user_id, _ = _user_of(stack)
    code = uuid4().hex
    stack.d1(
        "INSERT INTO sign_in_codes (hash, user_id, created_at, expires_at, purpose, mailed_to) "
        f"VALUES ('{secret_hash(code)}', '{user_id}', '{_SINCE}', '{_LATER}', 'link', '{address}')"
    )
    page = window.new_page()
    page.goto(f"{stack.url}/sign-in#mailed={code}")
    page.get_by_role("button", name="Sign in here").click()
    not_now = page.get_by_role("button", name="Not now")
    not_now.or_(page.locator("#account-name")).first.wait_for()
    if not_now.is_visible():
        not_now.click()
    page.wait_for_url(f"{stack.url}/home")
    return page


@pytest.mark.essential
def test_a_bookkeeper_goes_from_one_company_to_the_other_and_back(
    window: BrowserContext, stack: RunningStack
) -> None:
    other = stack.with_own_account()
    address = f"{uuid4().hex}@example.com"
    (mine, first), (theirs, second) = _user_of(stack), _user_of(other)
    for user_id in (mine, theirs):
        _confirm(stack, user_id, address)
    page = _come_by_mail(window, stack, address)
    name = page.locator("#account-name")
    expect(name).to_have_text(first)

    page.get_by_role("button", name="Account:").click()
    companies = page.get_by_role("region", name="My companies")
    expect(companies.get_by_role("button")).to_have_count(2)
    expect(companies.get_by_role("button", name=first)).to_have_attribute("aria-current", "true")
    expect(companies.get_by_role("searchbox")).to_have_count(0)
    looks_well(page)
    companies.get_by_role("button", name=second).click()
    expect(name).to_have_text(second)
    page.wait_for_url(f"{stack.url}/home")

    # The page has come anew: keys are heard once it is drawn.
    expect(page.get_by_role("main").get_by_role("heading").first).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Find a page, an act or a thing").fill("switch")
    page.get_by_role("option", name=f"Switch to {first}").click()
    expect(name).to_have_text(first)

    # On a phone the company's name stands above, and opens the same list.
    page.set_viewport_size({"width": 375, "height": 667})
    page.get_by_role("button", name="Account:").click()
    expect(companies.get_by_role("button", name=second)).to_be_in_viewport()
    companies.get_by_role("button", name=second).click()
    expect(name).to_have_text(second)


def test_who_came_by_a_code_is_told_what_leads_to_other_companies(
    page: Page, stack: RunningStack
) -> None:
    user_id, _ = _user_of(stack)
    _confirm(stack, user_id, f"{uuid4().hex}@example.com")
    page.get_by_role("button", name="Account:").click()
    page.get_by_role("link", name="sign in by a mailed link").click()
    page.wait_for_url("**/sign-in")


def test_one_page_says_where_work_waits_and_leads_there(
    window: BrowserContext, stack: RunningStack
) -> None:
    other = stack.with_own_account()
    address = f"{uuid4().hex}@example.com"
    (mine, _), (theirs, second) = _user_of(stack), _user_of(other)
    for user_id in (mine, theirs):
        _confirm(stack, user_id, address)
    add(other, "Bahn", "bahn", [1, 2])
    page = _come_by_mail(window, stack, address)
    page.get_by_role("button", name="Account:").click()
    page.get_by_role("link", name="What waits in each").click()
    companies = page.get_by_role("list", name="Companies")
    expect(companies.get_by_text("You are here")).to_be_visible()
    expect(page.get_by_role("region", name="My companies")).to_be_hidden()
    looks_well(page)
    there = companies.get_by_role("list", name=f"Waits in {second}")
    there.get_by_role("button", name="2 expenses not approved yet").click()
    page.wait_for_url(f"{stack.url}/approvals")
    expect(page.locator("#account-name")).to_have_text(second)
