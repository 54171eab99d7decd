"""Mapping: what our categories, tax rates and people are in one company's books. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final

from tillroll.books.syncs.tax_words import (
    OTHER_TAX,
    STANDS_FOR,
    has_tax,
    is_domestic,
    is_rate,
    is_word,
    tax_says,
)
from tillroll.books.targets.target import Chart


class Word(StrEnum):
    """What is mapped: a category to the account of a cost, or of what customers are charged; how
    something is taxed to the code of input tax, or of output tax; a person to a contact's name.
    """

    CATEGORY = "category"
    INCOME = "income"
    TAX = "tax"
    OUTPUT_TAX = "output_tax"
    PERSON = "person"


TAXES: Final = frozenset({Word.TAX, Word.OUTPUT_TAX})
_WRONG_WORD: Final = {
    Word.TAX: (
        "Give a rate in percent such as 19 or 7.7, a treatment with its rate such as "
        "eu_services:19, a treatment without one such as exempt, or one of: none, other, *."
    ),
    Word.OUTPUT_TAX: (
        "Give a rate in percent such as 19 or 7.7, a treatment such as eu_services, or one of: "
        "none, other, *."
    ),
}
ANY: Final = "*"
"""Stands for all words of its kind that are not named; of tax, for all rates at home alone."""
NO_CATEGORY: Final = ""


@dataclass(frozen=True, order=True)
class Unmapped:
    """A word that has no place in the books yet."""

    what: Word
    word: str
    name: str = field(default="", compare=False)
    """What people call it, where the word is an id."""

    @property
    def says(self) -> str:
        name = self.name or self.word
        if name:
            category = f"the category {name!r}"
        else:
            category = "what has no category"
        return {
            Word.CATEGORY: f"{category} has no account",
            Word.INCOME: f"what customers are charged for {category} has no account",
            Word.TAX: f"input tax {tax_says(self.word)} has no code",
            Word.OUTPUT_TAX: f"output tax {tax_says(self.word)} has no code",
            Word.PERSON: f"the person {name} has no contact",
        }[self.what]


@dataclass(frozen=True)
class BooksMapping:
    """`codes` by what they are of, and the word. `known_rates` in percent are those of the books'
    codes of input tax. `needs_codes`: the books refuse a line that has tax, and no code of it.
    """

    codes: Mapping[tuple[Word, str], str] = field(default_factory=dict[tuple[Word, str], str])
    known_rates: frozenset[Decimal] = frozenset()
    needs_codes: bool = False

    def find(self, what: Word, word: str) -> str | Unmapped:
        """The code of a word, or that of all others. A treatment that is not at home has no code
        but its own; no purchase with tax is a document that names none.
        """
        words = [word, ANY]
        if what in TAXES and not is_domestic(word):
            words = [word, *STANDS_FOR.get(word, ())]
        for each in words:
            code = self.codes.get((what, each))
            if code is not None:
                return code
        return Unmapped(what, word)

    def find_tax(self, rate: str, net: int, tax: int) -> str | Unmapped:
        """The code of a line's input tax, by its rate; where that fits none that is mapped, by the
        amounts.
        """
        code = self.find(Word.TAX, rate)
        if isinstance(code, Unmapped) and rate == OTHER_TAX:
            # No rate here fits. One of the books may: it is what a person maps then.
            return Unmapped(Word.TAX, rate_of(net, tax, self.known_rates))
        return self._needed(code, Word.TAX, rate, tax=tax)

    def find_output_tax(self, word: str, tax: int) -> str | Unmapped:
        """The code of what is charged, by how it is taxed."""
        return self._needed(self.find(Word.OUTPUT_TAX, word), Word.OUTPUT_TAX, word, tax=tax)

    def _needed(self, code: str | Unmapped, what: Word, word: str, *, tax: int) -> str | Unmapped:
        """The code, unless it is empty and the books want one of a line with tax."""
        if code == "" and tax and self.needs_codes:
            return Unmapped(what, word)
        return code

    def rates(self, what: Word) -> list[Decimal]:
        """The rates in percent that have a code."""
        result: list[Decimal] = []
        for kind, word in self.codes:
            if kind is what and is_rate(word):
                result.append(Decimal(word))
        return result


def rate_of(net: int, tax: int, rates: Iterable[Decimal]) -> str:
    """Which of the rates a line has, by its amounts in minor units: the rate by which its tax comes
    out to the last unit or one beside it. OTHER_TAX where none does, or several as well as each
    other.
    """
    if tax == 0:
        return "0"
    if net == 0:
        return OTHER_TAX
    off = sorted((abs(Decimal(net) * rate / 100 - tax), rate) for rate in rates if rate)
    if not off or off[0][0] > 1 or (len(off) > 1 and off[0][0] == off[1][0]):
        return OTHER_TAX
    return f"{off[0][1].normalize():f}"


def check(
    codes: Mapping[tuple[Word, str], str], chart: Chart | None, *, needs_codes: bool
) -> list[tuple[tuple[Word, str], str]]:
    """What is wrong with the words of a mapping, and what to do. Without a chart, only their form.
    `needs_codes` as of BooksMapping.
    """
    if chart is None:
        accounts = None
    else:
        accounts = frozenset(each.code for each in chart.accounts if each.is_active)
    if chart is None:
        taxes = None
    else:
        taxes = frozenset(each.code for each in chart.tax_codes if each.is_active)
    faults: list[tuple[tuple[Word, str], str]] = []
    for (what, word), code in codes.items():
        if what in TAXES:
            sentence = _wrong_tax(what, word, code=code, codes=taxes)
            if not sentence and not code and needs_codes and has_tax(word):
                sentence = "These books take no tax without a tax code: choose one."
        else:
            sentence = _wrong_word(what, word, code=code, accounts=accounts)
        if sentence:
            faults.append(((what, word), sentence))
    return faults


def _wrong_tax(what: Word, word: str, code: str, codes: frozenset[str] | None) -> str:
    if word != ANY and not is_word(word, is_of_sales=what is Word.OUTPUT_TAX):
        return _WRONG_WORD[what]
    if code and codes is not None and code not in codes:
        return f"The books have no active tax code {code}."
    return ""


def _wrong_word(what: Word, word: str, code: str, accounts: frozenset[str] | None) -> str:
    if what is Word.PERSON and word == ANY:
        return "Each person is a contact of their own: name them."
    if not code:
        return "Give it a code, or leave it out."
    if what is not Word.PERSON and accounts is not None and code not in accounts:
        return f"The books have no active account {code}."
    return ""
