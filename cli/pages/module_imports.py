"""What each module of src/tillroll/app.py imports of others, read from its files."""

import ast
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cache
from typing import Final

from local.places import ROOT

_SOURCES: Final = ROOT / "src"
# What puts all modules together, and what each of them may ask.
_WIRING: Final = frozenset({"__init__", "app", "module", "workflows"})


@cache
def module_imports() -> Mapping[str, Set[str]]:
    """By a module's name the others that it imports, wherever in its files."""
    imports: dict[str, set[str]] = {}
    for path in sorted(_SOURCES.rglob("*.py")):
        parts = path.relative_to(_SOURCES).with_suffix("").parts
        name = _module_of(parts)
        if len(parts) > 1 and name not in _WIRING:
            others = {*_imported(ast.parse(path.read_bytes()))} - {name} - _WIRING
            imports.setdefault(name, set()).update(others)
    return imports


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        for name in _names(node):
            if name.startswith(("tillroll.", "tillroll_")):
                yield _module_of(name.split("."))


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def _module_of(parts: Sequence[str]) -> str:
    """The module that a dotted name is of: a part of `tillroll`, or a package beside it."""
    return parts[1] if parts[0] == "tillroll" else parts[0]
