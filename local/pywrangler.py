"""pywrangler takes the packages that `make setup` has installed by their hashes, and resolves none
itself.

Before `dev` and `deploy` it empties python_modules and installs what it resolves, unless two
markers say that its own version has done so since pyproject.toml changed. Set-up writes these
markers. Where pyproject.toml changes afterwards, pywrangler resolves; the constraints there keep it
to the same versions (local/pins.py).
"""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from local.pins import PINNED, PROJECT, pins
from local.places import PYTHON_MODULES, ROOT

MARKERS = (PYTHON_MODULES / ".synced", ROOT / ".venv-workers" / ".synced")
_NAME = re.compile(r"^[A-Za-z0-9._-]+")
_PACKAGE = "workers-py=="


def mark_as_installed(
    markers: Sequence[Path] = MARKERS, project: Path = PROJECT, pinned: Path = PINNED
) -> None:
    """Write the markers, where all that the project asks for is pinned, and so installed."""
    document = tomllib.loads(project.read_text(encoding="utf-8"))
    pinned_names = {_name(each) for each in pins(pinned.read_text(encoding="utf-8"))}
    names = {_name(each) for each in document["project"]["dependencies"]}
    if not names <= pinned_names:
        return
    for marker in markers:
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.write_text(version_of(document), encoding="utf-8")


def version_of(document: dict[str, Any]) -> str:
    """The version of workers-py that pyproject.toml pins. Raises ValueError: it pins none."""
    for each in document["dependency-groups"]["dev"]:
        if each.startswith(_PACKAGE):
            return each.removeprefix(_PACKAGE)
    raise ValueError(f"pyproject.toml has to have {_PACKAGE}VERSION in its group dev")


def _name(requirement: str) -> str:
    """As the package is called, however it is written (PEP 503)."""
    found = _NAME.match(requirement)
    if found is None:
        raise ValueError(f"{requirement} names no package")
    return re.sub(r"[-_.]+", "-", found[0]).lower()
