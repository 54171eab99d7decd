"""Sources of statements on the page: connected by a bank's own page, fetched, renewed, ended; and
what goes wrong.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.browser.bank_page import picture
from tests.browser.test_accessibility import findings, looks_well
from tests.support.bank_month import IBAN
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import RunningStack
from tests.unit.bank.sources import APPLICATION, KEY, PUBLIC_KEY
from tillroll.bank.sources.service import CONNECTED_PATH


@pytest.fixture
def bank(stack: RunningStack) -> Iterator[httpx.Client]:
    """The bank behind the local providers, with an account and a registered application."""
    with httpx.Client(base_url=stack.stack.banks_url, timeout=PATIENCE_SECONDS) as client:
        bookings = [{"amount": -1290, "day": "2026-11-05", "reference": "REF0000001"}]
        client.put(f"/bank/accounts/{IBAN}", json={"bookings": bookings}).raise_for_status()
        key = {"publicKey": PUBLIC_KEY.decode(), "redirects": [f"{stack.url}{CONNECTED_PATH}"]}
        client.put(f"/applications/{APPLICATION}", json=key).raise_for_status()
        yield client


@pytest.fixture
def giro(stack: RunningStack) -> str:
    answer = stack.ask("/api/bank/accounts", name="Giro", currency="EUR", number=IBAN)
    return str(answer.raise_for_status().json()["id"])


def _source(page: Page) -> Locator:
    return page.get_by_role("list", name="Sources").get_by_role("listitem").filter(has_text="Giro")


@pytest.mark.essential
@pytest.mark.usefixtures("bank", "giro")
def test_a_bank_is_connected_fetched_renewed_and_ended(page: Page) -> None:
    page.goto("/bank")
    page.get_by_role("link", name="Sources", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="Nothing is fetched by itself yet")).to_be_visible()
    looks_well(page)
    _connect(page)
    expect(page.get_by_role("heading", level=1, name="Bank sources")).to_be_visible()
    assert urlsplit(page.url).path == "/bank/sources"
    assert urlsplit(page.url).query == "", "a code stands in no address"
    expect(_source(page)).to_contain_text("Connected")
    expect(_source(page)).to_contain_text("Mock Bank, FI · Enable Banking · consent until")
    _source(page).get_by_role("button", name="Fetch now: Giro").press("Enter")
    _source(page).get_by_role("link", name="Show what came").press("Enter")
    expect(page.get_by_role("region", name="What it came to")).to_contain_text("1 new")
    page.go_back()
    looks_well(page)
    picture(page, "bank-sources")
    with page.expect_response("**/api/bank/source-consents") as renewed:
        _source(page).get_by_role("button", name="Renew the consent of Giro").press("Enter")
    assert renewed.value.ok
    expect(page.get_by_text("Mock Bank is connected")).to_be_visible()
    _source(page).get_by_role("button", name="End of Giro").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="End it").press("Enter")
    expect(page.get_by_role("heading", name="Nothing is fetched by itself yet")).to_be_visible()


def _connect(page: Page) -> None:
    page.get_by_role("button", name="Connect an account").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Application id")).to_be_visible()
    assert findings(page) == []
    picture(page, "bank-connect")
    dialog.get_by_label("Application id").fill(APPLICATION)
    dialog.get_by_label("Private key (PEM)").fill("no key")
    dialog.get_by_label("Country of the bank").fill("fi")
    dialog.get_by_role("button", name="Connect it").press("Enter")
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_label("Private key (PEM)").fill(KEY)
    dialog.get_by_role("button", name="Connect it").press("Enter")
    banks = page.get_by_role("dialog", name="Choose your bank")
    expect(banks.get_by_role("button", name="Mock Bank")).to_be_visible()
    assert findings(page) == []
    picture(page, "bank-choose")
    banks.get_by_role("button", name="Mock Bank").press("Enter")


def _decline(route: Route, request: Request) -> None:
    """The person says no on the bank's page."""
    route.continue_(url=f"{request.url}?denied=1")


@pytest.mark.usefixtures("bank", "giro")
def test_who_does_not_agree_and_what_is_used_up_is_said(page: Page) -> None:
    page.goto("/bank/sources")
    page.route("**/agree/*", _decline)
    _connect(page)
    expect(page.get_by_role("heading", name="Nobody has agreed")).to_be_visible()
    assert urlsplit(page.url).query == ""
    looks_well(page)
    picture(page, "bank-refused")
    page.unroute("**/agree/*")
    page.get_by_role("main").get_by_role("link", name="Bank sources").press("Enter")
    expect(_source(page)).to_contain_text("Waits for consent")
    with page.expect_request("**/bank/connected?*") as came:
        _source(page).get_by_role("button", name="Agree at the bank of Giro").press("Enter")
    expect(_source(page)).to_contain_text("Connected")
    page.goto(came.value.url)
    expect(page.get_by_role("heading", name="This answer is used up")).to_be_visible()
    looks_well(page)
    page.reload()
    expect(page.get_by_role("heading", name="There is nothing to finish here")).to_be_visible()


def test_an_address_is_connected_and_replaced(page: Page, giro: str) -> None:
    assert giro
    page.goto("/bank/sources")
    page.get_by_role("button", name="Connect an account").press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Fetched by").select_option("An address")
    dialog.get_by_label("Address", exact=True).fill("no address")
    dialog.get_by_role("button", name="Connect it").press("Enter")
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_label("Address", exact=True).fill("https://files.example/march.sta")
    dialog.get_by_role("button", name="Connect it").press("Enter")
    expect(_source(page)).to_contain_text("files.example · An address")
    _source(page).get_by_role("button", name="Address of Giro").press("Enter")
    dialog.get_by_label("Address", exact=True).fill("https://other.example/march.sta")
    dialog.get_by_role("button", name="Replace them").press("Enter")
    expect(_source(page)).to_contain_text("other.example")
