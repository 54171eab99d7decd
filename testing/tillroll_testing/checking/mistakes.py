"""Mistakes that can be seen in a workflow's code by reading it, besides a body that is not
deterministic.

What ends a run and is caught, what is not awaited, what outlives a replay or does not, and what a
contract declares and no body comes to.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from tillroll_testing.checking.project import Function, Module

# Where, what is wrong, and what to write instead.
Mistake: TypeAlias = tuple[ast.expr | ast.stmt, str, str]

_VERBS: Final = {
    "step", "call", "map", "sleep", "sleep_until", "wait", "first", "review", "child", "join",
    "continue_as", "tell", "together", "pages", "fail", "offer", "tool", "model",
}  # fmt: skip
_ENDINGS: Final = {
    "Exception", "BaseException", "StepError", "RunFailed", "RunCancelled", "RunContinued",
    "CancelRequested", "Compensating", "InvocationSpent", "Superseded", "ContractError",
}  # fmt: skip
_ALL_OF_THEM: Final = {"Exception", "BaseException"}
_CONTAINERS: Final = {"list", "dict", "set", "defaultdict", "Counter", "deque", "OrderedDict"}
_CHANGES: Final = {
    "add", "append", "appendleft", "clear", "discard", "extend", "insert", "pop", "popitem",
    "remove", "setdefault", "subtract", "update",
}  # fmt: skip
_CONTEXTS: Final = ("StepContext", "RollbackContext")
_DECLARE: Final = {"Contract", "Step", "Signal", "Timer", "Topic", "State", "Workflow"}
_NOT_BEGUN: Final = {
    "steps": ("never begins {}", "call it there, or leave it out of the contract's `steps`"),
    "signals": (
        "never waits for the signal {}",
        "`run.wait` for it, or leave it out of the contract's `signals`",
    ),
    "timers": (
        "never sleeps by the timer {}",
        "`run.sleep` by it, or leave it out of the contract's `timers`",
    ),
    "topics": ("never tells of {}", "`run.tell` of it, or leave it out of the contract's `topics`"),
}


def of_body(module: Module, function: Function, runs: set[str]) -> Iterator[Mistake]:
    """The mistakes in a function that a replay passes; `runs` are its names for the run."""
    yield from _swallows(function, _ENDINGS)
    yield from _not_awaited(function, runs)
    yield from _outlives(module, function)
    yield from _fills_from_inside(function)
    yield from _keyed_by_position(function, runs)
    yield from _overlooks_failures(function, runs)


def of_steps(module: Module) -> Iterator[Mistake]:
    """The mistakes in a module's functions that run inside of a step."""
    for node in ast.walk(module.tree):
        if not isinstance(node, Function) or not _takes_context(node):
            continue
        for at, what, _ in _swallows(node, _ALL_OF_THEM):
            yield at, what, "catch what you expect, and let the rest pass: the step is tried again"
        bound = _names_bound(node) - {
            name
            for each in _nodes_inside(node)
            if isinstance(each, ast.Global)
            for name in each.names
        }
        for each in _nodes_inside(node):
            match each:
                case ast.AugAssign(
                    target=ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name))
                ) if name not in bound:
                    what = f"counts in `{name}`, which lasts only as long as its process"
                    yield each, what, "count in a row, by the step's statements"
                case _:
                    pass


def not_begun(modules: Sequence[Module]) -> Iterator[tuple[Module, Mistake]]:
    """What the contracts of a package declare, and nothing else in it names."""
    used = {name for module in modules for name in _names_used(module.tree)}
    names = {name: said for module in modules for name, said in _names_of_constants(module)}
    for module in modules:
        for call in ast.walk(module.tree):
            if not (isinstance(call, ast.Call) and _last_name(call.func) == "Contract"):
                continue
            for keyword in call.keywords:
                if keyword.arg not in _NOT_BEGUN or not isinstance(keyword.value, ast.Tuple):
                    continue
                what, instead = _NOT_BEGUN[keyword.arg]
                for each in keyword.value.elts:
                    name = _declared_name(each)
                    if name is not None and name not in used:
                        shown = f"`{names.get(name, name)}`"
                        yield module, (each, f"the body {what.format(shown)}", instead)


def _nodes_inside(function: ast.AST) -> Iterator[ast.AST]:
    """What stands in a function itself, and not in one that is written inside of it."""
    waiting = [*ast.iter_child_nodes(function)]
    while waiting:
        node = waiting.pop(0)
        yield node
        if not isinstance(node, Function | ast.Lambda | ast.ClassDef):
            waiting += ast.iter_child_nodes(node)


def _last_name(node: ast.expr | None) -> str | None:
    """The last name of a chain of attributes."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return None


def _declared_name(node: ast.expr) -> str | None:
    """The constant of a declaration: of `SEARCH.step`, the step of a tool, it is the tool."""
    if isinstance(node, ast.Attribute) and node.attr == "step":
        return _last_name(node.value)
    return _last_name(node)


def _caught_names(node: ast.expr | None) -> set[str]:
    """The names of what a handler catches; without any, it catches everything."""
    if node is None:
        return {"BaseException"}
    caught = [node]
    if isinstance(node, ast.Tuple):
        caught = node.elts
    names = map(_last_name, caught)
    return {name for name in names if name is not None}


def _awaits(nodes: Iterable[ast.AST]) -> bool:
    return any(
        isinstance(each, ast.Await) for node in nodes for each in (node, *_nodes_inside(node))
    )


def _swallows(function: Function, endings: set[str]) -> Iterator[Mistake]:
    instead = (
        "let it pass, for so a run is ended, cancelled or handed on; where it may go on without a "
        "step, its contract says so: `OnFailure(then=Then.CONTINUE)`"
    )
    for node in _nodes_inside(function):
        match node:
            case ast.Try(body=body, handlers=handlers) if _awaits(body):
                for each in handlers:
                    caught = sorted(_caught_names(each.type) & endings)
                    goes_on = not any(isinstance(one, ast.Raise) for one in _nodes_inside(each))
                    if caught and goes_on:
                        what = "everything" if each.type is None else f"`{caught[0]}`"
                        at = each.type or node
                        yield at, f"catches {what} around what it awaits, and goes on", instead
            case ast.With(items=items, body=body) if _awaits(body):
                for item in items:
                    call = item.context_expr
                    if isinstance(call, ast.Call) and _last_name(call.func) == "suppress":
                        for one in call.args:
                            if _last_name(one) in endings:
                                yield (
                                    one,
                                    f"suppresses `{_last_name(one)}` around what it awaits",
                                    instead,
                                )
            case _:
                pass


def _not_awaited(function: Function, runs: set[str]) -> Iterator[Mistake]:
    for node in _nodes_inside(function):
        match node:
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=verb))
            ) if name in runs and verb in _VERBS:
                yield (
                    node,
                    f"does not await `{name}.{verb}`, so it never begins",
                    "write `await` before it",
                )
            case _:
                pass


def _changed_containers(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr | ast.stmt]]:
    """The names of containers that are changed, and where."""
    for node in nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attribute)) if (
                attribute in _CHANGES
            ):
                yield name, node
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                yield name, node
            case ast.AugAssign(target=ast.Name(id=name)):
                yield name, node
            case _:
                pass


def _names_bound(function: Function | ast.Lambda) -> set[str]:
    """The names that a function itself gives; what it only adds to (`+=`) must be given before."""
    arguments = function.args
    given = {each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    return given | {
        node.id
        for node in _nodes_inside(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _outlives(module: Module, function: Function) -> Iterator[Mistake]:
    """Containers of the module that its functions change."""
    containers: set[str] = set()
    for node in module.tree.body:
        target = getattr(node, "target", None)
        if isinstance(node, ast.Assign):
            target = node.targets[0]
        value = getattr(node, "value", None)
        is_made = isinstance(
            value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp
        )
        is_made = is_made or (isinstance(value, ast.Call) and _last_name(value.func) in _CONTAINERS)
        if is_made and isinstance(target, ast.Name):
            containers.add(target.id)
    functions = [node for node in ast.walk(module.tree) if isinstance(node, Function)]
    changed = {
        name
        for each in functions
        for name, _ in _changed_containers(_nodes_inside(each))
        if name not in _names_bound(each)
    }
    kept = containers & changed - _names_bound(function)
    for node in _nodes_inside(function):
        if isinstance(node, ast.Name) and node.id in kept:
            what = (
                f"`{node.id}` lasts only as long as its process, and another one may replay the "
                "body"
            )
            yield node, what, "keep it in a step's output"


def _fills_from_inside(function: Function) -> Iterator[Mistake]:
    """What a step's function changes of the body that it is written in."""
    bound = _names_bound(function)
    calls = [each for each in _nodes_inside(function) if isinstance(each, ast.Call)]
    called = {_last_name(each.func) for each in calls}
    for inner in _nodes_inside(function):
        if not isinstance(inner, Function | ast.Lambda):
            continue
        is_called = isinstance(inner, Function) and inner.name in called
        if is_called:
            continue
        outer = bound - _names_bound(inner)
        for name, node in _changed_containers(_nodes_inside(inner)):
            if name in outer:
                what = (
                    f"changes `{name}` of the body from inside of a step, which no replay calls "
                    "again"
                )
                yield node, what, "return it from the step"


def _keyed_by_position(function: Function, runs: set[str]) -> Iterator[Mistake]:
    positions = {name for node in _nodes_inside(function) for name in _loop_counter(node)}
    for node in _nodes_inside(function):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr=verb), keywords=keywords
            ) if name in runs and verb in _VERBS:
                for keyword in keywords:
                    if keyword.arg == "key" and _uses_position(keyword.value, positions):
                        yield (
                            keyword.value,
                            "a key by position, which another item may have",
                            "name it by its id",
                        )
            case _:
                pass


def _uses_position(key: ast.expr, positions: set[str]) -> bool:
    """Whether a key names a counter of `positions`, or looks one up by `index()`. An `index` that
    an item has of its own is its id.
    """
    for node in ast.walk(key):
        match node:
            case ast.Name(id=name) if name in positions:
                return True
            case ast.Call(func=ast.Attribute(attr="index")):
                return True
            case _:
                pass
    return False


def _overlooks_failures(function: Function, runs: set[str]) -> Iterator[Mistake]:
    for node in _nodes_inside(function):
        match node:
            case ast.Expr(
                value=ast.Await(
                    value=ast.Call(
                        func=ast.Attribute(value=ast.Name(id=name), attr="map"), keywords=keywords
                    )
                )
            ) if name in runs and any(_lets_all_fail(each) for each in keywords):
                yield (
                    node,
                    "lets all items of a map fail, and nobody looks at what each came to",
                    'look at the ends, or leave out `may_fail="all"`',
                )
            case _:
                pass


def _lets_all_fail(keyword: ast.keyword) -> bool:
    match keyword:
        case ast.keyword(arg="may_fail", value=ast.Constant(value="all")):
            return True
        case _:
            return False


def _loop_counter(node: ast.AST) -> Iterator[str]:
    """The name that counts, of a loop over `enumerate`."""
    match node:
        case (
            ast.For(
                target=ast.Tuple(elts=[ast.Name(id=name), *_]),
                iter=ast.Call(func=ast.Name(id="enumerate")),
            )
            | ast.comprehension(
                target=ast.Tuple(elts=[ast.Name(id=name), *_]),
                iter=ast.Call(func=ast.Name(id="enumerate")),
            )
        ):
            yield name
        case _:
            return


def _takes_context(function: Function) -> bool:
    given = (*function.args.posonlyargs, *function.args.args)
    return any(
        each.annotation and any(one in ast.unparse(each.annotation) for one in _CONTEXTS)
        for each in given
    )


def _names_used(node: ast.AST) -> Iterator[str]:
    """The names that are used, but for those in declarations."""
    if isinstance(node, ast.Call) and _last_name(node.func) in _DECLARE:
        return
    if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
        name = _last_name(node)
        if name is not None:
            yield name
    for child in ast.iter_child_nodes(node):
        yield from _names_used(child)


def _names_of_constants(module: Module) -> Iterator[tuple[str, str]]:
    """The constants of a module, and what the steps, signals, timers and topics that they are call
    themselves.
    """
    for node in module.tree.body:
        match node:
            case ast.Assign(
                targets=[ast.Name(id=constant)],
                value=ast.Call(args=[ast.Constant(value=str(name)), *_]),
            ):
                yield constant, name
            case _:
                pass
