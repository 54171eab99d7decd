"""The timeline of a run on its page: drawn, told as a list, and followed while the run goes on."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.test_sorting import add
from tests.support.ai_orders import OUT_OF_CAPACITY
from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack, wait_until
from tests.support.scenes import approve, wait_for_a_person

_LEAST_WIDTH = 3.5


def timeline(page: Page) -> Locator:
    return page.get_by_role("region", name="Timeline", exact=True)


def rows(page: Page) -> Locator:
    """The drawing's rows; they are hidden from assistive technology, which has the list."""
    return timeline(page).locator(".timeline-row")


_WIDTH = "(bar) => bar.getBoundingClientRect().width"


def width_of(bar: Locator) -> float:
    """How wide a bar is, once it stays: the page may take away what it has just drawn."""
    return wait_until(lambda: float(bar.evaluate(_WIDTH)), "a bar that is drawn")


def widths(bars: Locator) -> list[float]:
    boxes = [bar.bounding_box() for bar in bars.all()]
    return [box["width"] for box in boxes if box]


def test_failed_attempts_are_drawn_and_listed(page: Page, stack: RunningStack) -> None:
    stack.ai.fail(OUT_OF_CAPACITY)
    run_id = (
        stack.upload(draw_receipt(clear_receipt("TIMELINE BAKERY", "14.30")))
        .raise_for_status()
        .json()["runId"]
    )
    stack.wait_for_status(run_id, "complete")
    page.goto(f"/expenses/{run_id}?tab=processing")
    reading = rows(page).filter(has_text="Read the text").locator(".timeline-bar")
    expect(reading).to_have_count(3)
    assert [bar.get_attribute("data-outcome") for bar in reading.all()] == [
        "failed",
        "over",
        "completed",
    ]
    assert min(widths(reading)) >= _LEAST_WIDTH
    listed = timeline(page).get_by_role("listitem")
    expect(listed).to_have_count(0)
    timeline(page).get_by_text("All of it as a list").click()
    expect(listed.filter(has_text="Read the text · attempt 1 · failed")).to_contain_text("3040")
    expect(listed.filter(has_text="Wait for the next attempt")).to_have_count(1)
    expect(listed.filter(has_text="glm")).to_have_count(2)


def test_it_follows_a_run_and_keeps_the_list_open(page: Page, stack: RunningStack) -> None:
    run_id = wait_for_a_person(stack, "TIMELINE WAITING ROOM")
    page.goto(f"/expenses/{run_id}")
    page.get_by_role("tab", name="Processing").click()
    expect(rows(page).filter(has_text="Review").locator("[data-outcome=waiting]")).to_have_count(1)
    timeline(page).get_by_text("All of it as a list").click()
    expect(timeline(page).get_by_text("Wait for a person · still waiting")).to_be_visible()
    page.get_by_label("Total").fill("45.00")
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("#run-status")).to_have_text("Approved")
    page.get_by_role("tab", name="Processing").click()
    # It is open still, although the tab is drawn anew as the receipt becomes an expense.
    expect(timeline(page).get_by_text("Approved · by a person")).to_be_visible()
    expect(timeline(page).get_by_text("Save the expense · done")).to_be_visible()


def _two_days_later(found: dict[str, Any]) -> dict[str, Any]:
    """The same, with a decision that took two days."""
    decided = next(item["startedAt"] for item in found["items"] if item["kind"] == "decision")

    def later(at: str | None) -> str | None:
        if at is None or at < decided:
            return at
        moved = datetime.fromisoformat(at) + timedelta(days=2)
        return moved.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    items = [
        {**item, "startedAt": later(item["startedAt"]), "endedAt": later(item["endedAt"])}
        for item in found["items"]
    ]
    return {**found, "endedAt": later(found["endedAt"]), "items": items}


@pytest.mark.parametrize("width", [1280, 375])
def test_a_long_review_does_not_squash_the_rest(
    page: Page, stack: RunningStack, width: int
) -> None:
    run_id = wait_for_a_person(stack, f"TIMELINE PATIENCE {width}")
    approve(stack, run_id)
    stack.wait_for_status(run_id, "complete")
    with stack.client() as client:
        found = _two_days_later(
            client.get(f"/api/runs/{run_id}/timeline").raise_for_status().json()
        )

    def answer(route: Route) -> None:
        route.fulfill(json=found)

    page.route(re.compile(rf"/api/runs/{run_id}/timeline\b"), answer)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"/expenses/{run_id}?tab=processing")
    expect(rows(page).get_by_text("2 d", exact=False)).to_be_visible()
    reading_bar = rows(page).filter(has_text="Read the text").locator(".timeline-bar")
    waiting_bar = rows(page).filter(has_text="Review").locator(".timeline-bar")
    reading = width_of(reading_bar)
    waiting = width_of(waiting_bar)
    assert reading >= 3 * _LEAST_WIDTH
    assert waiting > reading
    names = rows(page).locator(".timeline-name")
    assert all(
        name.evaluate("(name) => name.scrollWidth <= name.clientWidth") for name in names.all()
    ), "a name is cut"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "the page scrolls sideways"
    )


def test_a_run_of_another_kind_says_what_it_is_about_in_no_words_of_receipts(
    page: Page, stack: RunningStack
) -> None:
    add(stack, "TEO HENG", "teoheng", [1], "Office")
    export = stack.ask("/api/exports", format="csv", filter={}).raise_for_status().json()
    stack.wait_for_status(export["runId"], "complete")
    page.goto("/runs")
    line = page.get_by_role("list", name="Runs").get_by_role("listitem").filter(has_text="Export")
    line.first.get_by_role("link").click()
    expect(page).to_have_url(re.compile(export["runId"]))
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Export *$"))
    timeline(page).get_by_text("All of it as a list").click()
    expect(timeline(page).get_by_role("listitem").first).to_contain_text("Begun · by a person")
    expect(page.get_by_role("region", name="It waits")).to_have_count(0)
