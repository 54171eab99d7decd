"""The rows of closed periods."""

from datetime import date

from tillroll.durable import Statement, statement
from tillroll.durable.record.runs import NewRun
from tillroll.platform.bindings.database import Row, integer, optional_text, text
from tillroll.platform.shape import Shape
from tillroll.workflows.export.rows.choosing import AS_CLOSED

# A period with what came, or was changed, after it had been closed; nothing counts as late before that is written down.
SELECT_PERIODS = f"""
  SELECT period.*, closing.finished_at,
    (SELECT COUNT(*) FROM expenses
     WHERE expenses.account_id = period.account_id AND expenses.date BETWEEN period.first_day AND period.last_day
       AND expenses.status IN ('ready', 'approved') AND closing.finished_at IS NOT NULL
       AND NOT EXISTS (
         SELECT 1 FROM export_items AS closed WHERE closed.account_id = period.account_id
           AND closed.series = closing.series AND closed.expense_id = expenses.id AND {AS_CLOSED}
       )) AS late
  FROM closed_periods AS period JOIN exports AS closing ON closing.id = period.export_id
"""  # noqa: S608 - constants


class PeriodShape(Shape):
    """Days that are closed, `from` and `to` included. `export_id` is the export that holds what was in them, `is_ready`
    once it is written. `late` expenses came, or were changed, after that."""

    id: str
    first_day: str
    last_day: str
    export_id: str
    is_ready: bool
    late: int
    closed_by: str
    closed_at: str
    reopened_by: str | None
    reopened_at: str | None
    reopen_reason: str | None


def insert_period(run: NewRun, period_id: str, first: date, last: date, actor: str, now: str) -> Statement:
    """Changes no row where one of the days is closed already; `run` is that of the export that closes them."""
    return statement(
        """
        INSERT INTO closed_periods (id, account_id, first_day, last_day, export_id, closed_by, closed_at)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
        WHERE NOT EXISTS (
          SELECT 1 FROM closed_periods
          WHERE account_id = ?2 AND reopened_at IS NULL AND first_day <= ?4 AND last_day >= ?3
        )
        """,
        period_id,
        run.account_id,
        first.isoformat(),
        last.isoformat(),
        run.subject,
        actor,
        now,
    )


def period_shape(row: Row) -> PeriodShape:
    """A row of SELECT_PERIODS."""
    return PeriodShape(
        id=text(row, "id"),
        first_day=text(row, "first_day"),
        last_day=text(row, "last_day"),
        export_id=text(row, "export_id"),
        is_ready=row["finished_at"] is not None,
        late=integer(row, "late"),
        closed_by=text(row, "closed_by"),
        closed_at=text(row, "closed_at"),
        reopened_by=optional_text(row, "reopened_by"),
        reopened_at=optional_text(row, "reopened_at"),
        reopen_reason=optional_text(row, "reopen_reason"),
    )
