"""The changes that make a mutant: each plants one small fault into a module's syntax tree.

Left alone are docstrings, annotations and decorators. `operators` says what is changed in a node.
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, cast

from tests.mutants.operators import replacements

Step: TypeAlias = tuple[str, int | None]
"""A way to a child: a field of a node, and a place in it where the field is a list."""

_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
_NOT_ENTERED: Final = frozenset({"annotation", "returns", "decorator_list", "format_spec"})
_LONGEST: Final = 70


@dataclass(frozen=True)
class Change:
    """One small fault.

    Attributes:
        module: the path of its file from the project's root.
        place: the function or class, by its qualified name; empty in the module itself.
        line: where it is.
        last_line: the end of the lines of its statement, which begin with `first_line`. A test that
            runs none of them cannot see the fault.
        steps: the way from the module's node to what is replaced.
        replacement: what stands there then; None takes it away.
        number: tells changes apart that read the same in one place, from 1 on.
    """

    module: str
    place: str
    line: int
    first_line: int
    last_line: int
    before: str
    after: str
    steps: tuple[Step, ...]
    replacement: ast.AST | None
    number: int = 1

    @property
    def name(self) -> str:
        """Tell it apart from all others, also when lines move."""
        ending = ""
        if self.number > 1:
            ending = f" #{self.number}"
        return f"{self.module} {self.place}: {self.before} -> {self.after}{ending}"


@dataclass(frozen=True)
class _Context:
    """Where the walk is."""

    steps: tuple[Step, ...] = ()
    place: str = ""
    is_in_function: bool = False
    first_line: int = 1
    last_line: int = 1


def changes_of(module: str, source: str) -> list[Change]:
    """All changes of a module, in the order of its lines."""
    changes: list[Change] = []
    seen: dict[str, int] = {}
    for node, context in _walk(ast.parse(source), _Context()):
        for replacement in replacements(node, is_in_function=context.is_in_function):
            change = Change(
                module=module,
                place=context.place,
                line=getattr(node, "lineno", context.first_line),
                first_line=context.first_line,
                last_line=context.last_line,
                before=_shown(node),
                after=_shown(replacement),
                steps=context.steps,
                replacement=replacement,
            )
            number = seen.get(change.name, 0) + 1
            seen[change.name] = number
            changes.append(replace(change, number=number))
    return changes


def mutated(source: str, change: Change) -> ast.Module:
    """Give the module's tree with the change. Lines are those of the source."""
    tree = ast.parse(source)
    parent: ast.AST = tree
    for step in change.steps[:-1]:
        parent = _child(parent, step)
    field, place = change.steps[-1]
    if change.replacement is None:
        del getattr(parent, field)[place]
        return tree
    replacement = copy.deepcopy(change.replacement)
    ast.copy_location(replacement, _child(parent, change.steps[-1]))
    ast.fix_missing_locations(replacement)
    if place is None:
        setattr(parent, field, replacement)
    else:
        getattr(parent, field)[place] = replacement
    return tree


def _child(node: ast.AST, step: Step) -> ast.AST:
    field, place = step
    value = getattr(node, field)
    if place is None:
        return value
    return value[place]


def _walk(node: ast.AST, context: _Context) -> Iterator[tuple[ast.AST, _Context]]:
    context = _entered(node, context)
    yield node, context
    is_function = isinstance(node, (*_FUNCTIONS, ast.Lambda))
    for field, value in ast.iter_fields(node):
        if field in _NOT_ENTERED or _is_type(node):
            continue
        is_body = context.is_in_function or (is_function and field == "body")
        below = replace(context, is_in_function=is_body)
        if isinstance(value, ast.AST):
            yield from _walk(value, replace(below, steps=(*context.steps, (field, None))))
        elif isinstance(value, list):
            for place, each in enumerate(cast("list[object]", value)):
                if isinstance(each, ast.AST) and not _is_read(node, field, place):
                    steps = (*context.steps, (field, place))
                    yield from _walk(each, replace(below, steps=steps))


def _is_type(node: ast.AST) -> bool:
    """Say whether a statement gives a type a name."""
    return isinstance(node, ast.AnnAssign) and "TypeAlias" in ast.unparse(node.annotation)


def _entered(node: ast.AST, context: _Context) -> _Context:
    """The context of what is in a node: a statement has lines of its own, a function a name."""
    if isinstance(node, (ast.stmt, ast.match_case)):
        lines = _lines(node)
        context = replace(context, first_line=lines[0], last_line=lines[1])
    if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
        context = replace(context, place=f"{context.place}.{node.name}".lstrip("."))
    return context


def _lines(node: ast.stmt | ast.match_case) -> tuple[int, int]:
    """The lines of a statement; of one with a body, those before it."""
    if isinstance(node, ast.match_case):
        first = node.pattern.lineno
    else:
        first = node.lineno
    body = getattr(node, "body", None) or getattr(node, "cases", None)
    if body:
        start = getattr(body[0], "lineno", None) or body[0].pattern.lineno
        return first, max(first, start - 1)
    return first, getattr(node, "end_lineno", None) or first


def _is_read(node: ast.AST, field: str, place: int) -> bool:
    """Say whether a child is for people: a docstring, or the text of an f-string."""
    if isinstance(node, ast.JoinedStr):
        return isinstance(node.values[place], ast.Constant)
    if field != "body":
        return False
    statement = getattr(node, field)[place]
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _shown(node: ast.AST | None) -> str:
    if node is None:
        return "nothing"
    text = " ".join(ast.unparse(node).split())
    if len(text) > _LONGEST:
        return f"{text[:_LONGEST]}…"
    return text
