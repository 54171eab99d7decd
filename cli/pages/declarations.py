"""The public classes and functions of the library, as their source declares them."""

import ast
import inspect
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final, cast

from cli.pages.docstrings import Said, said_by

_PACKAGES: Final = ("tillroll_durable", "tillroll_testing")
# What Python calls by itself.
_CALL: Final = "__init__"
_NUMBERS: Final = frozenset({"int", "float"})
_UNITS: Final = ("_seconds", "_bytes", "_hours", "_at_once", "at_most", "version", "status")


@dataclass(frozen=True)
class Field:
    """A field or an argument: its type, and its default as it is written."""

    name: str
    type: str
    default: str | None
    says: str

    @property
    def is_number(self) -> bool:
        """Whether its value needs a unit."""
        return bool(_NUMBERS & {each.strip() for each in self.type.split("|")})


@dataclass(frozen=True)
class Function:
    """A function or a method: how it is called, and what it says."""

    name: str
    call: str
    said: Said


@dataclass(frozen=True)
class Declared:
    """A public name."""

    name: str
    call: str
    said: Said
    fields: tuple[Field, ...]
    methods: tuple[Function, ...]


def declared(name: str, value: object, packages: Sequence[str] = _PACKAGES) -> Declared:
    """A public name, by what it stands for. Of what a class is derived from, these packages'
    classes count.
    """
    if inspect.isclass(value):
        return _class(name, value, packages)
    node = cast("ast.FunctionDef | ast.AsyncFunctionDef", _node_of(value))
    return _of_function(name, node)


def declared_in(file: Path, name: str) -> Declared:
    """A class of a module that only the Worker can import."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    [node] = [each for each in tree.body if isinstance(each, ast.ClassDef) and each.name == name]
    return _of_classes(name, [node])


def _class(name: str, value: type, packages: Sequence[str]) -> Declared:
    nodes = [
        cast("ast.ClassDef", _node_of(each))
        for each in value.__mro__
        if each.__module__.partition(".")[0] in packages
    ]
    return _of_classes(name, nodes)


def _of_classes(name: str, nodes: Sequence[ast.ClassDef]) -> Declared:
    """`nodes` are the class and those that it is derived from."""
    said = said_by(ast.get_docstring(nodes[0]))
    fields: dict[str, Field] = {}
    methods: dict[str, Function] = {}
    for node in reversed(nodes):
        of_node = said_by(ast.get_docstring(node))
        fields |= {each.name: each for each in _fields(node, of_node)}
        methods |= {each.name: each for each in _methods(node)}
    made = methods.pop(_CALL, None)
    call = name
    if made is not None:
        call = made.call.replace(_CALL, name, 1)
        said.of |= made.said.of
    return Declared(name, call, said, tuple(fields.values()), tuple(methods.values()))


def _fields(node: ast.ClassDef, said: Said) -> Iterator[Field]:
    for each, following in zip(node.body, [*node.body[1:], None], strict=True):
        below = _text_of(following)
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            if not _is_public(each.target.id):
                continue
            default = None if each.value is None else _written(each.value)
            says = said.of.get(each.target.id, below)
            # A name that only checkers import stands in quotation marks.
            annotation = ast.unparse(each.annotation).strip("'\"")
            yield Field(each.target.id, annotation, default, says)
        elif isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
            member = each.targets[0].id
            if member.isupper():
                yield Field(member, "", ast.unparse(each.value), said.of.get(member, below))


def _text_of(node: ast.stmt | None) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return " ".join(str(node.value.value).split())
    return ""


def _written(value: ast.expr) -> str:
    """A default as a reader needs it: what a factory makes, in place of the factory."""
    text = ast.unparse(value)
    if not isinstance(value, ast.Call) or not text.startswith("field("):
        return text
    for each in value.keywords:
        if each.arg == "default":
            return ast.unparse(each.value)
        if each.arg == "default_factory":
            made = ast.unparse(each.value).partition("[")[0]
            return {"dict": "{}", "list": "[]"}.get(made, f"{made}()")
    return text


def _methods(node: ast.ClassDef) -> Iterator[Function]:
    for each in node.body:
        if not isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        marks = {ast.unparse(mark) for mark in each.decorator_list}
        if "overload" in marks or not (_is_public(each.name) or each.name == _CALL):
            continue
        if {"property", "cached_property"} & marks:
            returns = "" if each.returns is None else f": {ast.unparse(each.returns)}"
            yield Function(each.name, f"{each.name}{returns}", said_by(ast.get_docstring(each)))
        else:
            yield Function(each.name, _call_of(each), said_by(ast.get_docstring(each)))


def _of_function(name: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Declared:
    return Declared(name, _call_of(node), said_by(ast.get_docstring(node)), (), ())


def _call_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """How it is called: its arguments without `self`, and what it returns."""
    arguments = node.args
    arguments.args = [each for each in arguments.args if each.arg not in {"self", "cls"}]
    waits = "await " if isinstance(node, ast.AsyncFunctionDef) else ""
    returns = ""
    if node.returns is not None and node.name != _CALL:
        returns = f" -> {ast.unparse(node.returns)}"
    return f"{waits}{node.name}({ast.unparse(arguments)}){returns}"


def _node_of(value: object) -> ast.stmt:
    source = textwrap.dedent(inspect.getsource(cast("type", value)))
    return ast.parse(source).body[0]


def _is_public(name: str) -> bool:
    return not name.startswith("_")


def names_in(module: str) -> dict[str, object]:
    """The public names of a module, in the order of the alphabet."""
    found = import_module(module)
    return {name: getattr(found, name) for name in sorted(found.__all__)}


def lacks(each: Declared) -> Iterator[str]:
    """What a reader of a public name would have to look up in the source."""
    if not each.said.text:
        yield f"{each.name} has no docstring"
    for one in each.fields:
        if not one.says and one.name not in each.said.named:
            yield f"{each.name}.{one.name} is not described"
        if one.is_number and not _has_unit(one, each.said):
            yield f"{each.name}.{one.name} has no unit"
    for method in each.methods:
        if not method.said.text:
            yield f"{each.name}.{method.name} has no docstring"


def _has_unit(one: Field, said: Said) -> bool:
    """Whether its name or its description says what it counts."""
    return one.name.endswith(_UNITS) or bool(one.says) or one.name in said.named
