"""The API's own page reads well on a phone and at a desk, for whoever has no account."""

from playwright.sync_api import Browser, BrowserContext, expect

from cli.reference.page.snippets import EXAMPLE
from tests.browser.test_accessibility import looks_well
from tests.support.running_stack import RunningStack


def test_the_apis_page_looks_well_and_leads_back_to_its_contents(window: BrowserContext) -> None:
    page = window.new_page()
    page.goto("/api/docs")
    expect(page.locator("h1")).to_be_in_viewport()
    looks_well(page)
    page.set_viewport_size({"width": 375, "height": 800})
    page.locator("main h2").last.scroll_into_view_if_needed()
    page.get_by_role("link", name="Contents").last.click()
    expect(page.locator("#contents")).to_be_in_viewport()


def test_its_commands_name_the_address_that_it_was_opened_at(
    window: BrowserContext, stack: RunningStack
) -> None:
    page = window.new_page()
    page.goto("/api/docs")
    expect(page.locator("#code-token")).to_contain_text(f"URL={stack.url}")
    assert EXAMPLE not in page.content()


def test_a_search_finds_routes_by_path_field_and_word(window: BrowserContext) -> None:
    page = window.new_page()
    page.goto("/api/docs")
    page.keyboard.press("/")
    search = page.get_by_label("Search by path, field or word")
    expect(search).to_be_focused()
    search.fill("/api/runs externalId")
    routes = page.locator("main article:visible")
    expect(routes.first).to_have_attribute("id", "op-get-api-runs")
    expect(page.get_by_role("status")).to_contain_text("found")
    expect(page.locator("#op-get-api-receipts-receipt_id-image")).to_be_hidden()
    looks_well(page)
    search.fill("nobodyknowsthisword")
    expect(routes).to_have_count(0)
    page.reload()
    expect(routes).to_have_count(0)
    search.fill("")
    expect(page.locator("#op-get-api-receipts-receipt_id-image")).to_be_visible()


def test_without_script_its_commands_have_an_example_of_an_address(
    browser: Browser, stack: RunningStack
) -> None:
    context = browser.new_context(base_url=stack.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/api/docs")
    expect(page.locator("#code-token")).to_contain_text(f"URL={EXAMPLE}")
    context.close()
