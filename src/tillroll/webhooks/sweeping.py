"""Deliveries that are done are kept for 30 days, with their attempts. What is open, or was given up, stays."""

from datetime import timedelta
from typing import Final

from tillroll.platform.bindings.database import statement
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

KEPT_FOR: Final = timedelta(days=30)
_BATCH: Final = 200
# As the index of the migration has it. One that was given up can be sent again, and is then done; a test cannot.
_OLD: Final = """
  SELECT id FROM deliveries
  WHERE (state IN ('delivered', 'cancelled') OR payload IS NOT NULL) AND settled_at < ?1
  ORDER BY settled_at LIMIT ?2
"""


async def sweep_deliveries(platform: Platform) -> None:
    """Delete up to 200 deliveries that were done more than 30 days ago, the oldest first, with their attempts."""
    before = to_text(platform.clock.now() - KEPT_FOR)
    attempts = f"DELETE FROM delivery_attempts WHERE delivery_id IN ({_OLD})"  # noqa: S608 - a constant
    deliveries = f"DELETE FROM deliveries WHERE id IN ({_OLD})"  # noqa: S608 - a constant
    await platform.database.batch([statement(attempts, before, _BATCH), statement(deliveries, before, _BATCH)])
