"""Each command that a page or a sentence names can be given as it stands there."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import typer

from cli.openapi.operations import METHODS, Description
from local.places import ROOT
from tests.support.host_api import description
from tillroll_command.app import application, authors_own

_FENCED: Final = re.compile(r"^( *)```(?:sh|console)\n(.*?)^\1```", re.DOTALL | re.MULTILINE)
_INLINE: Final = re.compile(r"`((?:\.venv/bin/)?tillroll [^`]+)`")
# A text that goes on in the next line of its source.
_BETWEEN: Final = re.compile(r'"\s*\n\s*f?"')
_COMMAND: Final = re.compile(r"^(?:\S*/)?tillroll (.*)")
_UNREADABLE: Final = re.compile(r"[{}<>|]|\.\.\.")
_VALUED: Final = ("-f", "--field")


def _pages() -> list[Path]:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "modules").rglob("*.md")]
    return [page for page in pages if page.name != "CHANGELOG.md"]


def _sources() -> list[Path]:
    found = [*(ROOT / "cli").rglob("*.py"), *(ROOT / "src").rglob("*.py")]
    page = [
        each
        for each in (ROOT / "public" / "js").rglob("*")
        if each.suffix in {".js", ".ts", ".tsx"}
    ]
    return [*found, *page, *(ROOT / "public").rglob("*.po"), ROOT / "Makefile"]


def commands_in(text: str) -> Iterator[tuple[str, list[str]]]:
    """The commands that a text names, each with its words."""
    lines = [each for block in _FENCED.findall(text) for each in block[1].splitlines()]
    for line in (*lines, *_INLINE.findall(text)):
        found = _COMMAND.match(line.strip())
        if found is not None:
            yield line.strip(), _words(found[1])


def _named() -> Iterator[tuple[str, list[str]]]:
    """Where a command is named, and its words."""
    for path in (*_pages(), *_sources()):
        text = _BETWEEN.sub("", path.read_text(encoding="utf-8"))
        for line, words in commands_in(text):
            yield f"{path.relative_to(ROOT)}: {line}", words


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line, comments=True)
    except ValueError:  # a quotation that goes on, or an apostrophe of a hole
        return line.split()


def test_each_named_command_and_optionis_there() -> None:
    root: Any = typer.main.get_command(application())
    # The tutorial is of a project of the wheel, without what the product puts in the place of some.
    project: Any = typer.main.get_command(authors_own())
    wrong = [
        where
        for where, words in _named()
        if not is_there(project if where.startswith("docs/tutorial.md") else root, words)
    ]
    assert wrong == []
    assert sum(1 for _ in _named()) > 200


def is_there(root: Any, words: list[str]) -> bool:
    """Whether a command has these words' command, and its options."""
    found = root
    rest = [*words]
    while rest and getattr(found, "commands", None) is not None:
        if _is_hole(rest[0]) or rest[0].startswith("-"):
            return True
        if rest[0] not in found.commands:
            return False
        found = found.commands[rest.pop(0)]
    if found.name == "wrangler":  # its options are wrangler's
        return True
    known = {option for each in found.params for option in (*each.opts, *each.secondary_opts)}
    given = {word.partition("=")[0] for word in rest if word.startswith("-") and len(word) > 1}
    return given <= {*known, "--help", "-h"}


def _is_hole(word: str) -> bool:
    return _UNREADABLE.search(word) is not None or word.isupper() or "…" in word


def test_each_named_route_and_fieldis_there() -> None:
    routes = Description(description())
    wrong: list[str] = []
    asked = 0
    for where, words in _named():
        if words[:1] != ["api"] or len(words) < 3 or words[1] not in METHODS:
            continue
        if _is_hole(words[2]) and "…" not in words[2]:
            continue
        operation = routes.find(words[1], words[2].partition("?")[0])
        asked += 1
        if operation is None:
            wrong.append(where)
            continue
        names = {word.partition("=")[0].removesuffix(":") for word in _values(words, _VALUED)}
        fields = {name for body in operation.bodies.values() for name in body.members}
        query = {word.partition("=")[0] for word in _values(words, ("-q", "--query"))}
        if not names <= fields or not query <= {*operation.query}:
            wrong.append(where)
    assert wrong == []
    assert asked > 10


def _values(words: list[str], options: tuple[str, ...]) -> list[str]:
    return [words[at + 1] for at, word in enumerate(words[:-1]) if word in options]
