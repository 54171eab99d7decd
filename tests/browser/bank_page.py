"""The bank on the page, for tests in a browser: what was spent, files that are sent, entries, and
pictures.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page

from tests.browser.test_sorting import account_of
from tests.support.expenses import Given, sql_of
from tests.support.running_stack import RunningStack


def spend(stack: RunningStack, expenses: Sequence[tuple[str, str, int]]) -> None:
    """Expenses that are there already: merchant, day, and cents of euros. They are numbered from
    1.
    """
    given = [
        Given(number, merchant=merchant, date=day, total_minor=total)
        for number, (merchant, day, total) in enumerate(expenses, start=1)
    ]
    stack.d1("".join(sql_of(account_of(stack), each) for each in given))


def _file(content: bytes, name: str) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def import_file(page: Page, content: bytes, name: str) -> Locator:
    """Send a file; its line."""
    page.get_by_label("Files of the bank").set_input_files(_file(content, name))
    return (
        page.get_by_role("list", name="Imported files")
        .get_by_role("listitem")
        .filter(has_text=name)
    )


def entry_named(page: Page, name: str) -> Locator:
    return page.get_by_role("list", name="Entries", exact=True).get_by_role("listitem", name=name)


def left(page: Page) -> Locator:
    """How many entries are left, in words."""
    return page.get_by_role("status").filter(has_text=re.compile(r"of \d+ left|All \d+ explained"))


def picture(page: Page, name: str) -> None:
    """For people who look at the page: SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        size = page.viewport_size
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
        if size:
            page.set_viewport_size(size)
