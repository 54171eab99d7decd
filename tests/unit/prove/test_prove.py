"""`make prove`: what it runs, what it ends, and which results still count."""

import fcntl
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from local.places import ROOT
from tests.prove.__main__ import asked_by, table
from tests.prove.parts import PARTS, Part
from tests.prove.results import Result, counts, digest_of, load, store
from tests.prove.running import run

PART = Part("chaos", "Nothing is lost.", ("src", "tests/chaos"), 1, {"ROUNDS": 2}, has_seed=True)
RESULT = Result("abc", "d1", {"ROUNDS": 2}, 7, "2 kills", 61, "passed")


def _python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.mark.parametrize(
    ("code", "result", "count"),
    [
        ("print('Proved: 3 kills, 9 runs')", "passed", "3 kills, 9 runs"),
        (
            "print('1 failed, 2 passed in 3.00s'); raise SystemExit(1)",
            "failed",
            "1 failed, 2 passed",
        ),
        ("print('===== 12 passed, 1 warning in 3.21s =====')", "passed", "12 passed, 1 warning"),
        ("print('12 passed in 75.21s (0:01:15)')", "passed", "12 passed"),
        ("raise SystemExit(3)", "failed", ""),
    ],
)
def test_the_end_of_a_part_is_told(tmp_path: Path, code: str, result: str, count: str) -> None:
    outcome = run(_python(code), tmp_path / "log", 60)
    assert (outcome.result, outcome.count) == (result, count)


# Starts a process in a session of its own, which keeps a lock on the file until it is ended.
_STARTS = """
import subprocess, sys
child = (
    "import fcntl, time; file = open({file!r}, 'w'); fcntl.flock(file, fcntl.LOCK_EX);"
    "print('begun', flush=True); time.sleep(999)"
)
command = [sys.executable, "-c", child]
process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.PIPE)
process.stdout.readline()
"""


def _is_free(file: Path) -> bool:
    with file.open("w") as opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def test_what_hangs_is_ended_with_what_it_started(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    outcome = run(_python(_STARTS.format(file=str(lock)) + "while True: pass"), tmp_path / "log", 3)
    assert outcome.result == "hung"
    assert _is_free(lock)


def test_a_part_that_leaves_a_process_has_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.prove.running._ENDING_SECONDS", 0.1)
    lock = tmp_path / "lock"
    outcome = run(
        _python(_STARTS.format(file=str(lock)) + "import os; os._exit(0)"), tmp_path / "log", 60
    )
    assert outcome.result == "failed"
    assert "It left 1 processes running" in (tmp_path / "log").read_text(encoding="utf-8")
    assert _is_free(lock)


@pytest.mark.parametrize(
    ("result", "does"),
    [
        (RESULT, True),
        (replace(RESULT, sizes={"ROUNDS": 30}), True),
        (replace(RESULT, sizes={"ROUNDS": 1}), False),
        (replace(RESULT, sizes={}), False),
        (replace(RESULT, digest="d2"), False),
        (replace(RESULT, digest=""), False),
        (replace(RESULT, result="hung"), False),
        (None, False),
    ],
)
def test_a_result_counts_for_the_same_sources_at_the_default_length(
    result: Result | None, *, does: bool
) -> None:
    assert counts(result, PART, "d1") is does


def test_sources_that_are_not_committed_have_no_digest() -> None:
    assert not counts(replace(RESULT, digest=""), PART, "")


def test_results_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    assert load(file) == {}
    store({"chaos": RESULT}, file)
    assert load(file) == {"chaos": RESULT}


def test_a_digest_is_of_what_is_committed(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=x", "-c", "user.email=x", *words],
            cwd=tmp_path,
            check=True,
        )

    assert digest_of(PART, tmp_path) == ""
    git("init", "--quiet")
    for name in ("src/a.py", "docs/b.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1\n", encoding="utf-8")
    git("add", "--all")
    assert digest_of(PART, tmp_path) == ""
    git("commit", "--quiet", "-m", "one")
    first = digest_of(PART, tmp_path)
    assert first
    (tmp_path / "docs/b.md").write_text("2\n", encoding="utf-8")
    assert digest_of(PART, tmp_path) == first
    (tmp_path / "src/a.py").write_text("2\n", encoding="utf-8")
    assert digest_of(PART, tmp_path) == ""
    git("commit", "--quiet", "-a", "-m", "two")
    assert digest_of(PART, tmp_path) not in {"", first}


def test_what_is_asked_for_is_understood() -> None:
    asked = asked_by(["FROM=money", "ROUNDS=30", "SEED=7", "AGAIN=1"])
    assert asked.parts[0].name == "money"
    assert asked.parts[-1] == PARTS[-1]
    assert (asked.sizes, asked.seed, asked.again) == ({"ROUNDS": 30}, 7, True)
    assert [part.name for part in asked_by(["ONLY=chaos,pairs"]).parts] == ["pairs", "chaos"]
    assert asked_by([]).parts == list(PARTS)


@pytest.mark.parametrize(
    "word", ["ROUND=3", "ONLY=chaoss", "FROM=nowhere", "ROUNDS=many", "ROUNDS=-1", "SEED=x"]
)
def test_what_is_not_understood_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        asked_by([word])


def test_each_part_is_a_make_target_and_covers_what_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for part in PARTS:
        assert f"\n{part.name}: setup\n" in makefile, part.name
        assert all(
            f"{name} ?=" in makefile for name in (*part.sizes, *(["SEED"] if part.has_seed else []))
        )
        assert [path for path in part.covers if not (ROOT / path).exists()] == []


def test_the_table_has_a_row_for_each_part() -> None:
    rows = table({"chaos": RESULT}).splitlines()
    assert len(rows) == len(PARTS) + 3
    assert next(row for row in rows if row.startswith("| chaos")).startswith(
        "| chaos | ROUNDS=2 | 7 | 2 kills | 61 s |"
    )
