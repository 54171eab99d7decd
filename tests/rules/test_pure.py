"""A module that says that it is pure is held to it: import-linter refuses what it must not reach,
and it awaits nothing.
"""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from local.places import ROOT
from tests.rules.sources import files, nodes

SOURCES = ROOT / "src"
_SAYS_PURE = re.compile(r"\bPure\b")
_CONTRACTS = ("What is pure has no I/O", "Documents are pure")
_WAITS = (ast.Await, ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith)


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCES).with_suffix("").parts
    if parts[-1] == "__init__":
        return ".".join(parts[:-1])
    return ".".join(parts)


def says_pure(docstring: str | None) -> bool:
    return docstring is not None and _SAYS_PURE.search(docstring) is not None


def _docstring(path: Path) -> str | None:
    module = nodes(path)[0]
    assert isinstance(module, ast.Module)
    return ast.get_docstring(module)


def _held() -> list[str]:
    """The modules and packages that the contracts hold."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [
        module
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["name"].startswith(_CONTRACTS)
        for module in contract["source_modules"]
    ]


_PURE = [path for path in files("src", ".py") if says_pure(_docstring(path))]


def test_modules_say_that_they_are_pure() -> None:
    assert len(_PURE) > 50
    assert says_pure("Works out a sum. Pure.")
    assert not says_pure("Asks a server.")
    assert not says_pure(None)


def test_each_that_says_so_is_in_a_contract() -> None:
    held = _held()
    assert len(held) > 30
    names = [module_name(path) for path in _PURE]
    assert [
        name
        for name in names
        if not any(name == module or name.startswith(f"{module}.") for module in held)
    ] == []


@pytest.mark.parametrize("path", _PURE, ids=module_name)
def test_none_awaits_anything(path: Path) -> None:
    assert [node for node in nodes(path) if isinstance(node, _WAITS)] == []
