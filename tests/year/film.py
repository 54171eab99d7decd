"""A year as a film of its runs: one HTML file that needs no network."""

import json
from datetime import datetime
from typing import Any, Final

from local.places import ROOT
from tests.year.journal import PEOPLE
from tests.year.opening import BEGIN
from tests.year.playing import Played
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.clock import from_text

_PAGE: Final = ROOT / "tests" / "year" / "film.html"
_DATA: Final = "/*DATA*/"
_LANES: Final = (
    "receipt", "payout", "payout-batch", "claim", "statement", "sync", "export", "mail",
)  # fmt: skip
_RUNS: Final = "SELECT id, kind, subject, status, created_at, updated_at FROM runs ORDER BY id"
_STEPS: Final = """
  SELECT run_id, step, outcome, started_at, ended_at FROM run_steps
  WHERE ended_at IS NOT NULL ORDER BY run_id, ended_at
"""


async def film_of(played: Played) -> str:
    """The page of a year that was played."""
    data = await _data_of(played)
    # Nothing in the data may end the element that it stands in.
    written = json.dumps(data, separators=(",", ":")).replace("</", "<\\/")
    return _PAGE.read_text(encoding="utf-8").replace(_DATA, written)


async def _data_of(played: Played) -> dict[str, Any]:
    world = played.deployment.world
    steps: dict[str, list[list[object]]] = {}
    for row in await world.rows(_STEPS):
        step: list[object] = [
            text(row, "step"),
            _minutes(text(row, "started_at")),
            _minutes(text(row, "ended_at")),
            text(row, "outcome"),
        ]
        steps.setdefault(text(row, "run_id"), []).append(step)
    runs = [
        [
            text(row, "id"),
            text(row, "kind"),
            text(row, "subject"),
            _minutes(text(row, "created_at")),
            _minutes(text(row, "updated_at")),
            text(row, "status"),
            steps.get(text(row, "id"), []),
        ]
        for row in await world.rows(_RUNS)
    ]
    events = [
        [_minutes_of(each.at), each.kind, each.what, each.run]
        for each in played.journal.entries
        if each.kind != PEOPLE
    ]
    size = played.size
    return {
        "title": f"{size.months} months of a firm of {size.people}",
        "seed": played.seed,
        "begin": BEGIN.replace(hour=0).isoformat(),
        "end": _minutes_of(played.deployment.clock.now()),
        "kinds": _LANES,
        "runs": runs,
        "events": events,
    }


def _minutes(at: str) -> int:
    return _minutes_of(from_text(at))


def _minutes_of(at: datetime) -> int:
    """Minutes since the year began."""
    return int((at - BEGIN.replace(hour=0)).total_seconds() // 60)
