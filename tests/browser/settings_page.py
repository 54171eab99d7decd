"""The navigation of the settings, which a phone shows behind a button."""

from playwright.sync_api import Locator, Page

_PHONE = 700


def open_settings(page: Page, width: int) -> Locator:
    """Go to the settings; their navigation, with its links shown."""
    page.goto("/settings")
    settings = page.get_by_role("navigation", name="Settings")
    if width < _PHONE:
        settings.get_by_role("button", name="All settings").press("Enter")
    return settings
