"""How a report is set: lines down a page, amounts and days, fonts, and the page of an expense with
its document.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final

from pydantic import ValidationError

from tillroll.access.first_names import name_for
from tillroll.expenses.exported import ExportedExpense
from tillroll.exports.writers.formats import DateForm, ProfileOptions
from tillroll.exports.writers.tables import EXTENSIONS
from tillroll_documents.pdf_writer.document import A4, Box, Document, Page, Picture, Weight
from tillroll_documents.pdf_writer.lettering import plain
from tillroll_documents.pdf_writer.objects import Jpeg
from tillroll_documents.reading.voucher import ORIGINS, Voucher
from tillroll_durable.platform.clock import from_text
from tillroll_durable.platform.words import Say, in_english

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


_KB = 1024


class Form:
    """By a profile's decimal mark and form of days: 1,234.50 or 1.234,50; YYYY-MM-DD without a
    form. `zone` is whose clock is read: UTC without one. `names_ids` shows ids of expenses.
    """

    def __init__(
        self,
        profile: ProfileOptions,
        say: Say = in_english,
        *,
        zone: tzinfo | None = None,
        names_ids: bool = True,
    ) -> None:
        self.say = say
        self.names_ids = names_ids
        self._zone = zone
        self._mark = profile.decimal_mark
        self._thousands = "." if self._mark == "," else ","
        self._dates = profile.date_form or DateForm.ISO

    def amount(self, amount: str | None, currency: str | None = None) -> str:
        """A decimal string, with its currency behind it where that is given; empty where there is
        none.
        """
        if not amount:
            return ""
        whole, _, digits = amount.removeprefix("-").partition(".")
        grouped = f"{int(whole):,}".replace(",", self._thousands)
        printed = (
            f"{'-' if amount.startswith('-') else ''}{grouped}"
            f"{self._mark + digits if digits else ''}"
        )
        if currency is None:
            return printed
        return f"{printed} {currency}"

    def rate(self, rate: str) -> str:
        return rate.replace(".", self._mark)

    def day(self, day: str) -> str:
        """`day` is YYYY-MM-DD."""
        return self._dates.write(day)

    def moment(self, at: str) -> str:
        """`at` is UTC text."""
        if self._zone is None:
            return f"{self.day(at[:10])} {at[11:16]} UTC"
        local = from_text(at).astimezone(self._zone)
        return f"{self.day(local.date().isoformat())} {local:%H:%M}"

    def size(self, count: int) -> str:
        """The size of a file of `count` bytes, in words."""
        if count >= _KB**2:
            return self.amount(f"{count / _KB**2:.1f}", "MB")
        return f"{max(1, round(count / _KB))} KB"


@dataclass(frozen=True)
class Attachment:
    """The document that an expense was made from. `person` is the name of who handed it in.

    Of `picture` and `content` one is there at most: a picture that is shown; the bytes of a
    document that is no picture, or of a picture that cannot be shown. Neither, where the document
    is gone. `scans` are the pictures of a scanned PDF's pages, by their numbers.
    """

    media_type: str
    person: str | None = None
    picture: Jpeg | None = None
    content: bytes | None = None
    scans: Mapping[int, Jpeg] = field(default_factory=dict[int, Jpeg])

    @property
    def text(self) -> str:
        """A statement in place of a receipt, as text; empty for all else, and where it cannot be
        read.
        """
        if self.media_type not in ORIGINS or self.content is None:
            return ""
        try:
            return Voucher.model_validate_json(self.content).as_text()
        except ValidationError:
            return ""


_SIZE: Final = 8.5
_STEP: Final = 12.0
_GREY: Final = 0.4
_LABEL: Final = 78.0
_GAP: Final = 8.0
# A long receipt is cut into so many columns at most, each with a little of what stands at the end
# of the one before.
_MOST_COLUMNS: Final = 4
_OVERLAP: Final = 0.02
# A scan is shown at so much of its width at least.
_LARGE: Final = 0.7
_METHODS: Final = {
    "cash": "cash",
    "card": "card",
    "transfer": "a bank transfer",
    "direct_debit": "direct debit",
    "other": "something else",
}
_PAYERS: Final = {"company": "the company", "employee": "an employee"}
_KINDS: Final = {"application/pdf": "a PDF", "application/xml": "an e-invoice in XML"}


def draw_sheet(
    document: Document, form: Form, number: int, expense: ExportedExpense, attachment: Attachment
) -> list[Page]:
    """The expense's page, and more of them where a statement goes on."""
    flow = Flow(document)
    _head(flow, form, number=number, expense=expense)
    _details(flow, _facts(form, expense, attachment))
    flow.page.line(MARGIN, flow.down(8), RIGHT, grey=0.7)
    flow.down(_GAP)
    area = Box(MARGIN, flow.y, width=WIDTH, height=BOTTOM - flow.y)
    if attachment.picture is not None:
        _show(flow.page, document.picture(attachment.picture), jpeg=attachment.picture, area=area)
    elif attachment.content is None:
        sentence = form.say("The document is not in the store any more.")
        flow.page.text(MARGIN, flow.down(16), text=sentence, size=9.5, grey=_GREY)
    elif attachment.media_type in ORIGINS:
        _state(flow, form, attachment)
    else:
        _attach(flow, document, form=form, number=number, expense=expense, attachment=attachment)
        for page_number, scan in attachment.scans.items():
            _show_scan(
                flow,
                document,
                caption=form.say(f"Page {page_number}, as it was scanned"),
                scan=scan,
            )
    return flow.pages


def _head(flow: Flow, form: Form, number: int, expense: ExportedExpense) -> None:
    page = flow.page
    bold = flow.page.letters[Weight.BOLD]
    y = flow.down(16)
    total = form.amount(expense.total, expense.currency)
    page.text(MARGIN, y, text=f"{number}", size=14, weight=Weight.BOLD, grey=_GREY)
    text_left = MARGIN + bold.width(f"{number}", 14) + 10
    room = RIGHT - text_left - bold.width(total, 14) - 14
    for place, line in enumerate(bold.lines(expense.merchant, 14, most=room, most_lines=2)):
        page.text(
            text_left, y if place == 0 else flow.down(17), text=line, size=14, weight=Weight.BOLD
        )
    page.text_right(RIGHT, y, text=total, size=14, weight=Weight.BOLD)
    if expense.registered_name and expense.registered_name != expense.merchant:
        name = page.letters[Weight.REGULAR].cut(expense.registered_name, 9, RIGHT - text_left)
        page.text(text_left, flow.down(13), text=name, size=9, grey=_GREY)
    flow.down(8)


def _facts(form: Form, expense: ExportedExpense, attachment: Attachment) -> list[tuple[str, str]]:
    base = ""
    if expense.base_total is not None and expense.base_currency != expense.currency:
        base = form.amount(expense.base_total, expense.base_currency)
        if expense.rate is not None and expense.rate_date is not None:
            base += form.say(f", rate {form.rate(expense.rate)} of {form.day(expense.rate_date)}")
    facts = [
        (form.say("Date"), form.day(expense.date)),
        (form.say("Category"), "" if expense.parts else expense.category or ""),
        (form.say("Tax"), form.amount(expense.tax, expense.currency)),
        (form.say("In base currency"), base),
        (form.say("Receipt no."), expense.receipt_number or ""),
        (form.say("Due"), "" if expense.due_date is None else form.day(expense.due_date)),
        (form.say("Amount due"), form.amount(expense.amount_due, expense.currency)),
        (form.say("Buyer"), expense.buyer or ""),
        (form.say("Project"), expense.project or ""),
        (form.say("Client"), expense.client or ""),
        (form.say("Paid with"), _in_words(form, _METHODS, expense.payment_method)),
        (form.say("Paid by"), _in_words(form, _PAYERS, expense.paid_by)),
        (form.say("Handed in by"), name_for(attachment.person or "", form.say)),
        (form.say("File"), expense.file_name or ""),
    ]
    if form.names_ids:
        facts.append((form.say("Expense"), expense.id))
    if expense.after_closing is not None:
        first, _, last = expense.after_closing.partition("/")
        facts.append((form.say("After closing"), form.say(f"from {first} to {last}")))
    for part in expense.parts:
        if part.tax:
            tax = form.say(f", tax {form.amount(part.tax)}")
        else:
            tax = ""
        category = part.category or form.say("without a category")
        facts.append(
            (
                form.say("Of which"),
                f"{category}: {form.amount(part.amount, expense.currency)}{tax}",
            )
        )
    facts.append((form.say("Note"), expense.note or ""))
    return [(label, value) for label, value in facts if value.strip()]


def _in_words(form: Form, words: Mapping[str, str], code: str | None) -> str:
    """What a code is called; the code itself where it has no words."""
    if code is None:
        return ""
    return form.say(words.get(code, code))


def _details(flow: Flow, facts: list[tuple[str, str]]) -> None:
    """Print the facts in two columns, and fill the first one first."""
    page = flow.page
    regular = flow.page.letters[Weight.REGULAR]
    width = (WIDTH - 2 * _GAP) / 2
    listed = [
        (label, regular.lines(value, _SIZE, most=width - _LABEL, most_lines=3))
        for label, value in facts
    ]
    half = math.ceil(sum(len(lines) for _, lines in listed) / 2)
    top = bottom = flow.y
    x = MARGIN
    y = top
    done = 0
    for label, lines in listed:
        if done >= half and x == MARGIN:
            x = MARGIN + width + 2 * _GAP
            y = top
        page.text(x, y + _STEP, text=label, size=_SIZE, grey=_GREY)
        for line in lines:
            y += _STEP
            page.text(x + _LABEL, y, text=line, size=_SIZE)
        done += len(lines)
        bottom = max(bottom, y)
    flow.down(bottom - top)


def _show_scan(flow: Flow, document: Document, caption: str, scan: Jpeg) -> None:
    """A page of a scanned PDF below what is there, where it is not much smaller so, else on a page
    of its own.
    """
    flow.need(_LARGE * min(WIDTH * scan.upright[1] / scan.upright[0], BOTTOM - MARGIN))
    flow.page.text(MARGIN, flow.down(16), text=caption, size=_SIZE, grey=_GREY)
    flow.down(_GAP)
    _show(
        flow.page,
        document.picture(scan),
        jpeg=scan,
        area=Box(MARGIN, flow.y, width=WIDTH, height=BOTTOM - flow.y),
    )
    flow.y = BOTTOM


def _show(page: Page, picture: Picture, jpeg: Jpeg, area: Box) -> None:
    """Show a picture as large as it fits. A picture that is much taller than wide is cut into
    columns beside each other, from left to right.
    """
    width, height = jpeg.upright
    scales = {
        columns: _scale(width, height, area=area, columns=columns)
        for columns in range(1, _MOST_COLUMNS + 1)
    }
    # A cut is worth it where it makes the text much larger.
    columns = max(scales, key=lambda each: (scales[each] * (1 if each == 1 else 0.8), -each))
    scale = scales[columns]
    drawn_width = width * scale
    drawn_height = height * scale
    if columns == 1:
        page.picture(
            picture,
            Box(
                area.x + (area.width - drawn_width) / 2,
                area.y,
                width=drawn_width,
                height=drawn_height,
            ),
        )
        return
    shown_height = drawn_height / columns * (1 + _OVERLAP)
    area_left = area.x + (area.width - drawn_width * columns - _GAP * (columns - 1)) / 2
    for column in range(columns):
        x = area_left + column * (drawn_width + _GAP)
        # The last one ends where the picture ends.
        begin = min(column * drawn_height / columns, drawn_height - shown_height)
        box = Box(x, area.y, width=drawn_width, height=shown_height)
        page.picture(picture, Box(x, area.y - begin, width=drawn_width, height=drawn_height), box)


def _scale(width: int, height: int, area: Box, columns: int) -> float:
    """Points a pixel; never so large that a small picture is blown up beyond 96 dots an inch."""
    across = (area.width - _GAP * (columns - 1)) / columns / width
    return min(
        across, area.height / (height / columns * (1 + (_OVERLAP if columns > 1 else 0))), 0.75
    )


def _state(flow: Flow, form: Form, attachment: Attachment) -> None:
    """A statement in place of a receipt, as it was made: the reason, the way, the rates."""
    title, *lines = attachment.text.splitlines() or [
        "A statement in place of a receipt, which cannot be read"
    ]
    flow.page.text(MARGIN, flow.down(16), text=form.say(title), size=11, weight=Weight.BOLD)
    flow.down(4)
    for line in lines:
        label, _, value = line.partition(": ")
        if label == "Stated by" and attachment.person:
            value = name_for(attachment.person, form.say)
        label = form.say(label)
        for place, each in enumerate(
            flow.page.letters[Weight.REGULAR].lines(value, 9.5, most=WIDTH - 110, most_lines=40)
        ):
            flow.need(15)
            y = flow.down(15)
            if place == 0:
                flow.page.text(
                    MARGIN,
                    y,
                    text=flow.page.letters[Weight.REGULAR].cut(label, 9.5, 105),
                    size=9.5,
                    grey=_GREY,
                )
            flow.page.text(MARGIN + 110, y, text=each, size=9.5)


def _attach(
    flow: Flow,
    document: Document,
    form: Form,
    number: int,
    expense: ExportedExpense,
    attachment: Attachment,
) -> None:
    """The document inside of the report, as it was handed in, beside a paper clip."""
    content = attachment.content or b""
    extension = EXTENSIONS.get(attachment.media_type, "bin")
    file_name = plain((expense.file_name or "").replace("\\", "/").rsplit("/", 1)[-1])[-80:]
    if file_name.lower().endswith(f".{extension}"):
        name = f"{number:03} {file_name}"
    else:
        name = f"{number:03}.{extension}"
    kind = _KINDS.get(attachment.media_type, "a picture that could not be shown")
    page = flow.page
    y = flow.down(20)
    page.fill(Box(MARGIN, y - 18, width=WIDTH, height=50), 0.95)
    page.attachment(
        Box(MARGIN + 12, y - 8, width=14, height=26),
        document.attach(name, content, attachment.media_type),
        name,
    )
    sentence = form.say(
        f"The document is {kind}, and is attached to this report ({form.size(len(content))}):"
    )
    page.text(MARGIN + 40, y, text=sentence, size=9.5)
    page.text(
        MARGIN + 40,
        flow.down(16),
        text=page.letters[Weight.BOLD].cut(name, 9.5, WIDTH - 60),
        size=9.5,
        weight=Weight.BOLD,
    )
