"""What a command takes of a processor is counted with all that it started, and compared with what
was recorded.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from local.places import ROOT
from tests.cost.loop import turn
from tests.cost.measuring import Cost
from tests.cost.recorded import FILE, Record, is_too_much, load, report, store

_BUSY = "import time\nwhile time.process_time() < 0.3: pass\n"
# Ends at once; what it started works on without a parent.
_LEAVES_AN_ORPHAN = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {_BUSY!r}])\n"
_RECORD = Record(turns=900, seconds=30, measured="2026-11-27, two cores")


def _measured(code: str) -> Cost:
    """In a process of its own: children of the tests' process are none of its business."""
    program = (
        "import sys\nfrom tests.cost.measuring import measure\n"
        f"cost = measure([sys.executable, '-c', {code!r}])\n"
        "print(cost.status, cost.seconds, cost.turn_seconds)"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    status, seconds, turn_seconds = done.stdout.split()
    return Cost(int(status), float(seconds), float(turn_seconds))


def test_what_a_command_takes_is_counted() -> None:
    cost = _measured(_BUSY)
    assert cost.status == 0
    assert 0.3 <= cost.seconds < 2
    assert cost.turns == cost.seconds / cost.turn_seconds


@pytest.mark.skipif(sys.platform != "linux", reason="an orphan is adopted on Linux alone")
def test_what_outlives_its_parent_counts_too() -> None:
    assert _measured(_LEAVES_AN_ORPHAN).seconds >= 0.3


@pytest.mark.parametrize(
    ("code", "status"), [("raise SystemExit(3)", 3), ("import os; os.kill(os.getpid(), 9)", -9)]
)
def test_the_status_is_the_commands(code: str, status: int) -> None:
    assert _measured(code).status == status


@pytest.mark.parametrize(("seconds", "expected"), [(30.0, False), (39.9, False), (40.1, True)])
def test_a_third_more_is_too_much(*, seconds: float, expected: bool) -> None:
    cost = Cost(0, seconds, 30 / 900)
    assert is_too_much(cost, _RECORD) is expected
    assert ("have become slow" in report("units", cost, _RECORD)) is expected


def test_a_slower_processor_takes_as_many_turns() -> None:
    assert not is_too_much(Cost(0, 90.0, 3 * 30 / 900), _RECORD)


def test_the_figure_stands_beside_that_of_the_loop() -> None:
    said = report("units", Cost(0, 30.0, 0.02), _RECORD)
    assert said == (
        "units: 30 s of processor, 1,500 turns of the fixed loop (20.0 ms each). Recorded: 900; "
        "the most is 1,200.\n"
        "The tests have become slow: `--durations 30` finds the slowest. Nothing else failed by "
        "this."
    )
    assert "Nothing is recorded" in report("units", Cost(0, 30.0, 0.02), None)


def test_what_is_stored_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "recorded.json"
    store("units", Cost(0, 30.2, 0.03), "today, here", file)
    store("test", Cost(0, 60.0, 0.03), "today, here", file)
    assert load(file) == {
        "test": Record(2000, 60, "today, here"),
        "units": Record(1007, 30, "today, here"),
    }


def test_both_commands_are_measured_and_every_record_is_of_one() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    names = {"test", "units"}
    assert {*load(FILE)} <= names
    for name in names:
        assert f'-m tests.cost --record "$(MACHINE)" {name} ' in makefile


def test_a_turn_takes_time() -> None:
    assert 0 < turn() < 5
