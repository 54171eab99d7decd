"""The least project is as clean as this one: its owner's first `make test` must not fail by what
they did not write.

It runs on what is installed here. `make projects` proves the rest: an installation of its own,
types and tests.
"""

import os
import subprocess
from pathlib import Path

import pytest

from cli.making.projects.writing import write_project
from local.places import ROOT

pytestmark = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="a project is made of a clone")

_CHECKS = {
    "format": (".venv/bin/ruff", "format", "--check", "."),
    "lint": (".venv/bin/ruff", "check", "--no-cache", "."),
    "page": ("node_modules/.bin/node", "node_modules/typescript/bin/tsc", "-p", "tsconfig.json"),
    "imports": (
        ".venv/bin/python",
        "-m",
        "pytest",
        "-q",
        "--collect-only",
        "-p",
        "no:cacheprovider",
    ),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("projects") / "mine"
    write_project(ROOT, root, [])
    for tools in (".venv", "node_modules", "python_modules"):
        (root / tools).symlink_to(ROOT / tools)
    return root


@pytest.mark.parametrize("name", _CHECKS)
def test_the_least_project_passes(project: Path, name: str) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{project / 'src'}:{project}"}
    done = subprocess.run(
        _CHECKS[name], cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
