"""Mutants of an area, against its own unit tests: `make mutants AREA=ledger`."""

import argparse
import importlib
import random
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from local.places import ROOT
from tests.mutants.areas import AREAS, SAMPLE, Area
from tests.mutants.changes import Change, changes_of
from tests.mutants.playing import FailsAnyway, Result, play
from tests.mutants.report import Report, equivalents, load, renewed, report_of, store, table
from tests.prove.results import commit_of

# Each mutant begins as a copy of this process, so what all need is imported once.
_SHARED: Final = ("fastapi", "httpx", "hypothesis.stateful", "pydantic", "pytest_asyncio")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("area", choices=["", *AREAS], help="its modules and tests are in areas.py")
    parser.add_argument("--mutants", type=_number, help="how many are drawn; 0 plays all")
    parser.add_argument("--seed", type=_number, help="what the draw begins with")
    parser.add_argument("--only", default="", help="plays those whose name has this in it")
    parser.add_argument("--again", action="store_true", help="plays the last result's survivors")
    parser.add_argument("--write", action="store_true", help="keep the result in docs/mutants.md")
    options = parser.parse_args()
    if not options.area:
        _say(f"Give an area: {', '.join(AREAS)}")
        return 2
    area = AREAS[options.area]
    changes = all_changes(area)
    count = _size(area, options.mutants)
    seed = options.seed or 1
    drawn = [each for each in drawn_of(changes, count, seed) if options.only in each.name]
    kept = None
    if options.again:
        kept = load()[options.area]
        drawn = [each for each in drawn if each.name in kept.survivors]
    for module in _SHARED:
        importlib.import_module(module)
    began = time.monotonic()
    try:
        results = play(drawn, area.test_paths)
    except FailsAnyway as error:
        sys.stderr.write(f"{error}\n")
        return 2
    kept_seed = None
    if len(drawn) < len(changes):
        kept_seed = seed
    report = report_of(
        results,
        equivalents(),
        date=datetime.now(UTC).date().isoformat(),
        commit=commit_of(),
        all=len(changes),
        seed=kept_seed,
        seconds=round(time.monotonic() - began),
    )
    if kept is not None:
        report = renewed(kept, report)
    if options.write:
        store(options.area, report)
    _say(table({options.area: report}, [options.area]))
    _say_survivors(report, results, {change.name: change.line for change in changes})
    _say(f"Proved: {report.killed + report.timeout} of {report.counted} mutants are seen")
    return 0


def _say_survivors(report: Report, results: Mapping[str, Result], lines: Mapping[str, int]) -> None:
    """Name what was not seen, and what was seen although it is named as equivalent."""
    for name in report.survivors:
        _say(f"{results[name]}, line {lines[name]}: {name}")
    for name in sorted(set(results) & set(equivalents())):
        if name not in report.survivors and results[name] in {"killed", "timeout"}:
            _say(f"{results[name]}, so take it out of equivalent.txt: {name}")


def all_changes(area: Area) -> list[Change]:
    """All mutants of an area."""
    changes: list[Change] = []
    for module in area.module_paths:
        changes += changes_of(module, (ROOT / module).read_text(encoding="utf-8"))
    return changes


def drawn_of(changes: Sequence[Change], count: int, seed: int) -> list[Change]:
    """`count` changes that a seed draws, in their order; all where that is 0, or more."""
    if not count or count >= len(changes):
        return list(changes)
    places = random.Random(seed).sample(range(len(changes)), count)
    return [changes[place] for place in sorted(places)]


def _size(area: Area, asked: int | None) -> int:
    if asked is not None:
        return asked
    if area.is_sampled:
        return SAMPLE
    return 0


def _number(text: str) -> int | None:
    if not text:
        return None
    return int(text)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
