"""Plays the mutants of an area: each in a process of its own, against the tests that run its lines.

Everything is imported once, and each mutant begins as a copy of that process. A fault in what runs
while a module is imported is different: there the module is imported anew, with the fault.
"""

import math
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import FunctionType
from typing import Any, cast

from local.places import ROOT
from tests.mutants.changes import Change
from tests.mutants.children import Answer, answer_of
from tests.mutants.loading import DoesNotFit, import_mutant, loaded_functions, replace_function
from tests.mutants.sessions import Seen, Session, Tracer, run

# A mutant may compute so much longer than its tests do, and wait so much longer than it computes.
_SLOWER = 10
_LEAST_SECONDS = 10
_IMPORT_SECONDS = 60
_WAITING = 12
_PROGRESS = os.dup(2)


class Result(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    """A test failed."""
    TIMEOUT = "timeout"
    """The tests did not end, which somebody sees too."""
    SURVIVED = "survived"
    """All tests that run its line passed."""
    UNREACHED = "unreached"
    """No test runs its line."""


class FailsAnyway(Exception):
    """Tests fail without any mutant, so they can kill none."""


@dataclass(frozen=True)
class _Outcome:
    result: Result
    killer: str = ""


class _Chosen:
    """Chooses the tests for a mutant: those first that have killed others of its module, then the
    quick ones.
    """

    def __init__(self, tests: Mapping[str, Seen], imported: Mapping[str, set[int]]) -> None:
        self._tests = tests
        self._imported = imported
        self._kills: Counter[tuple[str, str]] = Counter()

    def is_imported(self, change: Change) -> bool:
        """Say whether the fault is in what runs when its module is imported."""
        lines = self._imported.get(change.module, set())
        return any(line in lines for line in _lines(change))

    def of(self, change: Change) -> list[str]:
        wanted = set(_lines(change))
        chosen = [
            name
            for name, test in self._tests.items()
            if not wanted.isdisjoint(test.lines.get(change.module, ()))
        ]
        return self._sorted(chosen, change.module)

    def of_module(self, module: str) -> list[str]:
        """All tests, since one may read a constant alone; those first that run the module."""
        near = [name for name, test in self._tests.items() if test.lines.get(module)]
        others = self._tests.keys() - set(near)
        return [*self._sorted(near, module), *self._sorted(sorted(others), module)]

    def count(self, killer: str, module: str) -> None:
        self._kills[module, killer] += 1

    def seconds(self, names: Sequence[str]) -> float:
        return sum(self._tests[name].seconds for name in names)

    def _sorted(self, names: Sequence[str], module: str) -> list[str]:
        def rank(name: str) -> tuple[int, float]:
            return -self._kills[module, name], self._tests[name].seconds

        return sorted(names, key=rank)


def play(changes: Sequence[Change], files: Sequence[str]) -> dict[str, Result]:
    """What becomes of each change, by its name, with the tests of `files`.

    Raises:
        FailsAnyway: a test fails without any change, or cannot be collected.
    """
    paths = sorted({ROOT / change.module for change in changes})

    def first_session() -> object:
        imports = Tracer(paths)
        imports.start()
        return run(files, lambda session: _play_loaded(session, imports, changes, paths=paths))

    told = cast("Mapping[str, Any] | None", answer_of(first_session).value)
    if told is None:
        raise FailsAnyway("The tests cannot be collected: .build/mutants/pytest.log says why.")
    if told["failing"]:
        names = "\n  ".join(told["failing"])
        raise FailsAnyway(f"These tests fail without any mutant:\n  {names}")
    results = {name: Result(value) for name, value in told["results"].items()}
    chosen = _Chosen(
        {name: Seen(**test) for name, test in told["tests"].items()},
        {module: set(lines) for module, lines in told["imported"].items()},
    )
    for change in changes:
        if change.name not in results:
            outcome = _play_imported(change, chosen)
            results[change.name] = outcome.result
            _say(change, outcome)
    return results


def _play_loaded(
    session: Session, imports: Tracer, changes: Sequence[Change], *, paths: Sequence[Path]
) -> dict[str, Any]:
    """Play what can be changed in loaded functions."""
    imports.stop()
    imported = imports.taken()
    tests = answer_of(lambda: session.surveyed(paths)).value
    failing = [name for name, test in tests.items() if not test["has_passed"]]
    results: dict[str, str] = {}
    told = {"failing": failing, "results": results, "tests": tests, "imported": imported}
    if failing:
        return told
    chosen = _Chosen(
        {name: Seen(**test) for name, test in tests.items()},
        {module: set(lines) for module, lines in imported.items()},
    )
    functions = loaded_functions(paths)
    for change in changes:
        outcome = _play_one(session, change, chosen, functions=functions)
        # Of a function that is also called while modules are imported, a test may see enough.
        is_enough = not chosen.is_imported(change)
        is_seen = outcome is not None and outcome.result in {Result.KILLED, Result.TIMEOUT}
        if outcome is not None and (is_enough or is_seen):
            results[change.name] = outcome.result.value
            _say(change, outcome)
    return told


def _play_one(
    session: Session,
    change: Change,
    chosen: _Chosen,
    *,
    functions: dict[tuple[str, int], list[FunctionType]],
) -> _Outcome | None:
    """Play a change in a loaded function; None where it does not fit into one."""
    names = chosen.of(change)
    if not names:
        return _Outcome(Result.UNREACHED)

    def action() -> dict[str, Any]:
        try:
            replace_function(change, functions)
        except DoesNotFit:
            return {"fits": False}
        return {"fits": True, "killer": session.first_failing(names)}

    answer = _limited(action, chosen.seconds(names), more=_LEAST_SECONDS)
    if answer.value is not None and not answer.value["fits"]:
        return None
    return _outcome_of(answer, change, chosen)


def _play_imported(change: Change, chosen: _Chosen) -> _Outcome:
    """Play a change in a module that is imported with it: against the file whose test comes first,
    and then against the others, since each file imports much.
    """
    names = chosen.of_module(change.module)
    first = [name for name in names if _file(name) == _file(names[0])]
    others = [name for name in names if name not in first]
    outcome = _play_files(change, first, chosen)
    if outcome.result is Result.SURVIVED and others:
        return _play_files(change, others, chosen)
    return outcome


def _play_files(change: Change, names: Sequence[str], chosen: _Chosen) -> _Outcome:
    files = sorted({_file(name) for name in names})

    def action() -> object:
        import_mutant(change)
        return run(files, lambda session: {"killer": session.first_failing(names)})

    answer = _limited(action, chosen.seconds(names), more=_IMPORT_SECONDS)
    return _outcome_of(answer, change, chosen)


def _file(test: str) -> str:
    return test.partition("::")[0]


def _limited(action: Any, seconds: float, *, more: float) -> Answer:
    limit = more + _SLOWER * seconds
    return answer_of(action, processor_seconds=limit, seconds=_WAITING * limit)


def _outcome_of(answer: Answer, change: Change, chosen: _Chosen) -> _Outcome:
    if answer.is_late:
        return _Outcome(Result.TIMEOUT)
    if answer.is_broken or answer.value is None:
        return _Outcome(Result.KILLED, "it cannot be imported, or ends its process")
    killer = answer.value["killer"]
    if killer is None:
        return _Outcome(Result.SURVIVED)
    chosen.count(killer, change.module)
    return _Outcome(Result.KILLED, killer)


def _lines(change: Change) -> range:
    return range(change.first_line, change.last_line + 1)


def _say(change: Change, outcome: _Outcome) -> None:
    line = f"{outcome.result:9} {change.module}:{change.line} {change.before} -> {change.after}"
    os.write(_PROGRESS, f"{line}  {outcome.killer.partition('::')[2]}\n".encode())


def share_bounds(killed: int, all_: int) -> tuple[float, float]:
    """Between what the share killed of all mutants is, at 95 %, by a sample of them (Wilson's score
    interval).
    """
    z = 1.959964
    share = killed / all_
    middle = (share + z * z / (2 * all_)) / (1 + z * z / all_)
    width = z / (1 + z * z / all_) * math.sqrt(share * (1 - share) / all_ + (z / (2 * all_)) ** 2)
    return middle - width, middle + width
