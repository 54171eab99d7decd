"""The currency of a receipt: by codes and marks, by its country, else the account's own. Also
dollar signs that were read as digits.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Final

from tillroll_documents.money import CODES, MARKS, WORDLIKE
from tillroll_documents.reading import weights, words
from tillroll_documents.reading.extraction import Line
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.text.company_names import find_legal_form
from tillroll_documents.reading.text.places import by_code
from tillroll_documents.reading.totals.labels import SUM_CONCEPTS, LabelledAmount
from tillroll_documents.reading.totals.neighbours import (
    Neighbour,
    has_unknown,
    letter_codes,
    neighbours_of_sums,
    prints_no_cents,
    with_cents,
)
from tillroll_documents.reading.totals.total import Coins
from tillroll_documents.reading.weights import Candidate

_CODE: Final = re.compile(
    r"[A-Z](?=[A-Z]{2})(?:(?:(?<=[0-9].)|(?<=[0-9] .)|(?<=[(\[].))[A-Z]{2}(?![^\W_])"
    r"|(?<![^\W\d_].)[A-Z]{2}(?=[ :.]*-?[0-9]|[)\]]| *$))",
    re.MULTILINE,
)


def _rest_alone(mark: str) -> str:
    """A pattern for what follows a mark's first sign, where the mark is no part of a word or a
    longer mark.
    """
    rest = re.escape(mark[1:])
    sign = re.escape(mark)
    if mark[0].isalpha():
        return rf"{rest}(?<![^\W_$]{sign})(?=[ .)\d:OoDI-]|$)"
    return rf"{rest}(?<!\${sign})"


def _marks_pattern() -> re.Pattern[str]:
    """Any mark, the longest first. The alternatives begin with different signs, which are looked
    for first.
    """
    by_sign: dict[str, list[str]] = {}
    for mark in sorted(MARKS, key=len, reverse=True):
        by_sign.setdefault(mark[0], []).append(_rest_alone(mark))
    signs = (f"{re.escape(sign)}(?:{'|'.join(rests)})" for sign, rests in by_sign.items())
    return re.compile("|".join(signs), re.MULTILINE)


_MARK: Final = _marks_pattern()
_MAX_COUNTED: Final = 3
"""A mark on every line says no more than a mark on three."""
_CENTS_BEFORE: Final = re.compile(r"\d[.,]\d{2}\s?$")
_CENTS_BEHIND: Final = re.compile(r"\s{0,3}\d{1,3}(?:[.,' ]?\d{3})*[.,]\d{2}(?!\d)")
_TAXES: Final = words("gst hst qst vat iva itbms itbis igv gct ppn sst tva moms mva")
"""Names of taxes on sales, folded. "PST" is left out: it is a time zone too."""
_LEVIED: Final[Mapping[str, frozenset[str]]] = {
    "AUD": words("gst"),
    "CAD": words("gst hst qst"),
    "DKK": words("moms"),
    "EGP": words("vat"),
    "GBP": words("vat"),
    "HKD": frozenset(),
    "INR": words("gst"),
    "JPY": frozenset(),
    "LKR": words("vat"),
    "MUR": words("vat"),
    "MXN": words("iva"),
    "MYR": words("gst sst"),
    "NOK": words("mva moms"),
    "NPR": words("vat"),
    "NZD": words("gst"),
    "PKR": words("gst sst"),
    "SEK": words("moms"),
    "SGD": words("gst"),
    "TWD": words("vat"),
    "USD": frozenset(),
}
"""Those that are charged where people pay with a currency, by the tax laws of its countries. The
United States have none of these; other countries with their dollar do, and are named or asked."""


_GLUED_TAX: Final = re.compile(r"(?<![^\W\d_])(gst|vat|iva|igv|mva)(?=\d|reg|no|incl|amount)")
"""The name of a tax, with what OCR glued to it: "GST9%", "VATincluded"."""
_SOME_CENTS: Final = re.compile(r"(?<!\d)0?[.,](?:0[1-9]|[1-9]\d)(?!\d)")
_CLEARLY: Final = 2
"""So many more signs of another country leave no doubt: one may be in a shop's name."""


class Owner(StrEnum):
    """Whose currency a shared mark is."""

    ACCOUNT = "account"
    DOUBTFUL = "doubtful"
    OTHER = "other"


_DEFAULT_REASONS: Final[Mapping[Owner, tuple[str, ...]]] = {
    Owner.ACCOUNT: ("account_default",),
    Owner.DOUBTFUL: ("account_default_doubted",),
    Owner.OTHER: (),
}
_NOWHERE: Final = (Line(0, "", ""), 0, 0)


def find_currency(
    page: Page, default: str | None, neighbours: Sequence[Neighbour] | None = None
) -> list[Candidate[str]]:
    """Candidates for the ISO 4217 code; `default` is the account's currency, and `neighbours` stand
    beside numbers. A mark that several share ("$") counts for each. One that stands nowhere in
    print has the span 0..0.
    """
    if neighbours is None:
        neighbours = neighbours_of_sums(page)
    candidates: dict[str, Candidate[str]] = {}
    counts: Counter[tuple[str, str]] = Counter()

    def count(
        code: str, reason: str, place: tuple[Line, int, int] = _NOWHERE, times: int = 1
    ) -> None:
        candidates.setdefault(code, Candidate(code, *place))
        counts[code, reason] += times

    for line, start, reason, printed in sorted(_printed(page), key=lambda mark: mark[0].index):
        for code in _meanings(line, start, reason=reason, printed=printed):
            count(code, reason, (line, start, start + len(printed)))
    letters = _letters(page, neighbours)
    for letter in letters:
        for code in letter.codes:
            count(code, "marked", (letter.line, letter.start, letter.end))
    for currency, hinted in hinted_currencies(page.hints).items():
        count(currency, "country", times=hinted)
    for code, reason in _of_account(page, default, neighbours=neighbours, letters=letters):
        count(code, reason)
    for (code, reason), times in counts.items():
        candidates[code].reasons[reason] = weights.CURRENCY[reason] * min(times, _MAX_COUNTED)
    return list(candidates.values())


def hinted_currencies(hints: Mapping[str, int]) -> Mapping[str, int]:
    """How much countries speak for each currency: as much as the best of those that have it.
    Several that share one, each with a word that others use too, say no more together."""
    hinted: dict[str, int] = {}
    for country, count in hints.items():
        currency = by_code(country).currency
        hinted[currency] = max(count, hinted.get(currency, 0))
    return hinted


def _meanings(line: Line, start: int, reason: str, printed: str) -> tuple[str, ...]:
    if reason == "code_printed":
        return (printed,)
    end = start + len(printed)
    before = _CENTS_BEFORE.search(line.plain, 0, start)
    if before is not None or _CENTS_BEHIND.match(line.plain, end):
        return with_cents(MARKS[printed])
    return MARKS[printed]


def _letters(page: Page, neighbours: Sequence[Neighbour]) -> list[Neighbour]:
    """The letter marks that count: none where something clearer is printed."""
    if any(neighbour.codes and not neighbour.is_letters for neighbour in neighbours):
        return []
    return letter_codes(page, neighbours)


def _printed(page: Page) -> list[tuple[Line, int, str, str]]:
    """The codes and marks of the page: line, start, reason and text of each."""
    codes = [
        (line, match.start() - begin, "code_printed", match[0])
        for line, begin, match in page.search(_CODE)
        if match[0] in CODES and _is_code(page, line, code=match[0], start=match.start() - begin)
    ]
    marks = [
        (line, match.start() - begin, "marked", match[0])
        for line, begin, match in page.search(_MARK)
    ]
    return codes + marks


def _of_account(
    page: Page,
    default: str | None,
    neighbours: Sequence[Neighbour],
    letters: Sequence[Neighbour],
) -> list[tuple[str, str]]:
    """The account's currency with why it counts; none where the paper speaks against it."""
    if not default:
        return []
    owner = _owner(page, default, neighbours=neighbours, letters=letters)
    return [(default, reason) for reason in _DEFAULT_REASONS[owner]]


def _owner(
    page: Page,
    default: str,
    neighbours: Sequence[Neighbour],
    letters: Sequence[Neighbour],
) -> Owner:
    """Whether what stands beside the amounts is of the account's currency."""
    own = [neighbour.codes for neighbour in neighbours if default in neighbour.codes]
    if any(len(codes) == 1 for codes in own):
        return Owner.ACCOUNT
    if own:
        shared = {code for codes in own for code in codes}
        return _owner_of_mark(page, default, shared)
    clear = [each for each in neighbours if each.codes and not each.is_letters]
    is_other = bool(letters) or any(page.named(each.line) & SUM_CONCEPTS for each in clear)
    if is_other or has_unknown(page, neighbours) or prints_no_cents(page, default):
        return Owner.OTHER
    if _looks_foreign(page, default):
        return Owner.OTHER
    return Owner.ACCOUNT


def _looks_foreign(page: Page, default: str) -> bool:
    """Whether a page without any mark is of another country than the account's: it names one, or a
    tax on sales that the account's countries lack, or it rounds to coins as they do not.

    Then the account's currency is no proposal, and a person is asked where one sign alone names
    another (`currency_unknown`). `SECOND_READING=doubted` does not ask about this doubt: a model
    guesses a currency that is not printed as the rules do.
    """
    hinted = hinted_currencies(page.hints)
    if default in hinted:
        return False
    if hinted:
        return True
    levied = _LEVIED.get(default)
    if levied is None:
        return False
    has_coins = Coins.of(default).unit > 0
    return _names_other_tax(page, levied) or (not has_coins and _rounds_cash(page))


def _names_other_tax(page: Page, levied: frozenset[str]) -> bool:
    if not page.folded.words.isdisjoint(_TAXES - levied):
        return True
    taxes = {match[1] for match in _GLUED_TAX.finditer(page.folded.text)}
    return not taxes.issubset(levied)


def _rounds_cash(page: Page) -> bool:
    """Whether a line of a rounding has an amount that is not zero."""
    lines = page.naming(Concept.ROUNDING)
    return any(_SOME_CENTS.search(line.plain) for line in lines)


def _owner_of_mark(page: Page, default: str, codes: Collection[str]) -> Owner:
    """Whether a mark with these currencies is the account's own, which is one of them, by the
    countries and taxes that the page names."""
    hinted = hinted_currencies(page.hints)
    others = max((hinted.get(code, 0) for code in codes if code != default), default=0)
    own = hinted.get(default, 0)
    if others >= own + _CLEARLY:
        return Owner.OTHER
    if others > own:
        return Owner.DOUBTFUL
    levied = _LEVIED.get(default)
    if own or levied is None or page.folded.words.isdisjoint(_TAXES - levied):
        return Owner.ACCOUNT
    return Owner.OTHER


def is_printed(candidates: Sequence[Candidate[str]]) -> bool:
    """Whether the best candidate is named by its code or by a mark of its own."""
    best, *others = candidates
    is_marked = "marked" in best.reasons and not any("marked" in other.reasons for other in others)
    return "code_printed" in best.reasons or is_marked


def _is_code(page: Page, line: Line, code: str, start: int) -> bool:
    """Whether the code is no other word, nor the "BHD" of "SDN BHD"."""
    if code in WORDLIKE and not page.named(line) & SUM_CONCEPTS:
        return False
    legal = find_legal_form(line.plain)
    return legal is None or not legal[0] <= start < legal[1]


_FEWEST_MARKED: Final = 3
_LEAST_MARKED: Final = 0.6
"""Share of the amounts: below, marks stand at some of them only."""
_LOOKS_LIKE_MARK: Final = frozenset("S58")


def doubt_lost_marks(page: Page, labelled: Sequence[LabelledAmount]) -> list[LabelledAmount]:
    """The amounts, with those doubted whose first digit may be a dollar sign."""
    printed = {line.index: line.plain for line in page.lines}
    texts = [printed[item.line][item.amount.start : item.amount.end] for item in labelled]
    exact = [text for text, item in zip(texts, labelled, strict=True) if item.amount.exact]
    marked = sum("$" in text for text in exact)
    if marked < _FEWEST_MARKED or marked < _LEAST_MARKED * len(exact):
        return [*labelled]
    return [
        item._replace(amount=item.amount._replace(doubtful=True))
        if text[0] in _LOOKS_LIKE_MARK
        else item
        for text, item in zip(texts, labelled, strict=True)
    ]
