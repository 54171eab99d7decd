"""Ten thousand items in pages of a hundred, through continuations, on the genuine engine, with a
kill on the way.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from local.places import ROOT
from tests.engine.stocktake import stock
from tests.engine.stocktake.workflow import PAGE, PAGES_IN_A_RUN
from tests.support.browser import launch
from tests.support.own_kind import add_kind, replace_in
from tests.support.own_stack import own_stack
from tests.support.patience import PATIENCE_MS
from tests.support.running_stack import RunningStack, wait_until
from tillroll_durable.platform.clock import to_text

pytestmark = pytest.mark.long

ITEMS = 10_000
RUNS = ITEMS // (PAGE * PAGES_IN_A_RUN)
_WITHIN_SECONDS = 240.0
_NO_FURTHER = f"""
  CREATE TRIGGER no_further BEFORE INSERT ON counted
      WHEN NEW.item_id = 'acc_first-item-{(ITEMS + PAGE) // 2:05}'
  BEGIN SELECT RAISE(ABORT, 'the shelf is locked'); END
"""
_HELD_UP = "SELECT step FROM run_steps WHERE error_summary LIKE '%the shelf is locked%'"


def add_stocktake(source: Path) -> None:
    """What a developer does to add a kind, in the copied sources; and a reconciler that steps in
    after a second.
    """
    add_kind(source, ROOT / "tests/engine/stocktake", "STOCKTAKE")
    instances = source / "tillroll_durable" / "_operations" / "instances.py"
    replace_in(instances, "PATIENCE = timedelta(seconds=30)", "PATIENCE = timedelta(seconds=1)")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    state = tmp_path_factory.mktemp("stocktake")
    with own_stack(state, change=add_stocktake) as (stack, _):
        yield stack


@pytest.fixture(scope="module")
def chain(stack: RunningStack) -> list[dict[str, Any]]:
    """The runs that have counted all items, as the API shows them; everything was killed amid them:
    ten thousand are counted within seconds, so a page is held up at its middle item until then.
    """
    for sql in (
        *stock.TABLES,
        stock.put("acc_first", ITEMS),
        stock.put("acc_other", 3),
        _NO_FURTHER,
    ):
        stack.d1(sql)
    first = stack.ask("/api/workflows/stocktake/trigger").raise_for_status().json()["id"]
    wait_until(
        lambda: stack.d1(_HELD_UP),
        "the page behind half of the items to be held up",
        _WITHIN_SECONDS,
    )
    assert counted(stack) == ITEMS // 2, "a part of a page is counted"
    stack.kill()
    died_at = to_text(datetime.now(UTC))
    stack.start()
    stack.d1("DROP TRIGGER no_further")

    def has_ended() -> bool:
        stack.fire_cron()
        return not stack.d1("SELECT id FROM runs WHERE status = 'processing'")

    wait_until(has_ended, "all to be counted", _WITHIN_SECONDS)
    behind = stack.d1(
        # The test's own ids and names.
        f"SELECT step FROM run_steps WHERE ended_at > '{died_at}' AND step LIKE 'count[%'"
    )
    assert behind, "it was killed when all was done"
    runs = [stack.run(first)]
    while following := runs[-1].get("continuedAs"):
        runs.append(stack.run(following))
    return runs


def counted(stack: RunningStack) -> int:
    return int(stack.d1("SELECT count(*) AS items FROM counted")[0]["items"])


def test_each_item_is_counted_exactly_once(
    stack: RunningStack, chain: list[dict[str, Any]]
) -> None:
    assert stack.d1(stock.WRONGLY_COUNTED.format(account="acc_first")) == []
    assert counted(stack) == ITEMS
    with stack.client() as client:
        shown = (
            client.get(f"/api/workflows/stocktake/status/{chain[0]['id']}")
            .raise_for_status()
            .json()
        )
        asked = (
            client.get(f"/api/runs/{chain[-1]['id']}/queries/progress").raise_for_status().json()
        )
    assert shown["output"] == {
        "behind": f"acc_first-item-{ITEMS:05}", "items": ITEMS, "quantity": stock.pieces(ITEMS)
    }  # fmt: skip
    assert asked["result"] == shown["output"]


def test_each_run_names_the_one_before_it_and_the_one_behind_it(
    stack: RunningStack, chain: list[dict[str, Any]]
) -> None:
    ids = [run["id"] for run in chain]
    assert [run["previousRunId"] for run in chain] == [None, *ids[:-1]]
    assert [run["state"] for run in chain] == ["continued"] * (RUNS - 1) + ["completed"]
    assert [row["id"] for row in stack.d1("SELECT id FROM runs ORDER BY id")] == ids
    done = [[step["progress"] for step in run["steps"]] for run in chain]
    assert done == [[{"completed": PAGES_IN_A_RUN, "failed": 0, "total": None}]] * RUNS


def test_its_page_leads_along_the_chain(stack: RunningStack, chain: list[dict[str, Any]]) -> None:
    first, second, *_, last = [run["id"] for run in chain]
    with launch() as browser:
        page = browser.new_page(base_url=stack.url)
        page.goto(stack.sign_in_url())
        page.wait_for_url(f"{stack.url}/")
        related = open_run(page, first)
        expect(related.get_by_role("link")).to_have_text(["Goes on as another run"])
        related.get_by_role("link").click()
        page.wait_for_url(f"**/runs/{second}")
        expect(related.get_by_role("link")).to_have_text(
            ["Goes on from the run before", "Goes on as another run"]
        )
        related.get_by_role("link").first.click()
        page.wait_for_url(f"**/runs/{first}")
        open_run(page, last)
        expect(related.get_by_role("link")).to_have_text(["Goes on from the run before"])
        expect(page.locator("#run-message")).to_contain_text("Your stock is counted.")


def open_run(page: Page, run_id: str) -> Locator:
    expect.set_options(timeout=PATIENCE_MS)
    page.goto(f"/runs/{run_id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Stocktake")
    return page.get_by_role("region", name="Related runs")


def test_nobody_says_from_outside_where_it_goes_on(stack: RunningStack) -> None:
    refused = stack.ask(
        "/api/workflows/stocktake/trigger", behind="acc_first-item-00100", items=100
    )
    assert refused.status_code == 422, refused.text
    assert [error["field"] for error in refused.json()["errors"]] == ["behind", "items"]
