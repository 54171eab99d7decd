"""Schedules on the page, by the form that is made from their kind's schema: made, changed, run,
looked at, deleted.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_sorting import add
from tests.support.running_stack import RunningStack


@pytest.mark.essential(only="1280")
@pytest.mark.parametrize("width", [1280, 360])
def test_a_schedule_is_made_changed_and_deleted(
    page: Page, stack: RunningStack, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/schedules")
    expect(page.get_by_text("No schedules yet")).to_be_visible()
    page.get_by_role("button", name="New schedule").press("Enter")
    dialog = page.get_by_role("dialog", name="New schedule")
    dialog.get_by_label("Name").fill("Books")
    dialog.get_by_label("When").fill("0 25 * * *")
    dialog.get_by_label("Time zone").fill("Europe/Berlin")
    make = dialog.get_by_role("button", name="Make it")
    make.press("Enter")
    expect(dialog.get_by_label("Format")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("Format").select_option(label="csv")
    dialog.get_by_label("Days").select_option(label="all")
    make.press("Enter")
    expect(dialog.get_by_label("When")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("When").fill("0 8 * * 1-5")
    expect(dialog.get_by_role("status")).to_contain_text("At 08:00 on Monday through Friday. Next:")
    for zone in ("Europe/Berl", "Europe/Berlin"):  # half a name is none
        dialog.get_by_label("Time zone").fill(zone)
    make.press("Enter")
    expect(dialog).to_be_hidden()
    line = page.get_by_role("list", name="Schedules").get_by_role("listitem")
    expect(line).to_contain_text(
        "Export · At 08:00 on Monday through Friday, Europe/Berlin · next on"
    )
    # there, not in the browser's zone
    expect(line).to_contain_text(re.compile(r"next on .*, 08:00"))

    page.get_by_role("button", name="Run now: Books").press("Enter")
    expect(page.get_by_text("There was nothing to hand on")).to_be_visible()
    add(stack, "TEO HENG", "teoheng", [1], "Office")
    page.get_by_role("button", name="Run now: Books").press("Enter")
    expect(page.get_by_text("It is begun.")).to_be_visible()
    page.get_by_role("button", name="History of Books").press("Enter")
    expect(page.get_by_role("list", name="History").get_by_role("link")).to_have_count(1)
    page.get_by_role("dialog").get_by_role("button", name="Close").press("Enter")

    page.get_by_role("button", name="Change Books").press("Enter")
    dialog = page.get_by_role("dialog", name="Change Books")
    expect(dialog.get_by_label("Format")).to_have_value('"csv"')
    dialog.get_by_label("Times that are missed").select_option(label="Leave them out")
    dialog.get_by_label("Only new").check()
    dialog.get_by_label("When").fill("30 7 * * 1")
    dialog.get_by_role("button", name="Change it").press("Enter")
    expect(dialog).to_be_hidden()
    expect(line).to_contain_text("At 07:30 on Monday")
    with stack.client() as client:
        [kept] = client.get("/api/schedules").json()["items"]
    assert (kept["catchUp"], kept["params"]["days"], kept["params"]["onlyNew"]) == (
        "skip",
        "all",
        True,
    )
    page.get_by_role("button", name="Pause Books").press("Enter")
    expect(line).to_contain_text("· paused")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Delete Books").press("Enter")
    page.get_by_role("button", name="Delete it").press("Enter")
    expect(page.get_by_text("No schedules yet")).to_be_visible()


def test_a_dialog_gives_the_focus_back(page: Page, stack: RunningStack) -> None:
    """To what opened it; where that goes with what was done, to the heading."""
    books = {
        "name": "Books",
        "kind": "export",
        "cron": "0 8 * * *",
        "timeZone": "UTC",
        "params": {"format": "csv", "days": "all"},
    }
    with stack.client() as client:
        client.post("/api/schedules", json=books).raise_for_status()
    page.goto("/schedules")
    for name in ("New schedule", "History of Books", "Delete Books"):
        page.get_by_role("button", name=name).press("Enter")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name=name)).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Delete it").press("Enter")
    expect(page.get_by_text("No schedules yet")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
