"""The page, from dropping a photo to the expense, in a real browser on the genuine stack."""

import base64
import re

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt, receipt_without_total

_DROP = """
({ name, content }) => {
  const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type: "image/jpeg" }));
  for (const type of ["dragenter", "dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true,
      cancelable: true }));
  }
}
"""
_MOST_TABS = 15


def photo(name: str, lines: list[str]) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": draw_receipt(lines)}


def choose(page: Page, *files: FilePayload) -> None:
    page.set_input_files("#choose-input", list(files))


def row(page: Page, text: str) -> Locator:
    """The receipts in the list that show this text."""
    return page.get_by_role("listitem").filter(has_text=text)


def open_review(page: Page, name: str) -> None:
    """Open the receipt of this file, which waits for review."""
    waiting = row(page, name)
    expect(waiting).to_contain_text("Needs review")
    waiting.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Check this receipt")).to_be_visible()


@pytest.mark.essential
def test_a_dropped_receipt_becomes_an_expense(page: Page) -> None:
    content = base64.b64encode(draw_receipt(clear_receipt("RIVERSIDE BAKERY", "23.45"))).decode()
    page.evaluate(_DROP, {"name": "dropped.jpg", "content": content})
    ready = row(page, "RIVERSIDE BAKERY")
    expect(ready).to_contain_text("To approve")
    expect(ready).to_contain_text("23.45")
    expect(ready).to_contain_text("14 Feb 2026")
    expect(ready).to_contain_text("dropped.jpg")


def test_five_at_once_become_five_expenses(page: Page) -> None:
    shops = [
        "NORTH GATE BOOKS",
        "SOUTH PIER CAFE",
        "EAST SIDE PHARMACY",
        "WEST END HARDWARE",
        "CENTRAL MARKET FRUITS",
    ]
    totals = ["11.10", "22.20", "33.30", "44.40", "55.50"]
    pairs = list(zip(shops, totals, strict=True))
    choose(
        page, *[photo(f"batch-{total}.jpg", clear_receipt(shop, total)) for shop, total in pairs]
    )
    expect(page.get_by_text("5 receipts done: 5 read.").first).to_be_visible()
    for shop, total in pairs:
        expect(row(page, shop)).to_contain_text(total)
    # In the order they were chosen.
    expect(page.locator("#rows").get_by_role("listitem").first).to_contain_text(shops[0])


def test_a_receipt_shows_where_its_values_were_read(page: Page) -> None:
    choose(page, photo("evidence.jpg", clear_receipt("HILLTOP GROCER", "67.80")))
    expect(row(page, "HILLTOP GROCER")).to_contain_text("To approve")
    row(page, "HILLTOP GROCER").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("HILLTOP GROCER")
    expect(page.get_by_role("img", name="evidence.jpg")).to_be_visible()
    page.get_by_role("tab", name="Text").click()
    expect(page.get_by_role("region", name="Recognised text")).to_be_visible()
    page.get_by_role("button", name="Total:").hover()
    expect(page.locator("mark.is-active").filter(has_text="67.80")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("HILLTOP GROCER")


@pytest.mark.essential
def test_an_unsure_receipt_is_corrected_and_approved(page: Page) -> None:
    choose(page, photo("unsure.jpg", receipt_without_total("GARDEN NURSERY SHOP")))
    open_review(page, "unsure.jpg")
    expect(page.get_by_label("Total")).to_be_focused()
    page.get_by_role("tab", name="Processing").click()
    expect(page.get_by_role("region", name="Steps")).to_contain_text("Asked a person")
    page.get_by_role("tab", name="Text").click()
    page.get_by_label("Currency", exact=True).fill("MYR")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_label("Total")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Total")).to_have_accessible_description(
        re.compile("Type in the amount that was paid")
    )
    not_found = page.locator("[data-field=total]").get_by_text("Not found")
    expect(not_found).to_be_visible()
    page.get_by_label("Total").fill("81.25")
    expect(not_found).to_have_count(0)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Confirmed.").first).to_be_visible()
    page.goto("/inbox/all")
    approved = row(page, "unsure.jpg")
    expect(approved).to_contain_text("Approved")
    expect(approved).to_contain_text("81.25")


def test_what_was_read_is_listed_as_not_confirmed(page: Page) -> None:
    choose(page, photo("seen.jpg", receipt_without_total("WINDMILL TEA HOUSE")))
    waiting = row(page, "seen.jpg")
    expect(waiting).to_contain_text("WINDMILL TEA HOUSE")
    expect(waiting).to_contain_text("14 Feb 2026")
    expect(waiting.get_by_role("link")).to_have_accessible_name(
        re.compile(r"^Read, not confirmed: WINDMILL TEA HOUSE")
    )
    page.set_viewport_size({"width": 375, "height": 667})
    expect(waiting.get_by_text("14 Feb 2026")).to_be_visible()
    expect(waiting.locator(".row-total")).to_be_hidden()
    open_review(page, "seen.jpg")
    page.get_by_label("Total").fill("12.30")
    page.get_by_label("Currency", exact=True).fill("MYR")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Confirmed.").first).to_be_visible()
    page.goto("/inbox/all")
    expect(waiting).to_contain_text("12.30")
    expect(waiting.get_by_role("link")).to_have_accessible_name(re.compile(r"^WINDMILL TEA HOUSE"))


def test_an_unsure_receipt_is_rejected_with_a_comment(page: Page) -> None:
    choose(page, photo("reject-me.jpg", receipt_without_total("PRIVATE HAIRDRESSER")))
    open_review(page, "reject-me.jpg")
    page.get_by_role("button", name="Reject…").click()
    expect(page.get_by_label("Why is it rejected?")).to_be_focused()
    page.keyboard.type("Not for the company")
    page.get_by_role("button", name="Reject the receipt").click()
    expect(page.get_by_text("Rejected.").first).to_be_visible()
    page.goto("/inbox/all")
    expect(row(page, "reject-me.jpg")).to_contain_text("Not for the company")


def test_a_likely_duplicate_is_shown_beside_the_other_receipt(page: Page) -> None:
    lines = clear_receipt("HARBOUR FISH MARKET", "36.60")
    choose(page, photo("first.jpg", lines))
    expect(row(page, "HARBOUR FISH MARKET")).to_contain_text("To approve")
    choose(
        page,
        {
            "name": "second.jpg",
            "mimeType": "image/jpeg",
            "buffer": draw_receipt(lines, noise_seed=7),
        },
    )
    open_review(page, "second.jpg")
    expect(
        page.locator("#run-view").get_by_text("This purchase may be here already")
    ).to_be_visible()
    page.get_by_role("link", name="Open it").click()
    expect(page.locator("#run-status")).to_have_text("To approve")
    expect(page.locator("#run-view").get_by_text("first.jpg")).to_be_visible()


def test_a_decision_leads_to_the_next_review(page: Page) -> None:
    names = ["queue-one.jpg", "queue-two.jpg"]
    shops = ["CORNER KIOSK ONE", "CORNER KIOSK TWO"]
    choose(
        page,
        *[
            photo(name, receipt_without_total(shop))
            for name, shop in zip(names, shops, strict=True)
        ],
    )
    expect(row(page, names[1])).to_contain_text("Needs review")
    open_review(page, names[0])
    expect(page.get_by_label("Total")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    page.get_by_role("button", name="Reject the receipt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(shops[1])
    page.get_by_role("button", name="Reject…").click()
    page.get_by_role("button", name="Reject the receipt").click()
    expect(page.get_by_text("Nothing else needs review").first).to_be_visible()


def test_a_review_needs_the_keyboard_only(page: Page) -> None:
    choose(page, photo("keys.jpg", receipt_without_total("PIANO REPAIR WORKSHOP")))
    expect(row(page, "keys.jpg")).to_contain_text("Needs review")
    link = row(page, "keys.jpg").get_by_role("link")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(_MOST_TABS):
        page.keyboard.press("Tab")
        if link.evaluate("element => element === document.activeElement"):
            break
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Total")).to_be_focused()
    page.keyboard.type("310.00")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Currency", exact=True)).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("MYR")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(page.get_by_text("Confirmed.").first).to_be_visible()
    expect(page.locator("#run-status")).to_have_text("Approved")
    page.keyboard.press("Escape")
    expect(row(page, "keys.jpg")).to_contain_text("310.00")


def test_the_key_that_decides_rejects_where_the_form_asks_why(page: Page) -> None:
    choose(page, photo("no-thanks.jpg", receipt_without_total("PRIVATE MASSAGE")))
    open_review(page, "no-thanks.jpg")
    page.get_by_label("Total").fill("12.00")
    page.get_by_role("button", name="Reject…").click()
    page.get_by_label("Why is it rejected?").fill("Not for the company")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(page.get_by_text("Rejected.").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(row(page, "no-thanks.jpg")).to_contain_text("Not for the company")


@pytest.mark.essential
def test_a_refused_file_says_why_and_can_be_dismissed(page: Page) -> None:
    choose(
        page,
        {
            "name": "notes.jpg",
            "mimeType": "image/jpeg",
            "buffer": b"Buy milk, and ask for the receipt.",
        },
    )
    refused = row(page, "notes.jpg")
    expect(refused).to_contain_text("Not accepted")
    expect(refused).to_contain_text("JPEG, PNG, WebP or HEIC")
    refused.get_by_role("button", name="Dismiss notes.jpg").click()
    expect(refused).to_have_count(0)


def test_the_same_file_is_here_already(page: Page) -> None:
    same = photo("again.jpg", clear_receipt("LAKEVIEW STATIONERY", "9.15"))
    choose(page, same)
    expect(row(page, "LAKEVIEW STATIONERY")).to_contain_text("To approve")
    choose(page, same)
    expect(row(page, "Already here")).to_contain_text("LAKEVIEW STATIONERY")
    page.goto("/inbox/all")
    expect(row(page, "LAKEVIEW STATIONERY")).to_have_count(1)


def test_the_inbox_reaches_zero_and_says_so(page: Page) -> None:
    choose(page, photo("zero.jpg", receipt_without_total("GARDEN NURSERY SHOP")))
    open_review(page, "zero.jpg")
    page.get_by_label("Total").fill("8.10")
    page.get_by_label("Currency", exact=True).fill("MYR")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Confirmed.").first).to_be_visible()
    page.goto("/")
    done = page.locator("#all-done")
    expect(done.get_by_role("heading", name="All done")).to_be_visible()
    done.get_by_role("link", name="All receipts").click()
    expect(row(page, "zero.jpg")).to_contain_text("Approved")


def test_undo_takes_confirmation_and_approval_back(page: Page) -> None:
    choose(page, photo("slip.jpg", receipt_without_total("WATERSIDE BOAT HIRE")))
    open_review(page, "slip.jpg")
    page.get_by_label("Total").fill("31.00")
    page.get_by_label("Currency", exact=True).fill("MYR")
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("#run-status")).to_have_text("Approved")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_text("It is back in review.").first).to_be_visible()
    page.goto("/expenses")
    expect(page.locator("#main")).to_contain_text("Needs review")


def test_a_reload_keeps_the_list(page: Page) -> None:
    choose(page, photo("kept.jpg", clear_receipt("OLD TOWN CLOCKMAKER", "128.00")))
    expect(row(page, "OLD TOWN CLOCKMAKER")).to_contain_text("To approve")
    page.goto("/inbox/all")
    expect(row(page, "OLD TOWN CLOCKMAKER")).to_contain_text("128.00")


def test_a_file_name_is_text_and_never_markup(page: Page) -> None:
    name = '<img src="x" onerror="document.title=1">.jpg'
    choose(page, photo(name, receipt_without_total("MARKUP <b>BOLD</b> SHOP")))
    open_review(page, name)
    expect(page.locator("#run-view").get_by_text(name)).to_be_visible()
    assert page.locator("img[src='x'], b").count() == 0


def test_nothing_is_lost_while_the_connection_is(page: Page) -> None:
    page.context.set_offline(True)
    choose(page, photo("offline.jpg", clear_receipt("MOUNTAIN HUT KITCHEN", "17.40")))
    expect(row(page, "offline.jpg")).to_contain_text("Trying again")
    page.context.set_offline(False)
    expect(row(page, "MOUNTAIN HUT KITCHEN")).to_contain_text("17.40")
    # It is loaded when something was added, which cannot be before there is a connection again.
    expect(page.get_by_role("group", name="Who paid this receipt?")).to_be_visible()
