"""Follow the links of the built site, then open it from its folder in a browser that has no
network: search, a diagram, and the dark mode.
"""

import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, expect

from local.site.__main__ import SITE, version
from tests.site.following import follow
from tests.support.browser import launch

_PATIENCE_MS: Final = 60_000
_WORD: Final = "reconcile"
_BACKGROUND: Final = "getComputedStyle(document.body).backgroundColor"


def main() -> int:
    site = (SITE / version()).resolve()
    followed = follow(site)
    if followed.broken:
        sys.stdout.write("\n".join((*followed.broken, "")))
        return 1
    found = _open(site)
    sys.stdout.write(
        f"Proved: {followed.pages} pages, {followed.links} links, {found} pages with {_WORD}\n"
    )
    return 0


def _open(site: Path) -> int:
    """Use the site as a person does who has nothing but its folder. Returns how many pages the
    search finds.
    """
    expect.set_options(timeout=_PATIENCE_MS)
    requested: list[str] = []
    with launch() as browser:
        page = browser.new_page(color_scheme="light")
        page.on("request", lambda request: requested.append(request.url))
        page.goto((site / "index.html").as_uri())
        expect(page.get_by_role("heading", level=1)).to_contain_text("Tillroll")
        _is_dark_when_asked(page)
        page.goto((site / "when-to-use.html").as_uri())
        expect(page.locator("pre.mermaid svg").first).to_be_visible()
        page.goto((site / "search.html").as_uri() + f"?q={_WORD}")
        results = page.locator("ul.search li")
        expect(results.first).to_be_visible()
        expect(page.locator(".search-summary")).to_contain_text("found")
        count = results.count()
    elsewhere = [url for url in requested if not url.startswith("file:")]
    assert elsewhere == [], f"the site asks others: {elsewhere}"
    return count


def _is_dark_when_asked(page: Page) -> None:
    light = page.evaluate(_BACKGROUND)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(_BACKGROUND)
    assert dark != light, "the site has one look by day and by night"
    page.emulate_media(color_scheme="light")


if __name__ == "__main__":
    sys.exit(main())
