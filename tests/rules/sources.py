"""The project's files as the rules see them. A process reads and parses each once: parsing takes
longer than the rules do.
"""

import ast
import re
from functools import cache
from pathlib import Path

from local.places import ROOT

_TABLE = re.compile(r"^CREATE (?:VIRTUAL )?TABLE (\w+)", re.MULTILINE)
_DROPPED = re.compile(r"^DROP TABLE (\w+)", re.MULTILINE)


@cache
def files(folder: str, *suffixes: str) -> tuple[Path, ...]:
    """The files below a folder of the project, in the order of their names."""
    return tuple(path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in suffixes)


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a Python file. The first is the module."""
    return tuple(ast.walk(ast.parse(text(path))))


@cache
def tables() -> frozenset[str]:
    """The tables of the product. What a migration makes for itself goes with its end."""
    migrations = "\n".join(text(path) for path in files("migrations", ".sql"))
    return frozenset(_TABLE.findall(migrations)) - {*_DROPPED.findall(migrations)}
