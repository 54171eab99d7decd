"""What an operator does on the page, in a real browser on the genuine stack."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.support.ai_orders import OUT_OF_CAPACITY, OUT_OF_QUOTA
from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt, receipt_without_total
from tests.support.running_stack import RunningStack

_ALWAYS = 1000


@pytest.fixture
def failing_model(stack: RunningStack) -> Iterator[None]:
    """Every call of a model fails for good, until the order is taken back."""
    stack.ai.fail(OUT_OF_QUOTA, _ALWAYS)
    yield
    stack.ai.clear()


def photo(name: str, lines: list[str]) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": draw_receipt(lines)}


def upload(stack: RunningStack, name: str, lines: list[str], status: str) -> str:
    """Upload a receipt past the page; the run's id, once it has this status."""
    run_id = stack.upload(draw_receipt(lines), name).raise_for_status().json()["runId"]
    stack.wait_for_status(run_id, status)
    return run_id


def row(page: Page, text: str) -> Locator:
    return page.get_by_role("listitem").filter(has_text=text)


def explanation(page: Page) -> Locator:
    return page.get_by_role("region", name="What happened")


def confirm(page: Page, reason: str, action: str) -> None:
    """Give the reason in the dialog, which has the focus there, and do it."""
    expect(page.get_by_label("Reason")).to_be_focused()
    page.keyboard.type(reason)
    page.get_by_role("dialog").get_by_role("button", name=action).click()


@pytest.mark.essential
@pytest.mark.usefixtures("failing_model")
def test_a_failed_run_explains_itself_and_is_retried(page: Page, stack: RunningStack) -> None:
    page.set_input_files(
        "#choose-input", [photo("quota.jpg", clear_receipt("QUOTA BAKERY SHOP", "14.30"))]
    )
    failed = row(page, "quota.jpg")
    expect(failed).to_contain_text("Failed")
    failed.get_by_role("link").click()

    expect(explanation(page)).to_contain_text("failed for good after it was tried once")
    expect(explanation(page)).to_contain_text("3036")
    expect(explanation(page)).to_contain_text("nothing is done twice")
    expect(page.get_by_role("region", name="Steps")).to_contain_text("Failed · 1 attempt")

    stack.ai.clear()
    retry = page.get_by_role("button", name="Retry…")
    retry.click()
    page.keyboard.type("no")
    page.get_by_role("dialog").get_by_role("button", name="Retry").click()
    expect(page.get_by_label("Reason")).to_have_accessible_description(
        re.compile("at least 3 characters")
    )
    page.keyboard.press("Escape")
    expect(retry).to_be_focused()
    page.keyboard.press("Enter")
    confirm(page, "The quota is there again", "Retry")

    expect(page.locator("#run-status")).to_have_text("To approve")
    expect(page.get_by_role("heading", level=1)).to_have_text("QUOTA BAKERY SHOP")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_role("button", name="Retry…")).to_have_count(0)
    page.get_by_role("tab", name="Processing").click()
    # Of what is done, nothing but a line to unfold is left.
    expect(explanation(page).get_by_text("Tried")).to_be_hidden()
    explanation(page).get_by_text("What happened").click()
    expect(explanation(page).get_by_text("2 times")).to_be_visible()


@pytest.mark.usefixtures("failing_model")
def test_a_retry_takes_corrected_values(page: Page, stack: RunningStack) -> None:
    run_id = upload(stack, "misread.jpg", clear_receipt("MISREAD STATIONERY", "19.90"), "failed")
    stack.ai.clear()
    page.goto(f"/expenses/{run_id}")
    page.get_by_role("button", name="Retry…").click()
    page.get_by_text("Correct values").click()
    page.get_by_label("Date").fill("last day of the year")
    page.get_by_label("Merchant").fill("Station & Ery")
    page.get_by_label("Reason").fill("The name is another")
    page.get_by_role("dialog").get_by_role("button", name="Retry").click()
    expect(page.get_by_label("Date")).to_be_focused()
    expect(page.get_by_label("Date")).to_have_accessible_description(re.compile("YYYY-MM-DD"))
    page.get_by_label("Date").fill("31.12.2025")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Station & Ery")
    expense = stack.wait_for_status(run_id, "complete")["expense"]
    assert (expense["merchant"], expense["date"], expense["total"]) == (
        "Station & Ery",
        "2025-12-31",
        "19.90",
    )


@pytest.mark.usefixtures("failing_model")
def test_who_comes_second_is_told(page: Page, stack: RunningStack) -> None:
    run_id = upload(stack, "twice.jpg", clear_receipt("TWO OPERATORS CAFE", "5.60"), "failed")
    page.goto(f"/expenses/{run_id}")
    page.get_by_role("button", name="Abandon…").click()
    stack.operate(run_id, "abandon").raise_for_status()
    stack.wait_for_status(run_id, "cancelled")
    confirm(page, "I was second", "Abandon")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("Only a failed run can be abandoned")
    expect(dialog.get_by_role("button")).to_have_text(["Close"])
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(
        page.locator("#run-view").get_by_text("This was given up: ordered by a test")
    ).to_be_visible()
    expect(page.get_by_role("button", name="Abandon…")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_be_focused()


@pytest.mark.usefixtures("failing_model")
def test_failed_runs_are_abandoned_in_bulk(page: Page, stack: RunningStack) -> None:
    names = ["bulk-one.jpg", "bulk-two.jpg", "bulk-three.jpg"]
    shops = ["FIRST FAILING SHOP", "SECOND FAILING SHOP", "THIRD FAILING SHOP"]
    pairs = zip(names, shops, strict=True)
    ids = [upload(stack, name, clear_receipt(shop, "8.80"), "failed") for name, shop in pairs]
    page.reload()
    page.get_by_role("link", name=re.compile(r"^Failed \d+")).click()
    retry = page.get_by_role("button", name="Retry…")
    expect(row(page, names[2])).to_be_visible()
    expect(retry).to_be_disabled()
    for name in names:
        page.get_by_label(f"Select {name}").check()
    expect(page.get_by_text("3 selected")).to_be_visible()
    # Somebody else takes one of them up meanwhile.
    stack.operate(ids[0], "abandon").raise_for_status()
    page.get_by_role("button", name="Abandon…").click()
    confirm(page, "Entered by hand", "Abandon")
    result = page.get_by_role("region", name="2 receipts abandoned, 1 receipt refused")
    expect(result).to_be_focused()
    expect(result.get_by_role("listitem").filter(has_text=names[0])).to_contain_text(
        "only a failed run"
    )
    expect(result.get_by_role("listitem").filter(has_text=names[1])).to_be_visible()
    for run_id, name in zip(ids, names, strict=True):
        stack.wait_for_status(run_id, "cancelled")
        expect(page.get_by_label(f"Select {name}")).to_have_count(0)


def test_a_run_that_waits_for_review_is_cancelled(page: Page, stack: RunningStack) -> None:
    run_id = upload(
        stack, "mistake.jpg", receipt_without_total("UPLOADED BY MISTAKE"), "needs_review"
    )
    page.goto(f"/expenses/{run_id}")
    expect(page.get_by_role("heading", name="Check this receipt")).to_be_visible()
    page.get_by_role("tab", name="Processing").click()
    page.get_by_role("button", name="Cancel this run…").click()
    confirm(page, "Uploaded by mistake", "Cancel the run")
    expect(
        page.locator("#run-view").get_by_text("This was stopped: Uploaded by mistake")
    ).to_be_visible()
    expect(page.get_by_role("heading", name="Check this receipt")).to_have_count(0)
    expect(page.get_by_role("button", name="Cancel this run…")).to_have_count(0)


def test_a_run_is_paused_and_resumed(page: Page, stack: RunningStack) -> None:
    run_id = upload(stack, "pause.jpg", receipt_without_total("PAUSED FOR A WHILE"), "needs_review")
    page.goto(f"/expenses/{run_id}")
    page.get_by_role("tab", name="Processing").click()
    page.get_by_role("button", name="Pause…").click()
    confirm(page, "The owner is away", "Pause")
    expect(explanation(page)).to_contain_text("It goes on when it is resumed")
    page.get_by_role("button", name="Resume…").click()
    confirm(page, "The owner is back", "Resume")
    expect(page.get_by_role("button", name="Pause…")).to_be_visible()
    assert stack.run(run_id)["paused"] is False


def test_a_run_that_tries_again_says_when(page: Page, stack: RunningStack) -> None:
    stack.ai.fail(OUT_OF_CAPACITY, 2)
    page.set_input_files(
        "#choose-input", [photo("busy.jpg", clear_receipt("BUSY MODEL KITCHEN", "7.10"))]
    )
    row(page, "busy.jpg").get_by_role("link").click()
    expect(explanation(page)).to_contain_text(re.compile(r"Next attempt at \d"))
    expect(explanation(page)).to_contain_text("An attempt failed")
    expect(page.locator("#run-status")).to_have_text("To approve")


def test_the_list_shows_small_pictures(page: Page, stack: RunningStack) -> None:
    upload(stack, "thumbnail.jpg", clear_receipt("THUMBNAIL GALLERY", "3.20"), "complete")
    page.goto("/inbox/all")
    picture = row(page, "THUMBNAIL GALLERY").locator("img")
    expect(picture).to_have_attribute("src", re.compile(r"/image\?width=160$"))
    expect(picture).to_have_js_property("naturalWidth", 160)
