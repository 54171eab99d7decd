"""What the world outside is told of changes and decisions: one event each, under the version that it led from."""

from collections.abc import Mapping
from typing import Final

from tillroll.durable.record.events.nudging import nudge as nudge_events
from tillroll.durable.record.outbox import Told, has_endpoint, told
from tillroll.durable.settings import RunSettings
from tillroll.expenses.changing.told import (
    APPROVED,
    CONFIRMED,
    MERGED,
    RESTORED,
    SENT_BACK,
    UNAPPROVED,
    UPDATED,
    VOIDED,
)
from tillroll.expenses.values.checking import FIELDS, STATUS, changed_fields
from tillroll.platform.bindings.database import Row, text
from tillroll.platform.json import Json, JsonObject
from tillroll.platform.services import Platform

# Where a change of status leads to, and its topic; what leaves `voided` is restored, wherever it comes to stand.
_BY_STATUS: Final[Mapping[str, str]] = {
    "voided": VOIDED,
    "in_review": SENT_BACK,
    "approved": APPROVED,
}
# From where a change of status leads to `ready`.
_TO_READY: Final[Mapping[str, str]] = {"in_review": CONFIRMED, "approved": UNAPPROVED}
_LISTS: Final = ("taxLines", "items")


def event_of(
    platform: Platform,
    expense: Row,
    change_id: str,
    before: JsonObject,
    after: JsonObject,
    now: str,
    merged_into: str | None = None,
) -> Told:
    """The event of a change from `before`, at its version, to `after`, all values by the API's names; `merged_into` is
    the expense that stays where this one is voided as its duplicate."""
    version = int(str(before["version"]))
    named: list[Json] = [*changed_fields(before, after)]
    data: JsonObject = {
        "expenseId": text(expense, "id"),
        "receiptId": text(expense, "receipt_id"),
        "runId": text(expense, "run_id"),
        "changeId": change_id,
        "version": version + 1,
        "changed": named,
        **{name: after[name] for name in (STATUS, *FIELDS) if name not in _LISTS},
    }
    if merged_into is not None:
        data["mergedInto"] = merged_into
    has_receiver = platform.settings.of(RunSettings).delivers_webhooks
    key = f"{text(expense, 'id')}:{version}"
    run_id, account_id = text(expense, "run_id"), text(expense, "account_id")
    topic = MERGED if merged_into is not None else _topic(str(before[STATUS]), str(after[STATUS]))
    return told(run_id, account_id, topic, key, data, now, has_receiver)


async def nudge(platform: Platform, expense: Row, event: Told) -> None:
    """Have an event that is written delivered now; where that message is lost, the reconciler does it."""
    is_received = platform.settings.of(RunSettings).delivers_webhooks
    if not is_received and not await has_endpoint(platform.database, text(expense, "account_id")):
        return
    await nudge_events(platform, text(expense, "run_id"), [event.id])


def _topic(before: str, after: str) -> str:
    """By the status before and after, so that an undo is told as what it leads to."""
    if before == after:
        return UPDATED
    if before == "voided":
        return RESTORED
    return _BY_STATUS.get(after) or _TO_READY[before]
