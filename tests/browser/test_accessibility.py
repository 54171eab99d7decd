"""axe finds nothing on any view, in light and dark, targets of 24 pixels among it; every address
leads somewhere.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final, Literal

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from local.page import PUBLIC
from local.places import NODE_MODULES
from tests.browser.test_sorting import account_of, add
from tests.support.bank_csv import csv_file
from tests.support.bank_files import camt
from tests.support.bank_month import IBAN, Line, Month
from tests.support.connected_books import signed_books
from tests.support.drawing import draw_receipt
from tests.support.patience import PATIENCE_MS, PATIENCE_SECONDS
from tests.support.receipts import clear_receipt, receipt_without_total
from tests.support.running_stack import RunningStack, wait_until

pytestmark = pytest.mark.long

AXE = (NODE_MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
WIDTHS = (375, 1280)
"""A phone's and a desk's, in pixels."""
_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_STILL = """async ([patience, isEndlessAwaited]) => {
  const end = performance.now() + patience;
  for (let still = 0; still < 2; ) {
    await new Promise(requestAnimationFrame);
    // In what is not shown, as in closed <details>, time stands still.
    const moving = document.getAnimations().filter(
      ({ effect }) =>
        effect.target.checkVisibility() &&
        (isEndlessAwaited || effect.getComputedTiming().endTime < Infinity),
    );
    still = moving.length === 0 ? still + 1 : 0;
    if (performance.now() > end)
      throw new Error(`it still moves: ${moving.map(({ effect }) => effect.target.outerHTML)}`);
  }
}"""


# A link that the page has none of, such as that of a page which does not exist.
FOLLOW = """address => {
  const link = Object.assign(document.createElement("a"), { href: address });
  document.body.append(link);
  link.click();
  link.remove();
}"""


def paths_of_views() -> list[str]:
    """Those of the router's table, with their `:names`."""
    text = (PUBLIC / "js/shell/routes.ts").read_text(encoding="utf-8")
    inbox = (PUBLIC / "js/receipts/inbox/addresses.ts").read_text(encoding="utf-8")
    lists = dict(
        re.findall(r'(\w+): "(/[^"]*)"', inbox.partition("export const lists")[2].partition(";")[0])
    )
    return [
        path or lists[name]
        for path, name in re.findall(r'\bpath: (?:"([^"]+)"|lists\.(\w+))', text)
    ]


def findings(page: Page, *rules: str) -> list[dict[str, Any]]:
    """What axe finds, which runs past the page's security policy. `rules` are the only ones that
    are asked, if any. What fades in has done so: half of a contrast is none.
    """
    page.evaluate(_STILL, [PATIENCE_MS, False])
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    chosen = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": _RULES}
    result = page.evaluate(
        f"axe.run(document, {{ runOnly: {json.dumps(chosen)}, resultTypes: ['violations'] }})"
    )
    return [
        {"rule": found["id"], "where": [node["html"][:160] for node in found["nodes"]]}
        for found in result["violations"]
    ]


def looks_well(page: Page) -> None:
    """Nothing is wrong with it for axe, and nothing scrolls sideways, at a phone's width and a
    desk's.
    """
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            f"it scrolls sideways at {width}"
        )
        assert findings(page) == []


class Asked:
    """The requests of a page that were not answered yet."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._in_flight: set[Request] = set()
        page.on("request", self._begin)
        page.on("requestfinished", self._end)
        page.on("requestfailed", self._end)

    def until_all_is_there(self) -> None:
        """Wait until a view has its heading and what it asked for, and has drawn it."""
        expect(self.page.locator("main h1")).not_to_be_empty()
        self.until_requests_end()
        expect(self.page.locator(".view-loading")).to_have_count(0)
        expect(self.page.get_by_text("The PDF is being drawn …")).to_have_count(0)

    def until_requests_end(self) -> None:
        """Wait until nothing is asked for any more, and what came is drawn."""
        wait_until(self._is_quiet, "the view's requests", PATIENCE_SECONDS)

    def _begin(self, request: Request) -> None:
        # PDFs are drawn in a worker: what one asks for that is ended never finishes for Playwright.
        if "/pdf/" not in request.url:
            self._in_flight.add(request)

    def _end(self, request: Request) -> None:
        self._in_flight.discard(request)

    def _is_quiet(self) -> bool:
        draw(self.page)  # and what an answer draws may ask for more
        return not self._in_flight


def draw(page: Page) -> None:
    """Wait until two frames in a row move nothing: a colour that is inherited goes over level by
    level.
    """
    page.evaluate(_STILL, [PATIENCE_MS, True])


@pytest.fixture
def ids(stack: RunningStack) -> dict[str, list[str]]:
    """An account that has something of everything; ids for the names in the router's paths."""
    done = (
        stack.upload(draw_receipt(clear_receipt("AXE GRINDER", "4.20")))
        .raise_for_status()
        .json()["runId"]
    )
    open_ = (
        stack.upload(draw_receipt(receipt_without_total("AXE HANDLE")))
        .raise_for_status()
        .json()["runId"]
    )
    expense = stack.wait_for_status(done, "complete")["expense"]["id"]
    stack.wait_for_status(open_, "needs_review")
    add(stack, "TEO HENG", "teoheng", [1, 2], "Office")
    add(stack, "AH HOCK", "ahhock", [3], "Office")
    account = account_of(stack)
    # Two that may be one: neither of them is claimed before a person decides.
    stack.d1(
        "UPDATE expenses SET total_minor = 1001 WHERE merchant = 'TEO HENG' AND account_id "
        f"= '{account}'"
    )
    stack.ask(
        "/api/policies", name="Four eyes", effect="four_eyes", currency="EUR", above="100"
    ).raise_for_status()
    stack.ask(
        "/api/rules", when={"merchant": "TEO HENG"}, gives={"category": "Office"}
    ).raise_for_status()
    stack.ask(
        "/api/closed-periods", **{"from": "2026-01-01", "to": "2026-01-31"}
    ).raise_for_status()
    export = stack.ask("/api/exports", format="csv", filter={}).raise_for_status().json()
    stack.wait_for_status(export["runId"], "complete")
    mine = f"id = 'exp_3{account}'"
    # The test's own ids and names.
    stack.d1(f"UPDATE expenses SET status = 'approved', paid_by = 'employee' WHERE {mine}")
    asked = {
        "currency": "MYR",
        "payerKind": "company",
        "payerName": "ACME",
        "expenseIds": [f"exp_3{account}"],
    }
    claim = stack.ask("/api/claims", **asked).raise_for_status().json()["id"]
    customer = stack.ask("/api/clients", name="ACME AG").raise_for_status().json()["id"]
    stack.ask("/api/bank/accounts", name="Giro", currency="EUR", number=IBAN).raise_for_status()
    wrong = Month(
        opening=100, lines=(Line(amount=-1, booked_on=date(2026, 3, 6), name="Cafe"),), wrong_by=1
    )
    statements = [
        _bank_file(stack, content)
        for content in (camt(replace(wrong, wrong_by=0)), camt(wrong), csv_file(wrong))
    ]
    with stack.client() as client:
        [entry] = client.get("/api/bank/entries").raise_for_status().json()["items"]
    source = {"kind": "address", "address": "https://files.example/march.sta"}
    stack.ask(
        "/api/bank/sources", bankAccountId=entry["bankAccountId"], access=source
    ).raise_for_status()
    books = signed_books(stack, "Books")
    return {
        "/bank/entries/:id": [entry["id"]],
        "/bank/months/:id": ["2026-03"],
        "/months/:id": ["2026-03"],
        "/bank/statements/:id": statements,
        "/books/:id": [books],
        "/books/:id/dry-run": [books],
        "/books/:id/mapping": [books],
        "/claims/:id": [claim],
        "/clients/:id": [customer],
        "/ledger/:id": ["claims%3Areceivable%3AMYR"],
        "/runs/:id": [export["runId"]],
        "/expenses/:id": [expense, done, open_],
        "/audit/expenses/:id": [expense],
        "/exports/:id": [export["id"]],
    }


def _bank_file(stack: RunningStack, content: bytes) -> str:
    """Send a bank's file; the statement's id once it is stored, or waits for a person."""
    with stack.client() as client:
        taken = (
            client.post("/api/bank/statements", files={"statement": content})
            .raise_for_status()
            .json()
        )
    stack.wait_for_status(taken["runId"], "complete", "needs_review")
    return taken["statementId"]


# A width and a scheme in which all rules are asked, then those in which contrasts are.
_A_PHONE_BY_DAY: Final = ((375, "light"), (1280, "dark"))
_A_DESK_BY_DAY: Final = ((1280, "light"), (375, "dark"))


@pytest.mark.essential(only="a phone by day")
@pytest.mark.parametrize(
    "looks",
    [
        pytest.param(_A_PHONE_BY_DAY, id="a phone by day"),
        pytest.param(_A_DESK_BY_DAY, id="a desk by day"),
    ],
)
def test_axe_finds_nothing_on_any_view(
    window: BrowserContext,
    stack: RunningStack,
    ids: dict[str, Any],
    looks: Sequence[tuple[int, Literal["light", "dark"]]],
) -> None:
    page = window.new_page()
    asked = Asked(page)
    page.emulate_media(reduced_motion="reduce")
    found: dict[str, Any] = {}

    def light(scheme: Literal["light", "dark"]) -> None:
        page.emulate_media(color_scheme=scheme)
        draw(page)

    def look(address: str) -> None:
        asked.until_all_is_there()
        for width, scheme in looks:
            page.set_viewport_size({"width": width, "height": 800})
            asked.until_all_is_there()  # another width may ask for more
            light(scheme)
            rules = ["color-contrast"] if scheme == "dark" else []  # the dark changes colours only
            complaints = findings(page, *rules)
            if complaints:
                found[f"{address} at {width}, {scheme}"] = complaints
            if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
                found[f"{address} at {width}, sideways"] = page.evaluate(
                    "document.documentElement.scrollWidth"
                )

    page.goto("/sign-in")
    look("/sign-in")
    page.goto(stack.sign_in_url())
    page.wait_for_url(f"{stack.url}/")
    paths = paths_of_views()
    assert len(paths) > 10, paths
    for path in [*paths, "/no-such-page"]:
        # A view of something is looked at with each of `ids`: a new one fails here until there is
        # one.
        for address in [path.replace(":id", each) for each in ids[path]] if ":" in path else [path]:
            page.evaluate(FOLLOW, address)
            look(address)
    assert found == {}, json.dumps(found, indent=1)


@pytest.mark.parametrize(("width", "height"), [(375, 667), (1280, 800), (1280, 480)])
def test_a_dialogue_of_many_fields_keeps_its_buttons_in_sight(
    page: Page, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/exports")
    page.get_by_role("button", name="New profile").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Account of all other categories")).to_be_visible()
    for name in ("Cancel", "Save"):
        expect(dialog.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)


def test_an_address_without_a_page_says_so(page: Page, stack: RunningStack) -> None:
    page.goto("/no/such/page")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page")
    page.get_by_role("link", name="Expenses").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Expenses")
    assert page.url == f"{stack.url}/expenses"
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page")
