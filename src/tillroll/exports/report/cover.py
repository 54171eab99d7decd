"""The first page of a report: what it is of, and its totals."""

from collections.abc import Sequence

from tillroll.exports.expense import ExportedExpense
from tillroll.exports.report.flow import MARGIN, RIGHT, WIDTH, Flow
from tillroll.exports.report.form import Form
from tillroll.exports.report.sums import Sum, by_category, by_currency, in_base
from tillroll.exports.writer import About
from tillroll.pdf.document import Document
from tillroll.pdf.fonts.lettering import plain
from tillroll.pdf.page import Page, Weight

_GREY = 0.4
_LABEL = 96.0
# Where the columns of totals end.
_CURRENCY, _COUNT, _TAX = MARGIN + 250, MARGIN + 330, MARGIN + 425


def period_of(about: About, form: Form) -> str:
    """The days that were asked for; without one, those that there are."""
    first, last = about.first_day, about.last_day
    match first, last:
        case str(), str():
            return f"{form.day(first)} to {form.day(last)}"
        case str(), None:
            return f"from {form.day(first)}"
        case None, str():
            return f"until {form.day(last)}"
        case _:
            return f"{form.day(about.earliest)} to {form.day(about.latest)}" if about.earliest and about.latest else ""


def draw_cover(document: Document, about: About, form: Form, expenses: Sequence[ExportedExpense]) -> list[Page]:
    """The cover, which goes on over more pages where there are many categories."""
    flow = Flow(document)
    page = flow.page
    regular, bold = document.letters[Weight.REGULAR], document.letters[Weight.BOLD]
    page.text(MARGIN, flow.down(30), bold.cut(about.title, 24, WIDTH), 24, Weight.BOLD)
    for line in bold.lines(about.account_name, 14, WIDTH, 2):
        page.text(MARGIN, flow.down(22), line, 14, Weight.BOLD)
    flow.down(14)
    for label, said in _facts(about, form, expenses):
        page.text(MARGIN, flow.down(15), label, 9.5, grey=_GREY)
        for number, line in enumerate(regular.lines(said, 9.5, WIDTH - _LABEL, 3)):
            page.text(MARGIN + _LABEL, flow.y if number == 0 else flow.down(13), line, 9.5)
    _totals(flow, form, about, expenses)
    _categories(flow, form, expenses)
    return flow.pages


def _facts(about: About, form: Form, expenses: Sequence[ExportedExpense]) -> list[tuple[str, str]]:
    made = form.moment(about.asked_at)
    back = sum(each.corrects is not None for each in expenses)
    count = f"{len(expenses) - back}"
    if back:
        count += (
            ", and 1 line that takes back an earlier one"
            if back == 1
            else f", and {back} lines that take back earlier ones"
        )
    facts = [("Days", period_of(about, form) or "all"), *about.choice, ("Expenses", count)]
    facts.append(("Made", made if about.asked_by is None else f"{made} by {about.asked_by}"))
    if about.number > 1:
        facts.append(("Part", f"{about.number}; numbers and totals are those of this part"))
    return facts


def _totals(flow: Flow, form: Form, about: About, expenses: Sequence[ExportedExpense]) -> None:
    sums = by_currency(expenses)
    _heading(flow, "Totals")
    for each in sums:
        _row(flow, form, "", each)
    base = about.base_currency
    if base is None or [each.currency for each in sums] in ([], [base]):
        return
    total, unknown = in_base(expenses, base)
    flow.page.line(MARGIN, flow.down(5), RIGHT, grey=0.7)
    _row(flow, form, "All, in base currency", total, Weight.BOLD)
    if unknown:
        said = f"{unknown} of them {'is' if unknown == 1 else 'are'} not in it: no rate is known for their day."
        flow.page.text(MARGIN, flow.down(13), said, 8.5, grey=_GREY)


def _categories(flow: Flow, form: Form, expenses: Sequence[ExportedExpense]) -> None:
    _heading(flow, "By category")
    for name, sums in by_category(expenses).items():
        for number, each in enumerate(sums):
            _row(flow, form, name if number == 0 else "", each)


def _heading(flow: Flow, title: str) -> None:
    flow.need(80)
    flow.page.text(MARGIN, flow.down(34), title, 12, Weight.BOLD)
    y = flow.down(18)
    for x, heading in ((_CURRENCY, "Currency"), (_COUNT, "Lines"), (_TAX, "Tax"), (RIGHT, "Total")):
        flow.page.text_right(x, y, heading, 8.5, grey=_GREY)
    flow.page.line(MARGIN, flow.down(5), RIGHT)


def _row(flow: Flow, form: Form, name: str, each: Sum, weight: Weight = Weight.REGULAR) -> None:
    flow.need(16)
    page, y = flow.page, flow.down(15)
    page.text(MARGIN, y, page.letters[weight].cut(name, 9.5, 190), 9.5, weight)
    page.text_right(_CURRENCY, y, plain(each.currency), 9.5, weight)
    page.text_right(_COUNT, y, str(each.count), 9.5, weight)
    page.text_right(_TAX, y, form.amount(each.tax_text), 9.5, weight)
    page.text_right(RIGHT, y, form.amount(each.total_text), 9.5, weight)
