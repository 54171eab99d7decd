"""The text of a mail as a document: a PDF of its lines, the same bytes however often it is made. It is read as any
other digital PDF, and people see what was read."""

from typing import Final

from tillroll.exports.writers.report_layout import FAMILY, file_of, scripts_of
from tillroll.mime.html_text import COLUMN_GAP
from tillroll.mime.papers import TextPaper
from tillroll.pdf.document import A4, Document, Page, Told, Weight
from tillroll.pdf.lettering import plain
from tillroll.platform.services import Platform

MOST_LINES: Final = 600
_MARGIN: Final = 48.0
_WIDTH: Final = A4[0] - 2 * _MARGIN
_BOTTOM: Final = A4[1] - 60
_SIZE: Final = 9.0
_LEADING: Final = 13.0
_GAP: Final = 24.0
_FOOT_SIZE: Final = 7.0
_MOST_WRAPPED: Final = 20
# Of the letters, so many may lack before the document would say something else than the mail.
_MOST_MISSING: Final = 0.05


class NotPrintable(Exception):
    """Its letters are of a script that the fonts at hand do not have."""


async def print_text(platform: Platform, paper: TextPaper) -> bytes:
    """A PDF of the text, with where it is from at the end.

    Raises:
        NotPrintable: see there.
        AssetMissing: a font was not deployed.
    """
    source = _source(paper)
    document = Document(Told(plain(paper.subject or "Mail"), _made_at(paper), "Tillroll"))
    for script in scripts_of(f"{paper.text}{source}"):
        content = await platform.assets.read(f"/fonts/{file_of(script, Weight.REGULAR)}")
        document.add_font(Weight.REGULAR, f"{FAMILY}-{script}", content)
    sheet = _Sheet(document)
    for line in paper.text.split("\n")[:MOST_LINES]:
        sheet.say(line)
    sheet.say("")
    sheet.say(source)
    missing = document.missing
    letters = [sign for sign in paper.text if sign.isalpha()]
    if sum(sign in missing for sign in letters) > _MOST_MISSING * len(letters):
        raise NotPrintable
    return document.take() + document.end(sheet.pages, _foot)


class _Sheet:
    """Lines down a page, and on to the next."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._letters = document.letters[Weight.REGULAR]
        self.pages: list[Page] = [document.page()]
        self._y = _MARGIN

    def say(self, line: str) -> None:
        """A line, whose columns follow each other, the last one at the right; where they do not fit, below each
        other."""
        cells = [cell for cell in map(plain, line.split(COLUMN_GAP)) if cell]
        widths = [self._letters.width(cell, _SIZE) for cell in cells]
        if len(cells) > 1 and sum(widths) + _GAP * (len(cells) - 1) <= _WIDTH:
            self._row(cells, widths)
            return
        for cell in cells or [""]:
            for part in self._letters.lines(cell, _SIZE, _WIDTH, _MOST_WRAPPED):
                self._down()
                self.pages[-1].text(_MARGIN, self._y, part, _SIZE)

    def _row(self, cells: list[str], widths: list[float]) -> None:
        self._down()
        x = _MARGIN
        for cell, width in zip(cells[:-1], widths[:-1], strict=True):
            self.pages[-1].text(x, self._y, cell, _SIZE)
            x += width + _GAP
        self.pages[-1].text_right(_MARGIN + _WIDTH, self._y, cells[-1], _SIZE)

    def _down(self) -> None:
        self._y += _LEADING
        if self._y > _BOTTOM:
            self.pages.append(self._document.page())
            self._y = _MARGIN + _LEADING


def _source(paper: TextPaper) -> str:
    """What the mail itself says of where it is from."""
    sent = paper.sent_on.isoformat() if paper.sent_on else None
    told = (("Mail from", paper.sender), ("sent", sent), ("subject", paper.subject))
    return ", ".join(f"{label} {said}" for label, said in told if said)


def _made_at(paper: TextPaper) -> str:
    return f"{paper.sent_on.isoformat() if paper.sent_on else '1970-01-01'}T00:00:00.000Z"


def _foot(page: Page, number: int, count: int) -> None:
    page.text(_MARGIN, A4[1] - 30, f"{number} / {count}", _FOOT_SIZE, grey=0.4)
