"""Contracts as live runs know them, kept as files: what is kept of a version must not change."""

import dataclasses
import json
from pathlib import Path
from typing import Any, Final, cast

from local.places import ROOT
from tillroll_durable.contract import Contract

_SNAPSHOTS: Final = ROOT / "tests/unit/tillroll_durable/contracts"
_WORDS: Final = frozenset({"title", "description"})


def snapshot_path(contract: Contract) -> Path:
    return _SNAPSHOTS / f"{contract.kind}-v{contract.version}.json"


def snapshot_of(contract: Contract) -> dict[str, Any]:
    """What a run's replay depends on. `says` is words and may improve, and so may a deadline."""
    whole = dataclasses.asdict(contract)
    free = {"says", "deadline_seconds"}
    whole["states"] = [
        {key: value for key, value in state.items() if key not in free} for state in whole["states"]
    ]
    # what is shown of a run, and what is not, is nothing that a replay depends on
    del whole["result"]
    for name in ("concurrency", "rate", "priority"):
        del whole[name]  # nor is when a run begins
    del whole["attributes"]  # nor by what its runs are found
    del whole["is_told"]  # nor who hears of it
    del whole["withheld"]
    for name in ("completed", "undone"):
        if whole[name] is None:
            del whole[name]
    for step, declared in zip(whole["steps"], contract.steps, strict=True):
        del step["withheld"]
        del step["title"]  # words
        del step["at_most"]
        del step["retry"]  # a replay waits as long as the record says
        del step["on_failure"]["says"]
        if step["rollback_config"] is not None:
            del step["rollback_config"]["finds_out"]  # the record says what was found out
        del step["gives"]
        if declared.output.schema is not None:
            step["gives"] = declared.output.schema
    snapshot = json.loads(json.dumps(whole, default=lambda payload: payload.model_json_schema()))
    return _without_words(snapshot)


def _without_words(value: Any) -> Any:
    """A value of JSON without the titles and descriptions of its schemas, which are docstrings."""
    if isinstance(value, list):
        return [_without_words(each) for each in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    result: dict[str, Any] = {}
    for name, each in cast("dict[str, Any]", value).items():
        # A field of that name is a schema of its own, not a text.
        if name in _WORDS and isinstance(each, str):
            continue
        result[name] = _without_words(each)
    return result


def write_snapshot(contract: Contract) -> None:
    """Write the snapshot of a version that has none."""
    path = snapshot_path(contract)
    if not path.exists():
        path.write_text(json.dumps(snapshot_of(contract), indent=2) + "\n", encoding="utf-8")
