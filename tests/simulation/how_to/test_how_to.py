"""The code of each how-to page is a part of a project that passes its tests.

The page's files are written into a new project, its changes are made, its commands are typed, and
what they print is compared with the page.
"""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from local.places import ROOT
from tests.support.pages import Change, Commands, File, blocks_of
from tillroll_command.making import starting

FOLDER: Final = ROOT / "docs" / "how-to"
PAGES: Final = sorted(path.name for path in FOLDER.glob("*.md") if path.name != "README.md")
# The wheel's own command, without what the product adds to it here.
_COMMAND: Final = (
    "import sys; from tillroll_command import app, main; "
    "main.application = app.authors_own; sys.exit(main.main())"
)


def _run(project: Path, *words: str) -> tuple[int, str]:
    paths = os.pathsep.join(str(ROOT / each) for each in ("src", "testing"))
    done = subprocess.run(
        [sys.executable, *words],
        cwd=project,
        env={**os.environ, "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def _type(project: Path, commands: Commands) -> None:
    printed = ""
    for line in commands.lines:
        program, *words = line.split()
        assert program == "tillroll", line
        # What is to be shown here is that it holds, not how long all of it takes.
        words = ["--seconds=3" if each == "--all" else each for each in words]
        status, output = _run(project, "-c", _COMMAND, *words)
        assert status == 0, f"{line}: {output}"
        printed += output
    sample = replace(commands, prints=commands.prints.replace("everything holds", "…"))
    lacks = sample.missing_in(printed)
    assert lacks is None, f"the page has {lacks!r}, and it printed:\n{printed}"


@pytest.mark.parametrize("name", PAGES)
def test_the_code_of_a_page_does_what_it_says(name: str, tmp_path: Path) -> None:
    project = tmp_path / "shop"
    starting.start_project(project, "shop")
    for block in blocks_of((FOLDER / name).read_text(encoding="utf-8")):
        if isinstance(block, File):
            (project / block.path).write_text(block.content, encoding="utf-8")
        elif isinstance(block, Change):
            file = project / block.path
            file.write_text(block.of(file.read_text(encoding="utf-8")), encoding="utf-8")
        else:
            _type(project, block)
    quietly = ["-q", "-p", "no:cacheprovider", "-p", "no:schemathesis"]
    status, output = _run(project, "-m", "pytest", *quietly)
    assert status == 0, output


def test_each_page_is_named_in_the_list() -> None:
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [name for name in PAGES if f"({name})" not in listed] == []
