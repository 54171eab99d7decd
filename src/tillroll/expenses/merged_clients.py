"""What becomes of expenses whose client was merged into another."""

from collections.abc import Sequence

from tillroll.clients.repository import MERGED
from tillroll_durable import Statement, statement


def move_expenses(client_id: str, into: str, now: str) -> Sequence[Statement]:
    """Give all expenses of a client to another."""
    query = """
      UPDATE expenses SET client_id = ?2, client = (SELECT name FROM clients WHERE id = ?2),
        updated_at = ?3
      WHERE client_id = ?1
    """
    values = (client_id, into, now)
    return [statement(query, [*values])]


MOVED = MERGED.fill(move_expenses)
