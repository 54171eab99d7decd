"""The report: a cover with the totals, a table of the expenses, and a page with its picture for
each.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tillroll.access.first_names import name_for
from tillroll.expenses.exported import ExportedExpense
from tillroll.exports.writers import report_layout
from tillroll.exports.writers.formats import About, Writer
from tillroll.exports.writers.report_layout import MARGIN, RIGHT, WIDTH, Attachment, Flow, Form
from tillroll_documents.money import minor_digits
from tillroll_documents.pdf_writer.document import A4, Box, Document, Page, Weight
from tillroll_documents.pdf_writer.fonts import add_part, scripts_of
from tillroll_documents.pdf_writer.lettering import plain
from tillroll_durable.platform.words import verbatim

NO_CATEGORY = "Without a category"


@dataclass
class Sum:
    """The sum of `count` lines in one currency."""

    currency: str
    count: int = 0
    total: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)

    def add(self, total: str, tax: str | None) -> None:
        self.count += 1
        self.total += Decimal(total)
        self.tax += Decimal(tax or 0)

    @property
    def total_text(self) -> str:
        return f"{self.total:.{minor_digits(self.currency)}f}"

    @property
    def tax_text(self) -> str:
        return f"{self.tax:.{minor_digits(self.currency)}f}"


def by_currency(expenses: Iterable[ExportedExpense]) -> list[Sum]:
    """Add expenses up by currency, in the order of the codes."""
    sums: dict[str, Sum] = {}
    for each in expenses:
        sums.setdefault(each.currency, Sum(each.currency)).add(each.total, each.tax)
    return [sums[currency] for currency in sorted(sums)]


def in_base(expenses: Iterable[ExportedExpense], base_currency: str) -> tuple[Sum, int]:
    """The sum of what is known in the base currency, and how many expenses are not: their rate is
    missing.
    """
    total = Sum(base_currency)
    unknown = 0
    for each in expenses:
        if each.currency == base_currency:
            total.add(each.total, each.tax)
        elif each.base_currency == base_currency and each.base_total is not None:
            total.add(each.base_total, each.base_tax)
        else:
            unknown += 1
    return total, unknown


def by_category(expenses: Iterable[ExportedExpense]) -> Mapping[str, list[Sum]]:
    """Add expenses up by category and currency, in the order of the names. Expenses without a
    category come last, and a split expense counts by its parts.
    """
    sums_by_category: dict[str, dict[str, Sum]] = {}
    for each in expenses:
        for share in each.shares:
            sums = sums_by_category.setdefault(share.category or NO_CATEGORY, {})
            sums.setdefault(each.currency, Sum(each.currency)).add(share.total, share.tax)
    names = sorted(sums_by_category, key=lambda name: (name == NO_CATEGORY, name.casefold(), name))
    return {
        name: [sums_by_category[name][currency] for currency in sorted(sums_by_category[name])]
        for name in names
    }


_GREY: Final = 0.4
_LABEL = 96.0
# Where the columns of totals end.
_CURRENCY = MARGIN + 250
_COUNT = MARGIN + 330
_TAX = MARGIN + 425


def period_of(about: About, form: Form) -> str:
    """The days that were asked for; without one, those that there are."""
    first = about.first_day
    last = about.last_day
    match first, last:
        case str(), str():
            return form.say(f"from {form.day(first)} to {form.day(last)}")
        case str(), None:
            return form.say(f"from {form.day(first)}")
        case None, str():
            return form.say(f"until {form.day(last)}")
        case _:
            if not about.earliest or not about.latest:
                return ""
            return form.say(f"from {form.day(about.earliest)} to {form.day(about.latest)}")


# At most so large, in the upper right corner.
_LOGO: Final = Box(MARGIN, MARGIN, width=120, height=48)
_APART: Final = 12


def draw_cover(
    document: Document, about: About, form: Form, expenses: Sequence[ExportedExpense]
) -> list[Page]:
    """The cover, which goes on over more pages where there are many categories."""
    flow = Flow(document)
    page = flow.page
    regular = document.letters[Weight.REGULAR]
    bold = document.letters[Weight.BOLD]
    room = 0.0
    if about.logo is not None:
        logo = document.picture(about.logo)
        scale = min(_LOGO.width / logo.width, _LOGO.height / logo.height)
        room = logo.width * scale
        page.picture(
            logo, Box(MARGIN + WIDTH - room, _LOGO.y, width=room, height=logo.height * scale)
        )
    page.text(
        MARGIN,
        flow.down(30),
        text=bold.cut(form.say(about.title), 24, WIDTH - room - _APART),
        size=24,
        weight=Weight.BOLD,
    )
    for line in bold.lines(name_for(about.account_name, form.say), 14, WIDTH - room - _APART, 2):
        page.text(MARGIN, flow.down(22), text=line, size=14, weight=Weight.BOLD)
    flow.down(14)
    for label, value in _facts(about, form, expenses):
        page.text(MARGIN, flow.down(15), text=label, size=9.5, grey=_GREY)
        for number, line in enumerate(regular.lines(value, 9.5, WIDTH - _LABEL, 3)):
            page.text(
                MARGIN + _LABEL, flow.y if number == 0 else flow.down(13), text=line, size=9.5
            )
    _totals(flow, form, about=about, expenses=expenses)
    _heading(flow, form, "By category")
    for name, sums in by_category(expenses).items():
        for number, each in enumerate(sums):
            _row(flow, form, name=_category(form, name) if number == 0 else "", each=each)
    return flow.pages


def _facts(about: About, form: Form, expenses: Sequence[ExportedExpense]) -> list[tuple[str, str]]:
    moment = form.moment(about.asked_at)
    back = sum(each.corrects is not None for each in expenses)
    count = f"{len(expenses) - back}"
    if back == 1:
        count = form.say(f"{count}, and 1 line that takes back an earlier one")
    elif back:
        count = form.say(f"{count}, and {back} lines that take back earlier ones")
    days = period_of(about, form) or form.say("all")
    facts = [(form.say("Days"), days), *about.choice, (form.say("Expenses"), count)]
    if about.asked_by is not None:
        by = verbatim(name_for(about.asked_by, form.say))
        facts.append((form.say("Made"), form.say(f"{moment}, asked for by {by}")))
    else:
        facts.append((form.say("Made"), moment))
    if about.number > 1:
        facts.append(
            (
                form.say("Part"),
                form.say(f"{about.number}; numbers and totals are those of this part"),
            )
        )
    return facts


def _category(form: Form, name: str) -> str:
    if name == NO_CATEGORY:
        return form.say(name)
    return name


def _totals(flow: Flow, form: Form, about: About, expenses: Sequence[ExportedExpense]) -> None:
    sums = by_currency(expenses)
    _heading(flow, form, "Totals")
    for each in sums:
        _row(flow, form, name="", each=each)
    base = about.base_currency
    if base is None or [each.currency for each in sums] in ([], [base]):
        return
    total, unknown = in_base(expenses, base)
    flow.page.line(MARGIN, flow.down(5), RIGHT, grey=0.7)
    _row(flow, form, name=form.say("All, in base currency"), each=total, weight=Weight.BOLD)
    if unknown:
        if unknown == 1:
            sentence = "1 of them is not in it: no rate is known for its day."
        else:
            sentence = f"{unknown} of them are not in it: no rate is known for their day."
        flow.page.text(MARGIN, flow.down(13), text=form.say(sentence), size=8.5, grey=_GREY)


def _heading(flow: Flow, form: Form, title: str) -> None:
    flow.need(80)
    flow.page.text(MARGIN, flow.down(34), text=form.say(title), size=12, weight=Weight.BOLD)
    y = flow.down(18)
    for x, heading in ((_CURRENCY, "Currency"), (_COUNT, "Lines"), (_TAX, "Tax"), (RIGHT, "Total")):
        flow.page.text_right(x, y, text=form.say(heading), size=8.5, grey=_GREY)
    flow.page.line(MARGIN, flow.down(5), RIGHT)


def _row(flow: Flow, form: Form, name: str, each: Sum, weight: Weight = Weight.REGULAR) -> None:
    flow.need(16)
    page = flow.page
    y = flow.down(15)
    page.text(MARGIN, y, text=page.letters[weight].cut(name, 9.5, 190), size=9.5, weight=weight)
    page.text_right(_CURRENCY, y, text=plain(each.currency), size=9.5, weight=weight)
    page.text_right(_COUNT, y, text=str(each.count), size=9.5, weight=weight)
    page.text_right(_TAX, y, text=form.amount(each.tax_text), size=9.5, weight=weight)
    page.text_right(RIGHT, y, text=form.amount(each.total_text), size=9.5, weight=weight)


_SIZE: Final = 8.0
_SMALL: Final = 7.0
_STEP: Final = 10.0
_GAP: Final = 6.0
# Headings with their columns' left edges; amounts end at the right ones.
_NUMBER_END: Final = MARGIN + 16
_DATE = MARGIN + 22
_MERCHANT = MARGIN + 76
_CATEGORY = MARGIN + 214
_RECEIPT = MARGIN + 296
_WHO = MARGIN + 362
_TAX_END: Final = MARGIN + 450


@dataclass
class Row:
    """An expense of the table. `sheet` is its page, where it has one; `table_page` is where it
    stands itself.
    """

    number: int
    expense: ExportedExpense
    person: str | None
    sheet: Page | None
    table_page: Page | None = None


def draw_table(document: Document, form: Form, rows: Sequence[Row]) -> list[Page]:
    """The table's pages; each row gets to know its own."""
    flow = Flow(document, lambda flow: _head(flow, form))
    for row in rows:
        _draw(flow, form, row)
    return flow.pages


def _head(flow: Flow, form: Form) -> None:
    page = flow.page
    y = flow.down(12)
    for x, heading in (
        *(
            (_DATE, "Date"),
            (_MERCHANT, "Merchant"),
            (_CATEGORY, "Category"),
            (_RECEIPT, "Receipt no."),
        ),
        (_WHO, "Who"),
    ):
        page.text(x, y, text=form.say(heading), size=_SIZE, weight=Weight.BOLD)
    page.text_right(_NUMBER_END, y, text=form.say("No."), size=_SIZE, weight=Weight.BOLD)
    page.text_right(_TAX_END, y, text=form.say("Tax"), size=_SIZE, weight=Weight.BOLD)
    page.text_right(RIGHT, y, text=form.say("Total"), size=_SIZE, weight=Weight.BOLD)
    page.line(MARGIN, flow.down(4), RIGHT, thickness=0.8)


def _draw(flow: Flow, form: Form, row: Row) -> None:
    expense = row.expense
    page = flow.page
    regular = page.letters[Weight.REGULAR]
    names = regular.lines(expense.merchant, _SIZE, most=_CATEGORY - _MERCHANT - _GAP, most_lines=2)
    notes = [
        line
        for each in _remarks(form, expense)
        for line in regular.lines(each, _SMALL, most=_RECEIPT - _MERCHANT - _GAP, most_lines=2)
    ]
    if expense.parts:
        categories = []
    else:
        categories = regular.lines(
            expense.category or "", _SIZE, most=_RECEIPT - _CATEGORY - _GAP, most_lines=2
        )
    is_same = expense.base_currency in {None, expense.currency}
    if expense.base_total is None or is_same:
        base = ""
    else:
        base = form.amount(expense.base_total, expense.base_currency)
    lines = max(len(names), len(categories), 2 if base else 1)
    height = lines * _STEP + len(notes) * (_STEP - 1) + len(expense.parts) * _STEP + 5
    flow.need(height)
    page = flow.page
    top = flow.y
    row.table_page = page
    y = top + _STEP
    page.text_right(_NUMBER_END, y, text=str(row.number), size=_SIZE)
    page.text(_DATE, y, text=form.day(expense.date), size=_SIZE)
    for place, line in enumerate(names):
        page.text(_MERCHANT, y + place * _STEP, text=line, size=_SIZE)
    for place, line in enumerate(categories):
        page.text(_CATEGORY, y + place * _STEP, text=line, size=_SIZE)
    page.text(
        _RECEIPT,
        y,
        text=regular.cut(expense.receipt_number or "", _SIZE, _WHO - _RECEIPT - _GAP),
        size=_SIZE,
    )
    person = name_for(row.person or "", form.say)
    page.text(_WHO, y, text=regular.cut(person, _SIZE, 50), size=_SIZE)
    page.text_right(_TAX_END, y, text=form.amount(expense.tax), size=_SIZE)
    page.text_right(RIGHT, y, text=form.amount(expense.total, expense.currency), size=_SIZE)
    if base:
        page.text_right(RIGHT, y + _STEP, text=base, size=_SMALL, grey=_GREY)
    y = flow.down(lines * _STEP)
    for line in notes:
        y = flow.down(_STEP - 1)
        page.text(_MERCHANT, y, text=line, size=_SMALL, grey=_GREY)
    for part in expense.parts:
        y = flow.down(_STEP)
        page.text(_MERCHANT, y, text=form.say("of which"), size=_SMALL, grey=_GREY)
        page.text(
            _CATEGORY,
            y,
            text=regular.cut(part.category or "", _SMALL, _WHO - _CATEGORY - _GAP),
            size=_SMALL,
        )
        page.text_right(_TAX_END, y, text=form.amount(part.tax), size=_SMALL)
        page.text_right(RIGHT, y, text=form.amount(part.amount, expense.currency), size=_SMALL)
    page.line(MARGIN, flow.down(5), RIGHT, grey=0.85)
    if row.sheet is not None:
        page.link(Box(MARGIN, top, width=RIGHT - MARGIN, height=flow.y - top), row.sheet)


def _remarks(form: Form, expense: ExportedExpense) -> list[str]:
    remarks = list[str]()
    if expense.cost_center is not None:
        remarks.append(form.say(f"Cost centre {verbatim(expense.cost_center)}"))
    if expense.corrects is not None:
        remarks.append(form.say(f"Takes back what the export {expense.corrects} said"))
    if expense.after_closing is not None:
        first, _, last = expense.after_closing.partition("/")
        remarks.append(form.say(f"Came after the days from {first} to {last} were closed"))
    return remarks


# A remark names so many letters at most.
_MOST_LETTERS: Final = 20


class ReportWriter(Writer):
    """Pages with pictures are written first, and stand last. `use_fonts` is given the parts that
    are `lacking` before.
    """

    def __init__(self, about: About) -> None:
        self._about = about
        self._form = Form(about.profile, about.say, zone=about.zone, names_ids=about.names_ids)
        self._rows: list[Row] = []
        self._sheets: list[list[Page]] = []
        self._gone = self._not_shown = 0
        self._scripts = list[str]()
        self._document = Document(self._title, about.asked_at, "Tillroll")

    def lacking(
        self, expense: ExportedExpense | None = None, attachment: Attachment | None = None
    ) -> list[str]:
        """The parts of the fonts that an expense's page, or the cover, has letters of and that are
        not there yet.
        """
        about = self._about
        text = f"{self._title} {about.choice} {about.asked_by} {about.base_currency}"
        if expense is not None:
            text += str(expense.as_dict())
        if attachment is not None:
            text += f"{attachment.person} {attachment.text}"
        return [script for script in scripts_of(text) if script not in self._scripts]

    def use_fonts(self, script: str, files: Mapping[Weight, bytes]) -> None:
        """A part of the fonts, by weight."""
        self._scripts.append(script)
        add_part(self._document, script, files)

    @property
    def _title(self) -> str:
        account = name_for(self._about.account_name, self._about.say)
        title = f"{self._about.say(self._about.title)}, {account}"
        days = period_of(self._about, self._form)
        if days:
            title += f", {days}"
        return title

    def add(self, expense: ExportedExpense) -> bytes:
        """A row without a page: a line that takes back an earlier one."""
        self._rows.append(Row(len(self._rows) + 1, expense, person=None, sheet=None))
        return b""

    def add_with(self, expense: ExportedExpense, attachment: Attachment | None) -> bytes:
        """A row with its page. None where it has no document: it takes back an earlier line."""
        if attachment is None:
            return self.add(expense)
        if attachment.picture is None and attachment.content is None:
            self._gone += 1
        if attachment.content is not None and attachment.media_type.startswith("image/"):
            self._not_shown += 1
        number = len(self._rows) + 1
        pages = report_layout.draw_sheet(
            self._document, self._form, number=number, expense=expense, attachment=attachment
        )
        self._rows.append(Row(number, expense, person=attachment.person, sheet=pages[0]))
        self._sheets.append(pages)
        for page in pages:
            self._document.close(page)
        return self._document.take()

    def end(self) -> bytes:
        document = self._document
        form = self._form
        about = self._about
        cover = draw_cover(document, about, form=form, expenses=[row.expense for row in self._rows])
        table = draw_table(document, form, self._rows)
        for row in self._rows:
            if row.sheet is not None and row.table_page is not None:
                row.sheet.link(Box(MARGIN, MARGIN, width=40, height=22), row.table_page)
        pages = [*cover, *table, *(page for pages in self._sheets for page in pages)]
        marks = [(form.say("Totals"), cover[0]), (form.say("Table of expenses"), table[0])]
        marks += [
            (
                (
                    f"{row.number}  {plain(row.expense.merchant)}, "
                    f"{form.amount(row.expense.total, row.expense.currency)}"
                ),
                row.sheet,
            )
            for row in self._rows
            if row.sheet is not None
        ]
        return document.end(pages, self._foot, marks)

    def remarks(self) -> Sequence[str]:
        sentences = list[str]()
        if self._gone:
            sentences.append(
                "1 original is not in the store any more; its page says so."
                if self._gone == 1
                else f"{self._gone} originals are not in the store any more; their pages say so."
            )
        if self._not_shown:
            sentences.append(
                "1 picture could not be shown; it is attached as it is."
                if self._not_shown == 1
                else (
                    f"{self._not_shown} pictures could not be shown; they are attached as they are."
                )
            )
        missing = sorted(self._document.missing)
        if missing:
            letters = "".join(missing[:_MOST_LETTERS])
            sentences.append(
                f"The report's fonts have no form for 1 letter ({letters}): it prints a box, and "
                "copying or searching finds the letter."
                if len(missing) == 1
                else f"The report's fonts have no form for {len(missing)} letters ({letters}): it "
                "prints a box for each, and"
                " copying or searching finds the letter."
            )
        return sentences

    def _foot(self, page: Page, number: int, of: int) -> None:
        y = A4[1] - 26
        page.line(MARGIN, y - 12, RIGHT, grey=0.7)
        sentence = self._form.say(f"Page {number} of {of}")
        regular = page.letters[Weight.REGULAR]
        room = RIGHT - MARGIN - regular.width(sentence, 7.5) - 20
        page.text(MARGIN, y, text=regular.cut(self._title, 7.5, room), size=7.5, grey=0.4)
        page.text_right(RIGHT, y, text=sentence, size=7.5, grey=0.4)
