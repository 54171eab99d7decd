"""The limits, each with the page that states it, as read in November 2026.

Cloudflare says "queries per Worker invocation" and links to its limit of subrequests, of which a batch is one. So the
adapter refuses the 1,001st round trip. Whether each statement of a batch counts is nowhere said: the cron keeps to its
budget by the stricter reading, in which it does.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Plan:
    """What a plan allows one invocation: queries of D1, subrequests of any kind, and steps of one workflow instance."""

    name: str
    queries: int
    subrequests: int
    steps: int


# https://developers.cloudflare.com/d1/platform/limits/ for queries, /workers/platform/limits/ for subrequests,
# /workflows/reference/limits/ for steps. Both of the latter are the defaults, which wrangler.jsonc leaves as they are.
PAID: Final = Plan("Workers Paid", queries=1_000, subrequests=10_000, steps=10_000)
FREE: Final = Plan("Workers Free", queries=50, subrequests=50, steps=1_024)

# https://developers.cloudflare.com/d1/platform/limits/
PARAMETERS: Final = 100
STATEMENT_BYTES: Final = 100_000
ROW_BYTES: Final = 2_000_000
"""Also of one text or BLOB."""
COLUMNS: Final = 100
FUNCTION_ARGUMENTS: Final = 32
LIKE_PATTERN_BYTES: Final = 50

# https://developers.cloudflare.com/workflows/reference/limits/ ; lengths of names as wrangler's own engine has them.
STEP_OUTPUT_BYTES: Final = 2**20
EVENT_BYTES: Final = 2**20
"""Also of the parameters of an instance."""
INSTANCE_ID_LENGTH: Final = 100
STEP_NAME_LENGTH: Final = 256
EVENT_TYPE_LENGTH: Final = 100
SLEEP_SECONDS: Final = 365 * 24 * 60 * 60
NAME_PATTERN: Final = r"[a-zA-Z0-9_][a-zA-Z0-9-_]*"
"""Of instances and types of events."""

# https://developers.cloudflare.com/queues/platform/limits/
MESSAGE_BYTES: Final = 128_000
# https://developers.cloudflare.com/r2/platform/limits/
OBJECT_KEY_BYTES: Final = 1_024
# https://developers.cloudflare.com/kv/platform/limits/
SESSION_KEY_BYTES: Final = 512


def bytes_of(text: str) -> int:
    """Its length in UTF-8."""
    return len(text) if text.isascii() else len(text.encode())
