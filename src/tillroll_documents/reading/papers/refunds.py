"""Papers of money that goes back: a title says so, in any language, above amounts that are printed
like those of a purchase.

Tills print such amounts without a minus: Russia's on a receipt of "return of income", Hungary's on
a "VISSZÁRU". What a title means is not sure enough for booking, so that a person is asked.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from tillroll_documents.reading.languages import LANGUAGES, Language, PaperWord, later_language
from tillroll_documents.reading.languages.later import LATER
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.papers.returned_articles import (
    contradicts_label,
    contradicts_title,
)
from tillroll_documents.reading.text.folding import (
    fold,
)
from tillroll_documents.reading.totals.dashes import Dashes
from tillroll_documents.reading.totals.labels import TOTALS, LabelledAmount
from tillroll_documents.reading.totals.total import pays_refund, refund_lines

_MOST_OTHERS: Final = 2
"""Words beside a title of several words: "returns of goods *on account*"."""
_SHORT: Final = 3
"""Letters of words that part a title from its number."""
_MOST_SIGNS: Final = 6
"""Signs beside a title of a language that parts no words."""


@dataclass(frozen=True, slots=True)
class _Titles:
    """The folded titles of languages, as words, or as they are where no spaces part words."""

    by_first_word: dict[str, list[tuple[str, ...]]]
    unspaced: tuple[str, ...]
    papers: frozenset[str]
    """What a paper is called, which may stand beside a title."""
    denials: frozenset[str]

    @classmethod
    def of(cls, languages: Sequence[Language]) -> "_Titles":
        by_first_word: dict[str, list[tuple[str, ...]]] = {}
        unspaced: list[str] = []
        for language in languages:
            for phrase in map(fold, language.refunds):
                if language.is_spaced:
                    words = tuple(phrase.replace("'", " ").split())
                    by_first_word.setdefault(words[0], []).append(words)
                else:
                    unspaced.append(phrase)
        papers = frozenset(_words(languages, PaperWord.PAPER))
        negations = frozenset(_words(languages, PaperWord.NEGATION))
        denials = negations | _words_of_rules()
        return cls(by_first_word, tuple(unspaced), papers=papers, denials=denials)


def _words(languages: Sequence[Language], kind: PaperWord) -> Iterator[str]:
    for language in languages:
        for phrase in language.paper_words[kind]:
            yield from fold(phrase).split()


@cache
def _words_of_rules() -> frozenset[str]:
    """Words of rules in the languages of each start: a shop of any country may print them."""
    return frozenset(fold(word) for language in LANGUAGES for word in language.refund_rules)


@cache
def _of_each_start() -> _Titles:
    return _Titles.of(LANGUAGES)


@cache
def _of_later(code: str) -> _Titles:
    return _Titles.of([later_language(code)])


def with_title(
    page: Page,
    labelled: Sequence[LabelledAmount],
    dashes: Dashes,
) -> Dashes:
    """What the dashes mean where a title, or the total's label, may say that money came back.

    The label of the total says so for certain, and a heading does where the sums are below zero or
    a payment is called a refund as well. Amounts without a minus under a heading are money back
    that is asked, and what contradicts a heading leaves the printed sign, and is asked too
    (`returned_articles`).
    """
    lines = refund_lines(page, labelled)
    if lines.totals:
        if contradicts_label(labelled, lines.totals):
            return Dashes.CONTRADICTED
        return Dashes.MINUS
    if dashes is Dashes.NONE:
        return _without_minus(page, labelled, lines.headings)
    if lines.headings:
        return Dashes.MINUS
    return dashes


def _without_minus(
    page: Page,
    labelled: Sequence[LabelledAmount],
    headings: Sequence[int],
) -> Dashes:
    """What a title means on a page whose sums are not all below zero."""
    title = min(headings, default=_title_of(page, labelled))
    if title is None:
        return Dashes.NONE
    if contradicts_title(labelled, title):
        return Dashes.CONTRADICTED
    if headings and pays_refund(page, labelled):
        return Dashes.MINUS
    return Dashes.MAYBE_MINUS


def _title_of(page: Page, labelled: Sequence[LabelledAmount]) -> int | None:
    """The index of the first line above the total, or of the total's own, with the title of a
    refund in any language."""
    totals = [item.line for item in labelled if item.role in TOTALS]
    amounts = frozenset(item.line for item in labelled if item.amount.exact and item.amount.minor)
    later = [_of_later(code) for code in sorted(page.languages & LATER.keys())]
    tables = (_of_each_start(), *later)
    places = (_first_title(page, titles, totals=totals, amounts=amounts) for titles in tables)
    return next((place for place in places if place is not None), None)


def _first_title(
    page: Page,
    titles: _Titles,
    *,
    totals: Collection[int],
    amounts: Collection[int],
) -> int | None:
    if not titles.unspaced and titles.by_first_word.keys().isdisjoint(page.folded.words):
        return None
    last = max(totals, default=max((line.index for line in page.lines), default=0))
    lines = zip(page.lines, page.folded.lines, page.folded.words_by_line, strict=True)
    for line, text, words in lines:
        if line.index > last:
            return None
        is_total = line.index in totals
        if line.index in amounts and not is_total:
            continue  # of an article, or the change
        if _is_title(titles, text, words, is_total=is_total) and not page.dates(line):
            return line.index
    return None


def _is_title(titles: _Titles, text: str, words: Sequence[str], *, is_total: bool) -> bool:
    compact = text.replace(" ", "")
    for phrase in titles.unspaced:
        if phrase in compact and (is_total or len(compact) <= len(phrase) + _MOST_SIGNS):
            return True
    letters = [word for word in words if word.isalpha()]
    for place, word in enumerate(letters):
        for phrase in titles.by_first_word.get(word, ()):
            if tuple(letters[place : place + len(phrase)]) != phrase:
                continue
            others = letters[:place] + letters[place + len(phrase) :]
            is_title = is_total or _may_stand_beside(titles, phrase, others)
            if is_title and titles.denials.isdisjoint(others):
                return True
    return False


def _may_stand_beside(titles: _Titles, phrase: tuple[str, ...], others: Sequence[str]) -> bool:
    """Whether the other words of the line leave it a title: "return" alone is one, and "day return"
    is a ticket."""
    if len(phrase) > 1:
        return len(others) <= _MOST_OTHERS
    return all(len(word) <= _SHORT or word in titles.papers for word in others)
