"""What pyproject.toml asks for exists: `uv run pywrangler` resolves all of it, with every
dependency group.
"""

import shutil
import subprocess
from pathlib import Path

from local.places import ROOT, VENV

_OFFLINE = ("Failed to fetch", "error sending request", "dns error")


def test_the_registry_has_what_is_asked_for(tmp_path: Path) -> None:
    """`uv lock` resolves groups and dependencies for every Python that is allowed, as `uv run` does
    first.
    """
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path / name)
    done = subprocess.run(
        [VENV / "bin" / "uv", "lock", "--dry-run", "--no-progress"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert not any(sign in done.stderr for sign in _OFFLINE), (
        f"This needs the package registry:\n{done.stderr}"
    )
    assert done.returncode == 0, done.stderr
    assert "Add workers-py v" in done.stderr
