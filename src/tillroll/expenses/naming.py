"""What people call an expense in the audit: its merchant and its day."""

from typing import Final

from tillroll_durable.platform.bindings.database import digits
from tillroll_durable.platform.naming import (
    MOST_NAMES,
    MOST_THINGS,
    Named,
    has_part,
    is_beyond_ascii,
)

_COLUMNS: Final = (
    "expenses.merchant AS name, expenses.date AS day, '/expenses/' || expenses.id AS path, "
    "expenses.run_id AS stream"
)
NAMED: Final = Named(
    "expense",
    # The plus keeps the planner from going through all of the account.
    find=f"""
      SELECT asked.value AS id, {_COLUMNS} FROM json_each(?2) AS asked CROSS JOIN expenses
        ON expenses.id = replace(asked.value, 'run_', 'exp_') OR expenses.receipt_id = asked.value
      WHERE +expenses.account_id = ?1
    """,
    search=f"""
      SELECT expenses.id, {_COLUMNS} FROM expenses
      WHERE expenses.account_id = ?1 AND {has_part("expenses.merchant")}
      ORDER BY expenses.date DESC, expenses.id LIMIT {digits(MOST_THINGS)}
    """,
    names=f"""
      SELECT merchant AS name FROM expenses
      WHERE account_id = ?1 AND {is_beyond_ascii("merchant")}
      GROUP BY merchant ORDER BY MAX(date) DESC LIMIT {digits(MOST_NAMES)}
    """,
)
