"""Data is taken along from the page; deleting for good is asked for, waits, and is taken back; by
phone and desk.
"""

import json
import zipfile

import pytest
from playwright.sync_api import Page, expect

from cli.pages.retention_page import RETENTION
from tests.browser.settings_page import open_settings
from tests.browser.test_accessibility import findings, looks_well
from tests.browser.test_sorting import WIDTHS, account_of, add
from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack


@WIDTHS
def test_the_account_is_deleted_by_its_name_or_kept(
    page: Page, stack: RunningStack, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    # The test's own ids and names.
    [account] = stack.d1(f"SELECT name FROM accounts WHERE id = '{account_of(stack)}'")
    settings = open_settings(page, width)
    settings.get_by_role("link", name="Privacy").click()
    expect(page.get_by_text("Nothing is to be deleted.")).to_be_visible()
    page.get_by_role("button", name="Delete for good: this account").click()
    dialogue = page.get_by_role("dialog")
    dialogue.get_by_role("textbox", name="Type in the account's name").fill("another")
    dialogue.get_by_role("button", name="Delete in 30 days").click()
    expect(dialogue.get_by_role("alert")).to_be_visible()
    dialogue.get_by_role("textbox", name="Type in the account's name").fill(str(account["name"]))
    dialogue.get_by_role("button", name="Delete in 30 days").click()
    expect(page.get_by_text("It will be deleted for good on")).to_be_visible()
    expect(page.get_by_role("button", name="Keep it: This account", exact=True)).to_be_visible()
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "the page scrolls sideways"
    )
    page.get_by_role("button", name="Store photos without these details").click()
    expect(page.get_by_role("button", name="Store new photos as they come")).to_be_visible()
    page.get_by_role("button", name="Keep it: this account", exact=True).click()
    expect(page.get_by_role("button", name="Delete for good: this account")).to_be_visible()
    assert [
        row["taken_back_at"] is None for row in stack.d1(_ERASURES.format(account_of(stack)))
    ] == [False]


@pytest.mark.essential(only="Gather my data")
@pytest.mark.parametrize(
    ("asked", "what"),
    [("Gather my data", "My data"), ("Gather the account's data", "The account's data")],
)
def test_data_is_gathered_downloaded_and_gone_after_its_week(
    page: Page, stack: RunningStack, asked: str, what: str
) -> None:
    photo = draw_receipt(clear_receipt("TAKEN ALONG", "4.20"))
    done = stack.upload(photo).raise_for_status().json()["runId"]
    receipt = stack.wait_for_status(done, "complete")["receipt"]["id"]
    page.goto("/settings/privacy")
    page.get_by_role("button", name=asked).click()
    link = page.get_by_role("link", name=f"Download {what}, file 1")
    expect(link).to_be_visible()
    looks_well(page)
    with page.expect_download() as downloading:
        link.click()
    assert downloading.value.suggested_filename.startswith("tillroll-data-")
    archive = zipfile.ZipFile(downloading.value.path())
    assert archive.testzip() is None
    assert archive.read(f"documents/{receipt}.jpg") == photo
    [expense] = [json.loads(line) for line in archive.read("rows/expenses.jsonl").splitlines()]
    assert (expense["merchant"], expense["total_minor"]) == ("TAKEN ALONG", 420)
    assert "TAKEN ALONG" in archive.read("rows/expenses.csv").decode("utf-8-sig")
    assert stack.token not in b"".join(archive.read(name) for name in archive.namelist()).decode(
        "latin-1"
    )
    account = account_of(stack)
    stack.d1(
        # The test's own ids and names.
        "UPDATE data_exports SET expires_at = '2026-01-01T00:00:00.000Z' WHERE account_id = "
        f"'{account}'"
    )
    stack.fire_cron()
    page.reload()
    expect(page.get_by_text("was deleted, its week is over")).to_be_visible()
    expect(link).to_have_count(0)
    assert stack.stored_objects(f"{account}/data-exports/") == []


def test_how_long_what_is_kept_stands_there(page: Page) -> None:
    page.goto("/settings/privacy")
    card = page.get_by_role("region", name="How long what is kept")
    for kept in RETENTION:
        line = card.get_by_role("listitem").filter(has_text=kept.what.replace("`", "")[1:])
        expect(line).to_contain_text(kept.says[1:])


@pytest.mark.parametrize("width", [375])
def test_a_void_receipt_is_deleted_from_its_expense(
    page: Page, stack: RunningStack, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    add(stack, "TEO HENG", "teoheng", [1])
    # The test's own ids and names.
    stack.d1(f"UPDATE expenses SET status = 'voided' WHERE account_id = '{account_of(stack)}'")
    page.route(
        "**/api/receipts/*/image*",
        lambda route: route.fulfill(content_type="image/svg+xml", body=_SQUARE),
    )
    page.goto(f"/expenses/exp_1{account_of(stack)}")
    page.get_by_role("button", name="Delete for good: this receipt").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete in 30 days").click()
    expect(page.get_by_text("It will be deleted for good on")).to_be_visible()
    assert [row["taken_back_at"] for row in stack.d1(_ERASURES.format(account_of(stack)))] == [None]


_ERASURES = "SELECT taken_back_at FROM erasures WHERE account_id = '{}'"
_SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>'


def test_a_data_export_that_failed_is_gathered_again(page: Page) -> None:
    failed: dict[str, object] = {
        "id": "dex_1",
        "what": "account",
        "target": "acc_1",
        "runId": "run_1",
        "status": "failed",
        "files": [],
        "requestedAt": "2026-04-01T08:00:00.120Z",
        "finishedAt": None,
        "expiresAt": None,
    }
    page.route("**/api/data-exports", lambda route: route.fulfill(json={"items": [failed]}))
    page.route("**/api/account/data-export", lambda route: route.fulfill(status=202, json=failed))
    page.goto("/settings/privacy")
    expect(
        page.get_by_text("and goes on where it stopped when it is retried there")
    ).to_be_visible()
    with page.expect_request("**/api/account/data-export") as asked:
        page.get_by_role("button", name="Gather again: The account's data").click()
    assert asked.value.method == "POST"
