"""Take the pictures of the documentation, of a genuine stack in the headless browser of the tests:
`make pictures`.

They go to .build/pictures, or with `--write` to docs/images. A moving one tells what becomes of a
receipt.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, expect

from local.places import BUILD, ROOT
from tests.browser.bank_page import import_file, left
from tests.browser.test_page import choose, open_review, photo, row
from tests.browser.test_tax import DAYS, given_invoices
from tests.pictures.album import Album
from tests.support.bank_files import camt
from tests.support.bank_month import IBAN, Line, Month
from tests.support.browser import launch
from tests.support.receipts import receipt_without_total
from tests.support.running_stack import RunningStack

_PATIENCE_MS: Final = 120_000
_IMAGES: Final = ROOT / "docs" / "images"
_COMPANY: Final = {
    "name": "Books GmbH",
    "street": "Marktgasse 4",
    "postalCode": "50667",
    "city": "Köln",
    "country": "DE",
    "iban": IBAN,
    "taxNumber": "215/123/45678",
}
_CLIENT: Final = {
    "name": "Atlas AG",
    "street": "Hauptstraße 2",
    "postalCode": "10115",
    "city": "Berlin",
    "country": "DE",
    "mail": "bills@atlas.example",
}
_CAFE: Final = "GREEN GARDEN CAFE"
_RECEIPT: Final = (
    _CAFE,
    "12 Marktgasse, 50667 Koeln",
    "Tel 0221 2145 7788",
    "",
    "Date: 14/02/2026  09:31",
    "Table 7  Served by: Mia",
    "",
    "2 Breakfast  19.00",
    "1 Croissant  3.50",
    "2 Coffee  7.80",
    "",
    "Subtotal  30.30",
    "TOTAL  EUR 30.30",
    "CASH  50.00",
    "CHANGE  19.70",
    "",
    "Thank you, come again",
)
# What was paid for two of the invoices, and a payment without a document.
_LINES: Final = (
    Line(amount=-8_330, booked_on=date(2026, 3, 2), name="Papierhaus Lindner GmbH", text="RE-1"),
    Line(amount=-7_490, booked_on=date(2026, 3, 3), name="Buchhandlung Sommer", text="RE-2"),
    Line(amount=-50_000, booked_on=date(2026, 3, 31), name="Hausverwaltung", text="Miete"),
)


@dataclass(frozen=True)
class Scene:
    """What a picture needs: the window, the stack, and where the picture goes."""

    page: Page
    stack: RunningStack
    album: Album


def receipt(scene: Scene) -> None:
    """A photo becomes an expense, is approved, and stands in its month. It moves."""
    page = scene.page
    album = scene.album
    page.goto("/inbox/all")
    album.frame(page)
    choose(page, photo("breakfast.jpg", list(_RECEIPT)))
    expect(row(page, "breakfast.jpg")).to_be_visible()
    album.frame(page)
    expect(row(page, _CAFE)).to_contain_text("To approve")
    album.frame(page)
    row(page, _CAFE).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(_CAFE)
    expect(page.get_by_role("img", name="breakfast.jpg")).to_be_visible()
    album.frame(page)
    album.still(page, "receipt")
    page.goto("/approvals")
    waiting = page.get_by_role("list", name="Waiting for you")
    waiting.get_by_role("button").filter(has_text=_CAFE).click()
    expect(page.get_by_role("img", name=f"Receipt of {_CAFE}")).to_be_visible()
    album.frame(page)
    album.still(page, "approve")
    page.goto("/expenses")
    _approve(scene)
    page.goto("/months/2026-02")
    lines = page.get_by_role("list", name="What the month needs").get_by_role("listitem")
    expect(lines.filter(has_text="Approved")).to_have_attribute("data-done", "true")
    album.frame(page)
    album.still(page, "month")
    album.move("receipt-to-money")


def _approve(scene: Scene) -> None:
    """What February has; a decision on the page is sent when one goes on."""
    asked = {"from": "2026-02-01", "to": "2026-02-28", "status": "ready"}
    with scene.stack.client() as client:
        ready = client.get("/api/expenses", params=asked).raise_for_status().json()["items"]
        body = {
            "ids": [each["id"] for each in ready],
            "versions": [each["version"] for each in ready],
        }
        client.post("/api/expenses/approve", json=body).raise_for_status()


def review(scene: Scene) -> None:
    page = scene.page
    page.goto("/inbox/all")
    choose(page, photo("unsure.jpg", receipt_without_total("NIGHT TRAIN BAR")))
    open_review(page, "unsure.jpg")
    scene.album.still(page, "review")


def invoice(scene: Scene) -> None:
    page = scene.page
    asked = scene.stack.ask("/api/clients", **_CLIENT)
    client_id = asked.raise_for_status().json()["id"]
    with scene.stack.client() as client:
        found = client.get("/api/expenses", params={"status": "approved"}).raise_for_status()
        for expense in found.json()["items"]:
            body = {"clientId": client_id, "billable": True}
            client.patch(f"/api/expenses/{expense['id']}", json=body).raise_for_status()
    page.goto("/claims/new")
    page.get_by_label("Who is billed").select_option(client_id)
    page.get_by_label("What is charged").select_option("spent")
    page.get_by_role("button", name="Preview invoice").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Nothing is billed before you send it.")
    expect(dialog.frame_locator("iframe").get_by_role("heading", level=1)).to_be_visible()
    scene.album.still(page, "invoice")


def bank(scene: Scene) -> None:
    page = scene.page
    made = scene.stack.ask("/api/bank/accounts", name="Giro", currency="EUR", number=IBAN)
    made.raise_for_status()
    page.goto("/bank")
    month = Month(opening=100_000, lines=_LINES)
    expect(import_file(page, camt(month), "march.xml")).to_contain_text("3 new entries.")
    expect(left(page)).to_have_text("3 of 3 left")
    scene.album.still(page, "bank")


def tax(scene: Scene) -> None:
    page = scene.page
    page.goto(f"/reports?by=tax&{DAYS}")
    expect(page.get_by_role("table", name="January 2026")).to_be_visible()
    scene.album.still(page, "tax")


# Each shows what those before it have made.
_PICTURES: Final[tuple[Callable[[Scene], None], ...]] = (receipt, review, invoice, bank, tax)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="into docs/images")
    folder = _IMAGES if parser.parse_args().write else BUILD / "pictures"
    expect.set_options(timeout=_PATIENCE_MS)
    album = Album(folder)
    with tempfile.TemporaryDirectory() as state:
        stack = RunningStack(Path(state))
        stack.start()
        try:
            _begin(stack)
            with launch() as browser:
                page = browser.new_page(
                    base_url=stack.url, locale="en-GB", viewport={"width": 1200, "height": 760}
                )
                page.set_default_timeout(_PATIENCE_MS)
                page.goto(stack.sign_in_url())
                page.wait_for_url(f"{stack.url}/")
                for take in _PICTURES:
                    take(Scene(page, stack, album))
        finally:
            stack.stop()
    sys.stdout.write(f"Proved: {len(album.written)} pictures in {folder.relative_to(ROOT)}\n")
    return 0


def _begin(stack: RunningStack) -> None:
    with stack.client() as client:
        client.patch("/api/company", json=_COMPANY).raise_for_status()
    given_invoices(stack)


if __name__ == "__main__":
    sys.exit(main())
