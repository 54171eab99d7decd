"""What is written into the audit of expenses, beside what their runs write. Each names a change by its id, whose values
stand in `expense_change_values`."""

from collections.abc import Mapping
from typing import Final

AUDITED: Final[Mapping[str, str]] = {
    "expense.edited": "values of an expense were changed; `change` has them, `fields` names them",
    "expense.seen": "a person confirmed an expense's merchant or category as it is",
    "expense.sent_back": "an expense was sent back to review",
    "expense.confirmed": "an expense was looked at and is ready again",
    "expense.voided": "an expense was voided: it counts nowhere, and is kept",
    "expense.restored": "a voided expense counts again",
    "expense.undone": "a change of an expense was taken back; `undoes` names it",
}
