"""Which expenses an act leaves as they are, by their status, their closed period, and what was
handed on.
"""

from typing import Final, LiteralString

from tillroll.expenses.approval.approved import is_open_in_sql
from tillroll.expenses.sorting.plan import APPROVED, Act, LeftOut
from tillroll_durable.platform.bindings.database import Row, optional_text, text

MAY_SORT: Final = "maySort"
"""This value of an act says that who began it may sort approved expenses anew."""
_HANDED_ON: Final = (
    "It is approved, and was exported or billed, or is in the books: take the approval back first."
)


def lock_columns(expenses: LiteralString) -> LiteralString:
    """SQL of the columns `closed` (the closed period of an expense) and `is_open` (nothing was
    handed on), which `closed_of` and `lock_of` read. `expenses` is the table's alias."""
    return f"""
      (SELECT first_day || '/' || last_day FROM closed_periods AS period
       WHERE period.account_id = {expenses}.account_id AND period.reopened_at IS NULL
         AND {expenses}.date BETWEEN period.first_day AND period.last_day) AS closed,
      ({is_open_in_sql(f"{expenses}.id")}) AS is_open
    """


def closed_of(row: Row) -> LeftOut | None:
    """Why an expense of a closed period is left as it is: what such a period holds is corrected
    one by one, where a person sees what the next export will say of it."""
    closed = optional_text(row, "closed")
    if closed is None:
        return None
    first, last = closed.split("/")
    return LeftOut(
        f"It is in a closed period ({first} to {last}): change it by itself, or open the period "
        "again."
    )


def lock_of(act: Act, row: Row, *, sorts: bool) -> LeftOut | None:
    """Why an expense is left as it is; None where it may be changed. `sorts`: the act changes only
    what expenses are sorted by, which an approval does not cover."""
    status = text(row, "status")
    if status == "voided":
        return LeftOut("It is voided.")
    if status != "approved":
        return closed_of(row)
    if not sorts or act.asked.get(MAY_SORT) is not True:
        return LeftOut(APPROVED)
    if row["is_open"] == 1:
        return None
    return closed_of(row) or LeftOut(_HANDED_ON)
