"""Who does what in an account, at a phone's and a desk's width, and that nobody is offered what
they may not do.
"""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.running_stack import RunningStack


@pytest.mark.essential(only="1280")
@pytest.mark.parametrize("width", [1280, 375])
def test_an_owner_gives_roles_and_removes_a_person(page: Page, width: int) -> None:
    name = f"Eve {width}"
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/settings/people")
    page.get_by_role("button", name="New person …").click()
    page.get_by_label("Name of a new person").fill(name)
    page.get_by_role("group", name="What they do in the account").get_by_label(
        "Submitter"
    ).uncheck()
    page.get_by_role("group", name="What they do in the account").get_by_label("Auditor").check()
    page.get_by_role("button", name="Invite").click()
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    line = page.get_by_role("listitem").filter(has_text=name)
    expect(line).to_contain_text("Auditor")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "the page scrolls sideways"
    )
    page.get_by_role("button", name=f"Roles of {name}").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Approver").check()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "the dialogue scrolls sideways"
    )
    dialog.get_by_role("button", name="Give these roles").click()
    expect(line).to_contain_text("Approver, Auditor")
    expect(line.get_by_role("button")).to_have_count(2)
    page.get_by_role("button", name=f"More for {name}").click()
    page.get_by_role("button", name=f"Revoke sign-in links of {name}").click()
    expect(line).not_to_contain_text("a link that was not used yet")
    page.get_by_role("button", name=f"More for {name}").click()
    page.get_by_role("button", name=f"Remove {name}").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(line).to_contain_text("what they did stays")


@pytest.mark.parametrize("width", [1280, 375])
def test_a_token_of_one_scope_is_made_and_shown_once(
    page: Page, stack: RunningStack, width: int
) -> None:
    name = f"reader {width}"
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/settings/access")
    page.get_by_role("button", name="New token …").click()
    page.get_by_label("What it is for").fill(name)
    page.get_by_role("dialog").get_by_role("button", name="Make the token").click()
    token = page.get_by_label("Token", exact=True).input_value()
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(page.get_by_role("listitem").filter(has_text=name)).to_contain_text("may read")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "the page scrolls sideways"
    )
    with stack.client() as client:
        headers = {"authorization": f"Bearer {token}"}
        assert client.get("/api/expenses", headers=headers).status_code == 200
        assert client.post("/api/tokens", json={"name": "x"}, headers=headers).status_code == 403


def test_an_auditor_is_offered_nothing_that_they_may_not_do(
    browser: Browser, stack: RunningStack
) -> None:
    with stack.client() as client:
        made = client.post("/api/people", json={"name": "Ida", "roles": ["auditor"]}).json()
    context = browser.new_context(base_url=stack.url)
    try:
        page = context.new_page()
        page.goto(made["url"])
        page.get_by_role("button", name="Not now").click()
        page.wait_for_url(f"{stack.url}/audit")
        page.goto("/settings/access")
        expect(page.get_by_role("heading", name="Access tokens")).to_be_visible()
        expect(page.get_by_role("button", name="Add receipts")).to_have_count(0)
        for link in ("People", "Event sources", "Runs", "To approve"):
            expect(page.get_by_role("link", name=link)).to_have_count(0)
        page.keyboard.press("Control+k")
        page.get_by_role("dialog").get_by_role("combobox").fill("event sources")
        expect(page.get_by_role("dialog").get_by_role("option")).to_have_text(
            "Search expenses for “event sources”"
        )
        page.keyboard.press("Escape")
        page.goto("/settings")
        expect(page.get_by_role("region", name="Usage")).to_be_visible()
        expect(page.get_by_role("button", name="Save")).to_have_count(0)
        page.goto("/exports")
        expect(page.get_by_role("heading", name="Files", exact=True)).to_be_visible()
        expect(page.get_by_role("button", name=re.compile("^Export"))).to_have_count(0)
    finally:
        context.close()


def test_one_gives_oneself_a_name(page: Page) -> None:
    page.goto("/home")
    page.get_by_role("button", name="Account:").click()
    page.get_by_role("button", name="Your name").click()
    name = page.get_by_role("textbox", name="Your name")
    name.fill("Ann Byrne")
    page.get_by_role("button", name="Save the name").click()
    expect(page.locator("#user-name")).to_have_text("Ann Byrne")
    page.goto("/settings/people")
    expect(page.get_by_role("listitem").filter(has_text="Ann Byrne (you)")).to_be_visible()
