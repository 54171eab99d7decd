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
_OUTSIDE: Final = re.compile(r"[a-z]+:")


def wheel_pages() -> Iterator[tuple[str, bytes]]:
    """Each page by its path below docs. A link that leads out of the wheel is its text alone."""
    for name in PAGES:
        page = (DOCS / name).read_text(encoding="utf-8")
        yield name, standing_alone(name, page).encode()


def standing_alone(name: str, page: str) -> str:
    """A page whose links lead to pages of the wheel and to its examples, or to the web."""

    def kept(link: re.Match[str]) -> str:
        target = link["target"]
        if _OUTSIDE.match(target) or target.startswith("#") or _is_here(name, target):
            return link[0]
        return link["text"]

    return _LINK.sub(kept, page)


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
