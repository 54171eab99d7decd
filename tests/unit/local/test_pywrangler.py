"""Set-up leaves the markers by which pywrangler takes the packages that are there."""

import tomllib
from pathlib import Path

import pytest

from local.pins import PINNED, PROJECT
from local.pywrangler import mark_as_installed, version_of


def _marked(folder: Path, project: Path) -> list[str]:
    markers = [folder / "modules" / ".synced", folder / "workers" / ".synced"]
    mark_as_installed(markers, project, PINNED)
    return [each.read_text(encoding="utf-8") for each in markers if each.exists()]


def test_the_markers_have_the_version_that_is_pinned(tmp_path: Path) -> None:
    version = version_of(tomllib.loads(PROJECT.read_text(encoding="utf-8")))
    assert _marked(tmp_path, PROJECT) == [version, version]


def test_a_package_that_is_not_pinned_is_left_to_pywrangler(tmp_path: Path) -> None:
    project = tmp_path / "pyproject.toml"
    text = PROJECT.read_text(encoding="utf-8")
    project.write_text(
        text.replace('  "cronsim>=2.8",\n', '  "cronsim>=2.8",\n  "not-pinned>=1",\n', 1)
    )
    assert _marked(tmp_path, project) == []


def test_a_project_that_pins_no_version_is_refused() -> None:
    with pytest.raises(ValueError, match="workers-py==VERSION"):
        version_of({"dependency-groups": {"dev": ["workers-py>=1.17.9"]}})
