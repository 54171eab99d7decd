"""Words on receipts, a table a language. To add one: write its table like the others and name it
here, or in `later`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import Final

from tillroll_documents.reading.languages import (
    czech,
    danish,
    dutch,
    english,
    french,
    german,
    italian,
    malay,
    norwegian,
    polish,
    portuguese,
    spanish,
    swedish,
    turkish,
)
from tillroll_documents.reading.languages.later import LATER


class Concept(StrEnum):
    """What a word on a receipt speaks of. A line's label is the set of concepts in it: "Total excl.
    tax" is TOTAL + EXCLUDING + TAX, and `labels` decides from the set alone. The tables have its
    value before the words.
    """

    TOTAL = "total"
    SUBTOTAL = "subtotal"
    PAYABLE = "payable"
    """What is left to pay: "amount due", "zu zahlen"."""
    AMOUNT = "amount"
    TAX = "tax"
    LEVY = "levy"
    """A tax or charge that is no tax on sales: of an airport, or on nights in a town."""
    INCLUDING = "including"
    EXCLUDING = "excluding"
    CONTAINED = "contained"
    """A tax named as part of a total: "included in total", "dont TVA"."""
    ROUNDING = "rounding"
    DISCOUNT = "discount"
    VOUCHER = "voucher"
    """Something used in place of money: whether it lowers the price or pays it is for a person to
    say.
    """
    SAVING = "saving"
    SERVICE = "service"
    TIP = "tip"
    SUGGESTION = "suggestion"
    """With a tip: what a guest might give, which nobody has paid."""
    PAID = "paid"
    CASH = "cash"
    CARD = "card"
    CHANGE = "change"
    QUANTITY = "quantity"
    POINTS = "points"
    SUMMARY = "summary"
    """The heading of a table of taxes by rate."""
    DATE = "date"
    OTHER_DATE = "other_date"
    """A date that is not the purchase's: expiry, due, printed, closed."""
    DUE_DATE = "due_date"
    """Until when it is to be paid. Each of its phrases is one of OTHER_DATE too."""
    RECEIPT_NUMBER = "receipt_number"
    HEADING = "heading"
    """What kind of paper it is: "tax invoice"."""
    STAMP = "stamp"
    """Stamped or printed beside the name: "posted", "copy"."""
    GREETING = "greeting"
    ADDRESS = "address"
    CONTACT = "contact"
    REGISTRATION = "registration"
    STAFF = "staff"
    CUSTOMER = "customer"
    OWNED_BY = "owned_by"
    TRADE = "trade"
    """What a shop is: "restaurant", "hardware"."""
    CUISINE = "cuisine"
    """Whose food or what kind of it: with a trade's word no name, "Mexican Restaurant"."""
    FIRM = "firm"
    """A word that registered names end in, without being a legal form: "trading", "& sons"."""
    PRODUCT_HEADER = "product_header"
    """Headings of the columns of goods."""


class Wording(StrEnum):
    """What a paper says where it is no receipt. Each is a row of a language's table."""

    NO_RECEIPT = "no_receipt"
    """Sentences, wherever they stand: "not a receipt", "transaction declined"."""
    PAY_LATER = "pay_later"
    """Sentences that nothing is paid yet: "pay at the counter". They count where no payment is
    printed; an invoice may have them, as an Italian copy of one says that it is not fiscal."""
    NOT_PAID = "not_paid"
    """Words that say so where they stand alone: "void". In a sentence they may mean anything."""
    OTHER_PAPER = "other_paper"
    """Titles of papers for which nothing is paid: an estimate, a delivery note."""
    ORDER_PAPER = "order_paper"
    """Titles that receipts bear too: "order". They count where no payment is printed."""
    STATEMENT = "statement"
    """Titles of statements of account and reminders."""


class PaperWord(StrEnum):
    """Words of sentences of papers that are no receipts, each a row of a language's table. A
    language may lack them.
    """

    PAPER = "paper_nouns"
    """What a receipt is called: "receipt", "bill"."""
    NEGATION = "negations"
    """Words that deny what follows, or stands before."""
    FILLER = "paper_fillers"
    """Words that may stand between a negation and a paper: "not *a valid* receipt"."""
    INTERIM = "interim"
    """What a paper is before the receipt: "provisional", "training"."""
    TILL = "till_nouns"
    """With a word for an interim paper beside it: "training *mode*"."""
    ACT = "act_nouns"
    """What happens at a till: "transaction", "sale"."""
    UNDONE = "undone"
    """What became of it: "cancelled", "declined"."""
    DONE = "done"
    """With a negation before it: "approved", "completed"."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language. Phrases are written in lower case or not, with or without accents: both are
    folded away.
    """

    code: str
    words: Mapping[Concept, tuple[str, ...]]
    months: Mapping[str, int]
    """Names and abbreviations of the months, 1..12, without full stops."""
    weekdays: Mapping[str, int]
    """Names and abbreviations of the days of the week, Monday 0; none that is a month's too
    ("mar").
    """
    papers: Mapping[Wording, tuple[str, ...]]
    """What papers say that are no receipts."""
    paper_words: Mapping[PaperWord, tuple[str, ...]]
    """Words that make such sentences."""
    refunds: tuple[str, ...]
    """Titles of papers of money that goes back, and of goods that come back."""
    refund_rules: tuple[str, ...]
    """Words of a rule on refunds: a line with one says nothing of this sale."""
    sellers: tuple[str, ...]
    """Labels before who sells, on invoices; those of each start are in `invoices/words.py`."""
    is_spaced: bool = True
    """Whether spaces part its words. Without, a word is looked for as it is."""


def _read(code: str, table: str, *, is_spaced: bool = True) -> Language:
    rows = (row.partition(": ") for row in table.replace("\n    ", " ").splitlines())
    words = {name: tuple(text.split(", ")) for name, _, text in rows}
    others = (*words[Concept.OTHER_DATE], *words[Concept.DUE_DATE])
    words[Concept.OTHER_DATE] = tuple(dict.fromkeys(others))
    months, weekdays = (
        {
            name: number
            for number, names in enumerate(words.pop(row), start=first)
            for name in names.split()
        }
        for row, first in (("months", 1), ("weekdays", 0))
    )
    papers = {wording: words.pop(wording, ()) for wording in Wording}
    paper_words = {kind: words.pop(kind, ()) for kind in PaperWord}
    refunds = words.pop("refund")
    refund_rules = words.pop("refund_rules", ())
    sellers = words.pop("seller", ())
    concepts = {Concept(name): phrases for name, phrases in words.items()}
    return Language(
        code,
        concepts,
        months,
        weekdays=weekdays,
        papers=papers,
        paper_words=paper_words,
        refunds=refunds,
        refund_rules=refund_rules,
        sellers=sellers,
        is_spaced=is_spaced,
    )


_TABLES: Final = {
    "en": english.TABLE,
    "ms": malay.TABLE,
    "de": german.TABLE,
    "fr": french.TABLE,
    "es": spanish.TABLE,
    "pt": portuguese.TABLE,
    "it": italian.TABLE,
    "nl": dutch.TABLE,
    "pl": polish.TABLE,
    "cs": czech.TABLE,
    "sv": swedish.TABLE,
    "da": danish.TABLE,
    "no": norwegian.TABLE,
    "tr": turkish.TABLE,
}
LANGUAGES: Final = tuple(_read(code, table) for code, table in _TABLES.items())
"""Those that each start reads."""
CODES: Final = frozenset({*_TABLES, *LATER})
"""The ISO 639-1 codes of all languages."""


@cache
def later_language(code: str) -> Language:
    """A language of `later`, imported where it is needed. Raises KeyError for an unknown code."""
    later = LATER[code]
    module = import_module(f"{__name__}.{later.module}")
    return _read(code, module.TABLE, is_spaced=later.is_spaced)
