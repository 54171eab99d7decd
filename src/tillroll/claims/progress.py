"""What claims say of an expense's progress: that it is claimed, and that its claim was paid.

A claim on a client that is paid is "received". One on the company pays the person back: "paid".
"""

from typing import Final

from tillroll.access.permissions import Permission
from tillroll.claims.naming import NUMBER
from tillroll.expenses.progress import PROGRESS, ProgressPart

# A claim of which nothing is open, and of which nothing came in, was credited or written off.
CLAIMED: Final = PROGRESS.fill(
    ProgressPart(
        f"""
    WITH claimed AS MATERIALIZED (
      SELECT c.*, c.claimed - c.credited - c.applied - c.written_off AS open,
        CASE WHEN c.number IS NOT NULL THEN {NUMBER.format(claims="c")} END AS called
      FROM claim_items i JOIN claims c ON c.run_id = i.run_id
      WHERE i.expense_id = ?2 AND i.released_at IS NULL AND c.account_id = ?1
    )
    SELECT 'claimed' AS stage, iif(c.issued_on IS NULL, 'open', 'reached') AS holds,
      COALESCE(c.issued_on, c.created_at) AS at, 'claim' AS subject, c.run_id AS subject_id,
        c.called AS name,
      iif(c.issued_on IS NULL, 'draft', NULL) AS state, NULL AS says, NULL AS url
    FROM claimed c
    UNION ALL
    SELECT iif(c.payer_kind = 'customer', 'received', 'paid'),
      CASE WHEN c.open > 0 OR c.issued_on IS NULL THEN 'open'
        WHEN c.applied > 0 THEN 'reached' ELSE 'over' END,
      iif(c.open = 0 AND c.applied > 0, (
        SELECT MAX(event.day) FROM claim_events event
        WHERE event.run_id = c.run_id AND event.kind = 'payment' AND NOT EXISTS (
          SELECT 1 FROM claim_events back WHERE back.run_id = c.run_id
            AND back.reverses = event.version)
      ), NULL),
      iif(c.open = 0 AND c.applied > 0, 'claim', NULL), c.run_id, c.called, NULL, NULL, NULL
    FROM claimed c
    UNION ALL
    SELECT word.value,
      CASE
        WHEN word.value <> 'received' AND e.paid_by = 'employee' AND NOT EXISTS (
          SELECT 1 FROM payout_expenses paid
          WHERE paid.expense_id = e.id AND paid.released_at IS NULL) THEN 'expected'
        WHEN word.value <> 'paid' AND e.billable = 1 AND e.client IS NOT NULL THEN 'expected'
        ELSE 'over'
      END,
      NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM expenses e CROSS JOIN json_each('["claimed", "received", "paid"]') word
    WHERE e.id = ?2 AND e.account_id = ?1 AND NOT EXISTS (
      SELECT 1 FROM claimed WHERE word.value <> 'paid' OR claimed.payer_kind = 'company')
    """,
        Permission.LEDGER,
        story="""
    SELECT claims.created_at AS at, claims.asked_by AS actor,
      'It was claimed from ' || claims.payer_name AS says,
      '/claims/' || claims.run_id AS path
    FROM claim_items JOIN claims ON claims.run_id = claim_items.run_id
    WHERE claims.account_id = ?1 AND claim_items.expense_id = ?2
    UNION ALL
    SELECT claim_items.released_at, NULL, 'It can be claimed again', '/claims/' || claims.run_id
    FROM claim_items JOIN claims ON claims.run_id = claim_items.run_id
    WHERE claims.account_id = ?1 AND claim_items.expense_id = ?2
      AND claim_items.released_at IS NOT NULL
    """,
    )
)
