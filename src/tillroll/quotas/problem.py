"""The problem where a quota leaves no room. Apart from the route, since an upload does without FastAPI."""

from datetime import datetime
from typing import Final

from tillroll.api.problems import QUOTA_REACHED, Problem
from tillroll.platform.clock import to_text
from tillroll.quotas.usage import Quota, Use

_ADVICE: Final = {
    Quota.UPLOADS: "The account has handed in as many documents as it may this month (UTC): {limit}. Nothing was kept. "
    "Send it again next month, or ask whoever runs this deployment for more.",
    Quota.STORAGE: "The account's documents have {used} of {limit} bytes, which leaves no room for this one. Nothing "
    "was kept. Ask whoever runs this deployment for more, or delete documents.",
    Quota.AI_CALLS: "The account has asked models as often as it may this month (UTC): {limit}. Ask whoever runs this "
    "deployment for more.",
}


def quota_reached(use: Use, now: datetime) -> Problem:
    """403, and when it begins anew, where it does. A client that obeys a 429 by itself would sleep for weeks."""
    seconds = None if use.resets_at is None else max(1, round((use.resets_at - now).total_seconds()))
    return Problem(
        QUOTA_REACHED,
        _ADVICE[use.quota].format(used=use.used, limit=use.limit),
        retry_after=seconds,
        limited=None if seconds is None else (use.quota.value, seconds),
        quota=use.quota.value,
        used=use.used,
        limit=use.limit,
        resetsAt=None if use.resets_at is None else to_text(use.resets_at),
    )
