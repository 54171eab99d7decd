"""The report: a cover with the totals, a table of the expenses, and a page with its picture for each."""

from collections.abc import Mapping, Sequence
from typing import Final

from tillroll.exports.expense import ExportedExpense
from tillroll.exports.report.cover import draw_cover, period_of
from tillroll.exports.report.flow import MARGIN, RIGHT
from tillroll.exports.report.form import Form
from tillroll.exports.report.letters import FAMILY, scripts_of
from tillroll.exports.report.paper import Paper
from tillroll.exports.report.sheet import draw_sheet
from tillroll.exports.report.table import Row, draw_table
from tillroll.exports.writer import About, Writer
from tillroll.pdf.document import Document, Told
from tillroll.pdf.fonts.lettering import plain
from tillroll.pdf.page import A4, Box, Page, Weight

# A remark names so many letters at most.
_MOST_LETTERS: Final = 20


class ReportWriter(Writer):
    """Pages with pictures are written first, and stand last. Before anything is drawn, `use_fonts` is given the parts
    of the fonts that are `lacking` for it."""

    def __init__(self, about: About) -> None:
        self._about = about
        self._form = Form(about.profile)
        self._rows: list[Row] = []
        self._sheets: list[list[Page]] = []
        self._gone = self._not_shown = 0
        self._scripts = list[str]()
        self._document = Document(Told(self._title, about.asked_at, "Tillroll"))

    def lacking(self, expense: ExportedExpense | None = None, paper: Paper | None = None) -> list[str]:
        """The parts of the fonts that an expense's page, or the cover, has letters of and that are not there yet."""
        about = self._about
        text = f"{self._title} {about.choice} {about.asked_by} {about.base_currency}"
        if expense is not None:
            text += str(expense.as_dict())
        if paper is not None:
            text += f"{paper.person} {paper.text}"
        return [script for script in scripts_of(text) if script not in self._scripts]

    def use_fonts(self, script: str, files: Mapping[Weight, bytes]) -> None:
        """A part of the fonts, by weight.

        Raises:
            UnusableFont: one of them is no font.
        """
        self._scripts.append(script)
        for weight, content in files.items():
            self._document.add_font(weight, f"{FAMILY}-{weight.capitalize()}-{script}", content)

    @property
    def _title(self) -> str:
        days = period_of(self._about, self._form)
        return f"{self._about.title}, {self._about.account_name}{f', {days}' if days else ''}"

    def add(self, expense: ExportedExpense) -> bytes:
        """A row without a page: a line that takes back an earlier one."""
        self._rows.append(Row(len(self._rows) + 1, expense, None, None))
        return b""

    def add_with(self, expense: ExportedExpense, paper: Paper | None) -> bytes:
        """A row with its page. None where it has no document: it takes back an earlier line."""
        if paper is None:
            return self.add(expense)
        self._gone += paper.picture is None and paper.content is None
        self._not_shown += paper.content is not None and paper.media_type.startswith("image/")
        number = len(self._rows) + 1
        pages = draw_sheet(self._document, self._form, number, expense, paper)
        self._rows.append(Row(number, expense, paper.person, pages[0]))
        self._sheets.append(pages)
        for page in pages:
            self._document.close(page)
        return self._document.take()

    def end(self) -> bytes:
        document, form, about = self._document, self._form, self._about
        cover = draw_cover(document, about, form, [row.expense for row in self._rows])
        table = draw_table(document, form, self._rows)
        for row in self._rows:
            if row.sheet is not None and row.table_page is not None:
                row.sheet.link(Box(MARGIN, MARGIN, 40, 22), row.table_page)
        pages = [*cover, *table, *(page for pages in self._sheets for page in pages)]
        marks = [("Totals", cover[0]), ("Table of expenses", table[0])]
        marks += [
            (
                f"{row.number}  {plain(row.expense.merchant)}, {form.amount(row.expense.total, row.expense.currency)}",
                row.sheet,
            )
            for row in self._rows
            if row.sheet is not None
        ]
        return document.end(pages, self._foot, marks)

    def remarks(self) -> Sequence[str]:
        said = list[str]()
        if self._gone:
            said.append(
                "1 original is not in the store any more; its page says so."
                if self._gone == 1
                else f"{self._gone} originals are not in the store any more; their pages say so."
            )
        if self._not_shown:
            said.append(
                "1 picture could not be shown; it is attached as it is."
                if self._not_shown == 1
                else f"{self._not_shown} pictures could not be shown; they are attached as they are."
            )
        missing = sorted(self._document.missing)
        if missing:
            letters = "".join(missing[:_MOST_LETTERS])
            said.append(
                f"The report's fonts have no form for {len(missing)} letters ({letters}): it prints a box for each, and"
                " copying or searching finds the letter."
            )
        return said

    def _foot(self, page: Page, number: int, of: int) -> None:
        y = A4[1] - 26
        page.line(MARGIN, y - 12, RIGHT, grey=0.7)
        said = f"Page {number} of {of}"
        regular = page.letters[Weight.REGULAR]
        room = RIGHT - MARGIN - regular.width(said, 7.5) - 20
        page.text(MARGIN, y, regular.cut(self._title, 7.5, room), 7.5, grey=0.4)
        page.text_right(RIGHT, y, said, 7.5, grey=0.4)
