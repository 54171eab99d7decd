"""A release is of a version that the sources say, and its tag of what is committed."""

import json
import subprocess
from pathlib import Path

import pytest

from local.places import ROOT
from local.release.sources import NotReleasable, check_version, commit, tag
from local.wheel import version


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.0"\n', encoding="utf-8")
    (tmp_path / "package.json").write_text(json.dumps({"version": "1.2.0"}), encoding="utf-8")
    (tmp_path / "CHANGELOG.md").write_text(
        "# Changelog\n\n## [1.2.0] - 2026-12-01\n", encoding="utf-8"
    )
    (tmp_path / "tests" / "releases" / "1.2.0").mkdir(parents=True)
    _git(tmp_path, "init", "--quiet")
    _git(tmp_path, "add", "--all")
    _git(tmp_path, "commit", "--quiet", "--message", "first")
    return tmp_path


def _git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"]
    command = ["git", *who, *words]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_the_sources_can_be_built_as_they_are() -> None:
    check_version(version(), is_final=False, root=ROOT)


def test_a_whole_release_can_be_tagged(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_COMMITTER_NAME", "Ann")
    monkeypatch.setenv("GIT_COMMITTER_EMAIL", "ann@example.com")
    check_version("1.2.0", is_final=True, root=sources)
    source = commit(sources)
    assert source.is_clean
    tag("1.2.0", source, sources)
    assert _git(sources, "rev-parse", "v1.2.0^{commit}") == source.name
    with pytest.raises(NotReleasable, match="already exists"):
        tag("1.2.0", source, sources)


@pytest.mark.parametrize(
    ("file", "text", "why"),
    [
        ("pyproject.toml", '[project]\nversion = "1.1.0"\n', r"pyproject\.toml says version 1\.1"),
        ("package.json", '{"version": "1.1.0"}', r"package\.json says version 1\.1"),
        ("CHANGELOG.md", "## [1.1.0] - 2026-11-01\n", r"begin with a section \[1\.2\.0\]"),
        ("CHANGELOG.md", "## [1.2.0] - unreleased\n", "its day"),
    ],
)
def test_what_says_something_else_is_refused(sources: Path, file: str, text: str, why: str) -> None:
    (sources / file).write_text(text, encoding="utf-8")
    with pytest.raises(NotReleasable, match=why):
        check_version("1.2.0", is_final=True, root=sources)


def test_a_trial_needs_no_day_and_no_record(sources: Path) -> None:
    (sources / "CHANGELOG.md").write_text("## [1.2.0] - unreleased\n", encoding="utf-8")
    (sources / "tests" / "releases" / "1.2.0").rmdir()
    check_version("1.2.0", is_final=False, root=sources)


def test_a_schema_that_is_not_kept_is_refused(sources: Path) -> None:
    (sources / "tests" / "releases" / "1.2.0").rmdir()
    with pytest.raises(NotReleasable, match="make record-release"):
        check_version("1.2.0", is_final=True, root=sources)


def test_what_is_not_committed_gets_no_tag(sources: Path) -> None:
    (sources / "new.txt").write_text("new", encoding="utf-8")
    source = commit(sources)
    assert not source.is_clean
    with pytest.raises(NotReleasable, match="Commit or remove"):
        tag("1.2.0", source, sources)
