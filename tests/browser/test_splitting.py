"""A photo of two receipts is split on the page: by keys at a desk, by touch on a phone. A PDF is
split by its pages.
"""

import io

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack
from tests.support.scans import jpeg_scan, scanned_pdf


def two_receipts(turned: int = 0) -> bytes:
    """A photo of two receipts that lie side by side, turned clockwise by so many degrees."""
    pictures = [
        Image.open(io.BytesIO(draw_receipt(clear_receipt(merchant, total))))
        for merchant, total in (("OAK BOOKS SDN BHD", "4.20"), ("PINE TEA SDN BHD", "7.30"))
    ]
    photo = Image.new("RGB", (1240, max(each.height for each in pictures)), (120, 120, 125))
    for left, each in zip((0, 640), pictures, strict=True):
        photo.paste(each, (left, 0))
    out = io.BytesIO()
    photo.rotate(-turned, expand=True).save(out, "JPEG", quality=92)
    return out.getvalue()


def open_split(page: Page, stack: RunningStack, photo: bytes) -> str:
    """Hand the photo in, and open the dialogue; the id of its run."""
    run_id = str(stack.upload(photo).raise_for_status().json()["runId"])
    review = stack.wait_for_status(run_id, "needs_review")["review"]
    assert "several_receipts" in review["reasons"]
    page.goto(f"/expenses/{run_id}")
    page.get_by_role("button", name="Split…").click()
    expect(page.get_by_role("img", name="The picture, cut into 2 parts")).to_be_visible()
    expect(page.get_by_role("radio", name="Side by side")).to_be_checked()
    return run_id


def expect_split(page: Page, stack: RunningStack, run_id: str) -> None:
    """The photo is rejected, its two parts are expenses, and each leads to the other."""
    page.wait_for_url(lambda url: "/expenses/" in url and not url.endswith(run_id))
    run = stack.wait_for_status(run_id, "rejected")
    parts = [stack.wait_for_status(part["runId"], "complete") for part in run["links"]["parts"]]
    said = sorted((part["expense"]["registeredName"], part["expense"]["total"]) for part in parts)
    assert said == [("OAK BOOKS SDN BHD", "4.20"), ("PINE TEA SDN BHD", "7.30")]
    page.get_by_role("link", name="Split off another document").click()
    page.wait_for_url(f"**/expenses/{run_id}")
    expect(page.get_by_role("link", name="Split into: part")).to_have_count(2)


def test_by_keys_and_again_after_the_line_broke(page: Page, stack: RunningStack) -> None:
    run_id = open_split(page, stack, two_receipts())
    page.get_by_role("slider", name="Where the line is").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("slider")).to_have_value("51")
    page.get_by_role("button", name="Add a line").click()
    expect(page.get_by_role("button", name="Split into 3 receipts")).to_be_visible()
    page.get_by_role("button", name="Take the last line away").click()
    broken = "**/api/receipts/*/parts"
    # The parts arrive, and their answer does not: the page sends them again by itself.
    page.route(
        broken, lambda route: (route.fetch(), route.abort("internetdisconnected"))[0], times=1
    )
    page.get_by_role("button", name="Split into 2 receipts").click()
    expect_split(page, stack, run_id)


@pytest.mark.parametrize("phone", [True])
def test_by_touch_where_the_photo_lies_on_its_side(
    page: Page, stack: RunningStack, *, phone: bool
) -> None:
    assert phone
    run_id = open_split(page, stack, two_receipts(turned=90))
    stage = page.locator(".split-stage")
    box = stage.bounding_box()
    assert box is not None
    assert box["width"] > box["height"]
    page.touchscreen.tap(box["x"] + 0.52 * box["width"], box["y"] + box["height"] / 2)
    page.get_by_role("button", name="Split into 2 receipts").click()
    expect_split(page, stack, run_id)


def test_a_scan_of_three_receipts_by_its_pages(page: Page, stack: RunningStack) -> None:
    shops = (
        ("OAK TOOLS SDN BHD", "14.20"),
        ("PINE SHOES SDN BHD", "27.30"),
        ("ELM LAMPS SDN BHD", "31.10"),
    )
    scan = scanned_pdf(*([jpeg_scan(draw_receipt(clear_receipt(*shop)))] for shop in shops))
    run_id = str(stack.upload(scan, "scan.pdf").raise_for_status().json()["runId"])
    review = stack.wait_for_status(run_id, "needs_review")["review"]
    assert review["reasons"] == ["several_receipts"]
    page.goto(f"/expenses/{run_id}")
    page.get_by_role("button", name="Split…").click()
    for number in (2, 3):
        expect(
            page.get_by_role("checkbox", name=f"Another begins on page {number}")
        ).to_be_checked()
    expect(page.get_by_role("img", name="Page 3")).to_be_visible()
    page.get_by_role("checkbox", name="Another begins on page 3").uncheck()
    expect(page.get_by_role("button", name="Split into 2 receipts")).to_be_enabled()
    page.get_by_role("checkbox", name="Another begins on page 3").check()
    page.get_by_role("button", name="Split into 3 receipts").click()
    page.wait_for_url(lambda url: "/expenses/" in url and not url.endswith(run_id))
    run = stack.wait_for_status(run_id, "rejected")
    parts = [stack.wait_for_status(part["runId"], "complete") for part in run["links"]["parts"]]
    assert sorted(
        (part["expense"]["registeredName"], part["expense"]["total"]) for part in parts
    ) == sorted(shops)
    page.get_by_role("button", name="Undo the split…").click()
    page.get_by_role("button", name="Undo the split", exact=True).click()
    page.wait_for_url(
        # A part's address became that of its expense.
        lambda url: (
            "/expenses/run_" in url
            and all(run_id not in url for run_id in (run["id"], *(part["id"] for part in parts)))
        )
    )
    again = stack.wait_for_status(page.url.rsplit("/", 1)[1], "needs_review")
    assert again["review"]["reasons"] == ["several_receipts"]
    assert [stack.run(part["id"])["expense"]["status"] for part in parts] == ["voided"] * 3
