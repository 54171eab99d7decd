"""The API's own page reads well on a phone and at a desk, for whoever has no account."""

from playwright.sync_api import BrowserContext, expect

from tests.browser.test_accessibility import looks_well


def test_the_apis_page_looks_well_and_leads_back_to_its_contents(window: BrowserContext) -> None:
    page = window.new_page()
    page.goto("/api/docs")
    expect(page.locator("h1")).to_be_in_viewport()
    looks_well(page)
    page.set_viewport_size({"width": 375, "height": 800})
    page.locator("main h2").last.scroll_into_view_if_needed()
    page.get_by_role("link", name="Contents").last.click()
    expect(page.locator("#contents")).to_be_in_viewport()
