"""The story of the documents finds mistakes that are planted into its workflow."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.places import ROOT
from tillroll_command.making import starting

BUGS = {
    "it tells of pages that nobody has looked for": (
        '        found = await run.step(FIND, find, [*pages], key=f"{seconds} s later")\n',
        "        found = [*pages]\n",
    ),
    "it names a vector by the attempt": (
        "Vector(name, page.values)",
        "Vector(f'{name}/{context.idempotency_key}'[-60:], page.values)",
    ),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found(bug: str, tmp_path: Path) -> None:
    project = tmp_path / "tried"
    starting.start_project(project, "tried", like="documents")
    workflow = project / "src" / "tried" / "documents.py"
    text = workflow.read_text(encoding="utf-8")
    right, wrong = BUGS[bug]
    assert text.count(right) == 1, f"the example has changed: say here how {right!r} is said now"
    workflow.write_text(text.replace(right, wrong), encoding="utf-8")
    paths = os.pathsep.join(str(ROOT / each) for each in ("src", "testing"))
    options = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:schemathesis"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=project,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, f"nothing was found: {done.stdout}"
    assert "AssertionError" in done.stdout
