"""What the webhook is told, for the API's description: the events, and the shape of each. Nothing here is answered."""

from collections.abc import Mapping
from typing import Final, Literal

from fastapi import APIRouter
from pydantic import BaseModel

from tillroll.expenses.changing.telling import MERGED, TOPICS
from tillroll.expenses.record.shapes import PartShape
from tillroll.platform.shape import Asked

router = APIRouter()


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


class CreatedEvent(Asked):
    type: Literal["expense.created"]
    timestamp: str
    data: CreatedData


class ChangedEvent(Asked):
    type: str
    timestamp: str
    data: ChangedData


class MergedEvent(Asked):
    type: Literal["expense.merged"]
    timestamp: str
    data: MergedData


@router.post("expense.created", tags=["webhooks"])
async def created(event: CreatedEvent) -> None:
    """A document has become an expense."""


_SAYS = {
    "expense.updated": "Values were changed, or a change of them was taken back.",
    "expense.sent_back": "It is in review again, and counts in no export until it is ready.",
    "expense.confirmed": "What was sent back was looked at: it is ready again.",
    "expense.approved": "An owner approved it: it is locked.",
    "expense.unapproved": "The approval was taken back: it is ready, and can be changed.",
    "expense.voided": "It counts nowhere any more, and is kept.",
    "expense.restored": "What was voided, or merged, counts again.",
    MERGED: "It was voided as a duplicate of `mergedInto`.",
}


async def _changed(event: ChangedEvent) -> None:
    """It is described, not called."""


async def _merged(event: MergedEvent) -> None:
    """It is described, not called."""


EVENTS: Final[Mapping[str, tuple[str, type[BaseModel]]]] = {
    "expense.created": ("A document has become an expense.", CreatedEvent),
    **{topic: (_SAYS[topic], MergedEvent if topic == MERGED else ChangedEvent) for topic in TOPICS},
}
"""What each event says, and the shape of its body."""

for _topic in TOPICS:
    _told = _merged if _topic == MERGED else _changed
    router.add_api_route(_topic, _told, methods=["POST"], name=_topic, description=_SAYS[_topic], tags=["webhooks"])
