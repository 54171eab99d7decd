"""A new workflow is whole at once: it is checked, played and taken back in a copy of the project."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from cli.endings import Code
from cli.main import main
from cli.making.plan import Refused, planned
from cli.making.rendering import files_of
from cli.making.writing import remove, write
from local.places import ROOT

_COPIED = (
    "bench",
    "cli",
    "docs",
    "local",
    "migrations",
    "modules",
    "public",
    "requirements",
    "src",
    "tests",
    "typings",
)
_LINKED = (".venv", "node_modules", "python_modules")
_FILES = (
    "pyproject.toml", "wrangler.jsonc", "package.json", "Makefile", "README.md", "CONTRIBUTING.md", "CHANGELOG.md",
    "SECURITY.md", "LICENSE",
)  # fmt: skip
# Begun last, the whole of it would be waited for by one worker alone.
pytestmark = pytest.mark.long
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
    """In the copy, whose modules come before the installed ones. What one interpreter has compiled, the next ones read:
    compiling a thousand modules takes each of them longer than what it is to do. It lies outside of the copy."""
    compiled = str(root.with_name("compiled"))
    environment = {**os.environ, "PYTHONPATH": f"{root / 'src'}:{root}", "PYTHONPYCACHEPREFIX": compiled}
    done = subprocess.run(list(command), cwd=root, env=environment, capture_output=True, text=True, check=False)
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
    written = write(planned("nightly-close", steps, "confirm", has_table=True, cron="0 8 * * 1-5"), project, run)
    changed = {name for name, digest in state_of(project).items() if before.get(name) != digest}
    assert sorted(written) == sorted(changed), "what was written is not all that was changed"
    # Another is only laid beside it, with nothing but what every workflow has: it is checked and played all the same.
    beside = files_of(planned("reminder", STEPS, None, has_table=False))
    for name, text in beside.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    python = [name for name in (*written, *beside) if name.endswith(".py")]
    run([".venv/bin/ruff", "check", "--quiet", "--fix", "--select", "I,F401", *python], project)
    run([".venv/bin/ruff", "format", "--quiet", *(name for name in beside if name.endswith(".py"))], project)
    run([".venv/bin/ruff", "check", "--quiet", "src", *python], project)
    run([".venv/bin/ruff", "format", "--check", "--quiet", "src", *python], project)
    run(["node_modules/.bin/node", "node_modules/pyright/index.js", *python], project)
    run([".venv/bin/lint-imports", "--no-logo", "--no-cache"], project)
    played = ("tests/simulation/test_nightly_close.py", "tests/simulation/test_reminder.py")
    held = (
        "tests/unit/test_kinds.py",
        "tests/unit/test_contract_page.py",
        "tests/unit/durable/test_contract_snapshots.py",
    )
    pytest_in(project, *played, *held, "tests/unit/test_docs.py", "-k", "not links")
    remove("nightly-close", project, run)
    after = {name: digest for name, digest in state_of(project).items() if name not in beside}
    [table] = after.keys() - before.keys()
    assert table.endswith("_nightly_close_records.sql")
    assert {name: digest for name, digest in after.items() if name != table} == before


@pytest.mark.parametrize(
    ("kind", "steps", "signal", "says"),
    [
        ("Bank", STEPS, None, "small letters"),
        ("bank_transfer", STEPS, None, "small letters"),
        ("../bank", STEPS, None, "small letters"),
        ("b" * 41, STEPS, None, "1 to 40"),
        ("import", STEPS, None, "a word of Python's"),
        ("bank", "", None, "is no step"),
        ("bank", "send", None, "is no step"),
        ("bank", "send:external+do", None, r"charge:external\+undo with its rollback"),
        ("bank", "send:write+undo", None, "a write's rollback is a function of yours"),
        ("bank", "send:external+undo, undo-send:write", None, "a function that is written for another step"),
        ("bank", "send:quickly", None, "read, write, external, irreversible"),
        ("bank", "send:external, send:write", None, "Two steps are called 'send'"),
        ("bank", "return:write", None, "cannot be called 'return'"),
        ("bank", "print:write", None, "cannot be called 'print'"),
        ("bank", "completed:write", None, "cannot be called 'completed'"),
        ("bank", ", ".join(f"s{n}:write" for n in range(13)), None, "at most 12"),
        ("bank", STEPS, "Yes", "The signal cannot be called"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(kind: str, steps: str, signal: str | None, says: str) -> None:
    with pytest.raises(Refused, match=says):
        planned(kind, steps, signal, has_table=False)


def test_a_table_needs_a_step_that_writes() -> None:
    with pytest.raises(Refused, match="such as record:write"):
        planned("bank", "send:external", None, has_table=True)


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(Refused, match=r"is no time: .*day of the month"):
        planned("bank", STEPS, None, has_table=False, cron="at eight")


_PARTS = [("registry", "a part of the project"), ("stories", "a part of the project")]


def must_not_run(command: Sequence[str | Path], root: Path) -> None:
    raise AssertionError(f"{command} in {root}")


@pytest.mark.parametrize(
    ("kind", "says"), [("receipt", "already"), ("export", "already"), ("approver", "something else in"), *_PARTS]
)
def test_a_taken_name_is_refused_and_nothing_is_written(kind: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        write(planned(kind, STEPS, None, has_table=False), ROOT, must_not_run)


@pytest.mark.parametrize("kind", ["receipt", "nobody"])
def test_only_what_was_written_so_is_taken_back(kind: str) -> None:
    with pytest.raises(Refused, match="nothing to take back"):
        remove(kind, ROOT, must_not_run)


def test_where_nothing_was_started_nothing_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["remove", "workflow", "nobody", "--local", "--state", str(tmp_path / "none"), "--yes"]
    assert main(asked) == Code.USAGE
    assert "nothing to take back" in capsys.readouterr().err
