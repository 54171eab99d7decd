"""What payouts say of an expense's progress: those that pay it back to the person who paid it, or
are on their way."""

from typing import Final

from tillroll.access.permissions import Permission
from tillroll.expenses.progress import PROGRESS, ProgressPart

# Several may pay it, each a part of it.
PAID_BACK: Final = PROGRESS.fill(
    ProgressPart(
        """
    WITH covering AS MATERIALIZED (
      SELECT paid.*, SUM(iif(paid.paid_at IS NULL, 0, abs(paid.of_amount))) OVER () AS settled
      FROM payout_expenses paid
      WHERE paid.expense_id = ?2 AND paid.account_id = ?1 AND paid.released_at IS NULL
    )
    SELECT 'paid' AS stage, iif(covering.settled >= abs(e.total_minor), 'reached', 'open') AS holds,
      covering.paid_at AS at, 'payout' AS subject,
      COALESCE(covering.run_id, covering.asked_in) AS subject_id,
      NULL AS name, CASE WHEN covering.paid_at IS NULL THEN 'on_its_way'
        WHEN NOT (e.status = 'approved' AND (e.paid_by = 'employee'
          OR e.origin IN ('mileage', 'per_diem'))
          AND e.person IS covering.person) THEN 'paid_too_much' END AS state,
      NULL AS says, NULL AS url
    FROM covering JOIN expenses e ON e.id = ?2 AND e.account_id = ?1
    """,
        Permission.LEDGER,
        story="""
    SELECT paid.created_at AS at, COALESCE(one.asked_by, batch.asked_by) AS actor,
      'A payout of it was requested' AS says,
      '/runs/' || COALESCE(paid.run_id, paid.asked_in) AS path
    FROM payout_expenses paid LEFT JOIN payouts one ON one.run_id = paid.asked_in
    LEFT JOIN payout_batches batch ON batch.run_id = paid.asked_in
    WHERE paid.account_id = ?1 AND paid.expense_id = ?2
    UNION ALL
    SELECT paid.paid_at, NULL, 'It was paid back to the person who paid it',
      '/runs/' || COALESCE(paid.run_id, paid.asked_in)
    FROM payout_expenses paid WHERE paid.account_id = ?1 AND paid.expense_id = ?2
      AND paid.paid_at IS NOT NULL
    UNION ALL
    SELECT paid.released_at, NULL, 'Its payout came to nothing, so it is owed again',
      '/runs/' || COALESCE(paid.run_id, paid.asked_in)
    FROM payout_expenses paid WHERE paid.account_id = ?1 AND paid.expense_id = ?2
      AND paid.released_at IS NOT NULL
    """,
    )
)
