"""The currency of the total, where a paper prints several: the mark beside the total decides.
Another one beside a total or a payment, or a conversion by the card's terminal, is asked about.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from tillroll_documents.reading import weights, words
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.text.folding import (
    Folded,
)
from tillroll_documents.reading.text.places import country_hints
from tillroll_documents.reading.totals.currency import hinted_currencies
from tillroll_documents.reading.totals.labels import TOTALS, LabelledAmount, Role
from tillroll_documents.reading.totals.neighbours import Neighbour, all_neighbours, codes_at
from tillroll_documents.reading.weights import Candidate, ranked

_TOTALS: Final = TOTALS | {Role.AMOUNT, Role.GROSS_OR_TAX}
_SUMS: Final = _TOTALS | {Role.SUBTOTAL, Role.NET, Role.TAX, Role.PAID, Role.CHANGE}
_CONVERTED: Final = words(
    "dcc markup kurs kurz kursem wechselkurs taux cambio wisselkoers arfolyam vaxelkurs valutakurs"
    " doviz kuru kursas kurss tecaj"
)
"""Words for a rate of exchange, folded."""
_EXCHANGE_RATE: Final = words("exchange rate")
_PAYMENTS: Final = frozenset({Concept.PAID, Concept.CARD, Concept.CASH})
_AGREEING: Final = 2
_OTHER_WITNESSES: Final = frozenset({"code_printed", "account_default"})
"""What tells the currency beside a country's name."""
_STERLING: Final = "GBP"
_POUNDS: Final = ("EG", "LB")
"""Countries whose pound has the sign "£" too."""


class Sum(NamedTuple):
    """An amount in the sums of a paper: its line's index and span, and its part in the total."""

    line: int
    start: int
    end: int
    is_total: bool
    """A total, or a bare amount."""
    is_payment: bool = False
    is_the_total: bool = False
    """The same as the total that was chosen."""


def sums_of(labelled: Iterable[LabelledAmount], total: int) -> list[Sum]:
    """The labelled sums of a receipt, whose total has so many minor units."""
    return [
        Sum(
            line=item.line,
            start=item.amount.start,
            end=item.amount.end,
            is_total=item.role in _TOTALS,
            is_payment=item.role is Role.PAID,
            is_the_total=item.amount.minor == total,
        )
        for item in labelled
        if item.role in _SUMS and item.amount.minor
    ]


def prefer_beside_total(
    currencies: Sequence[Candidate[str]], texts: Sequence[Neighbour], sums: Iterable[Sum]
) -> list[Candidate[str]]:
    """The candidates, best first, with those preferred that stand beside the total."""
    at_total = _at_total(texts, sums)
    for candidate in currencies:
        if candidate.value in at_total:
            candidate.give("beside_total", weights.CURRENCY)
    return ranked(currencies)


def is_currency_doubtful(
    page: Page,
    currency: str,
    texts: Sequence[Neighbour],
    sums: Sequence[Sum],
    *,
    is_winner: bool,
) -> bool:
    """Whether another currency may be the total's. `is_winner` is whether the page without the
    total's mark names the same one.
    """
    if currency == _STERLING and _is_other_pound(page):
        return True
    if _names_rate(page):
        converted = [text for text in all_neighbours(page) if _is_another(text, currency)]
        if any(len(text.codes) == 1 for text in converted):
            return not _agreeing(currency, texts, sums)
    if not any(_is_another(text, currency) for text in texts):
        return False
    payments = [each for each in sums if each.is_payment]
    is_paid_in_another = any(_is_of_another(each, currency, texts) for each in payments)
    if is_paid_in_another or (not payments and _bears_another(page, currency, texts)):
        return True
    is_paid_so = any(each.is_the_total or _bears(each, currency, texts) for each in payments)
    if any(each.is_total and _is_of_another(each, currency, texts) for each in sums):
        return not is_paid_so
    return not is_winner and not (is_paid_so or _agreeing(currency, texts, sums))


def _bears_another(page: Page, currency: str, texts: Sequence[Neighbour]) -> bool:
    """Whether a line of a payment bears another currency. Its amount may be none in the first, as
    cents are none in yen."""
    return any(
        _is_another(text, currency) and not _PAYMENTS.isdisjoint(page.named(text.line))
        for text in texts
    )


def rests_on_a_name(
    page: Page, chosen: Candidate[str], texts: Sequence[Neighbour], *, name_line: int | None
) -> bool:
    """Whether the name of the shop alone says which currency of a shared mark it is.

    A shop may be named after a country that it is not in. `name_line` is the index of the line with
    the name; without one it is the first.
    """
    if not _OTHER_WITNESSES.isdisjoint(chosen.reasons):
        return False
    bearing = [text for text in texts if chosen.value in text.codes]
    if not bearing or any(len(text.codes) == 1 for text in bearing):
        return False
    if name_line is None:
        name_line = page.lines[0].index
    name = "".join(line.plain for line in page.lines if line.index == name_line)
    by_name = hinted_currencies(country_hints(name, Folded.of(name))).get(chosen.value, 0)
    if not by_name or hinted_currencies(page.hints).get(chosen.value, 0) > by_name:
        return False
    rest = "\n".join(line.plain for line in page.lines if line.index != name_line)
    return chosen.value not in hinted_currencies(country_hints(rest, Folded.of(rest)))


def _is_other_pound(page: Page) -> bool:
    """Whether the page is of a country with pounds of its own, which prints the same sign."""
    others = max((page.hints.get(country, 0) for country in _POUNDS), default=0)
    return others > page.hints.get("GB", 0)


def _names_rate(page: Page) -> bool:
    """Whether the paper names a rate of exchange."""
    words_of_page = page.folded.words
    return not _CONVERTED.isdisjoint(words_of_page) or _EXCHANGE_RATE.issubset(words_of_page)


def _at_total(texts: Sequence[Neighbour], sums: Iterable[Sum]) -> frozenset[str]:
    totals = [each for each in sums if each.is_the_total and each.is_total]
    codes = [codes_at(texts, each.line, start=each.start, end=each.end) for each in totals]
    return frozenset(code for some in codes for code in some)


def _is_another(text: Neighbour, currency: str) -> bool:
    return bool(text.codes) and not text.is_letters and currency not in text.codes


def _is_of_another(each: Sum, currency: str, texts: Sequence[Neighbour]) -> bool:
    codes = codes_at(texts, each.line, start=each.start, end=each.end)
    return bool(codes) and currency not in codes


def _bears(each: Sum, currency: str, texts: Sequence[Neighbour]) -> bool:
    return currency in codes_at(texts, each.line, start=each.start, end=each.end)


def _agreeing(currency: str, texts: Sequence[Neighbour], sums: Sequence[Sum]) -> bool:
    """Whether the total and other sums bear the currency, and no total or payment another."""
    bearing = {each.line for each in sums if _bears(each, currency, texts)}
    others = [each for each in sums if each.is_total or each.is_payment]
    is_contradicted = any(_is_of_another(each, currency, texts) for each in others)
    return len(bearing) > _AGREEING and not is_contradicted
