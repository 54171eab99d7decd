"""What planning needs besides an item: the mapping, closed days and contacts, as they are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from tillroll.books.connections.connection import contacts_have_one_currency, needs_tax_codes
from tillroll.books.syncs.drafts import ContactKey, Draft
from tillroll.books.syncs.mapping import BooksMapping, Word
from tillroll.books.syncs.planning import Closed
from tillroll.exports.periods import closed_of
from tillroll.tax.repository import load_company
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import Database, Row, text
from tillroll_durable.platform.json import load_texts


@dataclass(frozen=True)
class Surroundings:
    """What planning needs besides an item: the mapping, our closed periods, and the contacts that
    items need. `has_one_currency`: each contact of the books has.
    """

    mapping: BooksMapping
    closed: Closed
    home: str | None = None
    has_one_currency: bool = False
    contacts: Mapping[ContactKey, str] = field(default_factory=dict[ContactKey, str])

    def key_of(self, draft: Draft) -> ContactKey:
        """What the contact of a document is known by."""
        if self.has_one_currency:
            currency = draft.currency
        else:
            currency = ""
        return ContactKey(draft.party.role.value, draft.party.word, currency)


_RATES: Final = """
  SELECT provider, (
    SELECT json_group_array(DISTINCT json_extract(value, '$.percent'))
    FROM json_each(c.chart, '$.taxCodes')
    WHERE json_extract(value, '$.isActive') AND json_extract(value, '$.percent') IS NOT NULL
      AND json_extract(value, '$.ofPurchases') IS NOT 0
  ) AS rates FROM books_connections c WHERE c.id = ?
"""


async def load_surroundings(
    database: Database, account_id: str, connection_id: str
) -> Surroundings:
    """Load what a sync needs besides contacts."""
    mapping, closed, books = await database.batch(
        [
            statement(
                "SELECT what, word, code FROM books_mapping WHERE connection_id = ?",
                [connection_id],
            ),
            statement(
                "SELECT first_day, last_day FROM closed_periods WHERE account_id = ? "
                "AND reopened_at IS NULL",
                [account_id],
            ),
            statement(_RATES, [connection_id]),
        ]
    )
    company = await load_company(database, account_id)
    has_one_currency = any(contacts_have_one_currency(text(row, "provider")) for row in books)
    return Surroundings(
        mapping_of(mapping, books[0] if books else None),
        Closed([closed_of(row) for row in closed]),
        home=company.country,
        has_one_currency=has_one_currency,
    )


def mapping_of(rows: Sequence[Row], books: Row | None = None) -> BooksMapping:
    """The mapping by its rows, and what its books are: their provider, and the rates of their codes
    of input tax.
    """
    codes = {(Word(text(row, "what")), text(row, "word")): text(row, "code") for row in rows}
    if books is None:
        return BooksMapping(codes)
    rates = frozenset(Decimal(each) for each in load_texts(text(books, "rates")))
    return BooksMapping(codes, rates, needs_codes=needs_tax_codes(text(books, "provider")))
