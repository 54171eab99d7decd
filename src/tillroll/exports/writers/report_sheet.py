"""An expense's own page: what is known of it, and its picture or what stands in place of one."""

import math
from typing import Final

from tillroll.expenses.exported import ExportedExpense
from tillroll.exports.writers.report_layout import BOTTOM, MARGIN, RIGHT, WIDTH, Flow, Form, Paper
from tillroll.exports.writers.zip_file import EXTENSIONS
from tillroll.pdf.document import Box, Document, Page, Picture, Weight
from tillroll.pdf.lettering import plain
from tillroll.pdf.objects import Jpeg
from tillroll.reading.voucher import ORIGINS

_SIZE: Final = 8.5
_STEP: Final = 12.0
_GREY: Final = 0.4
_LABEL: Final = 78.0
_GAP: Final = 8.0
# A long receipt is cut into so many columns at most, each with a little of what stands at the end of the one before.
_MOST_COLUMNS: Final = 4
_OVERLAP: Final = 0.02
# A scan is shown at so much of its width at least.
_LARGE: Final = 0.7
_KINDS: Final = {"application/pdf": "a PDF", "application/xml": "an e-invoice in XML"}


def draw_sheet(document: Document, form: Form, number: int, expense: ExportedExpense, paper: Paper) -> list[Page]:
    """The expense's page, and more of them where a statement goes on."""
    flow = Flow(document)
    _head(flow, form, number, expense)
    _details(flow, _facts(form, expense, paper))
    flow.page.line(MARGIN, flow.down(8), RIGHT, grey=0.7)
    flow.down(_GAP)
    area = Box(MARGIN, flow.y, WIDTH, BOTTOM - flow.y)
    if paper.picture is not None:
        _show(flow.page, document.picture(paper.picture), paper.picture, area)
    elif paper.content is None:
        _say(flow, "The document is not in the store any more.")
    elif paper.media_type in ORIGINS:
        _state(flow, paper)
    else:
        _attach(flow, document, form, number, expense, paper)
        for page_number, scan in paper.scans.items():
            _show_scan(flow, document, page_number, scan)
    return flow.pages


def _head(flow: Flow, form: Form, number: int, expense: ExportedExpense) -> None:
    page, bold, y = flow.page, flow.page.letters[Weight.BOLD], flow.down(16)
    total = form.amount(expense.total, expense.currency)
    page.text(MARGIN, y, f"{number}", 14, Weight.BOLD, grey=_GREY)
    left = MARGIN + bold.width(f"{number}", 14) + 10
    room = RIGHT - left - bold.width(total, 14) - 14
    for place, line in enumerate(bold.lines(expense.merchant, 14, room, 2)):
        page.text(left, y if place == 0 else flow.down(17), line, 14, Weight.BOLD)
    page.text_right(RIGHT, y, total, 14, Weight.BOLD)
    if expense.registered_name and expense.registered_name != expense.merchant:
        name = page.letters[Weight.REGULAR].cut(expense.registered_name, 9, RIGHT - left)
        page.text(left, flow.down(13), name, 9, grey=_GREY)
    flow.down(8)


def _facts(form: Form, expense: ExportedExpense, paper: Paper) -> list[tuple[str, str]]:
    base = ""
    if expense.base_total is not None and expense.base_currency != expense.currency:
        base = form.amount(expense.base_total, expense.base_currency)
        if expense.rate is not None and expense.rate_date is not None:
            base += f", rate {form.rate(expense.rate)} of {form.day(expense.rate_date)}"
    facts = [
        ("Date", form.day(expense.date)),
        ("Category", "" if expense.parts else expense.category or ""),
        ("Tax", form.amount(expense.tax, expense.currency)),
        ("In base currency", base),
        ("Receipt no.", expense.receipt_number or ""),
        ("Due", "" if expense.due_date is None else form.day(expense.due_date)),
        ("Amount due", form.amount(expense.amount_due, expense.currency)),
        ("Buyer", expense.buyer or ""),
        ("Project", expense.project or ""),
        ("Client", expense.client or ""),
        ("Paid with", expense.payment_method or ""),
        ("Paid by", expense.paid_by or ""),
        ("Handed in by", paper.person or ""),
        ("File", expense.file_name or ""),
        ("Expense", expense.id),
    ]
    if expense.after_closing is not None:
        facts.append(("After closing", expense.after_closing.replace("/", " to ")))
    for part in expense.parts:
        tax = f", tax {form.amount(part['tax'])}" if part["tax"] else ""
        said = f"{part['category'] or 'without a category'}: {form.amount(part['total'], expense.currency)}{tax}"
        facts.append(("Of which", said))
    facts.append(("Note", expense.note or ""))
    return [(label, said) for label, said in facts if said.strip()]


def _details(flow: Flow, facts: list[tuple[str, str]]) -> None:
    """In two columns, the first one filled first."""
    page, regular = flow.page, flow.page.letters[Weight.REGULAR]
    width = (WIDTH - 2 * _GAP) / 2
    listed = [(label, regular.lines(said, _SIZE, width - _LABEL, 3)) for label, said in facts]
    half = math.ceil(sum(len(lines) for _, lines in listed) / 2)
    top = bottom = flow.y
    x, y, done = MARGIN, top, 0
    for label, lines in listed:
        if done >= half and x == MARGIN:
            x, y = MARGIN + width + 2 * _GAP, top
        page.text(x, y + _STEP, label, _SIZE, grey=_GREY)
        for line in lines:
            y += _STEP
            page.text(x + _LABEL, y, line, _SIZE)
        done += len(lines)
        bottom = max(bottom, y)
    flow.down(bottom - top)


def _show_scan(flow: Flow, document: Document, number: int, scan: Jpeg) -> None:
    """A page of a scanned PDF below what is there, where it is not much smaller so, else on a page of its own."""
    flow.need(_LARGE * min(WIDTH * scan.upright[1] / scan.upright[0], BOTTOM - MARGIN))
    flow.page.text(MARGIN, flow.down(16), f"Page {number}, as it was scanned", _SIZE, grey=_GREY)
    flow.down(_GAP)
    _show(flow.page, document.picture(scan), scan, Box(MARGIN, flow.y, WIDTH, BOTTOM - flow.y))
    flow.y = BOTTOM


def _show(page: Page, picture: Picture, jpeg: Jpeg, area: Box) -> None:
    """As large as it fits: one that is much taller than wide in columns beside each other, from left to right."""
    width, height = jpeg.upright
    scales = {columns: _scale(width, height, area, columns) for columns in range(1, _MOST_COLUMNS + 1)}
    # A cut is worth it where it makes the text much larger.
    columns = max(scales, key=lambda each: (scales[each] * (1 if each == 1 else 0.8), -each))
    scale = scales[columns]
    drawn_width, drawn_height = width * scale, height * scale
    if columns == 1:
        page.picture(picture, Box(area.x + (area.width - drawn_width) / 2, area.y, drawn_width, drawn_height))
        return
    shown_height = drawn_height / columns * (1 + _OVERLAP)
    left = area.x + (area.width - drawn_width * columns - _GAP * (columns - 1)) / 2
    for column in range(columns):
        x = left + column * (drawn_width + _GAP)
        # The last one ends where the picture ends.
        begin = min(column * drawn_height / columns, drawn_height - shown_height)
        shown = Box(x, area.y, drawn_width, shown_height)
        page.picture(picture, Box(x, area.y - begin, drawn_width, drawn_height), shown)


def _scale(width: int, height: int, area: Box, columns: int) -> float:
    """Points a pixel; never so large that a small picture is blown up beyond 96 dots an inch."""
    across = (area.width - _GAP * (columns - 1)) / columns / width
    return min(across, area.height / (height / columns * (1 + (_OVERLAP if columns > 1 else 0))), 0.75)


def _state(flow: Flow, paper: Paper) -> None:
    """A statement in place of a receipt, as it was made: the reason, the way, the rates."""
    title, *lines = paper.text.splitlines() or ["A statement in place of a receipt, which cannot be read"]
    flow.page.text(MARGIN, flow.down(16), title, 11, Weight.BOLD)
    flow.down(4)
    for line in lines:
        label, _, said = line.partition(": ")
        if label == "Stated by" and paper.person:
            said = paper.person
        for place, each in enumerate(flow.page.letters[Weight.REGULAR].lines(said, 9.5, WIDTH - 110, 40)):
            flow.need(15)
            y = flow.down(15)
            if place == 0:
                flow.page.text(MARGIN, y, flow.page.letters[Weight.REGULAR].cut(label, 9.5, 105), 9.5, grey=_GREY)
            flow.page.text(MARGIN + 110, y, each, 9.5)


def _attach(flow: Flow, document: Document, form: Form, number: int, expense: ExportedExpense, paper: Paper) -> None:
    """The document inside of the report, as it was handed in, beside a paper clip."""
    content, extension = paper.content or b"", EXTENSIONS.get(paper.media_type, "bin")
    given = plain((expense.file_name or "").replace("\\", "/").rsplit("/", 1)[-1])[-80:]
    name = f"{number:03} {given}" if given.lower().endswith(f".{extension}") else f"{number:03}.{extension}"
    kind = _KINDS.get(paper.media_type, "a picture that could not be shown")
    page, y = flow.page, flow.down(20)
    page.fill(Box(MARGIN, y - 18, WIDTH, 50), 0.95)
    page.attachment(Box(MARGIN + 12, y - 8, 14, 26), document.attach(name, content, paper.media_type), name)
    said = f"The document is {kind}, and is attached to this report ({form.size(len(content))}):"
    page.text(MARGIN + 40, y, said, 9.5)
    page.text(MARGIN + 40, flow.down(16), page.letters[Weight.BOLD].cut(name, 9.5, WIDTH - 60), 9.5, Weight.BOLD)


def _say(flow: Flow, sentence: str) -> None:
    flow.page.text(MARGIN, flow.down(16), sentence, 9.5, grey=_GREY)
