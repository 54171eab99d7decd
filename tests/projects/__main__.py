"""New projects, made and used as their owners would: `make projects`.

First a new workflow is written into a copy of Tillroll.

The choice that docs/first-steps.md prints is made whole, by that command: the commands that the
project's own README prints, its `make test` with a new workflow in it, a run of that on its genuine
stack and on the page of its operators, an owner's change, and an upgrade that keeps it. Of the
fullest choice some unit tests, the simulation of the new workflow and one integration test are run.
Each project installs what it needs by itself, from the registries.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from local.places import ROOT
from tillroll.app import MODULES

TILLROLL: Final = ROOT / ".venv/bin/tillroll"


def main() -> int:
    if not (ROOT / ".git").exists():
        # A command.
        print("Projects: this is no git checkout, so none can be made of it.")  # noqa: T201
        return 0
    began = time.monotonic()
    _told("a new workflow", _workflow)
    with tempfile.TemporaryDirectory() as folder:
        _told("the project that the first steps print", lambda: _printed(Path(folder) / "mine"))
        _told("the fullest choice", lambda: _fullest(Path(folder) / "fullest"))
    print(f"Projects: all passed in {time.monotonic() - began:.0f} s.")  # noqa: T201 - a command
    return 0


def _workflow() -> None:
    _run(sys.executable, "-m", "pytest", "-q", "tests/projects/new_workflow.py")


def _printed(project: Path) -> None:
    _run(
        *(
            project if word == "../mine" else word
            for word in _command_in(ROOT / "docs/first-steps.md", "new project")
        )
    )
    _holds_nothing_of_receipts(project)
    _run("make", "setup", at=project)
    shutil.copy(
        ROOT / "tests/projects/operator_page.py",
        project / "tests/integration/test_operator_page.py",
    )
    _own_workflow(project)
    _run("make", "test", at=project)
    _upgraded(project)


def _fullest(project: Path) -> None:
    _run(
        TILLROLL,
        "new",
        "project",
        project,
        "--modules",
        ",".join(module.name for module in MODULES),
    )
    _run("make", "setup", at=project)
    _own_workflow(project)
    tests = (
        "tests/unit/tillroll_durable",
        "tests/unit/receipts",
        "tests/unit/ledger",
        "tests/unit/tillroll_documents/reading",
    )
    _run(
        "make",
        "test",
        f"ARGS=-q -n auto {' '.join(tests)} tests/simulation/test_bank_transfer.py",
        at=project,
    )
    _run(".venv/bin/python", "-m", "pytest", "-q", "tests/integration/test_core.py", at=project)


def _command_in(page: Path, what: str) -> list[str]:
    """The command of that name, as the page prints it."""
    found = re.search(rf"\.venv/bin/tillroll {what} [^`\n]+", page.read_text(encoding="utf-8"))
    assert found is not None, f"{page.name} prints no `tillroll {what}` any more"
    return shlex.split(found[0])


def _own_workflow(project: Path) -> None:
    new = _command_in(ROOT / "modules/durable/project.md", "new workflow")
    _run(*new, "--wait", "confirm", "--migration", at=project)
    _run(".venv/bin/tillroll", "play", "bank-transfer", "--seconds", "5", at=project)
    _run("git", "add", "--all", at=project)
    _run("git", *_ME, "commit", "--quiet", "-m", "Add a workflow of our own", at=project)


_OF_RECEIPTS: Final = ("receipts", "expenses", "claims", "payouts")
_ME: Final = ("-c", "user.name=owner", "-c", "user.email=owner@localhost")


def _holds_nothing_of_receipts(project: Path) -> None:
    """Of the Worker: no folder of a feature, no class, no workflow."""
    listed = _run("git", "ls-files", "src", at=project).split()
    assert not [path for path in listed if any(word in path for word in _OF_RECEIPTS)], listed
    for path in ("wrangler.jsonc", "src/tillroll/app.py"):
        text = (project / path).read_text(encoding="utf-8")
        assert not [
            word for word in _OF_RECEIPTS if f"{word}-workflow" in text or f'Module("{word}' in text
        ], path


def _upgraded(project: Path) -> None:
    """What its owner changed stays when a later version is merged; the same version changes
    nothing.
    """
    same = json.loads(_run(TILLROLL, "upgrade", project, "--json"))
    assert same["isUnchanged"], same
    page = project / "README.md"
    page.write_text(f"{page.read_text(encoding='utf-8')}\nOurs.\n", encoding="utf-8")
    _run("git", *_ME, "commit", "--quiet", "-a", "-m", "Say what is ours", at=project)
    with _later_version() as clone:
        done = json.loads(
            _run(clone / ".venv/bin/tillroll", "upgrade", project, "--json", at=clone)
        )
        assert done == {"path": str(project), "conflicts": [], "isUnchanged": False}
    assert page.read_text(encoding="utf-8").endswith("Ours.\n")
    assert "later_version" in (project / "src/tillroll_durable/settings.py").read_text(
        encoding="utf-8"
    )
    assert (project / "src/tillroll/workflows/bank_transfer/workflow.py").is_file()
    [migration] = (project / "migrations").glob("*_later_version.sql")
    assert "claims" in migration.read_text(encoding="utf-8"), "migrations come whole"
    _run(
        ".venv/bin/python",
        "-m",
        "pytest",
        "-q",
        "tests/simulation/test_bank_transfer.py",
        at=project,
    )


@contextmanager
def _later_version() -> Generator[Path]:
    """A clone of Tillroll with a change of the core and a migration behind what there is."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "tillroll"
        _run("git", "clone", "--quiet", ROOT, clone)
        settings = clone / "src/tillroll_durable/settings.py"
        settings.write_text(
            f"{settings.read_text(encoding='utf-8')}\n\nlater_version = 1\n", encoding="utf-8"
        )
        (clone / "migrations" / "9998_later_version.sql").write_text(
            "ALTER TABLE runs ADD COLUMN later TEXT;\n\nALTER TABLE claims ADD COLUMN later "
            "TEXT;\n",
            encoding="utf-8",
        )
        _run("git", "add", "--all", at=clone)
        _run("git", *_ME, "commit", "--quiet", "-m", "Make a later version", at=clone)
        # Its tools are this clone's: what is installed is the same.
        for part in ("node_modules", "python_modules"):
            (clone / part).symlink_to(ROOT / part)
        tools = clone / ".venv/bin"
        tools.mkdir(parents=True)
        for part in ("lib", "pyvenv.cfg"):
            (clone / ".venv" / part).symlink_to(ROOT / ".venv" / part)
        for tool in ("python", "ruff"):
            (tools / tool).symlink_to(ROOT / ".venv/bin" / tool)
        command = tools / "tillroll"
        python = ROOT / ".venv/bin/python"
        command.write_text(
            f'#!/bin/sh\nPYTHONPATH={clone}:{clone}/src exec {python} -m cli "$@"\n',
            encoding="utf-8",
        )
        command.chmod(0o755)
        yield clone


def _told(what: str, prove: Callable[[], None]) -> None:
    began = time.monotonic()
    prove()
    print(f"Projects: {what} passed in {time.monotonic() - began:.0f} s.", flush=True)  # noqa: T201


def _run(*command: str | Path, at: Path = ROOT) -> str:
    """What a command wrote. Raises SystemExit, after showing it, where the command failed."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"MAKEFLAGS", "MAKELEVEL", "PYTHONPATH"}
    }
    done = subprocess.run(
        list(command), cwd=at, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(  # noqa: T201
            f"{' '.join(map(str, command))} failed in "
            f"{at}:\n{done.stdout[-8000:]}{done.stderr[-4000:]}"
        )
        sys.exit(1)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
