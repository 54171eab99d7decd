"""What the world outside is told of expenses: the topics, and the shape of each event's data."""

from collections.abc import Mapping
from typing import Final

from tillroll.durable import Topic
from tillroll.expenses.record.shapes import PartShape
from tillroll.platform.shape import Asked

UPDATED: Final = "expense.updated"
SENT_BACK: Final = "expense.sent_back"
CONFIRMED: Final = "expense.confirmed"
APPROVED: Final = "expense.approved"
UNAPPROVED: Final = "expense.unapproved"
VOIDED: Final = "expense.voided"
RESTORED: Final = "expense.restored"
MERGED: Final = "expense.merged"


class CreatedData(Asked):
    """The expense as it began."""

    expense_id: str
    receipt_id: str
    run_id: str
    merchant: str
    registered_name: str | None
    date: str
    total: str
    tax: str | None
    currency: str
    document_kind: str | None
    receipt_number: str | None
    due_date: str | None
    amount_due: str | None
    buyer: str | None


class ChangedData(CreatedData):
    """The expense at `version`, with all values; `changed` names those that are others than at the version before.
    `change_id` is the change's id in the expense's history."""

    change_id: str
    version: int
    changed: list[str]
    status: str
    category: str | None
    note: str | None
    tags: list[str]
    project: str | None
    client: str | None
    payment_method: str | None
    paid_by: str
    billable: bool
    parts: list[PartShape]


class MergedData(ChangedData):
    """An expense that was voided as a duplicate; `merged_into` is the one that stays."""

    merged_into: str


_SAYS: Final[Mapping[str, str]] = {
    UPDATED: "Values were changed, or a change of them was taken back.",
    SENT_BACK: "It is in review again, and counts in no export until it is ready.",
    CONFIRMED: "What was sent back was looked at: it is ready again.",
    APPROVED: "An owner approved it: it is locked.",
    UNAPPROVED: "The approval was taken back: it is ready, and can be changed.",
    VOIDED: "It counts nowhere any more, and is kept.",
    RESTORED: "What was voided, or merged, counts again.",
}

CREATED_TOPIC: Final = Topic("expense.created", CreatedData, "A document has become an expense.")
TOPICS: Final = (
    *(Topic(name, ChangedData, says) for name, says in _SAYS.items()),
    Topic(MERGED, MergedData, "It was voided as a duplicate of `mergedInto`."),
)
"""Of what is changed and decided. No run waits for their delivery."""
