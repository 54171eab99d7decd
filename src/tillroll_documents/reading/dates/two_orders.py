"""Whether a page speaks for two orders of day and month at once: an American shop writes to a
customer whose country has the day in front, or labels its sums in such a language.
"""

from collections.abc import Iterable
from typing import Final

from tillroll_documents.reading.page import Page
from tillroll_documents.reading.text.dates import Order
from tillroll_documents.reading.text.folding import (
    Folded,
)
from tillroll_documents.reading.text.places import by_code
from tillroll_documents.reading.text.vocabulary import score_languages

_TELLING: Final = 2
"""One word may be a name: a cafe called after Paris."""
_ENGLISH: Final = "en"


def hints_by_order(page: Page) -> dict[Order, int]:
    """How many signs of countries speak for each order."""
    counts = dict.fromkeys(Order, 0)
    for country, count in page.hints.items():
        counts[by_code(country).order] += count
    return counts


def is_foreign_to_america(page: Page, labels: Iterable[str]) -> bool:
    """Whether a country with the day in front, or another language than English, has a say:
    `labels` stand before the dates.
    """
    if hints_by_order(page)[Order.DAY_FIRST] >= _TELLING:
        return True
    if page.written - {_ENGLISH}:
        return True
    return any(map(_is_of_another_language, labels))


def is_american_too(page: Page, currency: str | None) -> bool:
    """Whether signs and the money of America stand on a page, whatever else does."""
    return currency == "USD" and hints_by_order(page)[Order.MONTH_FIRST] >= _TELLING


def _is_of_another_language(label: str) -> bool:
    """Whether the words before a date are no English: "Rechnungsdatum", "Date de facture"."""
    scores = score_languages(Folded.of(label))
    return max(scores.values()) > scores[_ENGLISH]
