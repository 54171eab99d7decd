"""What a project's files say of pages and tests that it does not have.

Whatever may not be there is referred to in parentheses, which go with it: `([API](api.md))` on a page, in a comment or
a message `(docs/api.md has one)`. On a page a sentence that begins with such a link goes, too. A numbered list of
source files goes whole, with its heading, where one of them is not there.
"""

import re
from collections.abc import Callable
from posixpath import dirname, join, normpath
from typing import Final

_LINK: Final = r"\[[^\]]+\]\((?P<path>(?!https?://|#)[^)#\s]+)(?:#[^)]*)?\)"
# Where it begins a line, the end of the line before goes with it, and the mark of a comment.
_BEFORE: Final = r"(?:\s*\n[ \t]*(?:#|//|\*)?)?[ \t]*"
_LINKS: Final = (
    re.compile(rf"{_BEFORE}\({_LINK}[^()]*\)"),
    re.compile(rf"(?<=[.:])\s{_LINK}[^.]*\."),
    re.compile(rf"(?<=\n\n){_LINK}[^.]*\.\n\n"),
)
_PATH: Final = re.compile(r"\n\n[^\n]+:\n\n(?:\d+\. [^\n]+\n)+")
_SOURCE: Final = re.compile(r"\bsrc/[\w/]+\.py\b")
_WORD: Final = re.compile(rf"{_BEFORE}\((?P<path>(?:docs|tests|bench)/[\w./-]*\w)\b[^()\"\n]*\)")


def without_dead_references(path: str, text: str, exists: Callable[[str], bool]) -> str:
    """A file of the project without what it says of files that are not there."""

    def link(found: re.Match[str]) -> str:
        return found[0] if exists(normpath(join(dirname(path), found["path"]))) else ""

    def listed(found: re.Match[str]) -> str:
        return found[0] if all(map(exists, _SOURCE.findall(found[0]))) else ""

    if path.endswith(".py"):
        text = _PATH.sub(listed, text)
    if path.endswith(".md"):
        for form in _LINKS:
            text = form.sub(link, text)
    return _WORD.sub(lambda found: found[0] if exists(found["path"]) else "", text)
