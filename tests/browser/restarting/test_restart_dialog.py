"""An operator begins a new run from a step of one that has ended, on the page. The product's own
kinds refuse it, so the stack has a kind of the test.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessibility import WIDTHS, looks_well
from tests.support.own_kind import add_kind
from tests.support.own_stack import own_stack
from tests.support.running_stack import RunningStack

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A stack of the test's own, in which parcels are sent."""

    def add_parcels(source: Path) -> None:
        add_kind(source, Path(__file__).parent, "PARCEL")

    with own_stack(tmp_path_factory.mktemp("parcels"), change=add_parcels) as (stack, _):
        yield stack


@pytest.fixture
def sent(stack: RunningStack) -> str:
    """The id of a run that has sent a parcel."""
    run_id = stack.ask("/api/workflows/parcel/trigger").raise_for_status().json()["id"]
    stack.wait_for_status(run_id, "complete")
    return run_id


def asked(page: Page, run_id: str) -> Locator:
    """Open the dialogue of a run."""
    page.goto(f"/runs/{run_id}")
    page.locator("summary", has_text="Details").click()
    page.get_by_role("button", name="Restart from a step…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("First step of the new run")).to_be_visible()
    return dialog


def seen(page: Page, name: str) -> None:
    """axe finds nothing at both widths; a picture of each is kept where one is asked for."""
    looks_well(page)
    folder = os.environ.get("PICTURES")
    if folder is None:
        return
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.screenshot(path=Path(folder) / f"{name}-{width}.png")


def test_what_happens_again_is_named_before_it_does(
    page: Page, stack: RunningStack, sent: str
) -> None:
    dialog = asked(page, sent)
    step = dialog.get_by_label("First step of the new run")
    begin = dialog.get_by_role("button", name="Begin a new run")
    expect(step).to_have_value("note")
    expect(dialog.get_by_text("Nothing happens again elsewhere.")).to_be_visible()
    dialog.get_by_label("Reason").fill("The note was lost")
    expect(begin).to_be_enabled()
    seen(page, "restart-nothing-again")

    step.select_option("pay-postage")
    expect(begin).to_be_disabled()
    tick = dialog.get_by_role("checkbox")
    tick.check()
    expect(begin).to_be_disabled()
    named = dialog.get_by_label("to have it happen again")
    seen(page, "restart-asks")
    named.fill("pay-postage")
    expect(begin).to_be_disabled()
    named.fill("Post")
    expect(begin).to_be_enabled()
    seen(page, "restart-may-begin")
    begin.click()

    page.wait_for_url(lambda url: "/runs/" in url and sent not in url)
    new = page.url.rpartition("/")[2]
    stack.wait_for_status(new, "complete")
    # What is taken over keeps the key of the run that did it.
    taken_over = f"""
      SELECT step FROM run_steps WHERE run_id = '{new}' AND idempotency_key LIKE '{sent}:%'
    """
    assert stack.d1(taken_over) == [{"step": "pack"}]


def test_a_restart_from_the_last_step_repeats_nothing(
    page: Page, stack: RunningStack, sent: str
) -> None:
    dialog = asked(page, sent)
    dialog.get_by_label("Reason").fill("The note was lost")
    dialog.get_by_role("button", name="Begin a new run").click()
    page.wait_for_url(lambda url: "/runs/" in url and sent not in url)
    related = page.get_by_role("region", name="Related runs")
    expect(related.get_by_role("link")).to_be_visible()
    new = page.url.rpartition("/")[2]
    told = stack.d1("SELECT stream FROM audit_events WHERE action = 'run.restarted'")
    assert {"stream": new} in told
