"""An invoice on paper: a PDF/A-3 that carries its XML, as Factur-X has it."""

from collections.abc import Iterator, Mapping
from typing import Final

from tillroll.claims.payer_locale import Locale
from tillroll.exports.writers.report_layout import MARGIN, RIGHT, WIDTH, Flow
from tillroll.tax.rates import rate_text
from tillroll_documents.ibans import in_fours
from tillroll_documents.invoice_writer import factur_x
from tillroll_documents.invoice_writer.model import Invoice, Line, Party, TaxGroup, VatCategory
from tillroll_documents.pdf_writer.document import A4, Box, Document, Page, Weight
from tillroll_documents.pdf_writer.fonts import add_part, scripts_of
from tillroll_documents.pdf_writer.lettering import plain
from tillroll_documents.pdf_writer.objects import Jpeg
from tillroll_durable.platform.words import Say, verbatim

PRODUCER: Final = "Tillroll"
_SIZE: Final = 9.5
_STEP: Final = 13.0
_GREY: Final = 0.4
_LABEL: Final = 110.0
_RATE: Final = RIGHT - 90
_LOGO: Final = Box(MARGIN, MARGIN, width=120, height=48)
# A PDF/A-3 has no place for a picture in CMYK: its colours are those of sRGB.
_MOST_COMPONENTS: Final = 3
_MOST_LINES: Final = 3
Fonts = Mapping[Weight, bytes]


class InvoicePage:
    """Draws one invoice. `lacking` names the parts of the fonts that it needs."""

    def __init__(self, invoice: Invoice, *, say: Say, locale: Locale, made_at: str) -> None:
        self._invoice = invoice
        self._say = say
        self._locale = locale
        self._document = Document(
            self.title,
            made_at,
            PRODUCER,
            language=locale.code,
            schemas=[factur_x.SCHEMA],
        )

    @property
    def title(self) -> str:
        say = self._say
        number = self._invoice.number
        if self._invoice.preceding is not None:
            return say(f"Credit note {number}")
        return say(f"Invoice {number}")

    @property
    def lacking(self) -> list[str]:
        """The parts of the fonts that have its letters."""
        invoice = self._invoice
        reasons = [group.reason for group in invoice.taxes]
        names = [line.name for line in invoice.lines]
        return scripts_of(f"{self.title} {invoice.seller} {invoice.buyer} {names} {reasons}")

    def use_fonts(self, script: str, files: Fonts) -> None:
        """A part of the fonts, by weight."""
        add_part(self._document, script, files)

    def write(self, xml: bytes, logo: Jpeg | None) -> bytes:
        """The file, with its XML."""
        flow = Flow(self._document)
        self._parties(flow, logo)
        self._facts(flow)
        self._lines(flow)
        self._totals(flow)
        self._payment(flow)
        self._document.attach(
            factur_x.FILE_NAME,
            xml,
            factur_x.MEDIA_TYPE,
            relationship=factur_x.RELATIONSHIP,
        )
        return self._document.take() + self._document.end(flow.pages, self._foot)

    def _text(
        self, flow: Flow, x: float, text: str, *, size: float = _SIZE, grey: float = 0
    ) -> None:
        flow.page.text(x, flow.y, text=self._printable(text), size=size, grey=grey)

    def _printable(self, text: str) -> str:
        """Replace letters that no font has: a PDF/A may show none (ISO 19005-3, 6.2.11.8)."""
        fonts = [font for letters in self._document.letters.values() for font in letters.fonts]
        letters = list[str]()
        for letter in plain(text):
            if any(font.has(letter) for font in fonts):
                letters.append(letter)
            else:
                letters.append("?")
        return "".join(letters)

    def _parties(self, flow: Flow, logo: Jpeg | None) -> None:
        seller = self._invoice.seller
        buyer = self._invoice.buyer
        is_abroad = seller.country != buyer.country
        if logo is not None and logo.components <= _MOST_COMPONENTS:
            picture = self._document.picture(logo)
            scale = min(_LOGO.width / picture.width, _LOGO.height / picture.height)
            width = picture.width * scale
            height = picture.height * scale
            flow.page.picture(picture, Box(RIGHT - width, _LOGO.y, width=width, height=height))
        flow.down(60)
        self._text(
            flow, MARGIN, " · ".join(_address(seller, is_abroad=is_abroad)), size=7.5, grey=_GREY
        )
        flow.down(6)
        for line in _address(buyer, is_abroad=is_abroad):
            flow.down(_STEP)
            self._text(flow, MARGIN, line)
        flow.down(44)
        title = self._printable(self.title)
        flow.page.text(MARGIN, flow.y, text=title, size=18, weight=Weight.BOLD)
        flow.down(8)

    def _facts(self, flow: Flow) -> None:
        invoice = self._invoice
        say = self._say
        day = self._locale.date
        first = day(invoice.first_day.isoformat())
        last = day(invoice.last_day.isoformat())
        supplied = first
        if first != last:
            supplied = f"{first} - {last}"
        due = ""
        if invoice.due_on is not None:
            due = day(invoice.due_on.isoformat())
        facts = [
            (say("Date"), day(invoice.issued_on.isoformat())),
            (say("Supplied"), supplied),
            (say("Due"), due),
            (say("Your reference"), invoice.reference or ""),
            (say("Your VAT id"), invoice.buyer.vat_id or ""),
        ]
        if invoice.preceding is not None:
            number = invoice.preceding.number
            on = day(invoice.preceding.issued_on.isoformat())
            facts.insert(0, (say("To the invoice"), f"{number}, {on}"))
        for label, value in facts:
            if value:
                flow.down(_STEP)
                self._text(flow, MARGIN, label, grey=_GREY)
                self._text(flow, MARGIN + _LABEL, value)

    def _lines(self, flow: Flow) -> None:
        say = self._say
        flow.down(32)
        self._text(flow, MARGIN, say("What was charged"), size=8.5, grey=_GREY)
        flow.page.text_right(_RATE, flow.y, text=say("VAT rate"), size=8.5, grey=_GREY)
        flow.page.text_right(RIGHT, flow.y, text=say("Net"), size=8.5, grey=_GREY)
        flow.page.line(MARGIN, flow.down(5), RIGHT)
        for line in self._invoice.lines:
            self._line(flow, line)
        flow.page.line(MARGIN, flow.down(6), RIGHT)

    def _line(self, flow: Flow, line: Line) -> None:
        letters = flow.page.letters[Weight.REGULAR]
        name = self._printable(line.name)
        names = letters.lines(name, _SIZE, most=_RATE - MARGIN - 60, most_lines=_MOST_LINES)
        flow.need(_STEP * len(names) + 4)
        flow.down(3)
        rate = "-"
        if line.category is VatCategory.STANDARD:
            rate = f"{self._rate(line)} %"
        for place, text in enumerate(names):
            flow.down(_STEP)
            self._text(flow, MARGIN, text)
            if place == 0:
                flow.page.text_right(_RATE, flow.y, text=rate, size=_SIZE)
                flow.page.text_right(RIGHT, flow.y, text=self._money(line.net), size=_SIZE)

    def _rate(self, charged: Line | TaxGroup) -> str:
        written = rate_text(charged.rate) or ""
        return written.replace(".", self._locale.decimal)

    def _totals(self, flow: Flow) -> None:
        invoice = self._invoice
        say = self._say
        rows = [(say("Net"), self._money(invoice.net), Weight.REGULAR)]
        for group in invoice.taxes:
            if group.category is VatCategory.STANDARD:
                rate = self._rate(group)
                base = self._money(group.base)
                label = say(f"VAT {rate} % on {base}")
                rows.append((label, self._money(group.tax), Weight.REGULAR))
        total = say("Total")
        if invoice.preceding is not None:
            total = say("Credited in all")
        rows.append((total, self._money(invoice.gross), Weight.BOLD))
        flow.need(_STEP * (len(rows) + 4))
        flow.down(4)
        for label, value, weight in rows:
            y = flow.down(_STEP + 2)
            name = self._printable(label)
            flow.page.text_right(RIGHT - 100, y, text=name, size=_SIZE, weight=weight)
            flow.page.text_right(RIGHT, y, text=value, size=_SIZE, weight=weight)
        accounting = invoice.accounting
        if accounting is not None:
            rate = f"{accounting.rate:f}".replace(".", self._locale.decimal)
            other = accounting.currency
            label = say(f"VAT in {other} at the rate {rate}")
            amount = self._printable(self._locale.money(accounting.tax, other))
            y = flow.down(_STEP + 2)
            flow.page.text_right(RIGHT - 100, y, text=self._printable(label), size=_SIZE)
            flow.page.text_right(RIGHT, y, text=amount, size=_SIZE)
        flow.down(14)
        for group in invoice.taxes:
            if group.reason:
                self._paragraph(flow, f"{self._money(group.base)}: {group.reason}")

    def _payment(self, flow: Flow) -> None:
        invoice = self._invoice
        if invoice.preceding is not None or not invoice.iban:
            return
        say = self._say
        name = verbatim(invoice.seller.name)
        iban = in_fours(invoice.iban)
        request = say(f"Please pay to {name}, IBAN {iban}, and name {invoice.number}.")
        self._paragraph(flow, request)

    def _paragraph(self, flow: Flow, text: str) -> None:
        letters = flow.page.letters[Weight.REGULAR]
        lines = letters.lines(self._printable(text), _SIZE, most=WIDTH, most_lines=6)
        flow.need(_STEP * len(lines) + 8)
        flow.down(8)
        for line in lines:
            flow.down(_STEP)
            self._text(flow, MARGIN, line)

    def _money(self, minor: int) -> str:
        return self._printable(self._locale.money(minor, self._invoice.currency))

    def _foot(self, page: Page, number: int, of: int) -> None:
        y = A4[1] - 34
        numbers = " · ".join(_numbers(self._invoice.seller, self._say))
        cut = page.letters[Weight.REGULAR].cut(self._printable(numbers), 7.5, WIDTH - 80)
        page.text(MARGIN, y, text=cut, size=7.5, grey=_GREY)
        say = self._say
        counted = say(f"Page {number} of {of}")
        page.text_right(RIGHT, y, text=counted, size=7.5, grey=_GREY)


def _address(party: Party, *, is_abroad: bool) -> list[str]:
    """The lines of an address: the country stands in what crosses a border."""
    place = " ".join(each for each in (party.postal_code, party.city) if each)
    country = party.country if is_abroad else ""
    return [each for each in (party.name, party.street, place, country) if each]


def _numbers(party: Party, say: Say) -> Iterator[str]:
    yield party.name
    if party.vat_id:
        yield say(f"VAT id {verbatim(party.vat_id)}")
    if party.tax_number:
        yield say(f"Tax number {verbatim(party.tax_number)}")
    if party.registration_id:
        yield party.registration_id
    if party.mail:
        yield party.mail
