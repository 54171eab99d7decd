"""What a search looks through of the single payments of a batch. Pure."""

from collections.abc import Sequence
from typing import Final

from tillroll.expenses.search.plain_text import plain_words
from tillroll_documents.bank_files.printed import Details, Payment

_MOST_LETTERS: Final = 20_000
"""A search reads so much of an entry's payments: their names first, a thousand and more."""


def plain_payments(payments: Sequence[Payment]) -> str | None:
    """Their names and words without case and accents: whole words, as far as there is room."""
    names = [name_of(each) or "" for each in payments]
    words = plain_words(" ".join([*names, *(each.text for each in payments)]))
    if len(words) > _MOST_LETTERS:
        words = words[:_MOST_LETTERS].rpartition(" ")[0]
    return words or None


def name_of(each: Details) -> str | None:
    """Who is on the other side; where somebody pays or receives for another, that one."""
    return each.counterparty.ultimate or each.counterparty.name
