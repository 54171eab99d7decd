"""In German no view shows an English sentence: neither the page's own, nor one of the Worker's."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.test_accessibility import FOLLOW, Asked, ids, paths_of_views
from tests.support.running_stack import RunningStack

__all__ = ["ids"]
pytestmark = pytest.mark.long

# Words that a German sentence does not have, and most English ones have two of.
_ENGLISH = re.compile(
    r"\b(the|is|are|it|its|of|and|not|with|from|by|this|that|has|have|be|been|to|for|or|no|which"
    r"|who|your|you|what|there|"
    r"where|nothing|nobody|somebody|something|they|them|once|until|again|only|more)\b",
    re.IGNORECASE,
)
# Each text that is seen or heard, but for code, documents, and what people wrote.
_TEXTS = """() => {
  for (const each of document.querySelectorAll("details")) each.open = true;
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (parent.closest("code, pre, samp, textarea, script, style, option")) continue;
    if (parent.checkVisibility()) found.push(walker.currentNode.data.trim());
  }
  for (const each of document.querySelectorAll("[aria-label], [placeholder], [title]"))
    for (const name of ["aria-label", "placeholder", "title"])
      found.push(each.getAttribute(name) ?? "");
  return found.filter((text) => text.includes(" "));
}"""


# What the receipts of `ids` print.
_PRINTED = {"Thank you, come again"}


def english(texts: list[str]) -> list[str]:
    """Those that have two English words or more."""
    return [
        text
        for text in texts
        if len({word.lower() for word in _ENGLISH.findall(text)}) > 1 and text not in _PRINTED
    ]


@pytest.mark.parametrize("locale", ["de-DE"])
def test_no_view_shows_an_english_sentence(
    window: BrowserContext, stack: RunningStack, ids: dict[str, Any]
) -> None:
    page = window.new_page()
    asked = Asked(page)
    page.goto(stack.sign_in_url())
    page.wait_for_url(f"{stack.url}/")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    found: dict[str, list[str]] = {}
    for path in [*paths_of_views(), "/no-such-page"]:
        for address in [path.replace(":id", each) for each in ids[path]] if ":" in path else [path]:
            page.evaluate(FOLLOW, address)
            asked.until_all_is_there()
            if shown := english(page.evaluate(_TEXTS)):
                found[address] = shown
    assert found == {}, json.dumps(found, indent=1, ensure_ascii=False)
