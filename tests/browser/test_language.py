"""The page in German: chosen by the browser or by hand, with plurals and numbers as they are
written there.
"""

import re

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("locale", ["de-DE"])
def test_a_german_browser_gets_the_page_in_german(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("link", name="Eingang").first).to_be_visible()
    page.goto("/settings/access")
    expect(page.get_by_role("heading", name="Sprache")).to_be_visible()
    page.get_by_label("Sprache dieser Seite").select_option("en")
    expect(page.get_by_role("heading", name="Language")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_label("Language of this page").select_option("")
    expect(page.get_by_role("heading", name="Sprache")).to_be_visible()


@pytest.mark.parametrize("locale", ["de-AT"])
def test_signing_in_is_said_in_german(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Konto")).click()
    page.get_by_role("button", name="Abmelden").click()
    expect(page.get_by_role("heading", name="So bekommen Sie einen neuen Link")).to_be_visible()
    expect(page.get_by_role("button", name="Anmelden")).to_be_visible()


def test_others_get_it_in_english_and_load_no_catalogue(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    expect(page.get_by_role("link", name="Inbox").first).to_be_visible()
    assert not [url for url in asked if url.endswith(".mjs")]
