"""Cloudflare's prices, each with its page and the day on which a stored copy of it was read.

Theirs count, and they change: all of them are to be checked before anybody relies on a sum.
"""

from dataclasses import dataclass
from typing import Final

_DOCS: Final = "https://developers.cloudflare.com"
MILLION: Final = 1_000_000
GB: Final = 1_000_000_000
READING: Final = ("transformations", "pages_read")
"""Items of having a model look at a photo."""


@dataclass(frozen=True)
class Price:
    """What an item costs a month.

    Attributes:
        item: a key of what a month uses.
        what: the same in words.
        included: so many cost nothing.
        dollars: each further `per` of them costs so much.
        page: where Cloudflare says it.
        copy: which stored copy of the page was read.
    """

    item: str
    what: str
    included: float
    dollars: float
    per: float
    page: str
    copy: str

    def of(self, used: float) -> float:
        """Dollars for so many in a month."""
        return max(0.0, used - self.included) / self.per * self.dollars


PRICES: Final = (
    Price(
        "plan",
        "Workers Paid",
        0,
        5.0,
        1,
        f"{_DOCS}/workers/platform/pricing/",
        "2026",
    ),
    Price(
        "requests",
        "requests, the runs' too",
        10 * MILLION,
        0.30,
        MILLION,
        f"{_DOCS}/workers/platform/pricing/",
        "2026",
    ),
    Price(
        "cpu_ms",
        "CPU time (ms)",
        30 * MILLION,
        0.02,
        MILLION,
        f"{_DOCS}/workers/platform/pricing/",
        "2026",
    ),
    Price(
        "steps",
        "steps of Workflows",
        500_000,
        0.80,
        100_000,
        f"{_DOCS}/changelog/product/workflows/",
        "changelog of 7 July 2026",
    ),
    Price(
        "engine_gb",
        "what Workflows keep (GB)",
        1,
        0.20,
        1,
        f"{_DOCS}/changelog/product/workflows/",
        "changelog of 7 July 2026; billed since 10 August 2026",
    ),
    Price(
        "rows_read",
        "rows read in D1",
        25_000 * MILLION,
        0.001,
        MILLION,
        f"{_DOCS}/d1/platform/pricing/",
        "2026",
    ),
    Price(
        "rows_written",
        "rows written in D1",
        50 * MILLION,
        1.00,
        MILLION,
        f"{_DOCS}/d1/platform/pricing/",
        "2026",
    ),
    Price(
        "d1_gb",
        "storage in D1 (GB)",
        5,
        0.75,
        1,
        f"{_DOCS}/d1/platform/pricing/",
        "2026",
    ),
    Price(
        "r2_a",
        "writes and lists of R2",
        MILLION,
        4.50,
        MILLION,
        f"{_DOCS}/r2/pricing/",
        "2026",
    ),
    Price(
        "r2_b",
        "reads of R2",
        10 * MILLION,
        0.36,
        MILLION,
        f"{_DOCS}/r2/pricing/",
        "2026",
    ),
    Price(
        "r2_gb",
        "storage in R2 (GB)",
        10,
        0.015,
        1,
        f"{_DOCS}/r2/pricing/",
        "2026",
    ),
    Price(
        "queue_operations",
        "operations of Queues",
        MILLION,
        0.40,
        MILLION,
        f"{_DOCS}/queues/platform/pricing/",
        "2026",
    ),
    Price(
        "logs",
        "events of the log",
        20 * MILLION,
        0.60,
        MILLION,
        f"{_DOCS}/workers/platform/pricing/",
        "2026; another price comes on 1 December 2026, which none has",
    ),
    Price(
        "transformations",
        "transformations of Images",
        5_000,
        0.50,
        1_000,
        f"{_DOCS}/images/pricing/",
        "2026",
    ),
    Price(
        "pages_read",
        "pages that a model reads",
        0,
        0.0037,
        1,
        f"{_DOCS}/workers-ai/platform/pricing/",
        "2026; a page's tokens are assumed",
    ),
)
READ_ON: Final = "2026-11-28"
