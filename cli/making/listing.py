"""The list of modules in src/tillroll/app.py, as text: a module is added, taken out, or left out of a project."""

import ast
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from cli.making.plan import Refused

LIST: Final = Path("src/tillroll/app.py")
_BEGINS: Final = "MODULES: Final = (\n"


def added(text: str, name: str, workflow: str) -> str:
    """The list with one more module, which has a workflow.

    Raises:
        Refused: the list is not as it was made.
    """
    if text.count(_BEGINS) != 1:
        raise Refused(f"{LIST} has no line {_BEGINS.strip()!r}: put the module there by hand.")
    return text.replace(_BEGINS, f'{_BEGINS}    Module("{name}", workflows=("workflow:{workflow}",)),\n')


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


def left(text: str, is_there: Callable[[str], bool]) -> str:
    """The list of a project that has some of the files: of their modules, what is in these files. Not formatted."""
    lines = text.splitlines(keepends=True)
    listed = [*_modules(text)]
    names = {name for name in map(_name_of, listed) if is_there(_path(name)) or is_there(f"{_path(name)}.py")}
    for module in reversed(listed):
        name = _name_of(module)
        kept = [_left(keyword, name, names, is_there) for keyword in module.keywords]
        written = ", ".join([f'"{name}"', *filter(None, kept)])
        lines[module.lineno - 1 : module.end_lineno] = [f"    Module({written}),\n"] if name in names else []
    circles = ast.parse("".join(lines)).body
    for node in reversed(circles):
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Set):
            for pair in reversed(node.value.elts):
                if not {*_texts(pair)} <= names:
                    del lines[pair.lineno - 1 : pair.end_lineno]
    return "".join(lines)


def _left(keyword: ast.keyword, name: str, names: set[str], is_there: Callable[[str], bool]) -> str:
    """The keyword's argument with what is there; empty where nothing is."""
    places = [
        text
        for text in _texts(keyword.value)
        if (text in names if keyword.arg == "needs" else is_there(_file(name, text)))
    ]
    listed = "".join(f'"{place}", ' for place in places)
    return f"{keyword.arg}=({listed})" if places else ""


def _modules(text: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Module":
            yield node


def _name_of(module: ast.Call) -> str:
    [name] = _texts(module.args[0])
    return name


def _texts(node: ast.expr) -> list[str]:
    found = node.elts if isinstance(node, ast.Tuple) else [node]
    return [each.value for each in found if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def _file(name: str, place: str) -> str:
    return f"{_path(name)}/{place.partition(':')[0].replace('.', '/')}.py"


def _path(name: str) -> str:
    return f"src/tillroll/{name.replace('.', '/')}"
