"""What a step's function does though it makes no call, as reading it tells: it changes something
elsewhere, or writes rows beside the batch that completes the step.

Read is what `run.step` and `run.map` are given by name, and the project's functions that it calls.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

from tillroll_testing.checking.project import CHANGING, Function, Module

# Where, what is wrong, and what to write instead.
Told: TypeAlias = tuple[ast.expr | ast.stmt, str, str]
# A module, and a function in it.
Read: TypeAlias = tuple[Module, ast.AST]

_SERVICES: Final = {"http", "database"}
_OF_FUNCTIONS: Final = {"READ", "WRITE"}
_EFFECTS: Final = {*_OF_FUNCTIONS, "EXTERNAL", "IRREVERSIBLE"}
_BY_CALL: Final = "declare it `Effect.EXTERNAL`, and make it by `run.call` with `http.{}`"
_BY_OUTCOME: Final = "return `Outcome(statements=…)`"


def of_steps_in(module: Module, body: Function, runs: set[str]) -> Iterator[tuple[Module, Told]]:
    """The mistakes in the functions of the steps that a body does; `runs` are its names for the
    run.
    """
    for node in ast.walk(body):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="step" | "map" as verb),
                args=[step, function, *_],
            ) if name in runs:
                effect = _effect_of(module, step)
                # `map` makes calls, too: what it is given may be one.
                if effect in _OF_FUNCTIONS or (effect is None and verb == "step"):
                    for where, at in _reached(module, body, function):
                        for told in _of_function(at, ast.unparse(step), effect):
                            yield where, told
            case _:
                pass


def _of_function(function: ast.AST, step: str, effect: str | None) -> Iterator[Told]:
    names = _services_of(function)
    for node in ast.walk(function):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        verb = node.func.attr
        service = _service(node.func.value, names)
        if service == "http" and verb in CHANGING:
            what = f"the step `{step}` sends a {verb.upper()} by itself, so it may happen twice"
            yield node, what, _BY_CALL.format(verb)
        if service == "database" and verb == "batch":
            what = f"the step `{step}` writes beside the batch that completes it"
            instead = _BY_OUTCOME
            if effect == "READ":
                instead = f"declare it `Effect.WRITE`, and {_BY_OUTCOME}"
            yield node, what, instead


def _services_of(function: ast.AST) -> dict[str, str]:
    """The names that a function gives to the platform and to its services."""
    names: dict[str, str] = {}
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Attribute(attr="platform")):
                names[name] = "platform"
            case _:
                pass
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Attribute() as value):
                service = _service(value, names)
                if service is not None:
                    names[name] = service
            case _:
                pass
    return names


def _service(node: ast.expr, names: dict[str, str]) -> str | None:
    """Which service of a step's platform an expression is; None where it is none."""
    match node:
        case ast.Name(id=name):
            found = names.get(name)
            if found in _SERVICES:
                return found
            return None
        case ast.Attribute(value=ast.Attribute(attr="platform"), attr=service):
            pass
        case ast.Attribute(value=ast.Name(id=name), attr=service) if names.get(name) == "platform":
            pass
        case _:
            return None
    if service in _SERVICES:
        return service
    return None


def _effect_of(module: Module, step: ast.expr) -> str | None:
    """The effect that a step is declared with; None where that is not in reach."""
    if not isinstance(step, ast.Name):
        return None
    place = module
    name = step.id
    if step.id in module.imports:
        other = module.module_of(step.id)
        if other is None:
            return None
        place = other
        name = module.imports[step.id].rpartition(".")[2]
    for node in place.tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=given)], value=ast.Call() as call) if (
                given == name
            ):
                for each in (*call.args, *(keyword.value for keyword in call.keywords)):
                    if isinstance(each, ast.Attribute) and each.attr in _EFFECTS:
                        return each.attr
            case _:
                pass
    return None


def _reached(module: Module, body: Function, function: ast.expr) -> Iterator[Read]:
    """The functions that a step's function comes to, itself first."""
    waiting = _given(module, body, function)
    seen: set[tuple[Path, int]] = set()
    while waiting:
        place, one = waiting.pop(0)
        which = (place.path, getattr(one, "lineno", 0))
        if which in seen:
            continue
        seen.add(which)
        yield place, one
        for node in ast.walk(one):
            if isinstance(node, ast.Call):
                called = place.called(node.func)
                if called is not None:
                    waiting.append(called)


def _given(module: Module, body: Function, node: ast.expr) -> list[Read]:
    """What an expression hands on to be called; nothing where that is not the project's own."""
    match node:
        case ast.Lambda():
            return [(module, node)]
        case ast.Call(
            func=ast.Name(id="partial") | ast.Attribute(attr="partial"), args=[first, *_]
        ):
            return _given(module, body, first)
        case ast.Call(func=made):
            return _given(module, body, made)
        case ast.Name(id=name):
            for each in ast.walk(body):
                if isinstance(each, Function) and each is not body and each.name == name:
                    return [(module, each)]
        case _:
            pass
    called = module.called(node)
    if called is None:
        return []
    return [called]
