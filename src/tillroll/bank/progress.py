"""What the bank says of an expense's progress: the entries that pay it, or its claim, or may do
so.
"""

from typing import Final

from tillroll.access.permissions import Permission
from tillroll.expenses.progress import PROGRESS, ProgressPart

# What pays its claim is shown, and decides nothing: the claim says whether it is paid.
PAID: Final = PROGRESS.fill(
    ProgressPart(
        """
    WITH document AS MATERIALIZED (
      SELECT e.id, e.id AS expense_id, abs(e.total_minor) AS total FROM expenses e
      WHERE e.id = ?2 AND e.account_id = ?1
      UNION ALL
      SELECT i.run_id, i.expense_id, NULL FROM claim_items i JOIN claims c ON c.run_id = i.run_id
      WHERE i.expense_id = ?2 AND i.released_at IS NULL AND c.account_id = ?1
    ), pair AS MATERIALIZED (
      SELECT p.entry_id, MAX(p.counts) AS counts, document.total,
        abs(SUM(SUM(p.settles * p.counts)) OVER (PARTITION BY document.id)) AS settled
      FROM document JOIN bank_pairs p ON p.account_id = ?1 AND p.document_id = document.id
      JOIN bank_matches m ON m.id = p.match_id AND m.state IN ('accepted', 'proposed')
      GROUP BY document.id, p.entry_id
    )
    SELECT 'paid' AS stage,
      CASE WHEN pair.counts = 0 THEN 'expected' WHEN pair.total IS NULL THEN 'over'
        WHEN pair.settled >= pair.total THEN 'reached' ELSE 'open' END AS holds,
      entry.day AS at, 'bank_entry' AS subject, entry.id AS subject_id,
      COALESCE(NULLIF(entry.counterparty, ''), NULLIF(entry.words, '')) AS name,
      iif(pair.counts = 0, 'proposed', NULL) AS state, NULL AS says, NULL AS url
    FROM pair JOIN bank_entries entry ON entry.id = pair.entry_id
    UNION ALL
    SELECT 'paid', 'expected', NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM expenses e
    WHERE e.id = ?2 AND e.account_id = ?1 AND e.paid_by = 'company'
      AND e.payment_method IS NOT 'cash'
      AND EXISTS (SELECT 1 FROM bank_accounts b WHERE b.account_id = ?1)
    """,
        Permission.LEDGER,
        story="""
    SELECT m.decided_at AS at, m.decided_by AS actor,
      'A bank entry was matched to it: ' || COALESCE(NULLIF(entry.counterparty, ''),
          NULLIF(entry.words, ''), entry.day)
        AS says,
      '/bank/entries/' || entry.id AS path
    FROM bank_pairs p JOIN bank_matches m ON m.id = p.match_id AND m.state = 'accepted'
    JOIN bank_entries entry ON entry.id = p.entry_id
    WHERE p.account_id = ?1 AND p.document_id = ?2 AND m.decided_at IS NOT NULL
    UNION
    SELECT m.decided_at, m.decided_by, 'Its match with a bank entry was undone',
      '/bank/entries/' || p.entry_id
    FROM bank_pairs p JOIN bank_matches m ON m.id = p.match_id AND m.state = 'undone'
    WHERE p.account_id = ?1 AND p.document_id = ?2 AND m.decided_at IS NOT NULL
    """,
    )
)
