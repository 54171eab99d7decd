"""Which expenses an export holds, as conditions over their rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from tillroll.expenses.search.conditions import conditions_of
from tillroll.platform.bindings.database import Value
from tillroll.platform.json import dump
from tillroll.workflows.export.shapes import ExportFilter

# Neither what was voided is handed on, nor what a person sent back to review, until it is ready again.
HANDED_ON = frozenset({"ready", "approved"})
IN_BOOKS = "expenses.status IN ('ready', 'approved')"
IN_REVIEW = "expenses.status = 'in_review'"

# The expense is as the line `closed` holds it: what came since are decisions and changes of its status alone, of which
# each raises the version by one.
AS_CLOSED = """
  expenses.version = closed.version
    + (SELECT COUNT(*) FROM approval_decisions AS decided
       WHERE decided.expense_id = expenses.id AND decided.from_version >= closed.version)
    + (SELECT COUNT(*) FROM expense_changes AS moved
       WHERE moved.expense_id = expenses.id AND moved.from_version >= closed.version
         AND (moved.kind IN ('sent_back', 'confirmed', 'voided', 'restored', 'merged', 'parted') OR EXISTS (
           SELECT 1 FROM expense_changes AS undone
           WHERE undone.id = moved.undoes AND undone.kind IN ('sent_back', 'confirmed', 'voided', 'restored'))))
"""

# The closed period of an expense that is not in it as it is now; NULL where it is, and outside of closed periods.
AFTER_CLOSING = f"""
  (SELECT period.first_day || '/' || period.last_day FROM closed_periods AS period
   JOIN exports AS closing ON closing.id = period.export_id AND closing.finished_at IS NOT NULL
   WHERE period.account_id = expenses.account_id AND period.reopened_at IS NULL
     AND expenses.date BETWEEN period.first_day AND period.last_day
     AND NOT EXISTS (
       SELECT 1 FROM export_items AS closed
       WHERE closed.account_id = expenses.account_id AND closed.series = closing.series
         AND closed.expense_id = expenses.id AND {AS_CLOSED}
     ))
"""  # noqa: S608 - constants

# The closed period of a line `held` that an export handed on.
HELD_IN_CLOSED = """
  (SELECT period.first_day || '/' || period.last_day FROM closed_periods AS period
   JOIN exports AS closing ON closing.id = period.export_id AND closing.finished_at IS NOT NULL
   WHERE period.account_id = held.account_id AND period.reopened_at IS NULL
     AND json_extract(held.content, '$.date') BETWEEN period.first_day AND period.last_day)
"""
# The closed period that held an expense which is in it no more: it was voided since, or is of another day.
LEFT_CLOSED = """
  (SELECT period.first_day || '/' || period.last_day FROM closed_periods AS period
   JOIN exports AS closing ON closing.id = period.export_id AND closing.finished_at IS NOT NULL
   JOIN export_items AS closed ON closed.export_id = closing.id AND closed.expense_id = expenses.id
   WHERE period.account_id = expenses.account_id AND period.reopened_at IS NULL
     AND (expenses.status = 'voided' OR expenses.date NOT BETWEEN period.first_day AND period.last_day))
"""

# The newest line about an expense in the finished exports of a series (?, ?: account and series). A line that takes
# back, or none, means that the expense is not held.
_HOLDS = """
  (SELECT held.corrects IS NULL FROM export_items AS held
   JOIN exports AS earlier ON earlier.id = held.export_id AND earlier.finished_at IS NOT NULL
   WHERE held.account_id = ? AND held.series = ? AND held.expense_id = expenses.id
   ORDER BY earlier.finished_at DESC, held.export_id DESC, held.part DESC, held.place DESC LIMIT 1)
"""
# (?, ?, ?: account, series, this export) What is taken back here comes anew.
_NEW = f"""
  (COALESCE({_HOLDS}, 0) = 0 OR EXISTS (
    SELECT 1 FROM export_items AS back
    WHERE back.export_id = ? AND back.expense_id = expenses.id AND back.corrects IS NOT NULL
  ))
"""  # noqa: S608 - constants
# (?: this export) One whose day was changed while the export is gathered would be met twice.
_NOT_YET = """
  NOT EXISTS (
    SELECT 1 FROM export_items AS here
    WHERE here.export_id = ? AND here.expense_id = expenses.id AND here.corrects IS NULL
  )
"""


@dataclass(frozen=True)
class Choice:
    """The expenses of an account that a filter chooses, of those that were there at `asked_at` (UTC text).

    Attributes:
        only_new: those that no finished export of the series holds; days before the filter's first are in it where
            they are closed, since nobody hands on that period again.
        not_before: the first day that the format can have in this file; None for any.
        as_closed_in: the export in which their period was closed: they are taken as they were then.
        closes: this export closes a period, so nothing in it is late.
    """

    account_id: str
    chosen: ExportFilter
    asked_at: str
    export_id: str = ""
    series: str = ""
    only_new: bool = False
    not_before: str | None = None
    as_closed_in: str | None = None
    closes: bool = False

    @property
    def days(self) -> tuple[str | None, str | None]:
        """The filter's first and last day."""
        first, last = self.chosen.found.first_day, self.chosen.found.last_day
        return None if first is None else first.isoformat(), None if last is None else last.isoformat()

    @property
    def currencies(self) -> str | None:
        """As a JSON list; None for any."""
        return dump([*self.chosen.found.currencies]) if self.chosen.currency is not None else None

    @property
    def categories(self) -> str | None:
        """As a JSON list; None for any."""
        return dump([*self.chosen.found.categories]) if self.chosen.category is not None else None

    def where(self, *, has_lower_bound: bool = True, are: str = IN_BOOKS) -> tuple[str, list[Value]]:
        """Conditions over `expenses`, with plain placeholders, and their values. `are` is what is chosen from."""
        first, last = self.days
        conditions: list[tuple[str, Sequence[Value]]] = [
            (_NOT_YET, [self.export_id]),
            ("expenses.account_id = ?", [self.account_id]),
            ("expenses.created_at <= ?", [self.asked_at]),
            ("expenses.date <= ?", [last]),
            *conditions_of(self.account_id, self.chosen.found),
        ]
        if self.only_new:
            conditions += [
                (f"(expenses.date >= ? OR {AFTER_CLOSING} IS NOT NULL)", [first]),
                ("expenses.date >= ?", [self.not_before]),
                (_NEW, [self.account_id, self.series, self.export_id]),
            ]
        elif has_lower_bound:
            conditions.append(("expenses.date >= ?", [first]))
        asked = [(condition, values) for condition, values in conditions if None not in values]
        texts = [are, *(condition for condition, _ in asked)]
        return " AND ".join(texts), [value for _, values in asked for value in values]
