"""What is told in passing: one at a time, above a phone's bar, and nothing that can be pressed lies under it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import findings

# Whether the notice and each of these lie apart, and in the window.
_APART = """(names) => {
  const box = (element) => element.getBoundingClientRect();
  const notice = box(document.querySelector("#notices .notice"));
  const isIn = notice.left >= 0 && notice.right <= innerWidth && notice.bottom <= innerHeight;
  const others = names.flatMap((name) => [...document.querySelectorAll(name)]).map(box).filter((each) => each.height);
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


@pytest.mark.essential(only="phone")
@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
def test_one_is_told_at_a_time_and_covers_nothing(page: Page, *, phone: bool) -> None:
    page.goto("/settings/notices")
    address = page.get_by_role("textbox", name="Mail address")
    notices = page.locator("#notices .notice")
    for name in ("bea", "bob"):
        address.fill(f"{name}@example.com")
        page.get_by_role("button", name="Mail me a link").click()
        expect(page.locator("#mail-pending")).to_contain_text(f"{name}@example.com")
    expect(notices).to_have_count(1)
    expect(page.get_by_role("status").filter(has=notices)).to_contain_text("A link is on its way")
    notices.hover()  # held
    assert page.evaluate(_APART, [".site-bar"] if phone else [".site-side"])
    assert page.evaluate(_IS_CLEAR_AT_THE_END)
    assert findings(page) == []
    notices.get_by_role("button", name="Dismiss").click()
    expect(notices).to_have_count(0)


def test_a_problem_comes_back_behind_what_was_told_since(page: Page) -> None:
    page.goto("/settings/notices")
    page.route("**/api/notices/choices", lambda route: route.abort())
    page.get_by_role("checkbox", name="An expense is ready: In the app").click()
    problem = page.locator("#notices").get_by_text("Tillroll cannot be reached")
    expect(problem).to_be_visible()
    page.unroute_all()
    page.get_by_role("textbox", name="Mail address").fill("bea@example.com")
    page.get_by_role("button", name="Mail me a link").click()
    expect(page.locator("#notices")).to_contain_text("A link is on its way")
    expect(page.locator("#notices .notice")).to_have_count(1)
    page.locator("#notices").get_by_role("button", name="Dismiss").click()
    expect(problem).to_be_visible()
