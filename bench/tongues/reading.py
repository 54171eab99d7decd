"""What is read of the papers in other tongues, and what of it is right."""

from collections.abc import Iterable
from dataclasses import dataclass

from bench.tongues.papers import TODAY, Paper, invoices, no_receipts, papers
from bench.tongues.tongue import Tongue
from tillroll_documents.money import Money, minor_digits
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import Reading, read_page


@dataclass(frozen=True, slots=True)
class Outcome:
    """A paper as it was read."""

    paper: Paper
    reading: Reading

    @property
    def is_total_right(self) -> bool:
        """The amount that was paid."""
        total = self.paper.total
        if total is None:
            return False
        tongue = self.paper.tongue
        minor = total * 10 ** (minor_digits(tongue.currency) - tongue.decimals)
        expected = Money(minor, tongue.currency).to_decimal_string()
        return self.reading.extraction.total.value == expected

    @property
    def is_day_right(self) -> bool:
        """The day of the purchase."""
        return self.reading.extraction.date.value == self.paper.day

    @property
    def is_due_right(self) -> bool:
        """The day until which it is to be paid; none where none is printed."""
        return self.reading.extraction.due_date.value == self.paper.due

    @property
    def is_currency_right(self) -> bool:
        """The currency of the country."""
        return self.reading.extraction.currency.value == self.paper.tongue.currency

    @property
    def is_wrongly_accepted(self) -> bool:
        """Nobody would look, and something that counts is wrong."""
        is_right = self.is_total_right and self.is_day_right and self.is_currency_right
        return self.reading.accepted and not is_right


def outcome(paper: Paper, default_currency: str | None = None) -> Outcome:
    """Read a paper as an upload of its kind is read."""
    page = Page.of(Transcript.from_text(paper.text))
    reading = None
    if paper.is_page:
        reading = read_printed(page, default_currency=default_currency, today=TODAY)
    if reading is None:
        reading = read_page(page, default_currency=default_currency, today=TODAY)
    return Outcome(paper, reading)


@dataclass(frozen=True, slots=True)
class Score:
    """The papers of a tongue, counted."""

    tongue: Tongue
    outcomes: tuple[Outcome, ...]
    pages: tuple[Outcome, ...]
    others: tuple[Outcome, ...]
    """Papers that are no receipts."""

    @property
    def wrong(self) -> list[Outcome]:
        """Accepted, and wrong."""
        return [
            each for each in (*self.outcomes, *self.pages, *self.others) if each.is_wrongly_accepted
        ]


def score(tongue: Tongue, default_currency: str | None = None) -> Score:
    """Read all papers of a tongue."""

    def read_all(some: Iterable[Paper]) -> tuple[Outcome, ...]:
        return tuple(outcome(paper, default_currency) for paper in some)

    return Score(
        tongue, read_all(papers(tongue)), read_all(invoices(tongue)), read_all(no_receipts(tongue))
    )
