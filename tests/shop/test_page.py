"""The library's page in a browser: a run is begun, followed, decided, signalled and restarted."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_accessibility import looks_well
from tests.shop.stack import ACCOUNT, Bank, Shop, running_shop
from tests.support.browser import launch
from tests.support.patience import PATIENCE_MS

pytestmark = [pytest.mark.essential, pytest.mark.long]

_INSERT_SCHEDULE = """
  INSERT INTO schedules (id, account_id, kind, name, cron, time_zone, params, catch_up, next_tick,
    created_by, created_in, created_at, updated_at)
  VALUES ('sch_1', ?1, 'label', 'nightly', '0 3 * * *', 'UTC', '{"order": "one"}', 'latest',
    '2099-01-01T03:00:00.000Z', 'usr_1', ?1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with Bank() as bank:
        variables = {"BANK_URL": bank.url, "ALLOW_PRIVATE_ADDRESSES": "true"}
        with running_shop(tmp_path_factory.mktemp("shop"), variables) as started:
            yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with launch() as browser:
        yield browser


@pytest.fixture(params=["light", "dark"])
def page(browser: Browser, shop: Shop, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The list of runs, signed in. What the browser complains of fails the test."""
    context = browser.new_context(base_url=shop.url, color_scheme=request.param)
    context.set_default_timeout(PATIENCE_MS)
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    page = context.new_page()
    page.goto("/tillroll/")
    looks_well(page)
    page.get_by_label("Token").fill(shop.token)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    yield page
    context.close()
    assert complaints == []


def seen(page: Page, name: str) -> None:
    """The view is in order at both widths; a picture of each is kept where one is asked for."""
    looks_well(page)
    folder = os.environ.get("PICTURES")
    if folder is None:
        return
    theme = "light"
    if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"):
        theme = "dark"
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        path = Path(folder) / f"{name}-{theme}-{width}.png"
        page.screenshot(path=path, full_page=True)


def begin(page: Page, kind: str, params: str) -> None:
    page.get_by_role("link", name="Begin").click()
    expect(page.get_by_role("heading", name="Begin a run")).to_be_visible()
    page.get_by_label("Kind").select_option(kind)
    page.get_by_label("What it is begun with").fill(params)
    seen(page, "begin")
    page.get_by_role("button", name="Begin").click()


def test_the_page_is_served_with_headers_that_forbid_framing(shop: Shop) -> None:
    with urlopen(f"{shop.url}/tillroll/", timeout=60) as answer:  # noqa: S310 - of this machine
        headers = answer.headers
    assert headers["content-security-policy"] == "frame-ancestors 'none'"
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"


def test_a_run_is_decided_signalled_and_restarted(page: Page) -> None:
    begin(page, "order", '{"customer": "Ann", "amount": 5000}')
    expect(page.get_by_role("heading", name="A person decides")).to_be_visible()
    seen(page, "review")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", name="It waits for the signal picked")).to_be_visible()
    page.get_by_label("What comes with it").fill('{"by": "Bob"}')
    seen(page, "signal")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("complete", exact=True).first).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="step: charge")).to_be_visible()
    page.get_by_text("Restart from a step").click()
    page.locator("select[name=step]").select_option("record")
    page.get_by_label("Reason").fill("a test")
    seen(page, "restart")
    before = page.url
    page.get_by_role("button", name="Restart").click()
    page.wait_for_url(lambda url: url != before)
    expect(page.get_by_text("Follows the run")).to_be_visible()
    page.get_by_role("link", name="Runs").click()
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    page.get_by_label("Kind").select_option("order")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("link", name="order run_").first).to_be_visible()
    seen(page, "runs")


def test_an_operator_pauses_resumes_and_cancels(page: Page) -> None:
    begin(page, "order", '{"customer": "Ann", "amount": 5}')
    expect(page.get_by_role("heading", name="It waits for the signal picked")).to_be_visible()
    for act in ("Pause", "Resume", "Cancel"):
        page.locator("summary", has_text=act).click()
        form = page.locator("details[open] form")
        form.get_by_label("Reason").fill("a test")
        form.get_by_role("button", name=act).click()
        expect(page.get_by_role("status")).to_have_text(f"{act}: it was taken.")
    expect(page.get_by_text("cancelled", exact=True).first).to_be_visible()


def test_a_schedule_is_paused_resumed_and_run(page: Page, shop: Shop) -> None:
    shop.d1("DELETE FROM schedule_ticks")
    shop.d1("DELETE FROM schedules")
    shop.d1(_INSERT_SCHEDULE, ACCOUNT)
    page.get_by_role("link", name="Schedules").click()
    seen(page, "schedules")
    page.get_by_role("button", name="Pause nightly").click()
    page.get_by_role("button", name="Resume nightly").click()
    expect(page.get_by_role("button", name="Pause nightly")).to_be_visible()
    page.get_by_role("button", name="Run nightly now").click()
    page.get_by_role("link", name="run_").click()
    expect(page.get_by_role("heading", name="label run_")).to_be_visible()


def test_the_token_is_gone_with_the_tab_and_by_signing_out(page: Page) -> None:
    page.reload()
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Token")).to_be_visible()
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
