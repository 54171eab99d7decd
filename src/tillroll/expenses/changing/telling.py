"""What the world outside is told of changes: one event each, under the version that it led from."""

from typing import Final

from tillroll.durable.record.outbox import Told, told
from tillroll.durable.settings import RunSettings
from tillroll.expenses.values.checking import FIELDS, STATUS
from tillroll.platform import log
from tillroll.platform.bindings.database import Row, text
from tillroll.platform.bindings.queue import QueueUnavailable
from tillroll.platform.json import Json, JsonObject
from tillroll.platform.services import Platform

UPDATED: Final = "expense.updated"
VOIDED: Final = "expense.voided"
RESTORED: Final = "expense.restored"
TOPICS: Final = (UPDATED, VOIDED, RESTORED)
"""No run waits for their delivery."""
_LISTS: Final = ("taxLines", "items")


def event_of(
    platform: Platform, expense: Row, change_id: str, before: JsonObject, after: JsonObject, fields: list[str], now: str
) -> Told:
    """The event of a change from `before`, at its version, to `after`, all values by the API's names."""
    version = int(str(before["version"]))
    named: list[Json] = [*fields]
    data: JsonObject = {
        "expenseId": text(expense, "id"),
        "receiptId": text(expense, "receipt_id"),
        "runId": text(expense, "run_id"),
        "changeId": change_id,
        "version": version + 1,
        "changed": named,
        **{name: after[name] for name in (STATUS, *FIELDS) if name not in _LISTS},
    }
    has_receiver = platform.settings.of(RunSettings).delivers_webhooks
    key = f"{text(expense, 'id')}:{version}"
    run_id, account_id = text(expense, "run_id"), text(expense, "account_id")
    return told(run_id, account_id, _topic(before, after), key, data, now, has_receiver)


async def nudge(platform: Platform, expense: Row, event: Told) -> None:
    """Have an event that is written delivered now; where that message is lost, the reconciler does it."""
    if not platform.settings.of(RunSettings).delivers_webhooks:
        return
    try:
        await platform.queue.send({"outboxId": event.id})
    except QueueUnavailable as error:
        log.warning("delivery.nudge_lost", run=text(expense, "run_id"), delivery=event.id, error=error)


def _topic(before: JsonObject, after: JsonObject) -> str:
    if before[STATUS] != after[STATUS] and "voided" in (before[STATUS], after[STATUS]):
        return VOIDED if after[STATUS] == "voided" else RESTORED
    return UPDATED
