"""The queue's message for an event that is written: it only says where to look."""

from collections.abc import Iterable

from tillroll.platform import log
from tillroll.platform.bindings.queue import QueueUnavailable
from tillroll.platform.services import Platform


async def nudge(platform: Platform, run_id: str, event_ids: Iterable[str]) -> None:
    """Have events of a run delivered now; where a message is lost, the reconciler sends it later."""
    for event_id in event_ids:
        try:
            await platform.queue.send({"outboxId": event_id})
        except QueueUnavailable as error:
            log.warning("delivery.nudge_lost", run=run_id, delivery=event_id, error=error)
