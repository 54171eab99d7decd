"""The names that a part of a syntax tree reads and binds, and whether it still does anything."""

from collections import Counter
from collections.abc import Sequence

import libcst as cst

_Block = cst.FunctionDef | cst.ClassDef | cst.If | cst.Else | cst.For | cst.With | cst.Try | cst.ExceptHandler


def does_nothing(statement: cst.BaseStatement) -> bool:
    """An import, a docstring, or a constant that nobody needs any more."""
    if not isinstance(statement, cst.SimpleStatementLine):
        return False
    return all(isinstance(small, (cst.Import, cst.ImportFrom, cst.Pass)) or is_text(small) for small in statement.body)


def is_text(statement: cst.CSTNode) -> bool:
    return isinstance(statement, cst.Expr) and isinstance(statement.value, (cst.SimpleString, cst.ConcatenatedString))


def dotted(node: cst.CSTNode | None) -> str:
    if isinstance(node, cst.Attribute):
        return f"{dotted(node.value)}.{node.attr.value}"
    return node.value if isinstance(node, cst.Name) else ""


def bound_by(alias: cst.ImportAlias) -> str:
    bound = alias.asname.name if alias.asname else alias.name
    return dotted(bound).split(".")[0]


def assigned_by(statement: cst.CSTNode) -> set[str]:
    if isinstance(statement, cst.Assign):
        return set[str]().union(*(_targets(target.target) for target in statement.targets))
    if isinstance(statement, cst.AnnAssign):
        return _targets(statement.target)
    return set()


def bindings_in(body: cst.BaseSuite) -> Counter[str]:
    found: Counter[str] = Counter()
    pending: list[cst.CSTNode] = [body]
    while pending:
        current = pending.pop()
        if isinstance(current, (cst.Assign, cst.AnnAssign)):
            found.update(assigned_by(current))
        pending += current.children
    return found


def _targets(node: cst.CSTNode) -> set[str]:
    if isinstance(node, cst.Name):
        return {node.value}
    if isinstance(node, (cst.Tuple, cst.List)):
        return set[str]().union(*(_targets(element.value) for element in node.elements))
    return set()


def names_in(node: cst.CSTNode) -> set[str]:
    """The names that are read in it: no attribute, and no keyword of an argument."""
    found: set[str] = set()
    pending: list[cst.CSTNode] = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, cst.Name):
            found.add(current.value)
        elif isinstance(current, (cst.Attribute, cst.Arg)):
            pending.append(current.value)
        elif isinstance(current, (cst.Assign, cst.AnnAssign)):
            pending += [child for child in current.children if not _is_plain_target(current, child)]
        else:
            pending += current.children
    return found


def _is_plain_target(statement: cst.CSTNode, child: cst.CSTNode) -> bool:
    target = child.target if isinstance(child, cst.AssignTarget) else child
    is_target = isinstance(child, cst.AssignTarget) or child is getattr(statement, "target", None)
    return is_target and isinstance(target, (cst.Name, cst.Tuple, cst.List))


def _is_hollow(body: cst.BaseSuite) -> bool:
    """Whether nothing is left in it but its docstring. An ellipsis is what protocols and markers have: it is left."""
    return all(
        isinstance(statement, cst.SimpleStatementLine) and all(is_text(small) for small in statement.body)
        for statement in statements_of(body)
    )


def became_hollow(before: _Block, after: _Block) -> bool:
    return _is_hollow(after.body) and not _is_hollow(before.body)


def statements_of(body: cst.BaseSuite) -> Sequence[cst.BaseStatement]:
    if isinstance(body, cst.IndentedBlock):
        return body.body
    return [cst.SimpleStatementLine(body=list(body.body))] if isinstance(body, cst.SimpleStatementSuite) else []
