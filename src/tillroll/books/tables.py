"""The tables of the sync: what becomes of their rows when something is erased, and who gets them.

What is in the books stays there: a company must keep its books. Here only the memory of it goes.
"""

# ruff: noqa: S608 - the conditions are put together of constants

from typing import Final

from tillroll.expenses.tables import EXPENSE
from tillroll.platform.naming import Became
from tillroll.platform.tables import ACCOUNT, Gone, Table

_CONNECTIONS: Final = "SELECT id FROM books_connections WHERE account_id = ?1"
_ITEMS: Final = "SELECT id FROM books_items WHERE account_id = ?1"
_IS_OF_EXPENSE: Final = f"account_id = ?1 AND kind = 'expense' AND subject_id IN ({EXPENSE})"
_OF_EXPENSE: Final = f"SELECT id FROM books_items WHERE {_IS_OF_EXPENSE}"
_SYNCS: Final = "SELECT id FROM books_syncs WHERE account_id = ?1"


def _of_item(name: str, key: str = "rowid") -> Table:
    return Table(name, Gone(f"item_id IN ({_ITEMS})"), Gone(f"item_id IN ({_OF_EXPENSE})"), key=key)


BECAME: Final = Became(
    """
    SELECT books_writes.settled_at AS at, NULL AS actor,
      CASE WHEN books_writes.act = 'credit' THEN 'It was taken back in the books: '
        ELSE 'It was written into the books: ' END || books_connections.name AS says,
      '/books/' || books_connections.id AS path
    FROM books_items
    JOIN books_writes ON books_writes.item_id = books_items.id AND books_writes.outcome = 'written'
    JOIN books_connections ON books_connections.id = books_items.connection_id
    WHERE books_items.account_id = ?1 AND books_items.subject_id = ?2 AND books_items.kind = 'expense'
      AND books_writes.settled_at IS NOT NULL
    """
)
TABLES: Final = (
    Table("crm_facts", Gone(ACCOUNT)),
    Table("crm_records", Gone(ACCOUNT), key="connection_id, kind, external_id"),
    Table(
        "books_outcomes",
        Gone(f"sync_id IN ({_SYNCS})"),
        Gone(f"subject IN ({_OF_EXPENSE})"),
        key="sync_id, subject",
    ),
    Table("books_syncs", Gone(ACCOUNT)),
    _of_item("books_attachments", "item_id, generation, sha256"),
    _of_item("books_conflicts"),
    _of_item("books_writes", "item_id, revision"),
    Table(
        "books_items",
        Gone(ACCOUNT),
        Gone(_IS_OF_EXPENSE),
    ),
    Table("books_contacts", Gone(f"connection_id IN ({_CONNECTIONS})"), key="connection_id, role, word"),
    Table("books_mapping", Gone(f"connection_id IN ({_CONNECTIONS})"), key="connection_id, what, word"),
    # The secret signs requests.
    Table(
        "books_connections",
        Gone(ACCOUNT),
        shut="ended_at = COALESCE(ended_at, ?1)",
        without=frozenset({"secret"}),
    ),
)
