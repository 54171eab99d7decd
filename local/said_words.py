"""Single words that a module says by a name, for the German catalogue.

A single word is no sentence for `local.sentences`, unless it is a literal of a call of `say`. This
finds those that reach such a call by a loop over a list, or by an argument of a function."""

import ast
from collections.abc import Iterator, Mapping


def said_words_in(tree: ast.AST) -> Iterator[ast.Constant]:
    """The literals that a loop says each of, and those that a function of the module is given to
    say."""
    lists = _lists_in(tree)
    functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)]
    said_by_function = {each.name: _said_arguments(each) for each in functions}
    for node in ast.walk(tree):
        match node:
            case ast.For(target=target, iter=values) if _names_in(target) & _said_names(node):
                yield from _texts_in(values, lists)
            case ast.ListComp(elt=each, generators=[ast.comprehension(target=target, iter=values)]):
                if _names_in(target) & _said_names(each):
                    yield from _texts_in(values, lists)
            case ast.Call(func=ast.Name(id=name)) if name in said_by_function:
                yield from _given_to(node, said_by_function[name])
            case _:
                pass


def _said_names(node: ast.AST) -> set[str]:
    """The names that a call of `say` is given in it."""
    found: set[str] = set()
    for each in ast.walk(node):
        match each:
            case ast.Call(
                func=ast.Name(id="say") | ast.Attribute(attr="say"), args=[ast.Name(id=name), *_]
            ):
                found.add(name)
            case _:
                pass
    return found


def _names_in(target: ast.expr) -> set[str]:
    return {each.id for each in ast.walk(target) if isinstance(each, ast.Name)}


def _lists_in(tree: ast.AST) -> Mapping[str, ast.expr]:
    """What a module's names are given, by the name."""
    lists: dict[str, ast.expr] = {}
    for node in ast.iter_child_nodes(tree):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                lists[name] = value
            case _:
                pass
    return lists


def _texts_in(values: ast.expr, lists: Mapping[str, ast.expr]) -> Iterator[ast.Constant]:
    for each in ast.walk(values):
        if isinstance(each, ast.Name) and each.id in lists:
            yield from _texts_in(lists[each.id], {})
        elif isinstance(each, ast.Constant) and each not in _keys_in(values):
            yield each


def _keys_in(values: ast.expr) -> list[ast.expr | None]:
    """What a table is looked up by is a code."""
    if isinstance(values, ast.Dict):
        return values.keys
    return []


def _said_arguments(function: ast.FunctionDef) -> dict[str, int | None]:
    """The function's arguments that it says, each with its place; None where it has only a
    name."""
    said = _said_names(function)
    places: dict[str, int | None] = {}
    for place, each in enumerate(function.args.args):
        if each.arg in said:
            places[each.arg] = place
    for each in function.args.kwonlyargs:
        if each.arg in said:
            places[each.arg] = None
    return places


def _given_to(call: ast.Call, said: Mapping[str, int | None]) -> Iterator[ast.Constant]:
    for place, each in enumerate(call.args):
        if isinstance(each, ast.Constant) and place in said.values():
            yield each
    for keyword in call.keywords:
        if isinstance(keyword.value, ast.Constant) and keyword.arg in said:
            yield keyword.value
