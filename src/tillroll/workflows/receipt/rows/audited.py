"""What is written into the audit of receipts and their expenses, beside what their runs write."""

from collections.abc import Mapping
from typing import Final

AUDITED: Final[Mapping[str, str]] = {
    "expense.category_changed": "an expense's category was changed",
    "expense.names_changed": "an expense's shop was named anew",
    "expense.document_changed": "what an expense's document says of itself was changed",
    "merchant.forgotten": "what was remembered of a merchant was deleted",
    "account.company_names_set": "how the account calls itself was set",
    "account.tax_ids_set": "the account's own tax ids were set",
}
