"""The blocks of a page, in their order: files, changes of files, commands, and what they print."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_FENCE: Final = re.compile(r"^```(?P<info>[^\n]*)\n(?P<content>.*?)^```$", re.DOTALL | re.MULTILINE)
_NAMED: Final = re.compile(r"\*\*`([\w./-]+)`\*\*\s*\Z")
_PATH: Final = re.compile(r"`([\w./-]+\.(?:py|jsonc|sql|json))`")
_LEFT_OPEN: Final = re.compile(r"…|\$\w+")


@dataclass(frozen=True)
class File:
    """A file that the page gives in whole."""

    path: str
    content: str


@dataclass(frozen=True)
class Change:
    """A change of the file that the page named last."""

    path: str
    before: str
    after: str

    def of(self, content: str) -> str:
        """The content with the change. It has to be clear where that belongs."""
        found = content.count(self.before)
        assert found == 1, f"{self.path} has {found} places for this change:\n{self.before}"
        return content.replace(self.before, self.after)


@dataclass(frozen=True)
class Commands:
    """Lines that a reader types. `prints` is what the page shows of their output."""

    lines: tuple[str, ...]
    prints: str
    is_in_own_terminal: bool

    def missing_in(self, output: str) -> str | None:
        """The first line that the output lacks, in the page's order; None where it has all."""
        printed = iter(output.splitlines())
        for line in self.prints.splitlines():
            pattern = ".*".join(re.escape(each) for each in _LEFT_OPEN.split(line.rstrip()))
            if not any(re.fullmatch(pattern, each.rstrip()) for each in printed):
                return line
        return None


Block = File | Change | Commands


def blocks_of(page: str) -> Iterator[Block]:
    """The blocks of a page that a test plays. Those for an account are left out."""
    path = ""
    end = 0
    commands: Commands | None = None
    for fence in _FENCE.finditer(page):
        prose = page[end : fence.start()]
        end = fence.end()
        info = fence["info"]
        if info == "text" and commands is not None:
            yield Commands(commands.lines, fence["content"], commands.is_in_own_terminal)
            commands = None
            continue
        if commands is not None:
            yield commands
            commands = None
        named = _NAMED.search(prose)
        paths = _PATH.findall(prose)
        if named is not None:
            path = named[1]
            yield File(path, fence["content"])
        elif info == "diff":
            path = paths[-1] if paths else path
            yield _change(path, fence["content"])
        elif info == "sh":
            own = "terminal" in prose.strip().rpartition("\n\n")[2]
            commands = Commands(tuple(fence["content"].splitlines()), "", own)
    if commands is not None:
        yield commands


def _change(path: str, content: str) -> Change:
    lines = content.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if not line.startswith("+"))
    after = "".join(line[1:] for line in lines if not line.startswith("-"))
    return Change(path, before, after)
