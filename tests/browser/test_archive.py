"""An archived run whose file is lost: its page says what is known, and what is safe to do."""

from collections.abc import Generator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from tests.browser.test_sorting import WIDTHS
from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack

_SAYS = (
    "Delete nothing; put it back from a backup (docs/archive.md), then `tillroll archive verify`."
)


@contextmanager
def lost(stack: RunningStack, run_id: str) -> Generator[str]:
    """The run is in a bundle whose file is nowhere; its key."""
    account = stack.account_id()
    key = f"{account}/archive/arc_{'0' * 26}.jsonl.gz"
    bundle = (
        "INSERT INTO archive_bundles (id, account_id, object_key, sha256, state, created_at) "
        # The test's own ids.
        f"VALUES (9001, '{account}', '{key}', '{'0' * 64}', 'archived', '')"
    )
    place = (
        "INSERT INTO archived_runs (run_id, bundle_id, place, size, last_seq) "
        f"VALUES ('{run_id}', 9001, 0, 10, 1)"
    )
    stack.d1(f"{bundle}; {place}")
    try:
        yield key
    finally:
        stack.d1(
            "DELETE FROM archived_runs WHERE bundle_id = 9001; DELETE FROM archive_bundles "
            "WHERE id = 9001"
        )


@WIDTHS
def test_a_run_is_shown_without_its_file(page: Page, stack: RunningStack, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    run_id = (
        stack.upload(draw_receipt(clear_receipt("LOST AND FOUND LTD", "14.30")))
        .raise_for_status()
        .json()["runId"]
    )
    stack.wait_for_status(run_id, "complete")
    with lost(stack, run_id) as key:
        page.goto(f"/expenses/{run_id}?tab=processing")
        card = page.get_by_role("region", name="Its record cannot be read")
        expect(card).to_contain_text(
            f"The archive's file {key} is gone from the object store. {_SAYS}"
        )
        expect(page.get_by_role("heading", level=1)).to_have_text("LOST AND FOUND LTD")
        expect(page.locator("#run-status")).to_have_text("To approve")
        expect(page.locator("#notices")).to_be_empty()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.reload()
    expect(page.get_by_role("region", name="Timeline", exact=True)).to_be_visible()
    expect(card).to_have_count(0)


def test_a_notice_shows_all_of_a_long_key(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    key = f"acc_{'A' * 26}/archive/arc_{'B' * 26}.jsonl.gz"
    problem = {
        "type": "urn:tillroll:problem:not-found",
        "title": "It is gone",
        "status": 409,
        "detail": key,
    }
    page.route("**/api/runs/run_lost", lambda route: route.fulfill(status=409, json=problem))
    page.goto("/runs/run_lost")
    notice = page.locator("#notices").get_by_text(key)
    expect(notice).to_be_visible()
    box, width = notice.bounding_box(), page.evaluate("innerWidth")
    assert box is not None
    assert 0 <= box["x"] < box["x"] + box["width"] <= width
