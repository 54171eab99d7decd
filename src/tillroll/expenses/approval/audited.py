"""What is written into the audit of approval, beside the changes of expenses."""

from collections.abc import Mapping
from typing import Final

AUDITED: Final[Mapping[str, str]] = {
    "policy.created": "a policy of approval was made; `policy` is its id",
    "policy.deleted": "a policy was deleted",
    "approval.given": "an expense was approved; `fromVersion` names the row with the reason",
    "approval.taken_back": "an approval was taken back",
    "approval.refused": "an expense was sent back to review",
    "duplicates.told_apart": "two expenses that looked like one are two; `expenses` names them",
    "duplicates.merged": "two expenses are one: `kept` stays, `voided` is voided and its document linked",
    "duplicates.parted": "an expense that was voided as a duplicate counts again",
}
