"""Renew the README's picture: `.venv/bin/python docs/screenshots.py`.

The genuine stack reads a receipt that is drawn here, and the headless browser of the tests
photographs the page.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.support.browser import launch
from tests.support.drawing import draw_receipt
from tests.support.running_stack import RunningStack

PICTURE = Path(__file__).parent / "images" / "receipt.png"
PATIENCE_MS = 60_000

RECEIPT = """\
GREEN GARDEN CAFE SDN BHD
12 Jalan Bunga, 50000 Kuala Lumpur
Tel 03-2145 7788

Date: 14/02/2026  09:31
Table 7  Cashier: Mei

2 Nasi Lemak  19.00
1 Roti Canai  3.50
2 Teh Tarik  7.80

Subtotal  30.30
SST 6%  1.82
TOTAL  RM 32.12
CASH  50.00
CHANGE  17.88

Thank you, come again"""


def photograph(page: Page) -> None:
    """Upload the receipt, open it once it is read, and save the picture."""
    photo = draw_receipt(RECEIPT.splitlines())
    page.set_input_files(
        "#choose-input", {"name": "breakfast.jpg", "mimeType": "image/jpeg", "buffer": photo}
    )
    row = page.get_by_role("listitem").filter(has_text="GREEN GARDEN CAFE")
    expect(row).to_contain_text("To approve")
    row.get_by_role("link").click()
    expect(page.get_by_role("img", name="breakfast.jpg")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.mouse.move(0, 0)
    PICTURE.parent.mkdir(exist_ok=True)
    page.screenshot(path=PICTURE, animations="disabled")


def main() -> None:
    expect.set_options(timeout=PATIENCE_MS)
    with tempfile.TemporaryDirectory() as state:
        stack = RunningStack(Path(state))
        stack.start()
        try:
            stack.d1("UPDATE accounts SET name = 'My company' WHERE id = 'acc_first'")
            with launch() as browser:
                page = browser.new_page(
                    base_url=stack.url, locale="en-GB", viewport={"width": 1200, "height": 760}
                )
                page.goto(stack.sign_in_url())
                page.wait_for_url(f"{stack.url}/")
                photograph(page)
        finally:
            stack.stop()


if __name__ == "__main__":
    main()
