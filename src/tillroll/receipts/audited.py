"""What is written into the audit of merchants and of what an account calls itself, beside what their runs write."""

from collections.abc import Mapping
from typing import Final

AUDITED: Final[Mapping[str, str]] = {
    "merchant.forgotten": "what was remembered of a merchant was deleted",
    "account.company_names_set": "how the account calls itself was set",
    "account.originals_set": "whether photos are stored as they came, or without what their files tell, was set",
    "receipt.made_bare": "the stored photo was replaced by one without what its file told beside the pixels",
    "account.tax_ids_set": "the account's own tax ids were set",
}
