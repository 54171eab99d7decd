"""The SQL of a clear receipt, as the product asks it, written down for the twin:
`python -m bench.twin_sql` renews it.

bench/twin/sql.json has the statements by round trip. The twin asks them from there, so both sides
ask the same, and a test fails when the product asks otherwise.
"""

import asyncio
import json
from pathlib import Path

from tests.simulation.receipts import count_round_trips, open_receipts
from tillroll.workflows.registry import REGISTRY
from tillroll_testing.simulation.faults import Faults

FILE = Path(__file__).with_name("twin") / "sql.json"
# The round trips of a receipt in an account without a receiver, in order.
_TRIPS = ("who", "used", "record", "load", "call", "read", "parse", "persist", "notify")


async def statements() -> dict[str, list[str]]:
    """The statements by round trip.

    Raises:
        ValueError: the product makes other round trips than the twin.
    """
    watched = await count_round_trips(await open_receipts(Faults(), webhook=False))
    if len(watched.trips) != len(_TRIPS):
        raise ValueError(
            f"a receipt takes {len(watched.trips)} round trips; the twin knows {', '.join(_TRIPS)}"
        )
    return {
        name: [" ".join(_without_comments(each.sql).split()) for each in trip]
        for name, trip in zip(_TRIPS, watched.trips, strict=True)
    }


def _without_comments(sql: str) -> str:
    return "\n".join(line.partition("-- ")[0] for line in sql.split("\n"))


async def text() -> str:
    """What the file has to say: the statements, and which contract a run of them begins with."""
    fingerprint = REGISTRY.newest["receipt"].contract.fingerprint
    said = {**await statements(), "fingerprint": [fingerprint]}
    return json.dumps(said, indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(asyncio.run(text()), encoding="utf-8")
