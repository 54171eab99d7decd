"""A workflow that is added to a project: one file, one story, and its name in entry.py's list."""

import ast
from pathlib import Path
from typing import Final

from tillroll_command.making.names import Names, names_of
from tillroll_command.making.starting import filled

_HOW: Final = "Add it to the list by hand: `from {package} import {module}`, `{module}.{constant}`."


class WorkflowRefused(Exception):
    """Nothing was written; the message says why."""


def add_workflow(root: Path, package: str, kind: str) -> list[str]:
    """Write a workflow and its story, and name it in entry.py; the files.

    Raises:
        NameRefused: the name cannot be taken.
        WorkflowRefused: there is such a workflow, or entry.py has no list as it was written.
    """
    names = names_of(kind)
    values = {
        "kind": kind,
        "title": names.title,
        "package": package,
        "module": names.module,
        "constant": names.constant,
        "class_name": names.class_name,
    }
    files = {
        f"src/{package}/{names.module}.py": filled("workflow.py.txt", values),
        f"tests/test_{names.module}.py": filled("test_workflow.py.txt", values),
    }
    for path in files:
        if (root / path).exists():
            raise WorkflowRefused(f"{path} is there already: choose another name.")
    entry = root / "src" / "entry.py"
    listed = with_workflow(entry.read_text(encoding="utf-8"), package, names)
    for path, text in files.items():
        (root / path).write_text(text, encoding="utf-8")
    entry.write_text(listed, encoding="utf-8")
    return [*files, "src/entry.py"]


def with_workflow(entry: str, package: str, names: Names) -> str:
    """The text of entry.py with one workflow more.

    Raises WorkflowRefused: it has no import of the package, or no list.
    """
    tree = ast.parse(entry)
    imported = [
        node
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == package and not node.level
    ]
    lists = [
        keyword.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "workflows" and isinstance(keyword.value, ast.List)
    ]
    if not imported or len(lists) != 1 or not lists[0].elts:
        how = _HOW.format(package=package, module=names.module, constant=names.constant)
        raise WorkflowRefused(f"src/entry.py has no list as `tillroll init` writes it. {how}")
    lines = entry.splitlines(keepends=True)
    last = lists[0].elts[-1]
    # The list stands behind the imports: it is changed first, so that their places stay.
    _insert(lines, last, f", {names.module}.{names.constant}")
    _insert(lines, imported[-1].names[-1], f", {names.module}")
    return "".join(lines)


def _insert(lines: list[str], behind: ast.expr | ast.alias, text: str) -> None:
    """Insert a text behind a node, whose columns count bytes."""
    number = behind.end_lineno
    column = behind.end_col_offset
    assert number is not None
    assert column is not None
    line = lines[number - 1].encode()
    lines[number - 1] = (line[:column] + text.encode() + line[column:]).decode()
