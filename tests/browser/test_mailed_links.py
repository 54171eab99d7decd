"""Settings → People: an invitation is mailed, lets its person in, and is shown to have come back
where it did.
"""

import re
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_accessibility import looks_well
from tests.browser.test_sorting import account_of
from tests.support.patience import PATIENCE_MS, PATIENCE_SECONDS
from tests.support.running_stack import RunningStack, wait_until


def test_an_invitation_is_mailed_and_shown_to_have_come_back(
    page: Page, browser: Browser, stack: RunningStack
) -> None:
    name = stack.token[-12:]
    address = f"{name}@example.com"
    page.goto("/settings/people")
    page.get_by_role("button", name="New person …").click()
    page.get_by_label("Name of a new person").fill("Ida")
    mail = page.get_by_label("Mail the link to (optional)")
    mail.fill("no address")
    page.get_by_role("button", name="Invite").click()
    expect(mail).to_have_attribute("aria-invalid", "true")
    mail.fill(address)
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text(f"The link for Ida is mailed to {address}.")).to_be_visible()
    # nobody but who reads the mail sees the link
    expect(page.get_by_role("dialog")).to_have_count(0)
    line = page.get_by_role("region", name="Members").get_by_role("listitem").filter(has_text="Ida")
    expect(line).to_contain_text("a link that was not used yet")
    with httpx.Client(base_url=stack.stack.mail_url, timeout=PATIENCE_SECONDS) as inbox:

        def mailed() -> dict[str, Any] | None:
            return next(
                (each for each in inbox.get("/emails").json()["data"] if each["to"] == [address]),
                None,
            )

        email = wait_until(mailed, "the invitation")
        link = re.search(r"https?://\S+/sign-in\S+", email["text"])
        assert link, email["text"]
        context = browser.new_context()
        context.set_default_timeout(PATIENCE_MS)
        try:
            theirs = context.new_page()
            theirs.goto(link[0])
            theirs.get_by_role("button", name="Sign in here").click()
            theirs.get_by_role("button", name="Not now").click()
            theirs.wait_for_url(f"{stack.url}/home")
            theirs.goto(link[0])
            theirs.get_by_role("button", name="Sign in here").click()
            expect(theirs.get_by_role("alert")).to_be_visible()  # it works once
        finally:
            context.close()
        page.reload()
        expect(line).to_be_visible()
        expect(line).not_to_contain_text("a link that was not used yet")
        # The test's own ids and names.
        sent = (
            "SELECT id FROM messages WHERE sent_at IS NOT NULL AND account_id = "
            f"'{account_of(stack)}'"
        )
        wait_until(lambda: stack.d1(sent), "the mail to be written down as sent")
        answer = inbox.post(
            f"/inbox/{email['id']}/bounced", headers={"accept": "application/json"}
        ).json()
        assert answer["body"] == {"taken": "stopped"}
    page.reload()
    expect(line).to_contain_text("mail to them came back")
    looks_well(page)
