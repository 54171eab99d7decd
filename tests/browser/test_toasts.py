"""What is told in passing: one at a time, above a phone's bar, and nothing that can be pressed lies
under it.
"""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessibility import findings

# Whether the notice and each of these lie apart, and in the window.
_APART = """(names) => {
  const box = (element) => element.getBoundingClientRect();
  const notice = box(document.querySelector("#notices .notice"));
  const isIn = notice.left >= 0 && notice.right <= innerWidth && notice.bottom <= innerHeight;
  const others = names.flatMap((name) => [...document.querySelectorAll(name)]).map(box)
    .filter((each) => each.height);
  const isApart = ({ top, bottom, left, right }) =>
    top >= notice.bottom || bottom <= notice.top || left >= notice.right || right <= notice.left;
  return isIn && others.length > 0 && others.every(isApart);
}"""
_IS_CLEAR_AT_THE_END = """() => {
  scrollTo(0, document.documentElement.scrollHeight);
  const notice = document.querySelector("#notices .notice").getBoundingClientRect();
  const controls = [...document.querySelectorAll("main :is(a, button, input, select)")];
  return controls.every((each) => each.getBoundingClientRect().bottom <= notice.top);
}"""


def offline(page: Page, topic: str) -> Locator:
    """The notice of a choice that cannot be sent: it stays until something was sent again."""
    box = page.get_by_role("checkbox", name=f"{topic}: In the app")
    expect(box).to_be_visible()  # what it shows has come
    page.route("**/api/notices/choices", lambda route: route.abort("internetdisconnected"))
    box.click()
    told = page.locator("#notices").get_by_text("No connection: try again.")
    expect(told).to_be_visible()
    return told


def refused(page: Page, topic: str) -> Locator:
    """The notice of a choice that is refused: it stays until somebody dismisses it."""
    box = page.get_by_role("checkbox", name=f"{topic}: In the app")
    expect(box).to_be_visible()  # what it shows has come
    problem = {"title": "No", "status": 409, "detail": "Somebody else has just changed it."}
    page.route(
        "**/api/notices/choices",
        lambda route: route.fulfill(
            status=409, json=problem, content_type="application/problem+json"
        ),
    )
    box.click()
    told = page.locator("#notices").get_by_text("Somebody else has just changed it.")
    expect(told).to_be_visible()
    return told


@pytest.mark.essential(only="phone")
@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
def test_one_is_told_at_a_time_and_covers_nothing(page: Page, *, phone: bool) -> None:
    page.goto("/settings/notices")
    notices = page.locator("#notices .notice")
    for topic in ("An expense is ready", "Something of yours was rejected"):
        offline(page, topic)
    expect(notices).to_have_count(1)
    expect(page.locator("#notices")).to_have_role("status")
    assert page.evaluate(_APART, [".site-bar"] if phone else [".site-side"])
    assert page.evaluate(_IS_CLEAR_AT_THE_END)
    assert findings(page) == []
    notices.get_by_role("button", name="Dismiss").click()
    expect(notices).to_have_count(0)


def test_a_problem_comes_back_behind_what_was_told_since(page: Page) -> None:
    page.goto("/settings/notices")
    problem = refused(page, "An expense is ready")
    page.unroute_all()
    page.get_by_role("button", name="New address …").click()
    page.get_by_role("textbox", name="Mail address").fill("bea@example.com")
    page.get_by_role("button", name="Mail me a link").click()
    expect(page.locator("#mail-pending")).to_contain_text("bea@example.com")
    expect(page.locator("#notices .notice")).to_have_count(1)
    expect(problem).to_be_visible()  # once the other is gone by itself
