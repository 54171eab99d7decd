"""Bodies that are not deterministic, and other mistakes of a workflow's code (`mistakes`), found by
reading it.

A body is replayed from its start after every interruption. Whatever it decides on must be the same
then: its params, and what its steps handed back. What is read here is the body and the project's
functions that it calls; what it hands to the run (a step's function, a call's `send`, what `see`
looks at) runs inside of a step, and may do all that.

A line that says `# replayed: why` is let pass: the author says why the same comes out each time.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tillroll_testing.checking import effects, mistakes, steps, values
from tillroll_testing.checking.project import Function, Module, is_set

_CLOCK = "use `run.now()`; or let a step read `context.platform.clock.now()`, and return it"
_CHANCE = (
    "use `run.random` or `run.uuid()`; what must be unique elsewhere has `context.idempotency_key`"
)
_OUTSIDE = "do it in a step's function, and hand back what the body needs"
_ORDER = "iterate over `sorted(…)` of it"
_LOG = "use `run.log`, which says it once"
_SLEEP = "use `run.sleep` with a timer of the contract"
# What to write where the run has no name: in a function that the body calls.
_BY_THE_BODY: Final = {
    _CLOCK: "let the body hand in `run.now()`, or what a step has read",
    _CHANCE: "let the body hand in what it drew by `run.random` or `run.uuid()`",
    _LOG: "let the body say it by `run.log`",
    _SLEEP: "let the body sleep by `run.sleep`",
}

# What names stand for that give another value each time, and what to write instead; those that end
# in a point stand for all that is in them.
_FORBIDDEN: Final = {
    "time.": ("reads the clock", _CLOCK),
    "datetime.datetime.now": ("reads the clock", _CLOCK),
    "datetime.datetime.utcnow": ("reads the clock", _CLOCK),
    "datetime.datetime.today": ("reads the clock", _CLOCK),
    "datetime.date.today": ("reads the clock", _CLOCK),
    "random.": ("draws by chance", _CHANCE),
    "secrets.": ("draws by chance", _CHANCE),
    "uuid.uuid1": ("draws by chance", _CHANCE),
    "uuid.uuid4": ("draws by chance", _CHANCE),
    "uuid.uuid6": ("draws by chance", _CHANCE),
    "uuid.uuid7": ("draws by chance", _CHANCE),
    "os.urandom": ("draws by chance", _CHANCE),
    "tillroll_durable.platform.ids.new_id": ("draws an id by chance", _CHANCE),
    "id": ("depends on where a value lies in memory", "compare values, or give them names"),
    "hash": ("differs from process to process", "use hashlib, or the value itself"),
    "open": ("reads or writes outside of a step", _OUTSIDE),
    "input": ("reads or writes outside of a step", _OUTSIDE),
    "print": ("says the same again in each replay", _LOG),
    "logging.": ("says the same again in each replay", _LOG),
    "warnings.warn": ("says the same again in each replay", _LOG),
    "asyncio.sleep": ("sleeps in memory, where a restart ends it", _SLEEP),
    "asyncio.create_task": (
        "leaves the order to the event loop",
        "begin steps one after the other: they take turns",
    ),
    "asyncio.as_completed": (
        "leaves the order to the event loop",
        "use `asyncio.gather`, which keeps the order",
    ),
    "asyncio.wait": (
        "leaves the order to the event loop",
        "use `asyncio.gather`, which keeps the order",
    ),
    **dict.fromkeys(
        (
            "aiohttp.",
            "asyncio.to_thread",
            "glob.",
            "http.client.",
            "httpx.",
            "js.",
            "os.",
            "pathlib.",
            "requests.",
            "shutil.",
            "socket.",
            "sqlite3.",
            "subprocess.",
            "tempfile.",
            "threading.",
            "urllib.request.",
            "workers.",
        ),
        ("reads or writes outside of a step", _OUTSIDE),
    ),
}
_ALLOWED: Final = ("os.path",)
_KEEPS_ORDER_OUT: Final = {"sorted", "sum", "len", "min", "max", "any", "all", "set", "frozenset"}
_TAKES_ORDER: Final = {
    "list",
    "tuple",
    "enumerate",
    "iter",
    "next",
    "zip",
    "map",
    "filter",
    "reversed",
    "dict.fromkeys",
}
_MAY_BE_AWAITED: Final = {"asyncio.gather"}
_SETS: Final = {"set", "frozenset", "Set", "AbstractSet", "MutableSet"}
_SAID: Final = "# replayed: "


@dataclass(frozen=True, order=True)
class Fault:
    """Something that is wrong in a workflow's code. `path` is below the project's folder."""

    path: str
    line: int
    what: str
    instead: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}: {self.instead}"


def faults_of(package: Path, root: Path) -> list[Fault]:
    """What is wrong in the code of a workflow, in the order of its lines. `package` is its folder,
    with a workflow.py, or its one file.
    """
    source, found, seen = root / "src", set[Fault](), set[tuple[Path, str]]()
    told = list[tuple[Module, mistakes.Mistake]]()
    waiting = [(*each, each[1].name) for each in bodies_of(package, source)]
    while waiting:
        module, function, body = waiting.pop()
        if (module.path, function.name) in seen:
            continue
        seen.add((module.path, function.name))
        reader = _Reader(module, function)
        reader.read()
        where = module.path.relative_to(root).as_posix()
        found |= {
            Fault(where, node.lineno, what, instead)
            for node, what, instead in reader.told(body)
            if not _is_said(module, node)
        }
        told += steps.of_steps_in(module, function, reader.runs)
        waiting += [(*called, body) for node, called in reader.calls if not _is_said(module, node)]
    paths = [package] if package.is_file() else sorted(package.glob("*.py"))
    beside = [Module(source, path) for path in paths]
    told += [(module, each) for module in beside for each in mistakes.of_steps(module)]
    told += [(module, each) for module in beside for each in effects.of_calls(module)]
    told += [(module, each) for module in beside for each in effects.of_look_ups(module)]
    told += [(module, each) for module in beside for each in values.of_values(module)]
    told += mistakes.not_begun(beside)
    for module, (node, what, instead) in told:
        if not _is_said(module, node):
            found.add(Fault(module.path.relative_to(root).as_posix(), node.lineno, what, instead))
    return sorted(found)


def _is_said(module: Module, node: ast.expr | ast.stmt) -> bool:
    return any(_SAID in line for line in module.lines[node.lineno - 1 : node.end_lineno])


def bodies_of(package: Path, source: Path) -> Iterator[tuple[Module, Function]]:
    """The bodies of the workflows that the package's workflow.py makes, or the file."""
    module = Module(source, package if package.is_file() else package / "workflow.py")
    for body in filter(None, map(_body_of, ast.walk(module.tree))):
        found = module.called(body)
        if found is None and isinstance(body, ast.Attribute) and isinstance(body.value, ast.Call):
            # A method of what is made there.
            made = module.dotted(body.value.func) or ""
            path = source / f"{made.rpartition('.')[0].replace('.', '/')}.py"
            other = Module(source, path) if "." in made and path.is_file() else module
            found = (other, other.functions[body.attr]) if body.attr in other.functions else None
        if found is None:
            raise LookupError(
                f"{module.path}:{body.lineno}: the body is not found: name a function of a module, "
                "or a method of a class that is called right there"
            )
        yield found


def _body_of(node: ast.AST) -> ast.expr | None:
    """What stands in the place of `body`, the second, where a workflow is made."""
    match node:
        case ast.keyword(arg="body", value=body):
            return body
        case ast.Call(
            func=ast.Name(id="Workflow") | ast.Attribute(attr="Workflow"), args=[_, body, *_]
        ):
            return body
        case _:
            return None


def _loggers_of(module: Module) -> Iterator[str]:
    """The names of the module's own loggers."""
    for node in module.tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=called)):
                pass
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call(func=called)):
                pass
            case _:
                continue
        if module.dotted(called) == "logging.getLogger":
            yield name


class _Reader:
    """Reads one function. `found` has what is wrong, `calls` the project's functions that it
    calls, `runs` its names for the run.
    """

    def __init__(self, module: Module, function: Function) -> None:
        self._module = module
        self._function = function
        typed = [(each.arg, each.annotation) for each in _arguments(function) if each.annotation]
        self.runs = {name for name, annotation in typed if "WorkflowRun" in ast.unparse(annotation)}
        self._sets = module.sets | {name for name, annotation in typed if _is_set_type(annotation)}
        self._loggers = {*_loggers_of(module)}
        self._local: dict[str, Function] = {}
        # Names of the platform, for what runs inside of a step.
        self._platforms: set[str] = set()
        self.found: list[tuple[ast.expr | ast.stmt, str, str]] = []
        self.calls: list[tuple[ast.expr, tuple[Module, Function]]] = []

    def read(self) -> None:
        self._local = {
            node.name: node for node in ast.walk(self._function) if isinstance(node, Function)
        }
        for node in ast.walk(self._function):
            if isinstance(node, ast.Assign) and is_set(node.value, frozenset(self._sets)):
                self._sets |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        for statement in self._function.body:
            self._visit(statement)
        self.found += mistakes.of_body(self._module, self._function, self.runs)

    def told(self, body: str) -> Iterator[tuple[ast.expr | ast.stmt, str, str]]:
        """What is wrong, for somebody who does not see that a body of this name comes here."""
        for node, what, instead in self.found:
            if self.runs or self._function.name == body:
                yield node, what, instead
            else:
                said = f"{what}, and the body `{body}` calls this"
                yield node, said, _BY_THE_BODY.get(instead, instead)

    def _say(self, node: ast.expr | ast.stmt, what: str, instead: str) -> None:
        self.found.append((node, what, instead))

    def _visit(self, node: ast.AST) -> None:
        if isinstance(node, Function | ast.Lambda | ast.ClassDef):
            return  # it is handed on; where it is called here, that call is followed
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Attribute)
            and self._is_platform(node.value)
        ):
            self._platforms |= {
                target.id for target in node.targets if isinstance(target, ast.Name)
            }
            return
        if isinstance(node, ast.Name | ast.Attribute) and self._forbidden(node):
            return
        match node:
            case ast.Global() | ast.Nonlocal():
                self._say(
                    node,
                    "changes what outlives the run",
                    "keep it in the run's params, or in a step's output",
                )
            case ast.Call():
                self._call(node)
            case ast.Await():
                self._await(node)
            case ast.AsyncFor() | ast.AsyncWith():
                self._say(node, "waits for what is no verb of the run", _OUTSIDE)
            case _:
                self._go_through(node)
        for child in ast.iter_child_nodes(node):
            self._visit(child)

    def _go_through(self, node: ast.AST) -> None:
        """What takes the members of something one after the other."""
        match node:
            case ast.For(iter=members) | ast.Starred(value=members):
                taken = [members]
            case (
                ast.ListComp(generators=each)
                | ast.DictComp(generators=each)
                | ast.GeneratorExp(generators=each)
            ):
                taken = [one.iter for one in each]
            case _:
                taken = []
        for members in taken:
            if is_set(members, frozenset(self._sets)):
                self._unordered(members)

    def _is_platform(self, node: ast.expr) -> bool:
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr="platform"):
                return name in self.runs
            case ast.Name(id=name, ctx=ast.Load()):
                return name in self._platforms
            case _:
                return False

    def _unordered(self, node: ast.expr) -> None:
        self._say(node, "goes through a set, whose order differs from process to process", _ORDER)

    def _forbidden(self, node: ast.Name | ast.Attribute) -> bool:
        if isinstance(node, ast.Attribute) and self._is_platform(node.value):
            if node.attr == "clock":
                self._say(node, "reads the clock", _CLOCK)
            elif (
                node.attr != "settings"
            ):  # they are the deployment's: the same until it is deployed anew
                self._say(node, "uses the platform outside of a step", _OUTSIDE)
            return True
        if self._is_platform(node):
            self._say(node, "uses the platform outside of a step", _OUTSIDE)
            return True
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in self._loggers:
            what, instead = _FORBIDDEN["logging."]
            self._say(node, f"`{ast.unparse(node)}` {what}", instead)
            return True
        dotted = self._module.dotted(node)
        if dotted is None or dotted.startswith(_ALLOWED):
            return False
        is_own = (
            isinstance(node, ast.Name)
            and node.id not in self._module.imports
            and node.id in self._bound
        )
        for name, (what, instead) in _FORBIDDEN.items():
            if not is_own and (dotted == name or (name.endswith(".") and dotted.startswith(name))):
                self._say(node, f"`{ast.unparse(node)}` {what}", instead)
                return True
        return False

    @property
    def _bound(self) -> set[str]:
        """Names that the function itself gives."""
        names = [node for node in ast.walk(self._function) if isinstance(node, ast.Name)]
        stored = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        return stored | {each.arg for each in _arguments(self._function)}

    def _call(self, node: ast.Call) -> None:
        dotted = self._module.dotted(node.func)
        if isinstance(node.func, ast.Name) and node.func.id in self._local:
            self.calls.append((node, (self._module, self._local[node.func.id])))
        elif called := self._module.called(node.func):
            self.calls.append((node, called))
        is_join = isinstance(node.func, ast.Attribute) and node.func.attr == "join"
        if dotted in _TAKES_ORDER or is_join:
            for each in node.args:
                if is_set(each, frozenset(self._sets)):
                    self._unordered(each)
        if (
            isinstance(node.func, ast.Attribute)
            and node.func.attr == "pop"
            and is_set(node.func.value, frozenset(self._sets))
        ):
            self._say(node, "takes one of a set, and nobody knows which", _ORDER)
        if dotted in _KEEPS_ORDER_OUT:
            # Which comes first makes no difference here.
            node.args = [
                ast.copy_location(ast.SetComp(each.elt, each.generators), each)
                if isinstance(each, ast.GeneratorExp | ast.ListComp)
                else each
                for each in node.args
            ]

    def _await(self, node: ast.Await) -> None:
        match node.value:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if name in self.runs:
                return
            case ast.Call(func=function):
                is_local = isinstance(function, ast.Name) and function.id in self._local
                dotted = self._module.dotted(function)
                is_told = dotted is not None and any(
                    dotted == name or (name.endswith(".") and dotted.startswith(name))
                    for name in _FORBIDDEN
                )
                if not (
                    is_local
                    or is_told
                    or dotted in _MAY_BE_AWAITED
                    or self._module.called(function)
                ):
                    self._say(
                        node,
                        f"waits for `{ast.unparse(function)}`, which is no verb of the run",
                        _OUTSIDE,
                    )
            case _:
                return


def _arguments(function: Function) -> Sequence[ast.arg]:
    given = function.args
    return [*given.posonlyargs, *given.args, *given.kwonlyargs]


def _is_set_type(annotation: ast.expr) -> bool:
    name = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return isinstance(name, ast.Name) and name.id in _SETS
