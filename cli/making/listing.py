"""The list of modules in src/tillroll/app.py, as text: a module is added, taken out, or left out of
a project.
"""

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

from cli.making.plan import Refused
from tillroll.module import Module

LIST: Final = Path("src/tillroll/app.py")
_BEGINS: Final = "MODULES: Final = (\n"


def added(
    text: str, name: str, workflow: str, *, has_table: bool, by_time: str | None = None
) -> str:
    """The list with one more module, which has a workflow in `workflow.py`, and its tables beside
    it. `by_time` is the workflow's kind, where the code begins it by time.

    Raises:
        Refused: the list is not as it was made.
    """
    if text.count(_BEGINS) != 1:
        raise Refused(f"{LIST} has no line {_BEGINS.strip()!r}: put the module there by hand.")
    tables = ', tables=("workflow:TABLES",)' if has_table else ""
    begins = f', by_time=("{by_time}",)' if by_time else ""
    return text.replace(
        _BEGINS,
        f'{_BEGINS}    Module("{name}", workflows=("workflow:{workflow}",){tables}{begins}),\n',
    )


def without(text: str, name: str) -> str:
    """The list without a module."""
    lines = text.splitlines(keepends=True)
    for module in reversed([*_modules(text)]):
        if _name_of(module) == name:
            del lines[module.lineno - 1 : module.end_lineno]
    return "".join(lines)


def workflows_of(text: str) -> Mapping[str, str]:
    """The file of each workflow that is listed, by its constant."""
    return {
        place.partition(":")[2]: _file(_name_of(module), place)
        for module in _modules(text)
        for keyword in module.keywords
        if keyword.arg == "workflows"
        for place in _texts(keyword.value)
    }


def needs_of(text: str) -> Mapping[str, Collection[str]]:
    """What each module needs, by name, in the order of the list."""
    return {
        _name_of(module): [
            need for each in module.keywords if each.arg == "needs" for need in _texts(each.value)
        ]
        for module in _modules(text)
    }


def left(text: str, names: Collection[str]) -> str:
    """The list of a project that has these modules, with all that they need."""
    lines = text.splitlines(keepends=True)
    gone: list[ast.expr] = [module for module in _modules(text) if _name_of(module) not in names]
    for node in ast.parse(text).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Set):
            gone += [pair for pair in node.value.elts if not {*_texts(pair)} <= {*names}]
    for node in sorted(gone, key=lambda each: each.lineno, reverse=True):
        del lines[node.lineno - 1 : node.end_lineno]
    text = "".join(lines)
    [line] = re.findall(r"^from tillroll\.module import (.+)$", text, re.MULTILINE)
    used = [name for name in line.split(", ") if f"{name}(" in text]
    return text.replace(f"import {line}\n", f"import {', '.join(used)}\n")


def _modules(text: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "Module"
        ):
            yield node


def _name_of(module: ast.Call) -> str:
    [name] = _texts(module.args[0])
    return name


def _texts(node: ast.expr) -> list[str]:
    found = node.elts if isinstance(node, ast.Tuple) else [node]
    return [
        each.value
        for each in found
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]


def _file(name: str, place: str) -> str:
    return f"{_path(name)}/{place.partition(':')[0].replace('.', '/')}.py"


def _path(name: str) -> str:
    return f"src/{Module(name).path.replace('.', '/')}"
