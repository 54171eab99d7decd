"""The pages of the site as Sphinx reads them: docs/, and what docs/ links to elsewhere.

A page keeps its text. Its links lead to pages of the site, also where they lead to a source, which
becomes a page that shows it.
"""

import os
from pathlib import Path, PurePosixPath
from typing import Final

from local.places import ROOT
from local.site.links import links_of, with_links

# The first page, then the entrances in the order of the menu.
FIRST_PAGE: Final = "docs/README.md"
ENTRANCES: Final = (
    "docs/use/README.md",
    "docs/run.md",
    "docs/build.md",
    "docs/inside.md",
)
# What is not of docs/ stands below this folder of the site.
_BELOW: Final = "repository"
_LANGUAGES: Final = {
    ".css": "css",
    ".js": "javascript",
    ".json": "json",
    ".mjs": "javascript",
    ".py": "python",
    ".sql": "sql",
    ".toml": "toml",
    ".ts": "typescript",
    ".tsx": "tsx",
}
_IMAGES: Final = frozenset({".apng", ".gif", ".png", ".svg", ".webp"})
_ORPHAN: Final = "---\norphan: true\n---\n\n"


class LinkIsBroken(Exception):
    """A page links to a file that does not exist; the message names both."""


def gathered() -> dict[str, str]:
    """Each file that the site has, by its path in the repository, with its path in the site: all
    pages of docs/, and what they link to.

    Raises:
        LinkIsBroken: a page links to nothing.
    """
    found: dict[str, str] = {}
    waiting = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs").rglob("*.md"))]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found[path] = _staged_path(path)
        if path.endswith(".md"):
            page = (ROOT / path).read_text(encoding="utf-8")
            waiting.extend(_target(path, link) for link in links_of(page))
    return found


def stage(folder: Path) -> int:
    """Write the pages into a folder, and take away what is no longer theirs. What has not changed
    stays as it is, so that only the rest is built again. Returns how many files there are.

    Raises:
        LinkIsBroken: a page links to nothing.
    """
    files = gathered()
    parents = _parents(files)
    for path, staged in files.items():
        _write(folder / staged, _content(path, files, parents))
    kept = {folder / staged for staged in files.values()}
    for existing in sorted(folder.rglob("*")):
        if existing.is_file() and existing not in kept:
            existing.unlink()
    return len(files)


def _staged_path(path: str) -> str:
    inside = path.removeprefix("docs/") if path.startswith("docs/") else f"{_BELOW}/{path}"
    if inside.endswith("README.md"):
        return inside.removesuffix("README.md") + "index.md"
    if _is_shown(path):
        return inside + ".md"
    return inside


def _is_shown(path: str) -> bool:
    """Whether a page of the site shows it: a source, or a folder."""
    return not path.endswith(".md") and PurePosixPath(path).suffix not in _IMAGES


def _target(path: str, link: str) -> str:
    """The path in the repository of what a page links to."""
    named, _, _ = link.partition("#")
    target = (ROOT / path).parent / named
    if (target / "README.md").is_file():
        target = target / "README.md"
    if not target.exists():
        raise LinkIsBroken(f"{path} links to {link}, which does not exist")
    return Path(os.path.normpath(target)).relative_to(ROOT).as_posix()


def _parents(files: dict[str, str]) -> dict[str, list[str]]:
    """Each page that has pages below it in the menu, with those. A page stands below the first
    that links to it, entrances before other lists of pages.
    """
    placed = {FIRST_PAGE, *ENTRANCES}
    lists = [*ENTRANCES, *(path for path in sorted(files) if path.endswith("README.md"))]
    parents: dict[str, list[str]] = {FIRST_PAGE: list(ENTRANCES)}
    for parent in lists:
        if not parent.startswith("docs/") or parent == FIRST_PAGE:
            continue
        page = (ROOT / parent).read_text(encoding="utf-8")
        below = parents.setdefault(parent, [])
        for link in links_of(page):
            target = _target(parent, link)
            if target.startswith("docs/") and target.endswith(".md") and target not in placed:
                placed.add(target)
                below.append(target)
    return parents


def _content(path: str, files: dict[str, str], parents: dict[str, list[str]]) -> bytes:
    source = ROOT / path
    if PurePosixPath(path).suffix in _IMAGES:
        return source.read_bytes()
    if source.is_dir():
        return _folder_page(path).encode()
    text = source.read_text(encoding="utf-8")
    if _is_shown(path):
        return _source_page(path, text).encode()
    here = PurePosixPath(files[path]).parent

    def renamed(link: str) -> str:
        target = files[_target(path, link)]
        _, hash_sign, anchor = link.partition("#")
        return os.path.relpath(target, here) + hash_sign + anchor

    page = with_links(text, renamed)
    is_placed = path == FIRST_PAGE or any(path in below for below in parents.values())
    if path in parents:
        names = [os.path.relpath(files[each], here) for each in parents[path]]
        page = f"{page}\n{_menu(names)}"
    return (page if is_placed else _ORPHAN + page).encode()


def _menu(names: list[str]) -> str:
    return "\n".join(["```{toctree}", ":hidden:", "", *names, "```", ""])


def _source_page(path: str, text: str) -> str:
    language = _LANGUAGES.get(PurePosixPath(path).suffix, "text")
    shown = text.rstrip("\n")
    return f"{_ORPHAN}# {path}\n\n``````{{code-block}} {language}\n:linenos:\n\n{shown}\n``````\n"


def _folder_page(path: str) -> str:
    names = sorted(each.name for each in (ROOT / path).iterdir() if not each.name.startswith("_"))
    lines = "\n".join(f"- `{name}`" for name in names)
    return f"{_ORPHAN}# {path}\n\nA folder of the repository:\n\n{lines}\n"


def _write(path: Path, content: bytes) -> None:
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
