"""Words that the code puts into the holes of its sentences, for the German catalogue.

A single word is no sentence for `local.sentences`, so one in a hole would stay English. This reads
the values that a module gives a hole: by a name, a condition, a table of the module, or a function
of it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from local.sentences import is_said, numbered

_DEEPEST: Final = 6


@dataclass(frozen=True)
class HoleWord:
    """`text` may stand in a hole of `sentence`; both have their own holes by number."""

    text: str
    sentence: str


@dataclass
class _Names:
    """What a module or a function gives its names, and the functions in it."""

    values: dict[str, list[ast.expr]] = field(default_factory=dict[str, list[ast.expr]])
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict[str, ast.FunctionDef])


def hole_words_in(source: str) -> list[HoleWord]:
    """Those of one module."""
    tree = ast.parse(source)
    module = _names_in(tree, is_module=True)
    found: list[HoleWord] = []
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        names = _names_in(function)
        for node in ast.walk(function):
            if isinstance(node, ast.JoinedStr) and is_said(_text_of(node)):
                found += _of_sentence(node, names, module)
    return found


def _of_sentence(node: ast.JoinedStr, names: _Names, module: _Names) -> Iterator[HoleWord]:
    sentence = numbered(_text_of(node))
    for each in node.values:
        if isinstance(each, ast.FormattedValue):
            for text in _texts(each.value, names, module=module, depth=0):
                yield HoleWord(numbered(text), sentence)


def _text_of(node: ast.JoinedStr) -> str:
    parts: list[str] = []
    for each in node.values:
        if isinstance(each, ast.Constant):
            parts.append(str(each.value))
        else:
            parts.append("{}")
    return "".join(parts)


def _names_in(tree: ast.AST, *, is_module: bool = False) -> _Names:
    names = _Names()
    nodes = ast.walk(tree)
    if is_module:
        nodes = ast.iter_child_nodes(tree)
    for node in nodes:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.expr() as value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                | ast.AugAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                names.values.setdefault(name, []).append(value)
            case ast.FunctionDef(name=name):
                names.functions[name] = node
            case _:
                pass
    return names


def _texts(node: ast.expr, names: _Names, module: _Names, depth: int) -> Iterator[str]:
    """The texts that an expression may be, as far as the module says so."""
    match node:
        case ast.Constant(value=str() as text):
            yield text
        case ast.JoinedStr():
            yield _text_of(node)
        case _:
            pass
    if depth == _DEEPEST:
        return
    for each, its_names in _choices(node, names, module):
        yield from _texts(each, its_names, module=module, depth=depth + 1)


def _choices(node: ast.expr, names: _Names, module: _Names) -> Iterator[tuple[ast.expr, _Names]]:
    """The expressions that one may be, each with the names that it sees."""
    match node:
        case ast.IfExp(body=body, orelse=other):
            yield body, names
            yield other, names
        case ast.BoolOp(values=values):
            yield from ((each, names) for each in values)
        case ast.Name(id=name):
            its = names.values.get(name) or module.values.get(name, [])
            yield from ((each, names) for each in its)
        case (
            ast.Subscript(value=ast.Name(id=name))
            | ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="get"))
        ):
            for table in module.values.get(name, []):
                yield from ((each, module) for each in _members(table))
        case ast.Call(func=ast.Name(id=name)) if name in module.functions:
            function = module.functions[name]
            its_names = _names_in(function)
            for each in ast.walk(function):
                if isinstance(each, ast.Return) and each.value is not None:
                    yield each.value, its_names
        case _:
            pass


def _members(table: ast.expr) -> list[ast.expr]:
    if isinstance(table, ast.Dict):
        return table.values
    if isinstance(table, ast.Tuple | ast.List):
        return table.elts
    return []
