"""The tax report as CSV, in English for programs or as a table in its reader's language, and as PDF
in that language.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from tillroll.access.first_names import name_for
from tillroll.company.places import Separator, zone_here
from tillroll.exports.writers.formats import BYTE_ORDER_MARK, ProfileOptions, for_readers
from tillroll.exports.writers.report_layout import MARGIN, RIGHT, WIDTH, Flow, Form
from tillroll.exports.writers.tables import Lines
from tillroll.tax.models import SaleFigures, TaxFigures, TaxPeriod, TaxReport, VatDue
from tillroll.tax.repository import Company
from tillroll.tax.rules import Treatment
from tillroll.tax.sales import SaleTreatment
from tillroll_documents.pdf_writer.document import A4, Document, Page, Weight
from tillroll_documents.pdf_writer.fonts import file_of
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.words import Say, in_english, verbatim, words_in

SAYS: Final[Mapping[Treatment, str]] = {
    Treatment.DOMESTIC: "Tax of the own country",
    Treatment.EU_SERVICES: "Reverse charge, services from the EU",
    Treatment.OTHER_SERVICES: "Reverse charge, services from elsewhere",
    Treatment.DOMESTIC_REVERSE: "Reverse charge, within the own country",
    Treatment.EU_GOODS: "Acquisitions of goods from the EU",
    Treatment.IMPORT: "Imports",
    Treatment.FOREIGN_TAX: "Tax of another country",
    Treatment.NO_TAX: "Without tax",
}
SALES_SAY: Final[Mapping[SaleTreatment, str]] = {
    SaleTreatment.TAXED: "Charged with tax of the own country",
    SaleTreatment.EU_SERVICES: "Charged to firms in the EU, which owe the tax",
    SaleTreatment.DOMESTIC_REVERSE: "Charged to firms at home, which owe the tax",
    SaleTreatment.ABROAD: "Charged, and supplied abroad",
    SaleTreatment.OUTSIDE: "Charged, not subject to VAT",
    SaleTreatment.EXEMPT: "Charged, exempt",
    SaleTreatment.SMALL_BUSINESS: "Charged by a small business",
    SaleTreatment.DISBURSED: "Laid out in a client's name",
}
_HEAD: Final = (
    *(
        "Period",
        "What",
        "Rate or line",
        "Expenses",
        "Net",
        "Tax",
        "Gross",
        "Deductible",
        "Not deductible",
    ),
    *("Owed by the company", "Of this deductible", "Amount", "Currency"),
)


def write_csv(report: TaxReport, separator: Separator = ",") -> bytes:
    """A line for each rate of a period, each line of its return, and what has no place; RFC 4180,
    UTF-8.
    """
    return _table_of(report, in_english, ProfileOptions(delimiter=separator))


async def write_table(platform: Platform, report: TaxReport, language: str) -> bytes:
    """Write the lines for people, with the marks that a spreadsheet of the language expects."""
    say = await words_in(platform.assets, language)
    profile = for_readers(ProfileOptions(), language)
    if profile.decimal_mark == ",":
        profile = profile.model_copy(update={"delimiter": ";"})
    return _table_of(report, say, profile)


def _table_of(report: TaxReport, say: Say, profile: ProfileOptions) -> bytes:
    lines = Lines(profile.separator)
    content = BYTE_ORDER_MARK + lines.line([say(heading) for heading in _HEAD])
    for period, what, *values in _cells(report, say):
        content += lines.line([period, what, *map(profile.number, values)])
    return content


def _cells(report: TaxReport, say: Say) -> Iterator[list[str]]:
    currency = report.currency or ""
    for period in report.periods:
        if period.rows or period.sales:
            yield from _cells_of(period, currency, say)
    days = f"{report.first_day}/{report.last_day}"
    if say is not in_english:
        days = say(f"from {report.first_day} to {report.last_day}")
    for each in report.not_deductible_by_law:
        what = f"{say('Not deductible by law')}: {say(each.sentence)}"
        yield [days, what, "", str(each.expenses), *[""] * 7, each.tax, currency]
    for each in report.open:
        yield [days, f"{say('Open')}: {say(each.says)}", "", str(each.expenses), *[""] * 8, ""]
    for each in report.unconverted:
        yield [
            days,
            say("Without an exchange rate"),
            "",
            str(each.expenses),
            *[""] * 7,
            each.total,
            each.currency,
        ]


def _cells_of(period: TaxPeriod, currency: str, say: Say) -> Iterator[list[str]]:
    """A period's expenses, what was charged in it, and its return."""
    name = period.period
    for row in period.rows:
        amounts = _amounts(row.figures)
        yield [name, say(SAYS[row.treatment]), row.rate or "", *amounts, "", currency]
    if period.rows:
        yield [name, say("Total"), "", *_amounts(period.total), "", currency]
    if period.discounts.expenses:
        amounts = _amounts(period.discounts)
        yield [name, say("Discounts, taken off already"), "", *amounts, "", currency]
    for sale in period.sales:
        amounts = _sale_amounts(sale.figures)
        yield [name, say(SALES_SAY[sale.treatment]), sale.rate or "", *amounts, "", currency]
    if period.sales:
        amounts = _sale_amounts(period.sales_total)
        yield [name, say("Charged in all"), "", *amounts, "", currency]
    for label, amount in _due(period.due):
        yield [name, say(label), "", *[""] * 8, amount, currency]
    if period.tax_return is None:
        return
    for line in period.tax_return.lines:
        label = f"{say(period.tax_return.name)}: {say(line.says)}"
        yield [name, label, line.number, *[""] * 8, line.amount, currency]


def _sale_amounts(figures: SaleFigures) -> list[str]:
    return [str(figures.documents), figures.net, figures.tax, figures.gross, *[""] * 4]


def _due(due: VatDue) -> list[tuple[str, str]]:
    """What the VAT to be paid comes from."""
    return [
        ("VAT charged", due.charged),
        ("VAT owed on supplies to the company", due.owed),
        ("Input tax", due.deducted),
        ("VAT to be paid", due.payable),
    ]


def due_for_people(due: VatDue) -> list[tuple[str, str]]:
    """Name a payable amount below zero as one that comes back."""
    *before, (label, amount) = _due(due)
    if not amount.startswith("-"):
        return [*before, (label, amount)]
    return [*before, ("VAT to be refunded", amount.removeprefix("-"))]


def _amounts(figures: TaxFigures) -> list[str]:
    return [
        str(figures.expenses),
        *(figures.net, figures.tax, figures.gross, figures.deductible, figures.not_deductible),
        *(figures.owed, figures.owed_deductible),
    ]


_SIZE: Final = 8.5
_STEP: Final = 14.0
_GREY: Final = 0.4
# Where the columns of amounts end.
_COLUMNS: Final = (MARGIN + 245, MARGIN + 315, MARGIN + 385, MARGIN + 455, RIGHT)
HEADINGS: Final = ("Net", "Tax", "Gross", "Deductible", "Owed")


async def write_pdf(
    platform: Platform,
    report: TaxReport,
    company: Company,
    made_at: str,
    language: str | None = None,
) -> bytes:
    """The report on pages of A4. `made_at` is UTC text, and `language` its reader's: English where
    it has no words, or without one."""
    say = await words_in(platform.assets, language)
    if say is in_english:
        language = "en"
    else:
        language = "de"
    document = Document(say("Tax report"), made_at, "Tillroll", language=language)
    for script in ("latin", "latin-ext"):
        for weight in Weight:
            name = file_of(script, weight)
            document.add_font(
                weight, name.removesuffix(".woff"), await platform.assets.read(f"/fonts/{name}")
            )
    zone = zone_here(platform.zones, company.seat)
    form = Form(for_readers(ProfileOptions(), language), say, zone=zone)
    flow = Flow(document)
    bold = document.letters[Weight.BOLD]
    flow.page.text(MARGIN, flow.down(30), text=say("Tax report"), size=24, weight=Weight.BOLD)
    name = bold.cut(name_for(company.name, say), 14, WIDTH)
    flow.page.text(MARGIN, flow.down(22), text=name, size=14, weight=Weight.BOLD)
    days = _days(form, report.first_day, report.last_day)
    flow.page.text(MARGIN, flow.down(18), text=days, size=9.5)
    currency = report.currency or "no currency"
    subtitle = say(f"Amounts in {currency}. Made {form.moment(made_at)}.")
    flow.page.text(MARGIN, flow.down(14), text=subtitle, size=9.5)
    for period in report.periods:
        if period.rows or period.sales:
            _period(flow, form, period)
    if len([each for each in report.periods if each.rows or each.sales]) > 1:
        _heading(flow, say(f"All periods: {verbatim(days)}"))
        if report.rows:
            _table(flow, form, report)
        _sales(flow, form, report)
    _by_law(flow, form, report)
    _open(flow, form, report)
    drawn = flow.pages

    def foot(page: Page, number: int, of: int) -> None:
        page.text_right(RIGHT, A4[1] - 28, text=say(f"Page {number} of {of}"), size=8, grey=_GREY)

    return document.take() + document.end(drawn, foot)


def period_in_words(period: str) -> str:
    """The name of a period such as 2026-03, 2026-Q1 or 2026: "March 2026", "Quarter 1 of 2026"."""
    year, _, part = period.partition("-")
    if not part:
        return year
    if part.startswith("Q"):
        return f"Quarter {part[1:]} of {year}"
    return f"{date(int(year), int(part), 1):%B %Y}"


def days_in_words(first: date, last: date) -> str:
    """Days from `first` to `last`: "January to March 2026" where they are whole months."""
    is_whole = first.day == 1 and (last + timedelta(days=1)).day == 1
    if not is_whole:
        return f"{first.day} {first:%B %Y} to {last.day} {last:%B %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{last:%B %Y}"
    if first.year == last.year:
        return f"{first:%B} to {last:%B %Y}"
    return f"{first:%B %Y} to {last:%B %Y}"


def _days(form: Form, first: date, last: date) -> str:
    """Days in the reader's language, which has no names of months but in English."""
    if form.say is in_english:
        return days_in_words(first, last)
    return form.say(f"from {first} to {last}")


def _heading(flow: Flow, title: str) -> None:
    flow.need(5 * _STEP)
    flow.page.text(MARGIN, flow.down(30), text=title, size=12, weight=Weight.BOLD)
    flow.down(4)


def _period(flow: Flow, form: Form, period: TaxPeriod) -> None:
    if form.say is in_english:
        _heading(flow, period_in_words(period.period))
    else:
        _heading(flow, _days(form, period.first_day, period.last_day))
    if period.rows:
        _table(flow, form, period)
    _sales(flow, form, period)
    if period.tax_return is None:
        return
    flow.need(3 * _STEP)
    flow.page.text(
        MARGIN,
        flow.down(22),
        text=form.say(period.tax_return.name),
        size=_SIZE,
        weight=Weight.BOLD,
    )
    if period.tax_return.problem is not None:
        problem = form.say(period.tax_return.problem)
        flow.page.text(MARGIN, flow.down(_STEP), text=problem, size=_SIZE)
    for line in period.tax_return.lines:
        flow.need(_STEP)
        y = flow.down(_STEP)
        flow.page.text(MARGIN, y, text=line.number, size=_SIZE, weight=Weight.BOLD)
        flow.page.text(MARGIN + 30, y, text=form.say(line.says), size=_SIZE)
        if line.is_base:
            amount = line.amount.partition(".")[0]
        else:
            amount = line.amount
        flow.page.text_right(RIGHT, y, text=form.amount(amount), size=_SIZE)


def _table(flow: Flow, form: Form, period: TaxPeriod | TaxReport) -> None:
    total = period.total
    y = flow.down(_STEP)
    for at, title in zip(_COLUMNS, HEADINGS, strict=True):
        flow.page.text_right(at, y, text=form.say(title), size=_SIZE, grey=_GREY)
    flow.page.line(MARGIN, flow.down(4), RIGHT, grey=0.7)
    for row in period.rows:
        _row(
            flow,
            form,
            label=_at_rate(form, form.say(SAYS[row.treatment]), row.rate),
            amounts=_columns(row.figures),
            weight=Weight.REGULAR,
        )
    flow.page.line(MARGIN, flow.down(4), RIGHT, grey=0.7)
    _row(
        flow,
        form,
        label=form.say(f"Total of {total.expenses} expenses"),
        amounts=_columns(total),
        weight=Weight.BOLD,
    )
    discounts = period.discounts
    if discounts.expenses:
        label = form.say("Discounts, taken off already")
        _row(flow, form, label=label, amounts=_columns(discounts), weight=Weight.REGULAR)


def _at_rate(form: Form, label: str, rate: str | None) -> str:
    if rate is None:
        return label
    return f"{label}, {form.rate(rate)} %"


def _columns(figures: TaxFigures) -> Sequence[str]:
    return (figures.net, figures.tax, figures.gross, figures.input_tax, figures.owed)


def _row(flow: Flow, form: Form, label: str, amounts: Sequence[str], weight: Weight) -> None:
    """Draw a row of amounts, from the first column on."""
    room = _COLUMNS[0] - MARGIN - 60
    lines = flow.page.letters[weight].lines(label, _SIZE, most=room, most_lines=3)
    flow.need(_STEP * len(lines))
    y = flow.down(_STEP)
    for number, line in enumerate(lines):
        if number:
            y = flow.down(_STEP)
        flow.page.text(MARGIN, y, text=line, size=_SIZE, weight=weight)
    for at, amount in zip(_COLUMNS[: len(amounts)], amounts, strict=True):
        flow.page.text_right(at, y, text=form.amount(amount), size=_SIZE, weight=weight)


def _sales(flow: Flow, form: Form, period: TaxPeriod | TaxReport) -> None:
    """What was charged, in the same columns, and what is to be paid."""
    flow.down(_STEP)
    for sale in period.sales:
        label = _at_rate(form, form.say(SALES_SAY[sale.treatment]), sale.rate)
        figures = sale.figures
        amounts = (figures.net, figures.tax, figures.gross)
        _row(flow, form, label=label, amounts=amounts, weight=Weight.REGULAR)
    for label, amount in due_for_people(period.due):
        flow.need(_STEP)
        y = flow.down(_STEP)
        flow.page.text(MARGIN, y, text=form.say(label), size=_SIZE, weight=Weight.BOLD)
        flow.page.text_right(RIGHT, y, text=form.amount(amount), size=_SIZE)


def _by_law(flow: Flow, form: Form, report: TaxReport) -> None:
    """What stands in the rows above as not deductible, since law says so."""
    if not report.not_deductible_by_law:
        return
    _heading(flow, form.say("Not deductible by law"))
    for each in report.not_deductible_by_law:
        tax = form.amount(each.tax, report.currency or "")
        _sentence(flow, each.expenses, f"{tax}. {form.say(each.sentence)}")


def _sentence(flow: Flow, expenses: int, sentence: str) -> None:
    """Draw how many expenses a sentence is of, and the sentence."""
    lines = flow.page.letters[Weight.REGULAR].lines(sentence, _SIZE, most=WIDTH - 50, most_lines=3)
    flow.need(_STEP * len(lines))
    flow.page.text(MARGIN, flow.y + _STEP, text=str(expenses), size=_SIZE, weight=Weight.BOLD)
    for line in lines:
        flow.page.text(MARGIN + 40, flow.down(_STEP), text=line, size=_SIZE)


def _open(flow: Flow, form: Form, report: TaxReport) -> None:
    if not report.open:
        return
    _heading(flow, form.say("Open points: expenses that are in none of these figures"))
    for each in report.open:
        _sentence(flow, each.expenses, form.say(each.says))
    for each in report.unconverted:
        flow.need(_STEP)
        label = form.say(f"Without an exchange rate: {form.amount(each.total, each.currency)}")
        flow.page.text(MARGIN + 40, flow.down(_STEP), text=label, size=_SIZE)
