"""What a person looks at is marked on the photo, where it was read, however the photo is stored,
turned or zoomed.
"""

import io

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from tests.support.drawing import LINE_HEIGHT, MARGIN, draw_receipt
from tests.support.receipts import clear_receipt, receipt_without_total
from tests.support.running_stack import RunningStack, wait_until

LINES = clear_receipt("MARKED SHOP", "4.20")
WIDTH, HEIGHT = 600, 2 * MARGIN + LINE_HEIGHT * len(LINES)
_ORIENTATION = 0x0112
_WHILE_MS = 500

# The marks' edges (left, top, right, bottom) in parts of the picture as it is on the screen.
_EDGES = """() => {
  const picture = document.querySelector(".picture-stage img").getBoundingClientRect();
  const drawn = [...document.querySelectorAll(".picture-marks polygon:not(.is-around)")];
  const marks = drawn.map((mark) => mark.getBoundingClientRect());
  const across = (x) => (x - picture.left) / picture.width;
  const down = (y) => (y - picture.top) / picture.height;
  return [
    across(Math.min(...marks.map((mark) => mark.left))),
      down(Math.min(...marks.map((mark) => mark.top))),
    across(Math.max(...marks.map((mark) => mark.right))),
      down(Math.max(...marks.map((mark) => mark.bottom))),
  ];
}"""
_IS_IN_VIEW = """() => {
  const stage = document.querySelector(".picture-stage").getBoundingClientRect();
  const mark = document.querySelector(".picture-marks polygon").getBoundingClientRect();
  return mark.left >= stage.left && mark.right <= stage.right && mark.top >= stage.top
    && mark.bottom <= stage.bottom;
}"""


def marks(page: Page) -> Locator:
    return page.locator(".picture-marks polygon:not(.is-around)")


def expect_marked(page: Page, line: int, left: float, right: float, quarter_turns: int = 0) -> None:
    """The mark lies on this printed line, between these parts of the picture's width, as it is
    turned on the screen.
    """
    expect(marks(page).first).to_be_visible()
    left_edge, top, right_edge, bottom = page.evaluate(_EDGES)
    assert left_edge < right_edge, "the mark is gone"
    for _ in range(quarter_turns):
        left_edge, top, right_edge, bottom = top, 1 - right_edge, bottom, 1 - left_edge
    printed = MARGIN + line * LINE_HEIGHT
    assert left < left_edge < right_edge < right, (left_edge, right_edge)
    assert top * HEIGHT < printed + 8, top * HEIGHT
    assert bottom * HEIGHT > printed + 20, bottom * HEIGHT
    assert (bottom - top) * HEIGHT < 2 * LINE_HEIGHT


def hover(page: Page, place: Locator) -> None:
    """Look at something until it is marked, and stays so for a while: what comes late in the page
    moves things from under the mouse.
    """

    def stays_marked() -> bool:
        place.hover()
        page.wait_for_timeout(_WHILE_MS)
        return marks(page).count() > 0

    wait_until(stays_marked, "a mark that stays")


def photo(how: str) -> bytes:
    picture = draw_receipt(LINES, rotate=90 if how == "lying" else 0)
    if how in {"upright", "lying"}:
        return picture
    image = Image.open(io.BytesIO(picture))
    exif = Image.Exif()
    if how == "large":
        image = image.resize((4 * WIDTH, 4 * HEIGHT))
    else:  # as a phone stores it: on its side, with a note to turn it
        image = image.rotate(90, expand=True)
        exif[_ORIENTATION] = 6
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize("how", ["upright", "turned by EXIF", "large", "lying"])
def test_a_value_is_marked_where_it_was_read(page: Page, stack: RunningStack, how: str) -> None:
    run_id = stack.upload(photo(how)).raise_for_status().json()["runId"]
    stack.wait_for_status(run_id, "complete")
    page.goto(f"/expenses/{run_id}")
    expect(page.get_by_role("img", name="Photo of the receipt")).to_be_visible()
    # What was read has become an expense: the page shows that one by now.
    expect(page.locator("#run-view.expense-view")).to_be_visible()
    expect(marks(page)).to_have_count(0)
    values = page.get_by_role("region", name="Expense")
    hover(page, values.get_by_text("MARKED SHOP"))
    expect_marked(page, 0, 0.03, 0.5)
    page.get_by_role("tab", name="Text").click()
    expect(page.get_by_role("region", name="Recognised text")).to_be_visible()
    hover(page, values.get_by_text("14 Feb 2026"))
    expect_marked(page, 3, 0.1, 0.45)
    hover(page, page.get_by_role("region", name="Recognised text").get_by_text("Assorted goods"))
    expect_marked(page, 5, 0.03, 0.97)
    page.get_by_role("heading", level=1).hover()
    expect(marks(page)).to_have_count(0)
    # It stands upright by itself, until somebody turns it.
    picture = page.get_by_role("img", name="Photo of the receipt").bounding_box()
    assert picture is not None
    assert abs(picture["width"] / picture["height"] - WIDTH / HEIGHT) < 0.05
    page.get_by_role("button", name="Turn").click()
    hover(page, values.get_by_text("MARKED SHOP"))
    expect_marked(page, 0, 0.03, 0.5, quarter_turns=1)


def test_the_field_with_the_focus_is_marked_and_brought_into_view(
    page: Page, stack: RunningStack
) -> None:
    run_id = stack.upload(photo("upright")).raise_for_status().json()["runId"]
    expense = stack.wait_for_status(run_id, "complete")["expense"]["id"]
    page.goto(f"/expenses/{expense}")
    expect(page.get_by_role("img", name="Photo of the receipt")).to_be_visible()
    page.get_by_role("button", name="Merchant:").focus()
    expect_marked(page, 0, 0.03, 0.5)
    for _ in range(2):
        page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Merchant:").focus()
    page.wait_for_function(_IS_IN_VIEW)
    page.get_by_role("button", name="Total:").focus()
    expect_marked(page, 7, 0.8, 0.97)
    page.wait_for_function(_IS_IN_VIEW)
    page.get_by_role("button", name="Turn").click()
    page.get_by_role("button", name="Total:").focus()
    expect_marked(page, 7, 0.8, 0.97, quarter_turns=1)


def test_a_review_marks_what_it_asks_about(page: Page, stack: RunningStack) -> None:
    run_id = (
        stack.upload(draw_receipt(receipt_without_total("ASKING SHOP")))
        .raise_for_status()
        .json()["runId"]
    )
    stack.wait_for_status(run_id, "needs_review")
    page.goto(f"/expenses/{run_id}")
    page.get_by_label("Date").focus()
    expect(marks(page)).to_have_count(1)
    page.get_by_label("Total").focus()
    expect(marks(page)).to_have_count(0)


def test_without_boxes_nothing_is_marked(page: Page, stack: RunningStack) -> None:
    run_id = stack.upload(photo("upright")).raise_for_status().json()["runId"]
    stack.wait_for_status(run_id, "complete")

    def without_boxes(route: Route) -> None:
        answer = route.fetch()
        run = answer.json()
        run["transcript"]["boxes"] = []
        route.fulfill(response=answer, json=run)

    page.route(f"**/api/runs/{run_id}*", without_boxes)
    page.goto(f"/expenses/{run_id}")
    page.get_by_role("tab", name="Text").click()
    page.get_by_role("region", name="Expense").get_by_text("MARKED SHOP").hover()
    expect(
        page.get_by_role("region", name="Recognised text").locator("mark.is-active")
    ).to_have_text("MARKED SHOP")
    expect(marks(page)).to_have_count(0)
