"""Effects elsewhere that can happen twice, as reading a workflow's code tells: calls whose requests
have no key, and of which nobody can be asked.

One that changes nothing more when it is sent again says `is_repeatable=True`. A line that says
`# may come twice: why` is let pass: a message had better come twice than never.
"""

import ast
import re
from collections.abc import Iterator
from typing import Final

from tillroll_testing.checking.project import CHANGING, Function, Module

_KEYS: Final = {"idempotency_key", "step_key"}
_HEADER: Final = re.compile("idempot", re.IGNORECASE)
_SAID: Final = "# may come twice: "
_WHAT: Final = (
    "this call has neither a key nor a look-up: where its answer is lost it is made again, and so "
    "happens twice"
)
_BY_NAME: Final = (
    "let `{key}` stand in its address; or, where the other side knows no key, name a member of the "
    'request, as `LookUp(URL + "?mail={mail}", by="mail")`'
)
_INSTEAD: Final = (
    "send `context.idempotency_key` along, or give it `reconcile`, which asks whether it was done; "
    f"or say `is_repeatable=True`, or `{_SAID}why`"
)


def of_look_ups(module: Module) -> Iterator[tuple[ast.expr, str, str]]:
    """The look-ups whose address asks for nothing of their call, as far as it is written there."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        name = _name_of(node.func)
        address = None
        if name == "LookUp" and _given(node, "by", place=2) is None:
            address = _given(node, "url", place=0)
        elif name in CHANGING:
            address = next((each.value for each in node.keywords if each.arg == "look_up"), None)
        if address is not None and _asks_the_same(module, address):
            yield address, "this look-up asks for no key", _BY_NAME


def _asks_the_same(module: Module, address: ast.expr) -> bool:
    """Whether an address is written here, and has no place for a key."""
    if not isinstance(address, ast.JoinedStr | ast.BinOp | ast.Constant):
        return False
    texts: list[str] = []
    for node in ast.walk(address):
        if isinstance(node, ast.Constant):
            texts.append(str(node.value))
        elif isinstance(node, ast.Name) and node.id in module.imports:
            if not _is_function(module, node.id):
                return False
        elif isinstance(node, ast.Name):
            texts += _texts_of(module, node.id)
    return not any("{key}" in each for each in texts)


def _is_function(module: Module, name: str) -> bool:
    """Whether what is imported quotes a value: it brings no `{key}` along."""
    return module.imports[name].startswith("urllib.parse.")


def _texts_of(module: Module, name: str) -> Iterator[str]:
    """The texts that a module gives to a name, wherever it does."""
    for node in ast.walk(module.tree):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=given)], value=value)
                | ast.AnnAssign(target=ast.Name(id=given), value=ast.expr() as value)
            ) if given == name:
                for each in ast.walk(value):
                    if isinstance(each, ast.Constant):
                        yield str(each.value)
            case _:
                pass


def of_calls(module: Module) -> Iterator[tuple[ast.expr, str, str]]:
    """The calls that a module makes by hand, and that can happen twice."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or _name_of(node.func) != "ExternalCall":
            continue
        if _given(node, "reconcile", place=2) is not None or _is_said(module, node):
            continue
        if any(each.arg == "is_repeatable" for each in node.keywords):
            continue
        send = _given(node, "send", place=1)
        found = [] if send is None else _functions(module, send)
        if found and not any(_has_key(module, each) for each in found):
            yield node, _WHAT, _INSTEAD


def _is_said(module: Module, node: ast.expr) -> bool:
    return any(_SAID in line for line in module.lines[node.lineno - 1 : node.end_lineno])


def _given(call: ast.Call, name: str, *, place: int) -> ast.expr | None:
    """An argument of a call by its name or its place; None where it is not given, or is None."""
    found = next((each.value for each in call.keywords if each.arg == name), None)
    if found is None and len(call.args) > place:
        found = call.args[place]
    if isinstance(found, ast.Constant) and found.value is None:
        return None
    return found


def _name_of(node: ast.expr) -> str | None:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return None


def _functions(module: Module, node: ast.expr) -> list[ast.AST]:
    """What an expression hands on to be called; nothing where that is not the module's own."""
    match node:
        case ast.Lambda():
            return [node]
        case ast.Call(args=[first, *_]) if _name_of(node.func) == "partial":
            return _functions(module, first)
        case ast.Call():
            return _named(module, node.func)
        case _:
            return _named(module, node)


def _named(module: Module, node: ast.expr) -> list[ast.AST]:
    name = _name_of(node)
    found: list[ast.AST] = [
        each for each in ast.walk(module.tree) if isinstance(each, Function) and each.name == name
    ]
    if not found:
        called = module.called(node)
        found = [] if called is None else [called[1]]
    return found


def _has_key(module: Module, function: ast.AST) -> bool:
    """Whether a function, or one of the module's that it calls, names the key."""
    waiting = [function]
    seen: list[ast.AST] = []
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.append(one)
        for node in ast.walk(one):
            if isinstance(node, ast.Attribute) and node.attr in _KEYS:
                return True
            # A header with another key: whether that stays the same is found by playing.
            if isinstance(node, ast.Constant) and _HEADER.search(str(node.value)):
                return True
            if isinstance(node, ast.Call):
                waiting += _named(module, node.func)
    return False
