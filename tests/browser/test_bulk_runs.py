"""What an operator does with many runs on the page: looked at, begun with a reason, followed to its end."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_operations import upload
from tests.support.ai_orders import OUT_OF_QUOTA
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_all_that_has_failed_is_retried_as_one_run(page: Page, stack: RunningStack, *, phone: bool) -> None:
    stack.ai.fail(OUT_OF_QUOTA, 1000)
    try:
        runs = [
            upload(stack, f"bulk-{each}.jpg", clear_receipt(f"BULK SHOP {each}", "7.10"), "failed") for each in "ab"
        ]
    finally:
        stack.ai.clear()
    page.goto("/runs")
    page.get_by_role("button", name="Do with all").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Look how many").click()
    expect(dialog.get_by_role("status")).to_contain_text("2; the newest of them")
    _picture(page, f"bulk-dialog-{'phone' if phone else 'wide'}")
    dialog.get_by_role("button", name="Do it with 2").click()
    expect(dialog).to_contain_text("Write a reason")
    dialog.get_by_label("Reason").fill("the quota was raised")
    dialog.get_by_role("button", name="Do it with 2").click()
    done = page.get_by_role("list", name="Done with many")
    expect(done).to_contain_text("the quota was raised")
    for run in runs:
        stack.wait_for_status(run, "complete")
    with stack.client() as client:
        operation = client.get("/api/bulk-operations").json()["items"][0]
    stack.wait_for_status(operation["runId"], "complete")
    page.get_by_role("button", name="Look again").click()
    expect(done).to_contain_text("Retried: 2 of 2")
    expect(done).to_contain_text("Finished")
    _picture(page, f"bulk-done-{'phone' if phone else 'wide'}")


def _picture(page: Page, name: str) -> None:
    """For whoever looks at the page: SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
