"""A project is made of what is committed, and upgraded unless a table was changed in place since it
was made.
"""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from cli.making.plan import Refused
from cli.making.projects import upgrading, writing
from cli.making.projects.modules import KERNEL
from cli.making.projects.tree import committed, files_of
from cli.making.projects.upgrading import upgrade_project
from cli.making.projects.writing import RECORD, author, commit_all, git, origin_of, write_project


@pytest.fixture
def tillroll(tmp_path: Path) -> Path:
    """A repository with the core's modules and a migration."""
    root = tmp_path / "tillroll"
    (root / "migrations").mkdir(parents=True)
    written(root, _LIST, list_of(*KERNEL))
    (root / "migrations" / "0001_runs.sql").write_text(
        "CREATE TABLE runs (id TEXT);\n", encoding="utf-8"
    )
    git(root, "init", "--quiet", "--initial-branch=main")
    commit_all(root, "Begin", "none")
    return root


@pytest.fixture
def project(tmp_path: Path, tillroll: Path) -> Path:
    project, origin = tmp_path / "mine", origin_of(tillroll)
    project.mkdir()
    (project / RECORD).write_text(
        json.dumps({"name": "mine", "tillroll": origin, "modules": ["tillroll_durable"]}),
        encoding="utf-8",
    )
    git(project, "init", "--quiet", "--initial-branch=main")
    commit_all(project, "Make the project", origin)
    return project


@pytest.mark.parametrize("renamed", [None, "0001_all.sql"], ids=["edited", "merged into another"])
def test_a_table_that_was_changed_in_place_is_refused(
    tillroll: Path, project: Path, renamed: str | None
) -> None:
    migration = tillroll / "migrations" / "0001_runs.sql"
    migration.write_text("CREATE TABLE runs (id TEXT, more TEXT);\n", encoding="utf-8")
    if renamed:
        migration.rename(migration.with_name(renamed))
    commit_all(tillroll, "Change a table in place", "none")
    before = git(project, "rev-parse", "HEAD")
    with pytest.raises(
        Refused, match=r"migrations/0001_runs\.sql has changed since .* Make the project anew"
    ):
        upgrade_project(tillroll, project)
    assert (git(project, "rev-parse", "HEAD"), git(project, "status", "--porcelain")) == (
        before,
        "",
    )


def test_what_is_in_no_commit_is_left_out(tillroll: Path) -> None:
    with committed(tillroll) as sources:
        before = files_of(sources)
    (tillroll / "migrations" / "0002_own.sql").write_text(
        "CREATE TABLE own (id TEXT);\n", encoding="utf-8"
    )
    (tillroll / "migrations" / "0001_runs.sql").write_text(
        "CREATE TABLE runs (other TEXT);\n", encoding="utf-8"
    )
    with committed(tillroll) as sources:
        assert files_of(sources) == before
        assert "migrations/0001_runs.sql" in before
        assert "other" not in (sources / "migrations/0001_runs.sql").read_text(encoding="utf-8")


_LIST = "src/tillroll/app.py"
_NIGHTLY = "src/tillroll/workflows/nightly"
_OURS = "src/tillroll/workflows/ours/workflow.py"


def written(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def list_of(*kinds: str) -> str:
    listed = "".join(f'    Module("{kind}"),\n' for kind in kinds)
    return f"MODULES: Final = (\n{listed})\n"


def committed_in(root: Path, *paths: str) -> None:
    """Commit these, and nothing else that was written."""
    git(root, "add", "--", *paths)
    git(root, *author(root), "commit", "--quiet", "-m", "Go on")


def uncut(
    target: Path, root: Path, name: str, chosen: Sequence[str], origin: str, python: Path
) -> None:
    """A project with all sources, as they are: how they are cut is tried elsewhere."""
    assert python.name == "python"
    shutil.copytree(root / "src", target / "src")
    record = {"name": name, "modules": [*chosen], "tillroll": origin}
    (target / RECORD).write_text(json.dumps(record), encoding="utf-8")


def test_of_a_kind_that_is_half_committed_a_project_has_that_half_and_keeps_it(
    tillroll: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kind is a folder and a line of the list of modules. What its author has not committed comes
    neither with a new project nor with an upgrade; what is committed, and the kind of the project's
    owner, stay.
    """
    for module in (writing, upgrading):
        monkeypatch.setattr(module, "fill", uncut)
    written(tillroll, _LIST, list_of(*KERNEL))
    written(tillroll, f"{_NIGHTLY}/contract.py", "VERSION = 1\n")
    commit_all(tillroll, "Begin a kind", "none")
    written(tillroll, _LIST, list_of(*KERNEL, "nightly"))
    written(tillroll, f"{_NIGHTLY}/contract.py", "VERSION = 2\n")
    written(tillroll, f"{_NIGHTLY}/workflow.py", "NIGHTLY = 1\n")
    mine = tmp_path / "mine"
    write_project(tillroll, mine, ["tillroll_durable"])

    def read(path: str) -> str:
        return (mine / path).read_text(encoding="utf-8")

    assert (read(_LIST), read(f"{_NIGHTLY}/contract.py")) == (list_of(*KERNEL), "VERSION = 1\n")
    assert not (mine / _NIGHTLY / "workflow.py").exists()
    written(mine, _LIST, list_of(*KERNEL, "ours"))
    written(mine, _OURS, "OURS = 1\n")
    committed_in(mine, _LIST, _OURS)
    written(tillroll, "src/tillroll/later.py", "LATER = 1\n")
    committed_in(tillroll, "src/tillroll/later.py")

    assert upgrade_project(tillroll, mine) == upgrading.Upgraded([])
    assert read("src/tillroll/later.py") == "LATER = 1\n", "nothing was taken over"
    assert (read(_LIST), read(_OURS)) == (list_of(*KERNEL, "ours"), "OURS = 1\n")
    assert read(f"{_NIGHTLY}/contract.py") == "VERSION = 1\n"
    assert not (mine / _NIGHTLY / "workflow.py").exists()
    assert git(mine, "status", "--porcelain") == ""
