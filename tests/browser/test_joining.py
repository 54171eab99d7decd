"""Two photos of one long receipt are joined on the page, which proposes them: they came right after
each other.
"""

from playwright.sync_api import Page, expect

from tests.support.drawing import draw_receipt
from tests.support.running_stack import RunningStack

HEAD = [
    "OAK BOOKS SDN BHD",
    "12 Jalan Bunga, 50000 Kuala Lumpur",
    "Date: 14/02/2026  09:31",
    "",
    "Exercise book      4.20",
    "Fountain pen      41.20",
]
REST = [
    "Atlas of the world      7.30",
    "",
    "TOTAL  RM      52.70",
    "CASH      52.70",
    "CHANGE      0.00",
]


def test_photos_are_put_in_order_and_joined(page: Page, stack: RunningStack) -> None:
    # The lower half came first.
    lower, upper = (
        str(stack.upload(draw_receipt(lines)).raise_for_status().json()["runId"])
        for lines in (REST, HEAD)
    )
    for run in (lower, upper):
        stack.wait_for_status(run, "needs_review")
    page.goto(f"/expenses/{upper}")
    page.get_by_role("button", name="Join…").click()
    dialog = page.get_by_role("dialog", name="Join photos of one receipt")
    expect(dialog.get_by_role("listitem")).to_have_count(2)
    expect(dialog.get_by_role("listitem").first).to_contain_text(
        "Handed in within two minutes of this one"
    )
    dialog.get_by_role("button", name="Move photo 2 up").click()
    expect(dialog.get_by_role("listitem").first).to_contain_text("This photo")
    dialog.get_by_role("button", name="Join 2 photos").click()
    page.wait_for_url(lambda url: "/expenses/" in url and not url.endswith((lower, upper)))
    joined = stack.wait_for_status(page.url.rsplit("/", 1)[-1], "complete")
    assert joined["expense"]["total"] == "52.70"
    assert joined["expense"]["date"] == "2026-02-14"
    assert joined["expense"]["registeredName"] == "OAK BOOKS SDN BHD"
    for run in (lower, upper):
        stack.wait_for_status(run, "rejected")
    page.get_by_role("link", name="Joined of: photo 1").click()
    page.wait_for_url(f"**/expenses/{lower}")
    expect(page.get_by_role("link", name="Joined into one receipt")).to_be_visible()
