"""axe finds nothing on any view, in light and dark, targets of 24 pixels among it; every address leads somewhere."""

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from local.places import NODE_MODULES
from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt, receipt_without_total
from tests.support.running_stack import RunningStack

AXE = (NODE_MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
VIEWS = (
    "/",
    "/inbox/review",
    "/expenses",
    "/reports",
    "/exports",
    "/runs",
    "/settings",
    "/settings/categories",
    "/no-such-page",
)
_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def findings(page: Page) -> list[dict[str, Any]]:
    """What axe finds, which runs past the page's security policy."""
    page.evaluate(AXE)
    result = page.evaluate(f"axe.run(document, {{ runOnly: {json.dumps(_RULES)} }})")
    return [
        {"rule": found["id"], "where": [node["html"][:160] for node in found["nodes"]]}
        for found in result["violations"]
    ]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_axe_finds_nothing(browser: Browser, stack: RunningStack, width: int, scheme: Any) -> None:
    done = stack.upload(draw_receipt(clear_receipt("AXE GRINDER", "4.20"))).raise_for_status().json()["runId"]
    open_ = stack.upload(draw_receipt(receipt_without_total("AXE HANDLE"))).raise_for_status().json()["runId"]
    expense = stack.wait_for_status(done, "complete")["expense"]["id"]
    stack.wait_for_status(open_, "needs_review")
    context = browser.new_context(
        base_url=stack.url, viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(stack.sign_in_url())
    page.wait_for_url(f"{stack.url}/")
    found: dict[str, list[dict[str, Any]]] = {}
    for address in (*VIEWS, f"/runs/{done}", f"/runs/{open_}", f"/expenses/{expense}"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        expect(page.locator("main h1")).not_to_be_empty()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{address} scrolls sideways"
        if complaints := findings(page):
            found[address] = complaints
    context.close()
    assert found == {}


def test_addresses_of_before_lead_on_and_others_say_so(page: Page, stack: RunningStack) -> None:
    run_id = stack.upload(draw_receipt(clear_receipt("OLD ADDRESS", "4.20"))).raise_for_status().json()["runId"]
    stack.wait_for_status(run_id, "complete")
    page.goto(f"/#/runs/{run_id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("OLD ADDRESS")
    assert page.url == f"{stack.url}/runs/{run_id}"
    page.goto("/#/review")
    expect(page.get_by_role("heading", name="Nothing needs review")).to_be_visible()
    assert page.url == f"{stack.url}/inbox/review"
    page.goto("/no/such/page")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page")
    page.get_by_role("link", name="Expenses").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Expenses")
    assert page.url == f"{stack.url}/expenses"
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page")
