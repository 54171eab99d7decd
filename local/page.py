"""The page as it is served, which is made of public/: few files, where the sources are many."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from local.places import NODE, ROOT

PUBLIC = ROOT / "public"
SERVED = ROOT / ".build" / "public"
BUILT = SERVED / "built"
_BUILD = ROOT / "local" / "build_page.mjs"


class PageError(Exception):
    """The page cannot be made; the message is esbuild's, with file and line."""


def build() -> None:
    """Bring what is served up to date. A file that is the same already stays untouched.

    Raises:
        PageError: a source has an error. What was built before stays.
    """
    done = subprocess.run(
        [str(NODE), str(_BUILD)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise PageError(done.stderr.strip())


class Saves:
    """Looks at the sources where `has_come` says that one may have been saved."""

    def __init__(self, has_come: Callable[[], bool]) -> None:
        self._has_come = has_come
        self._newest = _newest()

    def has_changed(self) -> bool:
        """Whether a source was saved since the last look."""
        if not self._has_come():
            return False
        before = self._newest
        self._newest = _newest()
        return self._newest != before


def _newest() -> float:
    return max(_saved(path) for path in PUBLIC.rglob("*"))


def _saved(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # an editor's file of a moment
        return 0.0
