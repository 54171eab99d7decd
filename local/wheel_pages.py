"""The pages that the wheel brings, for authors who have nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from local.places import ROOT

DOCS: Final = ROOT / "docs"
PAGES: Final = (
    "before-production.md",
    "continuations.md",
    "how-to/README.md",
    "how-to/ask-a-person.md",
    "how-to/call-an-api.md",
    "how-to/deploy.md",
    "how-to/fan-out.md",
    "how-to/own-tables.md",
    "how-to/stuck-run.md",
    "how-to/test.md",
    "how-to/versions.md",
    "llms.txt",
    "migrating.md",
    "orchestrators.md",
    "projects.md",
    "reference.md",
    "testing-workflows.md",
    "tutorial.md",
    "when-to-use.md",
    "writing-workflows.md",
)
_LINK: Final = re.compile(r"!?\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")
# A reference in brackets, such as to a decision or to a test: nothing is lost without it.
_BESIDE: Final = re.compile(r"\s\(!?\[[^\]]*\]\((?P<target>[^)\s]+)\)\)")
# What is said of this repository stands in a box, which the wheel's reader does not need.
_BOX: Final = re.compile(r"^> \*\*In this repository.*?\n(?:>.*\n)*\n?", re.MULTILINE)
_OUTSIDE: Final = re.compile(r"[a-z]+:")


def wheel_pages() -> Iterator[tuple[str, bytes]]:
    """Each page by its path below docs. A link that leads out of the wheel is its text alone."""
    for name in PAGES:
        page = (DOCS / name).read_text(encoding="utf-8")
        yield name, standing_alone(name, page).encode()


def standing_alone(name: str, page: str) -> str:
    """A page whose links lead to pages of the wheel and to its examples, or to the web. What is
    said of this repository alone is left out.
    """

    def is_kept(target: str) -> bool:
        return bool(_OUTSIDE.match(target)) or target.startswith("#") or _is_here(name, target)

    def beside(link: re.Match[str]) -> str:
        return link[0] if is_kept(link["target"]) else ""

    def alone(link: re.Match[str]) -> str:
        return link[0] if is_kept(link["target"]) else link["text"]

    return _LINK.sub(alone, _BESIDE.sub(beside, _BOX.sub("", page)))


def _is_here(name: str, target: str) -> bool:
    path = PurePosixPath("docs", name).parent / target.partition("#")[0]
    found = _normal(path)
    if found.parts[0] == "examples":
        return (ROOT / found).exists()
    return found.as_posix() in {f"docs/{each}" for each in PAGES}


def _normal(path: PurePosixPath) -> Path:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return Path(*parts)
