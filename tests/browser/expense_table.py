"""The table of expenses, as people find it on the page."""

from playwright.sync_api import Locator, Page


def expense_rows(page: Page) -> Locator:
    """Its rows but for the head."""
    table = page.get_by_role("table", name="Expenses")
    return table.get_by_role("row").filter(has=page.get_by_role("cell"))


def search_field(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Search")


def selected(page: Page) -> Locator:
    """The bar of what is selected."""
    return page.get_by_role("region", name="Selected expenses")
