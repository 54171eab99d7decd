"""Lines that follow each other down a page, and on to the next."""

from collections.abc import Callable
from typing import Final

from tillroll.pdf.document import Document
from tillroll.pdf.page import A4, Page

MARGIN: Final = 36.0
WIDTH: Final = A4[0] - 2 * MARGIN
RIGHT: Final = A4[0] - MARGIN
# Above the foot.
BOTTOM: Final = A4[1] - 52


class Flow:
    """`y` is where the next line begins, on `page`. Each new page begins with what `head` draws."""

    def __init__(self, document: Document, head: Callable[["Flow"], None] = lambda _: None) -> None:
        self._document = document
        self._head = head
        self.pages: list[Page] = []
        self.y = MARGIN
        self._begin()

    @property
    def page(self) -> Page:
        return self.pages[-1]

    def need(self, height: float) -> None:
        """Begin another page where so much does not fit onto this one."""
        if self.y + height > BOTTOM:
            self._begin()

    def down(self, height: float) -> float:
        """Go on below; where that is."""
        self.y += height
        return self.y

    def _begin(self) -> None:
        self.pages.append(self._document.page())
        self.y = MARGIN
        self._head(self)
