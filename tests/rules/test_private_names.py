"""Each private name of others in src/ is in docs/decisions/0164-private-names.md, with tests that
there are, and none besides.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.places import ROOT
from tests.rules.sources import files, nodes, text

_PAGE = text(ROOT / "docs" / "decisions" / "0164-private-names.md")
_ROW = re.compile(r"^\| (`_\w+`(?:, `_\w+`)*) \|.*\| ([^|]+) \|$", re.MULTILINE)
_NAME = re.compile(r"`(_\w+)`")
_TEST = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
_ROWS = [(name, row[1]) for row in _ROW.findall(_PAGE) for name in _NAME.findall(row[0])]
_SUPPRESSED = re.compile(r"\.(_[a-z]\w*).*# noqa: .*SLF001")


def _names_of(path: Path) -> Iterator[str]:
    """The private names of others that a file uses: attributes, past the linter or by text, and
    modules.
    """
    yield from _SUPPRESSED.findall(text(path))
    for node in nodes(path):
        match node:
            case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=str(name)), *_]):
                yield from [name] if _is_private(name) else []
            case ast.Call(
                func=ast.Name(id="import_module"), args=[ast.Constant(value=str(name)), *_]
            ):
                yield from filter(_is_private, name.split("."))
            case ast.Call(
                func=ast.Attribute(attr="import_module"), args=[ast.Constant(value=str(name)), *_]
            ):
                yield from filter(_is_private, name.split("."))
            case ast.ImportFrom(module=str(module), names=names) if not module.startswith(
                "tillroll"
            ):
                yield from filter(
                    _is_private, [*module.split("."), *(alias.name for alias in names)]
                )
            case ast.Import(names=names):
                yield from (
                    part for alias in names for part in alias.name.split(".") if _is_private(part)
                )
            case _:
                pass


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def test_the_page_names_what_the_code_uses() -> None:
    used = {name for path in files("src", ".py") for name in _names_of(path)}
    assert used == {name for name, _ in _ROWS}


@pytest.mark.parametrize(("name", "tests"), _ROWS)
def test_each_names_tests_that_there_are(name: str, tests: str) -> None:
    named = _TEST.findall(tests)
    assert len(named) == tests.count("`") // 2 > 0, name
    for path, test in named:
        defined = {
            node.name
            for node in nodes(ROOT / "tests" / path)
            if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)
        }
        assert test in defined, f"{name}: {path}::{test}"
