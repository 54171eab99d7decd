"""The bank on the page, for tests in a browser: what was spent, files that are sent, entries, and pictures."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page

from tests.browser.test_sorting import account_of
from tests.support.running_stack import RunningStack


def spend(stack: RunningStack, expenses: Sequence[tuple[str, str, int]]) -> None:
    """Expenses that are there already: merchant, day, and cents of euros."""
    account, user, at = account_of(stack), f"usr_{stack.token.removeprefix('till_')}", "2026-01-01T00:00:00.000Z"
    rows: list[str] = []
    for number, (merchant, day, total) in enumerate(expenses, start=1):
        id_ = f"bank{number}{account}"
        rows += [
            f"""INSERT INTO runs (id, account_id, kind, contract_version, subject, source_event_id, state, status,
                  next_safe_action, created_at, updated_at) VALUES ('run_{id_}', '{account}', 'receipt', 1, 'rec_{id_}',
                  'run_{id_}', 'notified', 'complete', 'none', '{at}', '{at}')""",  # noqa: S608 - the test's own words
            f"""INSERT INTO receipts (id, account_id, sha256, media_type, size, file_name, object_key, run_id,
                  uploaded_by, created_at) VALUES ('rec_{id_}', '{account}', '{id_}', 'image/jpeg', 3, 'photo.jpg',
                  '{account}/{id_}/original', 'run_{id_}', '{user}', '{at}')""",  # noqa: S608
            f"""INSERT INTO expenses (id, account_id, receipt_id, run_id, merchant, date, total_minor, currency,
                  duplicate_key, created_at) VALUES ('exp_{id_}', '{account}', 'rec_{id_}', 'run_{id_}', '{merchant}',
                  '{day}', {total}, 'EUR', '{id_}', '{at}')""",  # noqa: S608
        ]
    stack.d1(";".join(rows))


def _file(content: bytes, name: str) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def import_file(page: Page, content: bytes, name: str) -> Locator:
    """Send a file; its line."""
    page.get_by_label("Files of the bank").set_input_files(_file(content, name))
    return page.get_by_role("list", name="Imported files").get_by_role("listitem").filter(has_text=name)


def entry_named(page: Page, name: str) -> Locator:
    return page.get_by_role("list", name="Entries", exact=True).get_by_role("listitem", name=name)


def left(page: Page) -> Locator:
    """How many entries are left, in words."""
    return page.get_by_role("status").filter(has_text=re.compile(r"of \d+ left|All \d+ explained"))


def picture(page: Page, name: str) -> None:
    """For whoever looks at the page: SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        size = page.viewport_size
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
        if size:
            page.set_viewport_size(size)
