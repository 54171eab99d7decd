"""When a delivery that failed is tried again: the schedule of Standard Webhooks, some three days in all."""

import hashlib
from typing import Final

from tillroll.durable.record.outbox import RETRY_AFTER_SECONDS

# So much of each wait is left to chance, either way, so that what failed together does not come back together.
_JITTER: Final = 0.1


def seconds_after(delivery_id: str, attempt: int) -> int:
    """How long to wait after the failed attempt number `attempt` (from 1) of a delivery: the schedule's time, up to a
    tenth longer or shorter. It comes of the delivery's id, so asked twice, it is the same."""
    seconds = RETRY_AFTER_SECONDS[attempt - 1]
    digest = hashlib.sha256(f"{delivery_id}:{attempt}".encode()).digest()
    chance = int.from_bytes(digest[:4]) / 2**32  # 0 to 1
    return round(seconds * (1 + _JITTER * (2 * chance - 1)))
