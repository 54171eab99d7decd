"""Each command that a page shows in a block of code is there, with the options that stand behind
it.
"""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import typer

from local.places import ROOT
from tests.rules.sources import files, text
from tillroll_command.app import application, authors_own

_BLOCK: Final = re.compile(r"^ *```(?:sh|bash|console)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
_TARGET: Final = re.compile(r"^([a-z-]+):", re.MULTILINE)
_ENDS: Final = frozenset({"|", "||", "&&", ";", ">", ">>", "<"})
_PLACEHOLDER: Final = re.compile(r"[A-Z<$…{]")
PAGES: Final = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *(path for path in files("docs", ".md") if path.parent.name != "decisions"),
)
_TARGETS: Final = frozenset(_TARGET.findall(text(ROOT / "Makefile")))
_TILLROLL: Final = typer.main.get_command(application())
# What a project of the wheel has, without what the product puts in the place of some.
_OF_A_PROJECT: Final = typer.main.get_command(authors_own())
_PAGES_OF_A_PROJECT: Final = frozenset({ROOT / "docs" / "tutorial.md"})


def commands_of(page: str) -> Iterator[list[str]]:
    """The words of each command of its blocks, from the program on."""
    for block in _BLOCK.findall(page):
        for line in block.replace("\\\n", " ").splitlines():
            words = _words(line)
            while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                words = words[1:]
            if words:
                yield words


def _words(line: str) -> list[str]:
    try:
        words = shlex.split(line.strip().removeprefix("$ "), comments=True)
    except ValueError:
        return []  # a part of a text over several lines
    ends = [place for place, word in enumerate(words) if word in _ENDS]
    return words[: ends[0]] if ends else words


def problem_of(words: list[str], tillroll: Any = _TILLROLL) -> str | None:
    """What a command asks for that is not there, if it is one of ours. `tillroll` has its commands:
    those of this repository, or of a project.
    """
    if words[0] == "make":
        targets = [word for word in words[1:] if "=" not in word and not _PLACEHOLDER.search(word)]
        unknown = [word for word in targets if word not in _TARGETS]
        return f"no target {unknown[0]}" if unknown else None
    if words[0] in {"tillroll", ".venv/bin/tillroll"}:
        return _problem_of_tillroll(words[1:], tillroll)
    return None


def _problem_of_tillroll(words: list[str], command: Any) -> str | None:
    rest = list(words)
    while getattr(command, "commands", None) and rest and not rest[0].startswith("-"):
        if rest[0] not in command.commands:
            return None if _PLACEHOLDER.search(rest[0]) else f"no command {rest[0]}"
        command = command.commands[rest.pop(0)]
    if command.context_settings.get("ignore_unknown_options"):
        return None  # it hands them on
    known = {each for param in command.params for each in (*param.opts, *param.secondary_opts)}
    asked = [word.partition("=")[0] for word in rest if word.startswith("--") and word != "--"]
    unknown = [word for word in asked if word not in known | {"--help"}]
    return f"no option {unknown[0]}" if unknown else None


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_each_command_that_a_page_shows_is_there(path: Path) -> None:
    tillroll = _OF_A_PROJECT if path in _PAGES_OF_A_PROJECT else _TILLROLL
    wrong = [
        f"{' '.join(words)}: {problem}"
        for words in commands_of(text(path))
        if (problem := problem_of(words, tillroll))
    ]
    assert wrong == []


def test_what_is_not_there_is_found() -> None:
    page = """```sh
make dev PORT=1        # and a comment
make nothing
.venv/bin/tillroll upload a.jpg --wait | cat --unknown
tillroll upload --whatever
tillroll nothing
```
"""
    assert [problem_of(words) for words in commands_of(page)] == [
        None,
        "no target nothing",
        None,
        "no option --whatever",
        "no command nothing",
    ]
