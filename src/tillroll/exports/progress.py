"""What exports say of an expense's progress: which have handed it on, and whether its day is
closed.
"""

from typing import Final

from tillroll.access.permissions import Permission
from tillroll.expenses.progress import PROGRESS, ProgressPart

# The newest five: an expense stands in each export of its days.
EXPORTED: Final = PROGRESS.fill(
    ProgressPart(
        """
    SELECT * FROM (
      SELECT DISTINCT 'exported' AS stage, 'reached' AS holds, x.finished_at AS at,
        'export' AS subject,
        x.id AS subject_id, COALESCE(profile.name, x.format) AS name,
        iif(x.series LIKE 'period:%', 'closing', NULL) AS state, NULL AS says, NULL AS url
      FROM export_items held JOIN exports x ON x.id = held.export_id
      LEFT JOIN export_profiles profile ON profile.id = x.profile_id
      WHERE held.expense_id = ?2 AND held.account_id = ?1 AND held.corrects IS NULL
        AND x.finished_at IS NOT NULL
      ORDER BY x.id DESC LIMIT 5
    )
    UNION ALL SELECT 'exported', 'expected', NULL, NULL, NULL, NULL, NULL, NULL, NULL
    UNION ALL
    SELECT 'closed', 'reached', period.closed_at, 'closed_period', period.id,
      period.first_day || '/' || period.last_day, NULL, NULL, NULL
    FROM expenses e
    JOIN closed_periods period ON period.account_id = e.account_id AND period.reopened_at IS NULL
      AND period.last_day >= e.date AND period.first_day <= e.date
    WHERE e.id = ?2 AND e.account_id = ?1
    """,
        Permission.READ,
        story="""
    SELECT COALESCE(exports.finished_at, exports.created_at) AS at, exports.requested_by AS actor,
      CASE WHEN export_items.corrects IS NULL THEN 'It was handed on in an export'
        ELSE 'An export took back what was handed on before' END AS says,
      '/exports/' || exports.id AS path
    FROM export_items JOIN exports ON exports.id = export_items.export_id
    WHERE export_items.account_id = ?1 AND export_items.expense_id = ?2
    """,
    )
)
