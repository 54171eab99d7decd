"""PDFs are shown as pictures, page by page; what is looked at is marked in them; what cannot be
drawn says so.
"""

import io

import pytest
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader, PdfWriter

from tests.support.drawing import draw_receipt
from tests.support.hostile_pdfs import many_operators, nested_forms
from tests.support.invoice import invoice_pdf
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack
from tests.support.scans import jpeg_scan, plain_scan, scanned_pdf

LINES = clear_receipt("PDF SHOP", "4.20")
_DARK = """async (image, below) => {
  await image.decode();
  const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  let dark = 0;
  for (let at = 0; at < data.length; at += 4)
    if (data[at] + data[at + 1] + data[at + 2] < below) dark += 1;
  return dark / (data.length / 4);
}"""


def dark(picture: Locator, below: int = 300) -> float:
    """The part of its pixels whose red, green and blue are less than this together: a blank page
    has none.
    """
    return picture.evaluate(_DARK, below)


def opened(page: Page, stack: RunningStack, content: bytes) -> str:
    run = stack.upload(content, "bill.pdf").raise_for_status().json()["runId"]
    page.goto(f"/expenses/{run}")
    return run


@pytest.mark.essential(only="phone")
@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
def test_pages_of_a_pdf_are_pictures(page: Page, stack: RunningStack, *, phone: bool) -> None:
    run = opened(
        page,
        stack,
        scanned_pdf("\n".join(LINES), "\n".join(["PAGE TWO", "Thank you for your visit today"])),
    )
    first = page.get_by_role("img", name="Page 1 of 2 of the PDF bill.pdf")
    expect(first).to_be_visible()
    assert 0.001 < dark(first) < 0.5
    page.get_by_role("button", name="Next page").click()
    second = page.get_by_role("img", name="Page 2 of 2 of the PDF bill.pdf")
    expect(second).to_be_visible()
    assert 0.0005 < dark(second) < 0.5
    stack.wait_for_status(run, "complete")
    page.goto("/inbox/all")
    small = page.get_by_role("listitem").filter(has_text="PDF SHOP").locator(".thumb img")
    expect(small).to_be_visible()
    assert 0.001 < dark(small, 720) < 0.5
    if phone:  # its table has no room for them
        return
    page.goto("/expenses")
    expect(
        page.get_by_role("row").filter(has_text="PDF SHOP").locator(".found-thumb img")
    ).to_be_visible()


def test_a_value_is_marked_on_the_page_that_it_was_read_on(page: Page, stack: RunningStack) -> None:
    run = opened(
        page,
        stack,
        scanned_pdf("A letter that comes before the bill, with some words in it", "\n".join(LINES)),
    )
    stack.wait_for_status(run, "complete")
    expect(page.get_by_role("img", name="Page 1 of 2")).to_be_visible()
    page.get_by_role("region", name="Expense").get_by_text("PDF SHOP").hover()
    expect(page.get_by_role("img", name="Page 2 of 2")).to_be_visible()
    mark = page.locator(".picture-marks polygon:not(.is-around)")
    expect(mark).to_have_count(1)
    left, top, *_ = (float(part) for part in str(mark.get_attribute("points")).split())
    assert left == pytest.approx(50 / 595, abs=0.01)
    assert top == pytest.approx((842 - 800 - 11) / 842, abs=0.015)


@pytest.mark.parametrize("scan", ["JPEG", "one bit"])
def test_a_scan_is_a_picture_with_marks(page: Page, stack: RunningStack, scan: str) -> None:
    photo = draw_receipt(LINES)
    run = opened(
        page, stack, scanned_pdf([jpeg_scan(photo) if scan == "JPEG" else plain_scan(photo, "1")])
    )
    stack.wait_for_status(run, "complete")
    picture = page.get_by_role("img", name="Page 1 of 1")
    expect(picture).to_be_visible()
    assert 0.005 < dark(picture) < 0.5
    page.get_by_role("region", name="Expense").get_by_text("PDF SHOP").hover()
    expect(page.locator(".picture-marks polygon").first).to_be_visible()


def locked() -> bytes:
    writer = PdfWriter(PdfReader(io.BytesIO(invoice_pdf(LINES))))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (locked(), "This PDF is locked with a password, so it cannot be shown."),
        (b"%PDF-1.7\nnothing of one\n%%EOF\n", "This PDF is broken, so it cannot be shown."),
        (nested_forms(), "This PDF takes too long to draw, so it is not shown."),
    ],
    ids=["locked", "broken", "endless"],
)
def test_what_cannot_be_drawn_says_so_and_the_page_goes_on(
    page: Page, stack: RunningStack, content: bytes, says: str
) -> None:
    opened(page, stack, content)
    expect(page.get_by_role("status").filter(has_text="The PDF is being drawn")).to_be_visible()
    page.get_by_role("link", name="Inbox").first.focus()  # it answers while the worker is busy
    expect(page.get_by_text(says)).to_be_visible()
    expect(page.get_by_role("link", name="Download the PDF")).to_be_visible()


def test_pages_of_many_operators_are_drawn_or_given_up(page: Page, stack: RunningStack) -> None:
    opened(page, stack, many_operators(pages=25))
    drawn = page.get_by_role("img", name="Page 1 of 20")
    expect(drawn.or_(page.get_by_text("takes too long to draw"))).to_be_visible()
