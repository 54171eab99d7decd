"""Hands that do what is to be done on the page, and count: those of a pointer, of the keyboard, and
of a finger.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.test_accessibility import Asked, draw, findings

_RAW_ID: Final = re.compile(
    r"\b[a-z]{3,4}_(?:[0-9A-Z]{26}|[0-9a-f]{32}|[a-z]+)\b|\b[0-9A-HJKMNP-TV-Z]{26}\b"
)
_COMMAND: Final = re.compile(
    r"^\$ |\b(?:curl|npx|wrangler|tillroll) \S|\bmake (?:dev|test|prove)\b", re.MULTILINE
)
_MOST_TABS: Final = 100
"""More of them in a row are a way that nobody goes."""
# Where the focus is before a control, the Tab key leads there, and else it does with Shift.
_IS_BEFORE: Final = """control => {
  const now = document.activeElement;
  if (now === document.body || now === null) return true;
  return (now.compareDocumentPosition(control) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
}"""


class Hands:
    """What a person does on a page: `acts` counts keys or presses, `letters` what is typed."""

    presses = "clicks"

    def __init__(self, page: Page, name: str) -> None:
        self.page, self.name = page, name
        self.asked = Asked(page)
        self.acts = self.letters = 0
        self.looked_at: set[str] = set()

    def use(self, control: Locator) -> None:
        """Press a button, follow a link, tick a box."""
        expect(control).to_be_enabled()
        control.click()
        self.acts += 1

    def go(self, view: str, _keys: str, /) -> None:
        """To a view of the menu."""
        self.use(self.page.get_by_role("navigation", name="Views").get_by_role("link", name=view))

    def do(self, control: Locator, _key: str, /) -> None:
        """What a control of the open view does, which has a key too."""
        self.use(control)

    def jump(self, _key: str, /) -> None:
        """To where a key alone leads; what is seen there is used at once by others."""

    def tick(self, box: Locator) -> None:
        self.use(box)
        expect(box).to_be_checked()

    def choose(self, field: Locator, label: str) -> None:
        """The option whose label begins so: the field is opened, and the option taken."""
        option = field.get_by_role("option").filter(has_text=re.compile(f"^{re.escape(label)}"))
        expect(option).to_have_count(1)
        field.select_option(value=option.get_attribute("value"))
        self.acts += 2

    def write(self, field: Locator, text: str) -> None:
        """In place of what stands there."""
        self.use(field)
        field.fill("")
        self.page.keyboard.type(text)
        self.letters += len(text)

    def pick_month(self, field: Locator, month: str) -> None:
        """YYYY-MM, in the browser's own picker."""
        field.fill(month)
        self.acts += 2

    def hand_in(self, files: Sequence[FilePayload]) -> None:
        with self.page.expect_file_chooser() as chooser:
            draw(self.page)  # by then the browser knows that its dialogue is watched for
            self._add()
        chooser.value.set_files(files)

    def _add(self) -> None:
        self.use(self.page.get_by_role("button", name="Add receipts"))

    def look(self, stage: str) -> None:
        """The page has no fault for axe, scrolls only down, and shows neither ids nor commands, in
        light and dark.

        Once for a stage, though it is gone through for several people or clients.
        """
        if stage in self.looked_at:
            return
        self.looked_at.add(stage)
        page = self.page
        self.asked.until_all_is_there()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            draw(page)
            found = findings(page, *([] if scheme == "light" else ["color-contrast"]))
            assert found == [], f"{stage}, {scheme}: {found}"
            self._picture(f"{stage}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            f"{stage} scrolls sideways"
        )
        shown = page.locator("body").inner_text()
        assert [found.group() for found in _RAW_ID.finditer(shown)] == [], stage
        assert _COMMAND.findall(shown) == [], stage
        page.emulate_media(color_scheme="light")

    def _picture(self, name: str) -> None:
        """For people who look at the page: SCREENSHOTS names a folder."""
        if folder := os.environ.get("SCREENSHOTS"):
            self.page.screenshot(path=Path(folder) / f"{self.name}-{name}.png", full_page=True)


class Keyboard(Hands):
    """Nothing but keys: Tab goes from where the focus is to a control."""

    presses = "keys"

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.acts += len(keys)

    def reach(self, control: Locator) -> None:
        """With Tab, or Shift and Tab, whichever way it is."""
        expect(control).to_be_enabled()
        key = "Tab" if control.evaluate(_IS_BEFORE) else "Shift+Tab"
        for _ in range(_MOST_TABS):
            if control.evaluate("control => control === document.activeElement"):
                return
            self.press(key)
        raise AssertionError(f"{_MOST_TABS} times {key} do not lead to {control}")

    def use(self, control: Locator) -> None:
        self.reach(control)
        is_box = control.evaluate(
            "control => control.matches('input[type=checkbox], input[type=radio]')"
        )
        self.press("Space" if is_box else "Enter")

    def go(self, _view: str, keys: str, /) -> None:
        self.press(*keys)

    def do(self, control: Locator, key: str, /) -> None:
        expect(control).to_be_enabled()
        self.press(key)

    def jump(self, key: str, /) -> None:
        self.press(key)

    def choose(self, field: Locator, label: str) -> None:
        """By the letters that its label begins with."""
        expect(
            field.get_by_role("option").filter(has_text=re.compile(f"^{re.escape(label)}"))
        ).to_have_count(1)
        self.reach(field)
        self._type(label)
        expect(field.locator("option:checked")).to_have_text(re.compile(f"^{re.escape(label)}"))

    def write(self, field: Locator, text: str) -> None:
        self.reach(field)
        self.press("Control+a")
        self._type(text)

    def pick_month(self, field: Locator, month: str) -> None:
        """YYYY-MM, in place of what stands there."""
        self.reach(field)
        self._type(month)
        expect(field).to_have_value(month)

    def _type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.letters += len(text)

    def _add(self) -> None:
        self.press("a")


class Finger(Hands):
    """A phone that is touched: most views are in the sheets of its bar."""

    presses = "taps"

    def use(self, control: Locator) -> None:
        expect(control).to_be_enabled()
        control.tap()
        self.acts += 1

    def go(self, view: str, _keys: str, /) -> None:
        bar = self.page.get_by_role("navigation", name="Views")
        link = bar.get_by_role("link", name=view)
        for sheet in ("Money", "More"):
            if not link.is_visible():
                self.use(bar.get_by_role("button", name=sheet))
        self.use(link)

    def _add(self) -> None:
        self.use(self.page.get_by_role("button", name="Choose files").first)
