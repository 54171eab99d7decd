"""Settings → Usage: what the account has used of its quotas, and what happens once nothing is
left.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import looks_well
from tests.browser.test_sorting import account_of
from tests.support.running_stack import RunningStack


@pytest.mark.essential
def test_what_is_used_is_shown_and_what_is_full_says_so(page: Page, stack: RunningStack) -> None:
    account = account_of(stack)
    stack.d1(
        # The test's own ids and names.
        "UPDATE accounts SET quota_uploads = 20, quota_storage_bytes = 3000000000, "
        "quota_ai_calls = 5 "
        f"WHERE id = '{account}'"
    )
    page.goto("/settings")
    card = page.get_by_role("region", name="Usage")
    expect(card.get_by_role("listitem").filter(has_text="Documents this month")).to_contain_text(
        "0 of 20"
    )
    expect(card.get_by_role("listitem").filter(has_text="Storage")).to_contain_text("of 3.0 GB")
    expect(card.get_by_text("No more can be handed in")).to_have_count(0)
    stack.d1(
        # The test's own ids and names.
        "INSERT OR REPLACE INTO account_usage (account_id, month, uploads, ai_calls, "
        "stored_bytes, is_untold) "
        f"VALUES ('{account}', strftime('%Y-%m', 'now'), 20, 4, 1500000000, 0)"
    )
    page.reload()
    uploads = card.get_by_role("listitem").filter(has_text="Documents this month")
    expect(uploads).to_contain_text("20 of 20")
    expect(uploads).to_contain_text("resets on")
    expect(uploads).to_contain_text("No more can be handed in until then.")
    expect(card.get_by_role("meter", name="Storage")).to_have_js_property("value", 1_500_000_000)
    expect(card.get_by_text("There is no room for more documents.")).to_have_count(0)
    looks_well(page)
