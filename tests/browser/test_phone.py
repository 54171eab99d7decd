"""Each page on a phone of 390 pixels, with names that have no blank: none is wider than the screen,
and each target is large enough for a finger.
"""

import json
from typing import Any, Final

import pytest
from playwright.sync_api import Page

from tests.browser.test_accessibility import FOLLOW, Asked, ids, paths_of_views
from tests.browser.test_sorting import account_of
from tests.support.running_stack import RunningStack

pytestmark = pytest.mark.long

__all__ = ["ids"]

_WIDTH: Final = 390
_SMALLEST_LINK: Final = 24
"""By WCAG 2.2, 2.5.8."""
_SMALLEST: Final = 40
"""By css/touch.css."""
_NAMED: Final = (
    ("expenses", "merchant"),
    ("receipts", "file_name"),
    ("clients", "name"),
    ("claims", "payer_name"),
    ("bank_statements", "file_name"),
    ("bank_accounts", "name"),
    ("bank_entries", "counterparty"),
    ("books_connections", "name"),
    ("approval_policies", "name"),
)
"""Columns of an account that hold what somebody called something."""

# A phone makes the page as wide as its widest part: the screen's width is what counts.
_WIDER: Final = """limit => {
  const isWider = (each) => each.getBoundingClientRect().right > limit + 1;
  return [...document.querySelectorAll("body *")]
    .filter((each) => isWider(each) && ![...each.children].some(isWider))
    .map((each) => `${each.parentElement.outerHTML.slice(0, 300)}`)
    .slice(0, 5);
}"""

# What WCAG 2.2 excepts is left out: links within a sentence, and what the label around it enlarges.
_SMALL: Final = """([ofLinks, ofOthers]) => {
  const limitOf = (each) => (each.matches("main a:not([class])") ? ofLinks : ofOthers);
  const sizeOf = (each) => {
    const box = (each.matches("input") && each.closest("label") || each).getBoundingClientRect();
    // What a link covers by ::after is pressed with it.
    const after = getComputedStyle(each, "::after");
    if (after.content !== "none" && after.position === "absolute")
      return [
        Math.max(box.width, parseFloat(after.width) || 0),
        Math.max(box.height, parseFloat(after.height) || 0),
      ];
    return [box.width, box.height];
  };
  const isInSentence = (each) =>
    each.matches("a, .link-button") &&
    getComputedStyle(each).display === "inline" &&
    [...each.parentElement.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim().length > 2,
    );
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter((each) => each.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
    .filter((each) => each.getBoundingClientRect().width > 2 && each.tabIndex >= 0)
    .filter((each) => !isInSentence(each))
    .map((each) => [sizeOf(each), each])
    .filter(([[width, height], each]) => height < limitOf(each) - 0.5 || width < ofLinks - 0.5)
    .map(([[width, height], each]) =>
      `${Math.round(width)}x${Math.round(height)} ${each.outerHTML.slice(0, 110)}`)
    .slice(0, 12);
}"""


@pytest.mark.parametrize("phone", [True], ids=["phone"])
def test_no_page_is_wider_than_a_phone_nor_has_small_targets(
    page: Page, stack: RunningStack, ids: dict[str, Any], *, phone: bool
) -> None:
    assert phone
    account = account_of(stack)
    # Letters without a blank, as a bank names its files.
    for table, column in _NAMED:
        stack.d1(
            f"UPDATE {table} SET {column} = '{'Transaction' * 6}' WHERE account_id = '{account}'"
        )
    page.set_viewport_size({"width": _WIDTH, "height": 844})
    page.emulate_media(reduced_motion="reduce")
    asked = Asked(page)
    found: dict[str, Any] = {}
    for path in paths_of_views():
        for address in [path.replace(":id", each) for each in ids[path]] if ":" in path else [path]:
            page.evaluate(FOLLOW, address)
            asked.until_all_is_there()
            if page.evaluate("document.documentElement.scrollWidth") > _WIDTH:
                found[f"{address} is wider"] = page.evaluate(_WIDER, _WIDTH)
            small = page.evaluate(_SMALL, [_SMALLEST_LINK, _SMALLEST])
            if small:
                found[f"{address} has small targets"] = small
    assert found == {}, json.dumps(found, indent=1)
