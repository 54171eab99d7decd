"""Each example is a project that `tillroll init --like` makes, which passes its own tests.

It is played where its author would: in a project of its own, by its own command line of pytest.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.places import ROOT
from tests.examples.cases import CASES
from tillroll_command.making import starting

EXAMPLES = sorted(path.parent.name for path in (ROOT / "examples").glob("*/workflow.py"))
_MOST_LINES = 120


def test_there_are_examples() -> None:
    assert [*starting.examples()] == EXAMPLES
    assert EXAMPLES


def test_each_example_has_a_case_on_the_genuine_stack() -> None:
    assert [case.example for case in CASES] == EXAMPLES


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_short_and_explained(name: str) -> None:
    folder = ROOT / "examples" / name
    workflow = (folder / "workflow.py").read_text(encoding="utf-8")
    assert len(workflow.splitlines()) < _MOST_LINES
    assert starting.workflows_in(workflow), "it makes no workflow"
    assert f"--like {name}\n" in (folder / "README.md").read_text(encoding="utf-8")
    assert "receipt" not in workflow.lower(), "an example is of another domain"


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_passes_its_tests_in_a_project(name: str, tmp_path: Path) -> None:
    project = tmp_path / "tried"
    starting.start_project(project, "tried", like=name)
    paths = os.pathsep.join(str(ROOT / each) for each in ("src", "testing"))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:schemathesis"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "Warning" not in done.stdout
