"""Mutants: a planted fault is seen by a good test, survives a bad one, and changes no file."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from local.places import ROOT
from tests.mutants.__main__ import all_changes, drawn_of
from tests.mutants.areas import AREAS
from tests.mutants.changes import changes_of, mutated
from tests.mutants.children import answer_of
from tests.mutants.playing import Result, share_bounds
from tests.mutants.report import Report, equivalents, load, renewed, report_of, table

RULE = '''
LIMIT = 10


def is_small(number: int) -> bool:
    """Say whether a number is under the limit."""
    if number < 0:
        raise ValueError("Give a number that is not below zero.")
    return number < LIMIT
'''


def _rows(source: str) -> list[str]:
    return [f"{each.line} {each.before} -> {each.after}" for each in changes_of("rule.py", source)]


def test_each_change_is_one_small_fault() -> None:
    assert _rows(RULE) == [
        "2 10 -> 11",
        "7 number < 0 -> number <= 0",
        "7 0 -> 1",
        "8 raise ValueError('Give a number that is not below zero.') -> pass",
        "9 return number < LIMIT -> return None",
        "9 number < LIMIT -> number <= LIMIT",
    ]


def test_a_mutant_differs_in_its_change_alone_and_keeps_its_lines() -> None:
    change = changes_of("rule.py", RULE)[-1]
    tree = mutated(RULE, change)
    assert ast.unparse(tree) == ast.unparse(ast.parse(RULE.replace("< LIMIT", "<= LIMIT")))
    assert [node.lineno for node in tree.body] == [node.lineno for node in ast.parse(RULE).body]


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("def f():\n    return a and b", ["a and b -> a or b"]),
        ("def f():\n    if a:\n        go()", ["if a: go() -> if not a: go()", "go() -> pass"]),
        ("def f():\n    return not a", ["not a -> a"]),
        ("def f():\n    return g(x=y)", ["x=y -> nothing"]),
        ("def f():\n    total += 1", ["total += 1 -> total -= 1", "1 -> 2"]),
        ("def f():\n    return g('due', 'two words')", ["'due' -> 'dueXX'"]),
        ("def f():\n    return f'{a + b}.'", ["a + b -> a - b"]),
        ("NAMES: Final = {'due': True}", ["True -> False"]),
        ("Either: TypeAlias = A | B", []),
        ("def f(a: A | B) -> C | D: ...", []),
    ],
)
def test_what_is_changed(source: str, rows: list[str]) -> None:
    found = [f"{each.before} -> {each.after}" for each in changes_of("rule.py", source)]
    assert [row for row in found if not row.startswith("return")] == rows


def test_changes_that_read_alike_have_names_of_their_own() -> None:
    changes = changes_of("rule.py", "def f():\n    return g(1) + g(1)")
    assert len({change.name for change in changes}) == len(changes)


def test_a_process_may_fail_and_may_take_too_long() -> None:
    def endless() -> None:
        while True:
            pass

    assert answer_of(lambda: {"killer": "a test"}).value == {"killer": "a test"}
    assert answer_of(lambda: 1 / 0).is_broken
    assert answer_of(endless, seconds=0.2).is_late


def test_a_planted_fault_is_killed_by_its_test_and_survives_without_one() -> None:
    before = _planted_files()
    command = [sys.executable, "-m", "tests.unit.mutants.planted"]
    answered = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(answered.stdout) == {
        ": 10 -> 11": "killed",
        "is_small: number < 0 -> number <= 0": "survived",
        "is_small: 0 -> 1": "survived",
        "is_small: raise ValueError('Give a number that is not below zero.') -> pass": "killed",
        "is_small: return number < LIMIT -> return None": "killed",
        "is_small: number < LIMIT -> number <= LIMIT": "killed",
        "is_large: return number > LIMIT -> return None": "unreached",
        "is_large: number > LIMIT -> number >= LIMIT": "unreached",
    }
    assert _planted_files() == before


def _planted_files() -> dict[str, bytes]:
    folder = Path(__file__).parent / "planted"
    return {path.name: path.read_bytes() for path in folder.glob("*.py")}


def test_the_bounds_are_those_of_wilson() -> None:
    # Newcombe 1998 (Statistics in Medicine 17, 857-872), table I, method 3: 81 of 263.
    least, most = share_bounds(81, 263)
    assert (round(least, 4), round(most, 4)) == (0.2553, 0.3662)


def test_a_sample_is_drawn_by_its_seed() -> None:
    changes = all_changes(AREAS["claims"])
    drawn = drawn_of(changes, 20, 7)
    assert (len(drawn), drawn) == (20, drawn_of(changes, 20, 7))
    assert drawn != drawn_of(changes, 20, 8)
    assert drawn_of(changes, 0, 7) == changes


def test_each_area_has_modules_and_tests() -> None:
    paths = [path for area in AREAS.values() for path in (*area.module_paths, *area.test_paths)]
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_a_named_mutant_is_there_and_has_a_reason() -> None:
    named = equivalents()
    modules = {name.partition(" ")[0] for name in named}
    sources = {module: (ROOT / module).read_text(encoding="utf-8") for module in modules}
    changes = {each.name for module in modules for each in changes_of(module, sources[module])}
    assert {name for name, reason in named.items() if name not in changes or not reason} == set()


def test_survivors_that_are_named_do_not_count() -> None:
    results = {
        "a": Result.KILLED,
        "b": Result.SURVIVED,
        "c": Result.UNREACHED,
        "d": Result.TIMEOUT,
    }
    report = report_of(results, {"b": "no text has it"}, **_FACTS)
    assert (report.killed, report.timeout, report.survivors) == (1, 1, ["c"])
    assert report.share == pytest.approx(2 / 3)


def test_survivors_that_are_played_again_leave_the_others_as_they_were() -> None:
    results = {
        "a": Result.KILLED,
        "b": Result.SURVIVED,
        "c": Result.UNREACHED,
        "d": Result.TIMEOUT,
    }
    kept = report_of(results, {}, **{**_FACTS, "all": 9, "seed": 1})
    second = {"b": Result.KILLED, "c": Result.SURVIVED}
    later = {**_FACTS, "all": 9, "commit": "def", "date": "2026-11-30"}
    report = renewed(kept, report_of(second, {"c": "no text has it"}, **later))
    assert (report.all, report.played, report.seed) == (9, 4, 1)
    assert (report.killed, report.timeout, report.equivalent) == (2, 1, 1)
    assert (report.survivors, report.share) == ([], 1)
    assert (report.commit, report.date) == ("def", "2026-11-30")


_FACTS = {"date": "2026-11-29", "commit": "abc", "all": 4, "seed": None, "seconds": 1}


def test_the_page_has_the_table_of_the_results() -> None:
    page = Path(ROOT / "docs" / "mutants.md").read_text(encoding="utf-8")
    assert table(load()) in page
    assert all(isinstance(report, Report) for report in load().values())
