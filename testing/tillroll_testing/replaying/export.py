"""What live runs have done, in a file: it is made where the database is, and read where the next
deployment is checked.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from tillroll_durable.platform.bindings.database import Row, optional_text
from tillroll_durable.platform.json import load
from tillroll_testing.replaying.history import (
    Query,
    ReadBytes,
    RowsOfRuns,
    live_runs,
    rows_of,
)

FORMAT: Final = "tillroll histories 1"
MOST_RUNS: Final = 10_000
# A query names them all, and D1 takes 100 kB of it.
_AT_ONCE: Final = 100
_PARTS: Final = ("runs", "steps", "events", "intents", "reviews", "children", "kept")


class NoExport(ValueError):
    """A file is not what `tillroll histories` makes; the message says what is missing."""


@dataclass(frozen=True)
class Export:
    """Histories of live runs. `objects` has the outputs that are too large for their rows, by their
    keys; `is_whole`: no live run was left out.
    """

    rows: RowsOfRuns
    objects: Mapping[str, str]
    is_whole: bool


def export_of(query: Query, read_bytes: ReadBytes, most: int = MOST_RUNS) -> Export:
    """The histories of at most so many live runs, the oldest first."""
    # A query over several databases answers with the oldest of each.
    ids = sorted(live_runs(query, most + 1))
    chosen = ids[:most]
    parts: dict[str, list[Row]] = {name: [] for name in _PARTS}
    for place in range(0, len(chosen), _AT_ONCE):
        rows = rows_of(query, chosen[place : place + _AT_ONCE])
        for name in _PARTS:
            parts[name] += getattr(rows, name)
    rows = RowsOfRuns(**parts)
    objects: dict[str, str] = {}
    for key in _keys_of(rows.steps):
        content = read_bytes(key)
        if content is not None:
            objects[key] = content.decode()
    return Export(rows, objects, is_whole=len(ids) <= most)


def as_text(export: Export) -> str:
    """The export as JSON text."""
    rows = {name: getattr(export.rows, name) for name in _PARTS}
    document = {"format": FORMAT, "isWhole": export.is_whole, "objects": export.objects, **rows}
    return json.dumps(document, ensure_ascii=False, indent=0)


def export_from(content: str) -> Export:
    """The export that a text has. Raises NoExport."""
    try:
        found: object = json.loads(content)
    except ValueError as error:
        raise NoExport(f"it is no JSON ({error})") from error
    if not isinstance(found, dict):
        raise NoExport("it is no JSON object")
    document = cast("Mapping[str, object]", found)
    if document.get("format") != FORMAT:
        raise NoExport(f"its format is not {FORMAT!r}: make it anew with `tillroll histories`")
    missing = [name for name in (*_PARTS, "objects", "isWhole") if name not in document]
    if missing:
        raise NoExport(f"it lacks {', '.join(missing)}")
    parts = {name: cast("Sequence[Row]", document[name]) for name in _PARTS}
    objects = cast("Mapping[str, str]", document["objects"])
    return Export(RowsOfRuns(**parts), objects, is_whole=document["isWhole"] is True)


def _keys_of(steps: Sequence[Row]) -> list[str]:
    """The keys of outputs that lie in the object store."""
    keys = set[str]()
    for step in steps:
        output = optional_text(step, "output")
        kept = None if output is None else load(output)
        if isinstance(kept, dict) and isinstance(kept.get("$output"), str):
            keys.add(str(kept["$output"]))
    return sorted(keys)
