"""Which tests a project can have: those that import only what it has."""

import ast
from collections.abc import Collection, Iterator
from pathlib import Path


def without_importers(root: Path, kept: Collection[str], every: Collection[str]) -> list[str]:
    """The files that are kept, without the tests that import another one of `every`, or a test that
    is left out. What a function imports when it is called is not counted.
    """
    sources, left = {*every}, {*kept}
    imports = {
        path: {file for module in _imported(root / path) if (file := _file(module, sources))}
        for path in kept
        if path.startswith("tests/") and path.endswith(".py")
    }
    while out := {path for path, files in imports.items() if path in left and not files <= left}:
        left -= out
    return [path for path in kept if path in left]


def _imported(path: Path) -> Iterator[str]:
    pending: list[ast.stmt] = ast.parse(path.read_text(encoding="utf-8")).body
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, (ast.ClassDef, ast.With, ast.Try)):
            pending += node.body


def _file(module: str, sources: Collection[str]) -> str | None:
    path = module.replace(".", "/")
    places = (f"{start}{path}{end}" for start in ("", "src/") for end in (".py", "/__init__.py"))
    return next((place for place in places if place in sources), None)
