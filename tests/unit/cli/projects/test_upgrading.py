"""A project is made of what is committed, and upgraded unless a table was changed in place since it was made."""

import json
import shutil
from pathlib import Path

import pytest

from cli.making.plan import Refused
from cli.making.projects.tree import committed, files_of
from cli.making.projects.upgrading import upgrade_project
from cli.making.projects.writing import RECORD, commit_all, git, origin_of
from local.places import ROOT


@pytest.fixture
def tillroll(tmp_path: Path) -> Path:
    """A repository with the modules of this one and a migration."""
    root = tmp_path / "tillroll"
    shutil.copytree(ROOT / "modules", root / "modules")
    (root / "migrations").mkdir()
    (root / "migrations" / "0001_runs.sql").write_text("CREATE TABLE runs (id TEXT);\n", encoding="utf-8")
    git(root, "init", "--quiet", "--initial-branch=main")
    commit_all(root, "Begin", "none")
    return root


@pytest.fixture
def project(tmp_path: Path, tillroll: Path) -> Path:
    project, origin = tmp_path / "mine", origin_of(tillroll)
    project.mkdir()
    (project / RECORD).write_text(
        json.dumps({"name": "mine", "tillroll": origin, "modules": ["durable"]}), encoding="utf-8"
    )
    git(project, "init", "--quiet", "--initial-branch=main")
    commit_all(project, "Make the project", origin)
    return project


@pytest.mark.parametrize("renamed", [None, "0001_all.sql"], ids=["edited", "merged into another"])
def test_a_table_that_was_changed_in_place_is_refused(tillroll: Path, project: Path, renamed: str | None) -> None:
    migration = tillroll / "migrations" / "0001_runs.sql"
    migration.write_text("CREATE TABLE runs (id TEXT, more TEXT);\n", encoding="utf-8")
    if renamed:
        migration.rename(migration.with_name(renamed))
    commit_all(tillroll, "Change a table in place", "none")
    before = git(project, "rev-parse", "HEAD")
    with pytest.raises(Refused, match=r"migrations/0001_runs\.sql has changed since .* Make the project anew"):
        upgrade_project(tillroll, project)
    assert (git(project, "rev-parse", "HEAD"), git(project, "status", "--porcelain")) == (before, "")


def test_a_clone_without_its_packages_is_refused(tillroll: Path) -> None:
    (tillroll / "python_modules").mkdir()
    with (
        pytest.raises(Refused, match=r"no packages in \.venv, node_modules, python_modules\. Run `make setup`"),
        committed(tillroll),
    ):
        pass


def test_what_is_in_no_commit_is_left_out(tillroll: Path) -> None:
    for name in (".venv", "node_modules", "python_modules"):
        (tillroll / name / "package").mkdir(parents=True)
    with committed(tillroll) as sources:
        before = files_of(sources)
    (tillroll / "migrations" / "0002_own.sql").write_text("CREATE TABLE own (id TEXT);\n", encoding="utf-8")
    (tillroll / "migrations" / "0001_runs.sql").write_text("CREATE TABLE runs (other TEXT);\n", encoding="utf-8")
    with committed(tillroll) as sources:
        assert files_of(sources) == before
        assert "migrations/0001_runs.sql" in before
        assert "other" not in (sources / "migrations/0001_runs.sql").read_text(encoding="utf-8")
        assert (sources / "python_modules" / "package").is_dir()
