"""The table of expenses, as people find it on the page."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page

Say = Callable[[str], str]
"""A sentence in the page's language."""


def expense_rows(page: Page, say: Say = str) -> Locator:
    """Its rows but for the head."""
    table = page.get_by_role("table", name=say("Expenses"))
    return table.get_by_role("row").filter(has=page.get_by_role("cell"))


def search_field(page: Page, say: Say = str) -> Locator:
    return page.get_by_role("combobox", name=say("Search"))


def selected(page: Page) -> Locator:
    """The bar of what is selected."""
    return page.get_by_role("region", name="Selected expenses")
