"""A system that sends events is set up on the page: its secret is shown once, what cannot be mapped
says why, is mended and worked off again.
"""

import json
from datetime import UTC, datetime

import httpx
import pytest
from playwright.sync_api import Page, expect
from standardwebhooks import Webhook

from tests.browser.test_accessibility import findings
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import RunningStack, wait_until

_NOBODYS = {"rules": [{"when": {"/type": "invoice.paid"}, "start": {"kind": "no-such-kind"}}]}
_MENDED = {"rules": [{"when": {"/type": "invoice.paid"}, "ignore": True}]}


def send(address: str, secret: str, body: dict[str, object]) -> httpx.Response:
    content, now = json.dumps(body), datetime.now(UTC)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", now, content),
    }
    return httpx.post(address, content=content, headers=headers, timeout=PATIENCE_SECONDS)


@pytest.mark.essential(only="phone")
@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_source_is_set_up_its_mapping_mended_and_what_came_worked_off(
    page: Page, stack: RunningStack
) -> None:
    page.goto(f"{stack.url}/settings/sources")
    page.get_by_role("button", name="New source …").click()
    page.get_by_role("combobox", name="How it signs").select_option("Plain HMAC")
    page.get_by_role("combobox", name="How it signs").select_option("Standard Webhooks")
    page.get_by_role("dialog").get_by_role("textbox", name="Name").fill("Acme Billing")
    assert findings(page) == []
    page.get_by_role("button", name="Add the source").click()
    address, secret = (
        page.get_by_role("dialog").get_by_role("textbox", name=name).input_value()
        for name in ("Address", "Secret")
    )
    assert findings(page) == []
    page.get_by_role("button", name="Close").click()
    assert send(address, secret, {"type": "invoice.paid"}).status_code == httpx.codes.ACCEPTED
    assert send(address, secret, {"type": "other"}).status_code == httpx.codes.CONFLICT

    def states() -> list[str]:
        stack.fire_cron()
        with stack.client() as client:
            found = client.get("/api/inbound-events").raise_for_status().json()["items"]
        return [each["state"] for each in found]

    wait_until(lambda: states() == ["unmapped"], "the event to be looked at")
    page.reload()
    page.get_by_role("button", name="Not mapped of Acme Billing").click()
    expect(page.get_by_text("no rule of the source fits it")).to_be_visible()
    page.get_by_text("What was sent").click()
    expect(page.locator("pre")).to_contain_text('"type": "invoice.paid"')
    assert findings(page) == []
    page.get_by_role("button", name="Cancel").click()
    assert secret not in page.content(), "it is shown once"
    page.get_by_role("button", name="Address of Acme Billing").click()
    expect(page.get_by_role("dialog").get_by_role("textbox", name="Address")).to_have_value(address)
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Mapping of Acme Billing").click()
    mapping = page.get_by_role("textbox", name="Mapping")
    mapping.fill(json.dumps(_NOBODYS))
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_role("alert")).to_contain_text("There is no such kind")
    mapping.fill(json.dumps(_MENDED))
    page.get_by_role("button", name="Change").click()
    page.get_by_role("button", name="Not mapped of Acme Billing").click()
    page.get_by_role("button", name="Work off again").click()
    expect(page.get_by_text("1 event worked off again")).to_be_visible()
    wait_until(lambda: states() == ["ignored"], "the event to be worked off")
    page.reload()
    line = page.get_by_role("listitem").filter(has_text="Acme Billing")
    expect(line).to_contain_text("Standard Webhooks")
    expect(line).not_to_contain_text("not mapped")
