"""What Cloudflare's plans allow and Tillroll takes, as docs/deploying.md has it: made from
limits.py and figures.
"""

import re
from dataclasses import dataclass
from typing import Final

from cli.pages.made_part import with_part
from local.places import ROOT
from tillroll_durable.platform.limits import FREE, PAID, SCRIPT_BYTES

_BEGIN: Final = "<!-- made by `make docs` from limits.py -->\n"
_END: Final = "<!-- end of what is made -->\n"
_MIB: Final = 2**20
_BENCHMARKS: Final = ROOT / "docs" / "benchmarks.md"
_ISOLATE: Final = re.compile(r"^\| both at once \| ([\d.]+) \|", re.MULTILINE)
_LARGEST: Final = re.compile(r"^Largest: ([\d.]+) of 128 MB, ([\d.]+) of 30 s\.$", re.MULTILINE)
UPLOAD_MIB: Final = 18.6
"""The Worker with its packages, as wrangler uploads it; tests/integration/test_deploy.py measures
it.
"""
PACKED_MB: Final = 5.0
"""The same by gzip, in millions of bytes; measured there too."""


@dataclass(frozen=True)
class Row:
    """A limit: its subject, its values on Free and on Paid, and what was measured here, with what
    holds it.
    """

    limit: str
    free: str
    paid: str
    tillroll: str


def limits_table() -> list[Row]:
    """The limits that a deployment meets."""
    heap, seconds = _largest()
    peak = _peak()
    script = f"{SCRIPT_BYTES // _MIB} MiB"
    return [
        Row(
            "the Worker, uncompressed",
            script,
            script,
            f"{UPLOAD_MIB} MiB; a test holds it under 24",
        ),
        Row("the Worker, gzipped", "3 MB", "10 MB", f"{PACKED_MB} MB"),
        Row(
            "CPU time a request or step",
            "10 ms",
            "30 s",
            f"up to {seconds} s a step: **this asks for Paid**",
        ),
        Row(
            "queries to D1 an invocation",
            f"{FREE.queries:,}",
            f"{PAID.queries:,}",
            "a wait of 20 s polls about 80 times; a tick asks 950 at most",
        ),
        Row(
            "subrequests an invocation",
            f"{FREE.subrequests:,}",
            f"{PAID.subrequests:,}",
            "a step asks some ten",
        ),
        Row(
            "steps a Workflow instance",
            f"{FREE.steps:,}",
            f"{PAID.steps:,}",
            "4 a receipt, and a few for a review",
        ),
        Row(
            "Workflow instances at once",
            "100",
            "50,000",
            "one a receipt being read; one that waits does not count",
        ),
        Row(
            "memory",
            "128 MB",
            "128 MB",
            f"{peak} MB with garbage, at 8 uploads of 10 MB beside 4 scans of 30 pages "
            f"([measured](benchmarks.md#the-isolate-under-uploads-and-scans)); a heap of {heap} MB "
            "behind a step",
        ),
    ]


def _largest() -> tuple[str, str]:
    """The largest heap, in MB, and the longest CPU time, in s, that the benchmark of each step
    measured. Raises ValueError: its page does not say it.
    """
    found = _LARGEST.search(_BENCHMARKS.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{_BENCHMARKS} has no line that begins with Largest:")
    return found[1], found[2]


def _peak() -> str:
    """What the isolate held at most, in MB, as its benchmark measured. Raises ValueError: its page
    does not say it.
    """
    match = _ISOLATE.search(_BENCHMARKS.read_text(encoding="utf-8"))
    if match is None:
        raise ValueError(f"{_BENCHMARKS} has no line of both at once")
    return match[1]


def with_limits(page: str) -> str:
    """The page with its table. Raises ValueError: the page has no place for it."""
    rows = "".join(
        f"| {row.limit} | {row.free} | {row.paid} | {row.tillroll} |\n" for row in limits_table()
    )
    return with_part(
        page, _BEGIN, f"| limit | Free | Paid | Tillroll |\n| --- | --- | --- | --- |\n{rows}", _END
    )
