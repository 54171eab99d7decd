"""Links of a page in Markdown: which it has, and the page with others in their place. Pure."""

import re
from collections.abc import Callable, Iterator
from typing import Final

_FENCED: Final = re.compile(
    r"^(?P<indent> *)(?P<ticks>```+).*?^(?P=indent)(?P=ticks) *$", re.DOTALL | re.MULTILINE
)
_LINK: Final = re.compile(r"\]\((?P<target>[^)\s]+)\)")
_ELSEWHERE: Final = re.compile(r"[a-z]+:")
_DIAGRAM: Final = re.compile(r"\s*```mermaid\n(?P<drawn>.*)\n\s*```\s*", re.DOTALL)


def links_of(page: str) -> Iterator[str]:
    """The targets of its links within the repository, outside of code."""
    for found in _LINK.finditer(_FENCED.sub("", page)):
        if not _is_elsewhere(found["target"]):
            yield found["target"]


def with_links(page: str, renamed: Callable[[str], str]) -> str:
    """The page, each target of which is renamed. Code stays as it is, and diagrams are marked for
    what draws them in the browser.
    """

    def link(found: re.Match[str]) -> str:
        if _is_elsewhere(found["target"]):
            return found[0]
        return f"]({renamed(found['target'])})"

    parts: list[str] = []
    end = 0
    for code in _FENCED.finditer(page):
        parts.append(_LINK.sub(link, page[end : code.start()]))
        parts.append(_drawn(code[0]))
        end = code.end()
    parts.append(_LINK.sub(link, page[end:]))
    return "".join(parts)


def _is_elsewhere(target: str) -> bool:
    return bool(_ELSEWHERE.match(target)) or target.startswith("#")


def _drawn(code: str) -> str:
    """A diagram as an element that the browser draws; other code as it is."""
    diagram = _DIAGRAM.fullmatch(code)
    if diagram is None:
        return code
    escaped = diagram["drawn"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'```{{raw}} html\n<pre class="mermaid">\n{escaped}\n</pre>\n```'
