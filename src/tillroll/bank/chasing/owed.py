"""The payments whose documents a person was asked for, as they see them on Home."""

from datetime import date
from typing import Final

from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import Database, digits, of_row
from tillroll_durable.platform.models import Model

_MOST_LISTED: Final = 50
_OWED: Final = f"""
  SELECT id AS entry_id, day, amount, currency, counterparty, words, asked_at FROM bank_entries
  WHERE owed_by = ?2 AND account_id = ?1 AND standing = 'open'
  ORDER BY day, id LIMIT {digits(_MOST_LISTED)}
"""


class OwedDocument(Model):
    """A payment whose document the caller was asked for, last at `askedAt`. `amount` is in minor
    units, negative for money that left.
    """

    entry_id: str
    day: date
    amount: int
    currency: str
    counterparty: str | None
    words: str
    asked_at: str


async def documents_owed(database: Database, account_id: str, user_id: str) -> list[OwedDocument]:
    """The oldest first, fifty at most. What is explained meanwhile is not among them."""
    rows = await database.all(statement(_OWED, [account_id, user_id]))
    return [of_row(OwedDocument, row) for row in rows]
