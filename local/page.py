"""The page as it is served, which is made of public/: few files, where the sources are many."""

import subprocess
import time
from pathlib import Path

from local.places import NODE, ROOT

PUBLIC = ROOT / "public"
SERVED = ROOT / ".build" / "public"
BUILT = SERVED / "built"
_LOOK_SECONDS = 0.5
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
    """Looks at the sources, twice a second at most."""

    def __init__(self) -> None:
        self._newest, self._next_look = _newest(), 0.0

    def has_changed(self) -> bool:
        """Whether a source was saved since the last look."""
        now = time.monotonic()
        if now < self._next_look:
            return False
        self._next_look = now + _LOOK_SECONDS
        before, self._newest = self._newest, _newest()
        return self._newest != before


def _newest() -> float:
    return max(_saved(path) for path in PUBLIC.rglob("*"))


def _saved(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # an editor's file of a moment
        return 0.0
