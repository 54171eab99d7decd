"""The tables of the sync: what becomes of their rows when something is erased, and who gets them.

What is in the books stays there: a company must keep its books. Here only the memory of it goes.
"""

from typing import Final, LiteralString

from tillroll.expenses.tables import IDS_OF_RECEIPT
from tillroll_durable.platform.tables import ACCOUNT, Gone, Shut, Table

_CONNECTIONS: Final = "SELECT id FROM books_connections WHERE account_id = ?1"
_ITEMS: Final = "SELECT id FROM books_items WHERE account_id = ?1"
_IS_OF_EXPENSE: Final = f"account_id = ?1 AND kind = 'expense' AND subject_id IN ({IDS_OF_RECEIPT})"
_OF_EXPENSE: Final = f"SELECT id FROM books_items WHERE {_IS_OF_EXPENSE}"
_SYNCS: Final = "SELECT id FROM books_syncs WHERE account_id = ?1"


def _of_item(name: LiteralString, key: LiteralString = "rowid") -> Table:
    return Table(name, Gone(f"item_id IN ({_ITEMS})"), Gone(f"item_id IN ({_OF_EXPENSE})"), key=key)


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
    Table(
        "books_contacts",
        Gone(f"connection_id IN ({_CONNECTIONS})"),
        key="connection_id, role, word, currency",
    ),
    Table(
        "books_mapping", Gone(f"connection_id IN ({_CONNECTIONS})"), key="connection_id, what, word"
    ),
    # The secret signs requests.
    Table(
        "books_connections",
        Gone(ACCOUNT),
        shut=Shut("ended_at = COALESCE(ended_at, ?1)"),
        without=frozenset({"secret"}),
    ),
)
