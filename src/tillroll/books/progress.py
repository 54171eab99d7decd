"""What the books say of an expense's progress: where it is in each of them."""

from typing import Final

from tillroll.access.permissions import Permission
from tillroll.expenses.progress import ProgressPart

IN_BOOKS: Final = ProgressPart(
    """
    SELECT 'in_books' AS stage,
      CASE i.state WHEN 'written' THEN 'reached' WHEN 'left_out' THEN 'over' WHEN 'credited' THEN 'over' ELSE 'open'
      END AS holds,
      i.written_at AS at, 'books' AS subject, c.id AS subject_id, c.name AS name, i.state AS state,
      COALESCE(i.reason, i.external_number) AS says, i.external_url AS url
    FROM books_items i JOIN books_connections c ON c.id = i.connection_id AND c.ended_at IS NULL
    WHERE i.account_id = ?1 AND i.subject_id = ?2
    """,
    Permission.READ,
)
