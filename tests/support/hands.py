"""How a person gives the page its orders: by the keyboard alone, or by touch. Tests tell the same
story with both.
"""

from datetime import date
from typing import Protocol

from playwright.sync_api import FileChooser, Locator, Page

_MOST_TABS = 150

# What of the focus a person could not see: nothing marks it, or something covers it.
_HIDDEN_FOCUS = """
() => {
  const element = document.activeElement;
  if (!element || element === document.body) return "";
  const text = element.ariaLabel ?? element.textContent ?? "";
  const name = `${element.tagName} “${text.trim().slice(0, 40)}”`;
  const marks = [null, "::after"].map((part) => getComputedStyle(element, part));
  const isMarked = marks.some(({ outlineStyle, outlineWidth }) => outlineStyle !== "none"
    && outlineWidth !== "0px");
  // A heading is given the focus to be read out, and takes no order.
  // The button in a field for months is the browser's.
  if (!isMarked && !element.matches("h1, h2, [type=month]:not(:focus)")) {
    return `${name} has no mark`;
  }
  const box = element.getBoundingClientRect();
  if (box.width === 0 || box.height === 0) return `${name} has no size`;
  // Something in passing, such as a notice, may cover a part.
  const parts = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]];
  const tops = parts.map(([x, y]) => document.elementFromPoint(box.x + x * box.width,
    box.y + y * box.height));
  const isOurs = (top) => element.contains(top) || top.contains(element)
    || top.closest("label")?.control === element;
  if (tops.some((top) => top && isOurs(top))) return "";
  return `${name} is off the screen, or covered by ${tops.find(Boolean)?.outerHTML.slice(0, 80)}`;
}
"""


class Hands(Protocol):
    """What a person can do."""

    def press(self, there: Locator) -> None:
        """A button, a link or a box to tick."""
        ...

    def write(self, there: Locator, text: str) -> None:
        """Into a field, in place of what stands there."""
        ...

    def choose(self, there: Locator, option: str) -> None:
        """An option of a list, by its label."""
        ...

    def write_month(self, there: Locator, month: date) -> None:
        """Into a field for months."""
        ...

    def open_files(self, there: Locator) -> FileChooser:
        """The browser's dialogue, which a button opens."""
        ...


class Keyboard:
    """Tab, Enter, Space, letters; no mouse. Wherever the focus comes, it is to be seen."""

    def __init__(self, page: Page) -> None:
        self._page = page
        # The browser's dialogue is caught from the moment that somebody listens; a key would come
        # before that.
        page.on("filechooser", lambda _chooser: None)

    def press(self, there: Locator) -> None:
        self._go(there)
        is_box = there.evaluate("element => element.matches('[type=checkbox], [type=radio]')")
        self._page.keyboard.press("Space" if is_box else "Enter")

    def write(self, there: Locator, text: str) -> None:
        self._go(there)
        self._page.keyboard.press("ControlOrMeta+a")
        self._page.keyboard.type(text)

    def choose(self, there: Locator, option: str) -> None:
        self._go(there)
        self._page.keyboard.type(option)

    def write_month(self, there: Locator, month: date) -> None:
        self._go(there)
        self._page.keyboard.type(f"{month:%Y-%m}")

    def open_files(self, there: Locator) -> FileChooser:
        self._go(there)
        with self._page.expect_file_chooser() as chooser:
            self._page.keyboard.press("Enter")
        return chooser.value

    def _go(self, there: Locator) -> None:
        """Tab from where the focus is until it is there.

        Raises:
            AssertionError: it is not reached, or the focus cannot be seen on its way.
        """
        there.wait_for()
        for _ in range(_MOST_TABS):
            hidden = self._page.evaluate(_HIDDEN_FOCUS)
            assert hidden == "", hidden
            if there.evaluate("element => element === document.activeElement"):
                return
            self._page.keyboard.press("Tab")
        raise AssertionError(f"{_MOST_TABS} tabs do not lead to {there}")


class Touch:
    """A finger, and the keys that a phone shows for a field that has the focus."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def press(self, there: Locator) -> None:
        there.tap()

    def write(self, there: Locator, text: str) -> None:
        there.tap()
        there.select_text()
        self._page.keyboard.type(text)

    def choose(self, there: Locator, option: str) -> None:
        there.select_option(label=option)  # the phone's own list

    def write_month(self, there: Locator, month: date) -> None:
        there.fill(f"{month:%Y-%m}")

    def open_files(self, there: Locator) -> FileChooser:
        with self._page.expect_file_chooser() as chooser:
            there.tap()
        return chooser.value
