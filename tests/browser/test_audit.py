"""The audit on the page: searched in words, the story of one expense, its seals, and where an
auditor begins.
"""

import re

from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import looks_well
from tests.browser.test_charts import spend
from tests.support.running_stack import RunningStack


def test_an_auditor_begins_at_the_audit_and_finds_who_did_what(
    page: Page, stack: RunningStack
) -> None:
    spend(stack, "2026-03-05", "12.90")
    spend(stack, "2026-03-06", "20.00")
    with stack.client() as client:
        [first, _] = sorted(
            client.get("/api/expenses").json()["items"], key=lambda each: each["date"]
        )
        etag = {"If-Match": f'"{first["version"]}"'}
        client.post(
            f"/api/expenses/{first['id']}/void", json={"reason": "Paid twice"}, headers=etag
        ).raise_for_status()
        made = (
            client.post("/api/people", json={"name": "Vera", "roles": ["auditor"]})
            .raise_for_status()
            .json()
        )
    stack.fire_cron()

    page.context.clear_cookies()
    page.goto(made["url"])
    page.get_by_role("button", name="Not now").click()
    page.wait_for_url(f"{stack.url}/audit")
    expect(page.get_by_role("link", name="Audit")).to_have_attribute("aria-current", "page")
    entries = page.get_by_role("table", name="Entries of the audit")
    voided = entries.get_by_role("row", name=re.compile("An expense was voided"))
    expect(voided).to_contain_text("Ann, by a token")
    expect(voided.get_by_role("link", name="Expense: SHOP 2026-03-05")).to_be_visible()
    looks_well(page)
    # What the machine notes for itself stands there only when it is asked for, and so it stays by
    # the address.
    receipt = entries.get_by_role("row", name=re.compile("A step was done|Done:"))
    expect(receipt).to_have_count(0)
    page.get_by_role("checkbox", name="Show all").check()
    expect(page).to_have_url(re.compile(r"[?&]all=1"))
    expect(receipt.first).to_be_visible()
    page.reload()
    expect(receipt.first).to_be_visible()
    page.get_by_role("checkbox", name="Show all").uncheck()
    expect(receipt).to_have_count(0)

    page.get_by_role("button", name="Verify now").click()
    expect(page.get_by_text(re.compile(r"verified\. No entry was changed"))).to_be_visible()

    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_label("Action").select_option(label="An expense was voided")
    expect(entries.get_by_role("row")).to_have_count(2)
    page.get_by_role("button", name="Clear all").click()
    page.get_by_label("About (merchant or payer)").fill("shop 2026-03-06")
    expect(page.get_by_role("button", name="Expense: SHOP 2026-03-06, 6 Mar 2026")).to_be_visible()
    page.get_by_label("About (merchant or payer)").press("Enter")
    expect(entries.get_by_role("row", name=re.compile("voided"))).to_have_count(0)
    expect(entries.get_by_role("row", name=re.compile("SHOP 2026-03-06")).first).to_be_visible()

    page.goto(f"/audit/expenses/{first['id']}")
    story = page.get_by_role("table", name="Story of SHOP 2026-03-05")
    expect(story.get_by_role("row").nth(1)).to_contain_text("Started")
    expect(story.get_by_role("row").last).to_contain_text("An expense was voided")
    looks_well(page)
