"""Fifty files at once while the connection comes and goes, and the page is loaded again: each
arrives, and once.
"""

import contextlib
import hashlib
import re
from itertools import count

from playwright.sync_api import Error, FilePayload, Page, Route, expect

from tests.browser.test_sorting import account_of
from tests.support.e_invoices import Facts, ubl
from tests.support.running_stack import RunningStack, wait_until

_FILES = 50
_LOST_ANSWERS = 3


def invoices() -> list[FilePayload]:
    """E-invoices: small, and read without OCR."""
    return [
        {
            "name": f"invoice-{number:02}.xml",
            "mimeType": "application/xml",
            "buffer": ubl(Facts(number=f"RE-{number:04}", seller=f"Papierhaus {number:02} GmbH")),
        }
        for number in range(_FILES)
    ]


def wait_for_files(page: Page, stack: RunningStack, least: int) -> None:
    """Until so many are there. The browser is asked as well, since it is answered by this thread
    alone.
    """
    wait_until(
        lambda: page.evaluate("true") and arrived(stack) >= least, f"{least} files to arrive"
    )


def arrived(stack: RunningStack) -> int:
    [row] = stack.d1(f"SELECT count(*) AS n FROM receipts WHERE account_id = '{account_of(stack)}'")
    return int(row["n"])


def held_back(page: Page, pattern: str) -> list[Route]:
    """The requests to these addresses, none of which goes on by itself."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(pattern, hold)
    return held


def test_fifty_files_arrive_once_though_the_network_is_cut_and_the_page_loaded_again(
    page: Page, stack: RunningStack
) -> None:
    files, window, posts = invoices(), page.context, count()
    page.clock.install()
    page.on("dialog", lambda dialog: dialog.accept())

    def lose_some_answers(route: Route) -> None:
        if next(posts) >= _LOST_ANSWERS:
            route.continue_()
            return
        route.fetch()  # the server has it, and nobody hears of that
        route.abort("internetdisconnected")

    page.route("**/api/receipts", lose_some_answers)
    page.set_input_files("#choose-input", files)
    wait_for_files(page, stack, 8)
    window.set_offline(True)
    text = page.locator("#batch-text")
    expect(text).to_contain_text(
        re.compile(r"There is no connection: \d+ receipts are sent once there is")
    )
    for _ in range(10):
        page.clock.fast_forward(60_000)
    # After ten minutes nothing was given up.
    expect(text).to_contain_text("There is no connection")
    expect(page.get_by_text("Not accepted")).to_have_count(0)
    before = arrived(stack)
    assert before < _FILES

    window.set_offline(False)
    wait_for_files(page, stack, before + 8)
    window.set_offline(True)
    expect(text).to_contain_text("There is no connection")
    assert arrived(stack) < _FILES
    with contextlib.suppress(Error):  # as a person would, who believes that the page is at fault
        page.reload()
    window.set_offline(False)
    page.goto(stack.url)
    wait_for_files(page, stack, _FILES)
    expect(text).to_contain_text(re.compile(r"^\d+ receipts done: \d+ read\.$"))
    expect(page.get_by_text("Already here")).to_have_count(0)
    expect(page.get_by_text("Not accepted")).to_have_count(0)
    page.locator("#tab-all").click()
    expect(
        page.locator("#rows").get_by_role("listitem").filter(has_text="To approve")
    ).to_have_count(_FILES)

    rows = stack.d1(f"SELECT sha256 FROM receipts WHERE account_id = '{account_of(stack)}'")
    sent = sorted(hashlib.sha256(file["buffer"]).hexdigest() for file in files)
    assert sorted(str(row["sha256"]) for row in rows) == sent
    with stack.client() as client:
        assert client.get("/api/expenses/totals").json()["count"] == _FILES
    page.reload()
    expect(page.locator("#rows").get_by_role("listitem")).to_have_count(_FILES)


def test_files_chosen_before_the_page_knows_who_is_signed_in_are_kept(
    page: Page, stack: RunningStack
) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    held, posts = held_back(page, "**/api/session"), held_back(page, "**/api/receipts")
    page.goto(stack.url)
    page.set_input_files("#choose-input", invoices()[:2])
    expect(page.get_by_text("Adding 2 receipts.")).to_be_visible()
    assert posts == []  # nobody knows yet to which account they go
    wait_until(lambda: page.evaluate("true") and held, "the page to ask who is signed in")
    held[0].continue_()
    wait_until(lambda: page.evaluate("true") and len(posts) == 2, "both to be sent")
    page.unroute("**/api/session")
    page.unroute("**/api/receipts")
    page.reload()
    wait_for_files(page, stack, 2)
    page.locator("#tab-all").click()
    expect(
        page.locator("#rows").get_by_role("listitem").filter(has_text="To approve")
    ).to_have_count(2)


def test_who_signs_out_leaves_no_file_behind(page: Page, stack: RunningStack) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    page.context.set_offline(True)
    page.set_input_files("#choose-input", invoices()[:2])
    expect(page.get_by_role("listitem").filter(has_text="invoice-01.xml")).to_contain_text(
        "Trying again"
    )
    page.route("**/api/receipts", lambda route: route.abort("internetdisconnected"))
    page.context.set_offline(False)
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in")
    page.unroute("**/api/receipts")
    page.goto(stack.sign_in_url())
    page.wait_for_url(f"{stack.url}/")
    expect(page.get_by_role("heading", name="Drop your receipts here")).to_be_visible()
    kept = "indexedDB.databases().then((all) => all.length)"
    assert page.evaluate(kept) == 1
    assert arrived(stack) == 0
