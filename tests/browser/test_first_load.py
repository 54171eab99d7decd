"""The first view needs few files and bytes, and a second visit none but the page itself and
data.
"""

import pytest
from playwright.sync_api import BrowserContext, Page

from local.page import BUILT
from tests.support.page_loads import PageLoad, load
from tests.support.running_stack import RunningStack

pytestmark = pytest.mark.essential

_MOST_REQUESTS, _MOST_BYTES = 15, 150_000
# Who is signed in, what the inbox shows, and how many expenses wait for approval.
_MOST_DATA = 3
# Of a view that is opened by its own address: its files beside those of the app, without data.
_MOST_FILES = 11
_SHOP = "RIVERSIDE BAKERY"
# What the inbox says once nothing is open.
_DONE = "All done"
# The last of the files with other views, which the page loads once it is quiet.
_LAST = "/built/bank-"


@pytest.fixture
def signed_in(page: Page, stack: RunningStack) -> BrowserContext:
    """A window of somebody who has an expense."""
    body = {
        "merchant": _SHOP,
        "date": "2026-02-14",
        "total": "4.20",
        "currency": "EUR",
        "category": "Office",
    }
    with stack.client() as client:
        answer = client.post("/api/vouchers", json=body | {"reason": "lost"}).raise_for_status()
    stack.wait_for_status(answer.json()["runId"], "complete")
    context = page.context
    page.close()
    return context


def files(loaded: PageLoad) -> list[str]:
    return [request.path for request in loaded.first if not request.is_data]


def test_the_first_view_is_few_requests_and_bytes(signed_in: BrowserContext) -> None:
    loaded = load(signed_in, "/", _DONE, forgets=True)
    assert len(loaded.first) <= _MOST_REQUESTS, loaded.first
    assert sum(request.is_data for request in loaded.first) <= _MOST_DATA, loaded.first
    assert 0 < loaded.size <= _MOST_BYTES


@pytest.mark.parametrize(
    ("address", "shows"),
    [
        ("/expenses", _SHOP),
        ("/bank", "Bank"),
        ("/settings/access", "Passkeys"),
        ("/claims", "Billing"),
    ],
)
def test_a_view_at_its_own_address_loads_no_other_part(
    signed_in: BrowserContext, address: str, shows: str
) -> None:
    loaded = load(signed_in, address, shows, forgets=True)
    assert len(files(loaded)) <= _MOST_FILES, loaded.first
    assert 0 < loaded.size <= _MOST_BYTES


@pytest.mark.parametrize(("address", "shows"), [("/", _DONE), ("/settings/access", "Passkeys")])
def test_a_second_visit_requests_only_data(
    signed_in: BrowserContext, address: str, shows: str
) -> None:
    load(signed_in, address, shows, forgets=True, until=_LAST)
    again = load(signed_in, address, shows, until=_LAST)
    asked = [request for request in again.first if not request.is_cached]
    assert [request.path for request in asked if not request.is_data] == [address]
    assert any(_LAST in request.path for request in again.first)


def test_only_what_is_there_is_kept_for_good(stack: RunningStack) -> None:
    [script] = BUILT.glob("app-*.js")
    with stack.client_of(None) as client:
        there = client.get(f"/built/{script.name}")
        gone = client.get("/built/app-AAAAAAAA.js")
        page = client.get("/expenses")
    assert there.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert there.headers["x-content-type-options"] == "nosniff"
    assert "content-security-policy" not in there.headers, (
        "a script needs the policy of its page alone"
    )
    assert "</built/expenses-" in page.headers["link"], "the browser begins with it at once"
    for answer in (gone, page):  # the app in its place, which a later version may replace
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.headers["cache-control"] == "public, max-age=0, must-revalidate"
        assert "default-src 'none'; script-src 'self'" in answer.headers["content-security-policy"]
