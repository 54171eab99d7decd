"""The pages of a built site: what each links to, and which anchors it has. No request is made."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

_LINKS: Final = {"a": "href", "link": "href", "script": "src", "img": "src", "source": "srcset"}
# What a browser loads by itself, which no page may have from elsewhere.
_LOADED: Final = frozenset({"script", "img", "source", "iframe"})


@dataclass
class Page(HTMLParser):
    """What stands in a page: its links, each with the element that has it, and its anchors."""

    path: Path
    links: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    anchors: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        for name in ("id", "name"):
            if value := values.get(name):
                self.anchors.add(value)
        if target := values.get(_LINKS.get(tag, "")):
            self.links.append((tag, target))


@dataclass(frozen=True)
class Followed:
    """
    Attributes:
        pages: how many there are.
        links: how many lead to something of the site.
        broken: a sentence for each that does not.
    """

    pages: int
    links: int
    broken: tuple[str, ...]


def follow(site: Path) -> Followed:
    """Follow each link of each page, as far as it leads to the site."""
    pages = {path: Page(path) for path in sorted(site.rglob("*.html"))}
    count = 0
    broken: list[str] = []
    for page in pages.values():
        for tag, target in page.links:
            name = f"{page.path.relative_to(site)} links to {target}"
            if urlsplit(target).scheme or target.startswith("//"):
                if tag in _LOADED:
                    broken.append(f"{name}, which is loaded from elsewhere")
                continue
            count += 1
            broken.extend(f"{name}, {problem}" for problem in _problems(page, target, pages))
    return Followed(len(pages), count, tuple(broken))


def _problems(page: Page, target: str, pages: dict[Path, Page]) -> Iterator[str]:
    parts = urlsplit(target)
    found = page.path
    if parts.path:
        found = (page.path.parent / unquote(parts.path)).resolve()
    if not found.is_file():
        yield "which does not exist"
        return
    if not parts.fragment or found not in pages:
        return
    if unquote(parts.fragment) not in pages[found].anchors:
        yield "where there is no such heading"
