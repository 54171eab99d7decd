"""A new workflow is whole at once: it is checked, played and taken back in a copy of the project.
`make new-workflow` runs this test.
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from cli.making.plan import planned
from cli.making.rendering import files_of
from cli.making.writing import remove, write
from local.places import ROOT

_COPIED = (
    "bench",
    "cli",
    "docs",
    "local",
    "migrations",
    "public",
    "requirements",
    "src",
    "testing",
    "tests",
    "typings",
)
_LINKED = (".venv", "node_modules", "python_modules")
_FILES = (
    "pyproject.toml", "wrangler.jsonc", "package.json", "Makefile", "README.md", "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SECURITY.md", "LICENSE",
)  # fmt: skip
STEPS = "send:external, record:write"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    for name in _COPIED:
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _FILES:
        shutil.copy(ROOT / name, root / name)
    for name in _LINKED:
        (root / name).symlink_to(ROOT / name)
    return root


def run(command: Sequence[str | Path], root: Path) -> None:
    """In the copy, whose modules come before the installed ones. What one interpreter has compiled,
    the next ones read: compiling a thousand modules takes each of them longer than what it is to
    do. It lies outside of the copy.
    """
    compiled = str(root.with_name("compiled"))
    environment = {
        **os.environ,
        "PYTHONPATH": f"{root / 'src'}:{root / 'testing'}:{root}",
        "PYTHONPYCACHEPREFIX": compiled,
    }
    done = subprocess.run(
        list(command), cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def pytest_in(root: Path, *arguments: str) -> None:
    run([".venv/bin/python", "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments], root)


def state_of(root: Path) -> dict[str, str]:
    """Digests of all files that were copied, by their paths."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for name in (*_COPIED, *_FILES)
        for path in ([root / name] if (root / name).is_file() else (root / name).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_it_is_whole_and_can_be_taken_back(project: Path) -> None:
    before = state_of(project)
    steps = "fetch:read, charge:external+undo, send-letter:irreversible, record:write"
    written = write(
        planned("nightly-close", steps, "confirm", has_table=True, cron="0 8 * * 1-5"), project, run
    )
    changed = {name for name, digest in state_of(project).items() if before.get(name) != digest}
    assert sorted(written) == sorted(changed), "what was written is not all that was changed"
    # Another is only laid beside it, with nothing but what every workflow has: it is checked and
    # played all the same.
    beside = files_of(planned("reminder", STEPS, None, has_table=False))
    for name, text in beside.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    python = [name for name in (*written, *beside) if name.endswith(".py")]
    run(
        [".venv/bin/ruff", "format", "--quiet", *(name for name in beside if name.endswith(".py"))],
        project,
    )
    run([".venv/bin/ruff", "check", "--quiet", "src", *python], project)
    run([".venv/bin/ruff", "format", "--check", "--quiet", "src", *python], project)
    run(["node_modules/.bin/node", "node_modules/pyright/index.js", *python], project)
    run([".venv/bin/lint-imports", "--no-logo", "--no-cache"], project)
    played = ("tests/simulation/test_nightly_close.py", "tests/simulation/test_reminder.py")
    held = (
        "tests/rules/test_kinds.py",
        "tests/rules/test_contract_page.py",
        "tests/unit/tillroll_durable/test_contract_snapshots.py",
    )
    pytest_in(project, *played, *held, "tests/rules/test_docs.py", "-k", "not links")
    remove("nightly-close", project, run)
    after = {name: digest for name, digest in state_of(project).items() if name not in beside}
    [table] = after.keys() - before.keys()
    assert table.endswith("_nightly_close_records.sql")
    assert {name: digest for name, digest in after.items() if name != table} == before
