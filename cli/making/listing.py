"""The list of modules in src/tillroll/app.py, as text: a module is added or taken out."""

import ast
from collections.abc import Iterator, Mapping
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
