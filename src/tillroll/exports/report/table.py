"""The table of a report: a row for each expense, with the number by which its page is found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.exports.expense import ExportedExpense
from tillroll.exports.report.flow import MARGIN, RIGHT, Flow
from tillroll.exports.report.form import Form
from tillroll.pdf.document import Document
from tillroll.pdf.page import Box, Page, Weight

_SIZE: Final = 8.0
_SMALL: Final = 7.0
_STEP: Final = 10.0
_GREY: Final = 0.4
_GAP: Final = 6.0
# Headings with their columns' left edges; amounts end at the right ones.
_NUMBER_END: Final = MARGIN + 16
_DATE, _MERCHANT, _CATEGORY = MARGIN + 22, MARGIN + 76, MARGIN + 214
_RECEIPT, _WHO = MARGIN + 296, MARGIN + 362
_TAX_END: Final = MARGIN + 450


@dataclass
class Row:
    """An expense of the table. `sheet` is its page, where it has one; `table_page` is where it stands itself."""

    number: int
    expense: ExportedExpense
    person: str | None
    sheet: Page | None
    table_page: Page | None = None


def draw_table(document: Document, form: Form, rows: Sequence[Row]) -> list[Page]:
    """The table's pages; each row gets to know its own."""
    flow = Flow(document, _head)
    for row in rows:
        _draw(flow, form, row)
    return flow.pages


def _head(flow: Flow) -> None:
    page, y = flow.page, flow.down(12)
    for x, heading in (
        *((_DATE, "Date"), (_MERCHANT, "Merchant"), (_CATEGORY, "Category"), (_RECEIPT, "Receipt no.")),
        (_WHO, "Who"),
    ):
        page.text(x, y, heading, _SIZE, Weight.BOLD)
    page.text_right(_NUMBER_END, y, "No.", _SIZE, Weight.BOLD)
    page.text_right(_TAX_END, y, "Tax", _SIZE, Weight.BOLD)
    page.text_right(RIGHT, y, "Total", _SIZE, Weight.BOLD)
    page.line(MARGIN, flow.down(4), RIGHT, thickness=0.8)


def _draw(flow: Flow, form: Form, row: Row) -> None:
    expense, page = row.expense, flow.page
    regular = page.letters[Weight.REGULAR]
    names = regular.lines(expense.merchant, _SIZE, _CATEGORY - _MERCHANT - _GAP, 2)
    said = [line for each in _remarks(expense) for line in regular.lines(each, _SMALL, _RECEIPT - _MERCHANT - _GAP, 2)]
    categories = [] if expense.parts else regular.lines(expense.category or "", _SIZE, _RECEIPT - _CATEGORY - _GAP, 2)
    base = _in_base(expense, form)
    lines = max(len(names), len(categories), 2 if base else 1)
    height = lines * _STEP + len(said) * (_STEP - 1) + len(expense.parts) * _STEP + 5
    flow.need(height)
    page, top = flow.page, flow.y
    row.table_page = page
    y = top + _STEP
    page.text_right(_NUMBER_END, y, str(row.number), _SIZE)
    page.text(_DATE, y, form.day(expense.date), _SIZE)
    for place, line in enumerate(names):
        page.text(_MERCHANT, y + place * _STEP, line, _SIZE)
    for place, line in enumerate(categories):
        page.text(_CATEGORY, y + place * _STEP, line, _SIZE)
    page.text(_RECEIPT, y, regular.cut(expense.receipt_number or "", _SIZE, _WHO - _RECEIPT - _GAP), _SIZE)
    page.text(_WHO, y, regular.cut(row.person or "", _SIZE, 50), _SIZE)
    page.text_right(_TAX_END, y, form.amount(expense.tax), _SIZE)
    page.text_right(RIGHT, y, form.amount(expense.total, expense.currency), _SIZE)
    if base:
        page.text_right(RIGHT, y + _STEP, base, _SMALL, grey=_GREY)
    y = flow.down(lines * _STEP)
    for line in said:
        y = flow.down(_STEP - 1)
        page.text(_MERCHANT, y, line, _SMALL, grey=_GREY)
    for part in expense.parts:
        y = flow.down(_STEP)
        page.text(_MERCHANT, y, "of which", _SMALL, grey=_GREY)
        page.text(_CATEGORY, y, regular.cut(part["category"] or "", _SMALL, _WHO - _CATEGORY - _GAP), _SMALL)
        page.text_right(_TAX_END, y, form.amount(part["tax"]), _SMALL)
        page.text_right(RIGHT, y, form.amount(part["total"], expense.currency), _SMALL)
    page.line(MARGIN, flow.down(5), RIGHT, grey=0.85)
    if row.sheet is not None:
        page.link(Box(MARGIN, top, RIGHT - MARGIN, flow.y - top), row.sheet)


def _remarks(expense: ExportedExpense) -> list[str]:
    found = list[str]()
    if expense.corrects is not None:
        found.append(f"Takes back what the export {expense.corrects} said")
    if expense.after_closing is not None:
        found.append(f"Came after {expense.after_closing.replace('/', ' to ')} was closed")
    return found


def _in_base(expense: ExportedExpense, form: Form) -> str:
    if expense.base_total is None or expense.base_currency in {None, expense.currency}:
        return ""
    return form.amount(expense.base_total, expense.base_currency)
