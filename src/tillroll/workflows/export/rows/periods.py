"""The rows of closed periods."""

from datetime import date

from tillroll.durable import Statement, statement
from tillroll.durable.record.runs import NewRun
from tillroll.exports.expense import decimal_amount
from tillroll.platform.bindings.database import Row, integer, optional_text, text
from tillroll.platform.shape import Shape
from tillroll.workflows.export.rows.choosing import AS_CLOSED

_IN_CLOSED = f"""
  FROM export_items AS closed
  WHERE closed.account_id = period.account_id AND closed.series = closing.series
    AND closed.expense_id = expenses.id AND {AS_CLOSED}
"""
# What came into a period, or was changed in it, after it had been closed; nothing counts as late before that is written
# down.
_CAME = f"""
  expenses.account_id = period.account_id AND expenses.date BETWEEN period.first_day AND period.last_day
  AND expenses.status IN ('ready', 'approved') AND closing.finished_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 {_IN_CLOSED})
"""
# What was closed and is in the period no more: voided, or of another day.
_LEFT = """
  closed.export_id = period.export_id AND closing.finished_at IS NOT NULL
  AND (expenses.status = 'voided' OR expenses.date NOT BETWEEN period.first_day AND period.last_day)
"""
# What is of its days, and in review: it is in no export.
_WAITS = """
  expenses.account_id = period.account_id AND expenses.date BETWEEN period.first_day AND period.last_day
  AND expenses.status = 'in_review'
  AND NOT EXISTS (
    SELECT 1 FROM export_items AS closed WHERE closed.export_id = period.export_id AND closed.expense_id = expenses.id
  )
"""
_CLOSING = "closed_periods AS period JOIN exports AS closing ON closing.id = period.export_id"

SELECT_PERIODS = f"""
  SELECT period.*, closing.finished_at,
    (SELECT COUNT(*) FROM expenses WHERE {_CAME}) + (
      SELECT COUNT(*) FROM export_items AS closed JOIN expenses ON expenses.id = closed.expense_id WHERE {_LEFT}
    ) AS late,
    (SELECT COUNT(*) FROM export_items AS closed WHERE closed.export_id = period.export_id) AS held,
    (SELECT COUNT(*) FROM expenses WHERE {_WAITS}) AS in_review
  FROM {_CLOSING}
"""  # noqa: S608 - constants


class LateShape(Shape):
    """An expense as it is now, and what it did after its period had been closed: `how` is added, changed, voided, or
    moved to a day outside of it."""

    expense_id: str
    how: str
    merchant: str
    date: str
    total: str
    currency: str
    status: str


class PeriodShape(Shape):
    """Days that are closed, `from` and `to` included. `export_id` is the export that holds what was in them, `held`
    expenses; `is_ready` once it is written. `in_review` other ones of these days are in no export until they are
    confirmed. `late` expenses came, were changed, voided or moved out after that."""

    id: str
    first_day: str
    last_day: str
    export_id: str
    is_ready: bool
    held: int
    in_review: int
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


def late_page(account_id: str, period_id: str, behind: str, limit: int) -> Statement:
    """What is late of a period behind an expense's id, the newest first."""
    return statement(
        f"""
        SELECT expenses.id, expenses.merchant, expenses.date, expenses.total_minor, expenses.currency, expenses.status,
          late.how
        FROM (
          SELECT expenses.id,
            CASE WHEN EXISTS (
              SELECT 1 FROM export_items WHERE export_id = period.export_id AND expense_id = expenses.id
            ) THEN 'changed' ELSE 'added' END AS how
          FROM {_CLOSING} JOIN expenses ON {_CAME} WHERE period.account_id = ?1 AND period.id = ?2
          UNION ALL
          SELECT expenses.id, CASE expenses.status WHEN 'voided' THEN 'voided' ELSE 'moved' END
          FROM {_CLOSING} JOIN export_items AS closed ON closed.export_id = period.export_id
            JOIN expenses ON expenses.id = closed.expense_id
          WHERE {_LEFT} AND period.account_id = ?1 AND period.id = ?2
        ) AS late JOIN expenses ON expenses.id = late.id
        WHERE late.id < ?3 ORDER BY late.id DESC LIMIT ?4
        """,  # noqa: S608 - constants
        account_id,
        period_id,
        behind,
        limit,
    )


def late_shape(row: Row) -> LateShape:
    """A row of `late_page`."""
    currency = text(row, "currency")
    return LateShape(
        expense_id=text(row, "id"),
        how=text(row, "how"),
        merchant=text(row, "merchant"),
        date=text(row, "date"),
        total=decimal_amount(integer(row, "total_minor"), currency) or "",
        currency=currency,
        status=text(row, "status"),
    )


def period_shape(row: Row) -> PeriodShape:
    """A row of SELECT_PERIODS."""
    return PeriodShape(
        id=text(row, "id"),
        first_day=text(row, "first_day"),
        last_day=text(row, "last_day"),
        export_id=text(row, "export_id"),
        is_ready=row["finished_at"] is not None,
        held=integer(row, "held"),
        in_review=integer(row, "in_review"),
        late=integer(row, "late"),
        closed_by=text(row, "closed_by"),
        closed_at=text(row, "closed_at"),
        reopened_by=optional_text(row, "reopened_by"),
        reopened_at=optional_text(row, "reopened_at"),
        reopen_reason=optional_text(row, "reopen_reason"),
    )
