"""What the books say of an expense's progress: where it is in each of them."""

from typing import Final

from tillroll.access.permissions import Permission
from tillroll.expenses.progress import PROGRESS, ProgressPart

IN_BOOKS: Final = PROGRESS.fill(
    ProgressPart(
        """
    SELECT 'in_books' AS stage,
      CASE i.state WHEN 'written' THEN 'reached' WHEN 'left_out' THEN 'over'
          WHEN 'credited' THEN 'over' ELSE 'open'
      END AS holds,
      i.written_at AS at, 'books' AS subject, c.id AS subject_id, c.name AS name, i.state AS state,
      COALESCE(i.reason, i.external_number) AS says, i.external_url AS url
    FROM books_items i JOIN books_connections c ON c.id = i.connection_id AND c.ended_at IS NULL
    WHERE i.account_id = ?1 AND i.subject_id = ?2
    """,
        Permission.READ,
        story="""
    SELECT books_writes.settled_at AS at, NULL AS actor,
      CASE WHEN books_writes.act = 'credit' THEN 'It was taken back in the books: '
        ELSE 'It was written into the books: ' END || books_connections.name AS says,
      '/books/' || books_connections.id AS path
    FROM books_items
    JOIN books_writes ON books_writes.item_id = books_items.id AND books_writes.outcome = 'written'
    JOIN books_connections ON books_connections.id = books_items.connection_id
    WHERE books_items.account_id = ?1 AND books_items.subject_id = ?2
      AND books_items.kind = 'expense'
      AND books_writes.settled_at IS NOT NULL
    """,
    )
)
