"""A command that is named to a person works as it stands when it is copied."""

import ast
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from local.places import ROOT
from tillroll_command.app import application
from tillroll_command.endings import Code
from tillroll_command.hints import hint, of_call, program_of, with_hints
from tillroll_command.main import main
from tillroll_command.surroundings import Surroundings

# A command as it stands: `/tillroll` and `my-tillroll` are paths and names.
_COMMAND = re.compile(r"(?<![\w./-])tillroll [a-z{]")


@pytest.mark.parametrize(
    ("given", "words", "expected"),
    [
        ([], "run run_1", "bin/tillroll run run_1"),
        (["--state", "a b"], "run run_1 --follow", "bin/tillroll run run_1 --follow --state 'a b'"),
        (
            ["--url=http://x", "--json"],
            "archive restore run_1",
            "bin/tillroll archive restore run_1 --url http://x",
        ),
        (
            ["--local", "--state", "s"],
            "account users",
            "bin/tillroll account users --local --state s",
        ),
        (["--state", "s"], "secrets status", "bin/tillroll secrets status --local --state s"),
        (["--url", "https://x"], "secrets status", "bin/tillroll secrets status --remote"),
        ([], "secrets status --remote", "bin/tillroll secrets status --remote"),
        (["--local", "--state", "s"], "run run_1", "bin/tillroll run run_1 --state s"),
        (["--state", "s"], "run run_1 --state t", "bin/tillroll run run_1 --state t"),
        (["--", "--state", "s"], "run run_1", "bin/tillroll run run_1"),
        (["--state", "s"], "play receipt", "bin/tillroll play receipt"),
        (
            [],
            """signal run_1 ok '{"by":  "…"}'""",
            """bin/tillroll signal run_1 ok '{"by":  "…"}'""",
        ),
    ],
)
def test_it_is_told_as_this_one_was_called(given: list[str], words: str, expected: str) -> None:
    with of_call("bin/tillroll", ["runs", *given], typer.main.get_command(application())):
        assert hint(words) == expected
        assert (
            with_hints(f"Look: `tillroll {words}`, or `make dev`.")
            == f"Look: `{expected}`, or `make dev`."
        )
    assert hint(words) == f"tillroll {words}"


def _found(monkeypatch: pytest.MonkeyPatch, where: str | None) -> None:
    """By its name, on the PATH."""

    def which(_name: str) -> str | None:
        return where

    monkeypatch.setattr(shutil, "which", which)


@pytest.mark.parametrize(
    ("called", "folder", "expected"),
    [
        ("/clone/.venv/bin/tillroll", "/clone", ".venv/bin/tillroll"),
        ("/clone/.venv/bin/tillroll", "/clone/docs", "../.venv/bin/tillroll"),
        ("/clone/.venv/bin/tillroll", "/clone/.venv/bin", "./tillroll"),
        (".venv/bin/tillroll", "/my clone", ".venv/bin/tillroll"),
        ("/my clone/bin/tillroll", "/", "'my clone/bin/tillroll'"),
        ("/usr/bin/pytest", "/clone", "tillroll"),
    ],
)
def test_the_shell_finds_it(
    called: str, folder: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _found(monkeypatch, None)
    assert program_of(called, Path(folder)) == expected


def test_what_is_found_by_its_name_is_called_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    _found(monkeypatch, "/usr/local/bin/tillroll")
    assert program_of("/usr/local/bin/tillroll", Path("/clone")) == "tillroll"
    monkeypatch.setattr(sys, "executable", "/clone/.venv/bin/python")
    assert program_of("/clone/cli/__main__.py", Path("/clone")) == ".venv/bin/python -m cli"


def test_the_command_tells_it_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = Surroundings({}, tmp_path, str(tmp_path / ".venv/bin/tillroll"))
    asked = ["run", "run_1", "--url", "http://127.0.0.1:1", "--token-file", str(tmp_path / "t")]
    (tmp_path / "t").write_text("secret")
    assert main(asked, here) == Code.UNREACHABLE
    assert (
        "`.venv/bin/tillroll doctor --url http://127.0.0.1:1 --token-file"
        in capsys.readouterr().err
    )
    with pytest.raises(SystemExit):
        main(["rn"], here)
    assert "'.venv/bin/tillroll -h'" in capsys.readouterr().err


def test_each_command_in_a_text_is_between_backticks_and_so_told_as_this_one_was_called() -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in sorted((ROOT / "cli").rglob("*.py"))
        if path.parent.name != "pages"  # what these write is docs/, which name no server
        for line, text in _texts(ast.parse(path.read_bytes()))
        if any(map(_COMMAND.search, text.split("`")[::2]))
    ]
    assert bare == []


def _texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The texts of a module, each with its line; what is filled in stands as {}. Docstrings are
    none: in the help and on the page made of them no server is meant.
    """
    left_out: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            left_out.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            left_out.update(node.values)
            yield (
                node.lineno,
                "".join(
                    str(each.value) if isinstance(each, ast.Constant) else "{}"
                    for each in node.values
                ),
            )
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in left_out
        ):
            yield node.lineno, node.value


# A command in a sentence, as far as its words are a command's: no option, argument, hole or
# placeholder.
_NAMED = re.compile(r"`(?:\.venv/bin/)?tillroll((?: [a-z][a-z-]+)+)")


def test_every_command_that_a_sentence_or_a_page_names_is_there() -> None:
    """A night's finding: a refusal named `tillroll expenses show`, which there is not."""
    group = typer.main.get_command(application())
    sources = [*(ROOT / "cli").rglob("*.py"), *(ROOT / "src").rglob("*.py")]
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    wrong = [
        f"{path.relative_to(ROOT)}: tillroll{match[1]}"
        for path in (*sources, *pages)
        for match in _NAMED.finditer(path.read_text(encoding="utf-8"))
        if not _leads_to_a_command(group, match[1].split())
    ]
    assert wrong == []


def _leads_to_a_command(group: Any, words: list[str]) -> bool:
    """Whether the words are a group's or a command's; behind a command stand its arguments."""
    found = group
    for word in words:
        commands = getattr(found, "commands", None)
        if commands is None:
            return True
        if word not in commands:
            return False
        found = commands[word]
    return True
