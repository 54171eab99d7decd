"""What an operator does with many runs on the page: looked at, begun with a reason, followed to its
end; and what the page says of the cron's jobs.
"""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.test_accessibility import looks_well
from tests.browser.test_operations import upload
from tests.support.ai_orders import OUT_OF_QUOTA
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_all_that_has_failed_is_retried_as_one_run(
    page: Page, stack: RunningStack, *, phone: bool
) -> None:
    stack.ai.fail(OUT_OF_QUOTA, 1000)
    try:
        runs = [
            upload(stack, f"bulk-{total}.jpg", clear_receipt("BULK SHOP", total), "failed")
            for total in ("7.10", "18.30")
        ]
    finally:
        stack.ai.clear()
    page.goto("/runs")
    page.get_by_role("button", name="Bulk actions").click()
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
    page.get_by_role("button", name="Refresh").click()
    expect(done).to_contain_text("Retried: 2 of 2")
    expect(done).to_contain_text("Finished")
    _picture(page, f"bulk-done-{'phone' if phone else 'wide'}")


def test_runs_are_narrowed_by_fields_and_widened_by_chips(page: Page, stack: RunningStack) -> None:
    upload(stack, "chips.jpg", clear_receipt("CHIP SHOP", "7.10"), "complete")
    page.goto("/runs?kind=receipt&from=2026-01-01")
    chips = page.get_by_role("list", name="Filters")
    expect(chips).to_contain_text("Kind: Receipt")
    run = page.get_by_role("list", name="Runs").get_by_role("link", name=re.compile("chips.jpg"))
    expect(run).to_be_visible()
    page.get_by_label("State", exact=True).select_option(label="Failed")
    expect(page.get_by_text("No run matches")).to_be_visible()
    expect(chips).to_contain_text("State: Failed")
    looks_well(page)
    chips.get_by_role("link", name="Remove State: Failed").click()
    expect(run).to_be_visible()
    page.get_by_label("External id").fill("nobody-knows-this")
    expect(page.get_by_text("No run matches")).to_be_visible()
    chips.get_by_role("link", name="Clear all").click()
    expect(page).to_have_url(f"{stack.url}/runs")
    expect(page.get_by_label("External id")).to_have_value("")
    expect(run).to_be_visible()


def test_operators_are_told_which_jobs_are_overdue_and_why(page: Page, stack: RunningStack) -> None:
    with stack.client() as client:
        answer: dict[str, Any] = client.get("/api/jobs").raise_for_status().json()
    ago = (
        (datetime.now(UTC) - timedelta(hours=2))
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
    )
    job = {
        "database": "DB",
        "periodSeconds": 0,
        "dueAt": ago,
        "beganAt": ago,
        "endedAt": ago,
        "outcome": "failed",
        "statements": 3,
    }
    job |= {"isOverdue": True, "error": "DatabaseError", "behindSince": None, "setAside": 0}
    unseen = {"name": "stocktake", "beganAt": None, "endedAt": None, "outcome": None, "error": None}
    fine = {"name": "claims", "isOverdue": False}
    answer["items"] = [job | {"name": "payments"}, job | unseen, job | fine]
    answer["cronStandsSince"] = None

    def give(route: Route) -> None:
        route.fulfill(json=answer)

    page.route("**/api/jobs", give)
    page.goto("/runs")
    jobs = page.get_by_role("list", name="Overdue jobs").get_by_role("listitem")
    expect(jobs).to_have_text(
        [
            "paymentsDue 2 hr. ago: it fails with DatabaseError. Last turn: 2 hr. ago.",
            "stocktakeDue 2 hr. ago: it has had no turn since. Last turn: none yet.",
        ]
    )
    looks_well(page)
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        _picture(page, f"overdue-jobs-{width}")
    answer["items"] = [job | fine]
    page.get_by_role("region", name="Overdue jobs").get_by_role("button", name="Refresh").click()
    expect(jobs).to_have_count(0)
    expect(page.get_by_role("heading", name="Overdue jobs")).to_have_count(0)


def _picture(page: Page, name: str) -> None:
    """For whoever looks at the page: SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
