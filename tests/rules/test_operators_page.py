"""The page of a project's operators: what it has of its own, and what it takes of the app's page as
it is.
"""

import re
from difflib import SequenceMatcher
from pathlib import Path
from posixpath import dirname, join, normpath

import pytest

from local.places import ROOT

_PUBLIC, _PAGE = ROOT / "public", ROOT / "modules/durable/page"
pytestmark = pytest.mark.skipif(
    not _PAGE.is_dir(), reason="a project has one page, put together already"
)
_IMPORT = re.compile(r'(?:^(?:import|export)\b[^;]*? from |=> import\()"(\.[^"]+)"', re.MULTILINE)
_STYLES = re.compile(r'^@import "(\./[^"]+)";$', re.MULTILINE)
_NAMED = re.compile(r'(?:href|src)="/([\w/.-]+\.\w+)"')
# A policy of a few lines, and a frame in which the page's name and description are all that
# differs.
_ALIKE = frozenset({"_headers", "index.html"})
_MOST_ALIKE = 0.7


def _files() -> dict[str, Path]:
    """By path below `public/` of a project."""
    shared = (ROOT / "modules/durable/page.txt").read_text(encoding="utf-8").split()
    own = {path.relative_to(_PAGE).as_posix(): path for path in _PAGE.rglob("*") if path.is_file()}
    assert not own.keys() & set(shared), "a file is shared, or the page's own"
    return {**{path: _PUBLIC / path for path in shared}, **own}


def source_of(name: str) -> str:
    """What a file that a page names is built of; itself, where it is served as it is."""
    return re.sub(r"^built/([\w-]+)\.(js|css)$", r"\2/\1.\2", name)


def test_it_has_what_it_names() -> None:
    files = _files()
    assert [path for path, file in files.items() if not file.is_file()] == []
    missing: list[tuple[str, str]] = []
    for path, file in files.items():
        if path.endswith(".html"):
            named = [source_of(name) for name in _NAMED.findall(file.read_text(encoding="utf-8"))]
            missing += [(path, name) for name in named if name not in files]
        if path.endswith((".js", ".css")):
            pattern = _IMPORT if path.endswith(".js") else _STYLES
            named = [
                normpath(join(dirname(path), name))
                for name in pattern.findall(file.read_text(encoding="utf-8"))
            ]
            missing += [(path, name) for name in named if name not in files]
    assert missing == []


def test_it_takes_what_it_has_in_common_with_the_apps_page_as_it_is() -> None:
    copied = {
        path: round(likeness, 2)
        for path, file in _files().items()
        if file.is_relative_to(_PAGE) and path not in _ALIKE and (_PUBLIC / path).is_file()
        if (likeness := _likeness(file, _PUBLIC / path)) > _MOST_ALIKE
    }
    assert copied == {}, "list it in modules/durable/page.txt, and keep apart what differs"


def _likeness(one: Path, other: Path) -> float:
    lines = [path.read_text(encoding="utf-8").splitlines() for path in (one, other)]
    return SequenceMatcher(None, *lines, autojunk=False).ratio()
