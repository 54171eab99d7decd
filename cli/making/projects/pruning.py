# ruff: noqa: ARG002, N802 - libcst calls these methods, by its own names
"""Take the names of modules that were not chosen out of a file of Python, and what only stood for them.

What is left of a file must still read as if somebody had written it. So the smallest whole thing that a name stands in
goes: an element of a list, an entry of a dictionary, an argument, one side of `a | b`, a branch, else its statement; a
function whose parameters or decorators need it goes wholly. Comments that stand above what goes, go with it.
"""

import ast
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import libcst as cst

_Removed = cst.RemovalSentinel
_REMOVE = cst.RemovalSentinel.REMOVE
_Block = cst.FunctionDef | cst.ClassDef | cst.If | cst.Else | cst.For | cst.With | cst.Try | cst.ExceptHandler
_GONE = cst.Name("_gone")


@dataclass(frozen=True)
class Pruned:
    """A file without the names. `gone` are the names of its own that went: who imports them loses them in turn.
    `is_empty`: nothing is left that does anything."""

    source: str
    gone: frozenset[str]
    is_empty: bool


def prune(source: str, imports_gone: "GoneImports", names: Collection[str] = (), package: str = "") -> Pruned:
    """`source` without what `imports_gone` says is not there, and without its own `names`. Its relative imports begin
    at `package`."""
    if not names and not any(
        imports_gone.has(module, name) if name else imports_gone.has_module(module)
        for module, name in _imports_of(source, package)
    ):
        return Pruned(source, frozenset(), is_empty=False)
    module = cst.parse_module(source)
    gone = set(names)
    while True:
        pruner = _Pruner(imports_gone, gone, package)
        module = module.visit(pruner)
        if pruner.gone == gone and not pruner.has_changed:
            break
        gone = pruner.gone
    return Pruned(module.code, frozenset(gone), all(_does_nothing(statement) for statement in module.body))


@dataclass(frozen=True)
class GoneImports:
    """What can no longer be imported: `modules` wholly (`a.b` with all below it); of others the `names`, by module."""

    modules: Collection[str]
    names: dict[str, frozenset[str]]

    def has(self, module: str, name: str) -> bool:
        whole = f"{module}.{name}"
        return self.has_module(module) or self.has_module(whole) or name in self.names.get(module, ())

    def has_module(self, module: str) -> bool:
        parts = module.split(".")
        return any(".".join(parts[:length]) in self.modules for length in range(1, len(parts) + 1))


@lru_cache(maxsize=4096)
def _imports_of(source: str, package: str) -> tuple[tuple[str, str], ...]:
    """What it imports: modules, each with a name in it or none. A cheap look: most files import nothing that went."""
    found: list[tuple[str, str]] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            module = _from(package, node.level, node.module or "")
            found += [(module, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
    return tuple(found)


def _from(package: str, level: int, module: str) -> str:
    """The whole name of a module that is imported so many levels up from a package; level 0 is a whole name already."""
    if not level:
        return module
    parts = package.split(".")
    base = parts[: len(parts) - level + 1]
    return ".".join([*base, module] if module else base)


def _does_nothing(statement: cst.BaseStatement) -> bool:
    """An import, a docstring, or a constant that nobody needs any more."""
    if not isinstance(statement, cst.SimpleStatementLine):
        return False
    return all(isinstance(small, (cst.Import, cst.ImportFrom, cst.Pass)) or _is_text(small) for small in statement.body)


def _is_text(statement: cst.CSTNode) -> bool:
    return isinstance(statement, cst.Expr) and isinstance(statement.value, (cst.SimpleString, cst.ConcatenatedString))


def _dotted(node: cst.CSTNode | None) -> str:
    if isinstance(node, cst.Attribute):
        return f"{_dotted(node.value)}.{node.attr.value}"
    return node.value if isinstance(node, cst.Name) else ""


class _Pruner(cst.CSTTransformer):
    def __init__(self, imports: GoneImports, gone: set[str], package: str) -> None:
        super().__init__()
        self._package = package
        self._imports = imports
        self.gone = set(gone)
        self._scopes: list[set[str]] = [self.gone]
        # How often a name is given a value in each scope: one that is given another elsewhere is still there.
        self._bindings: list[Counter[str]] = [Counter()]
        self._elifs: list[cst.If] = []
        self._rows: list[cst.Tuple] = []
        self.has_changed = False

    # What a name is, and which went.

    def _uses(self, node: cst.CSTNode | None) -> bool:
        return node is not None and bool(_names_in(node) & set[str]().union(*self._scopes))

    def _drop(self) -> _Removed:
        self.has_changed = True
        return _REMOVE

    # Imports.

    def leave_ImportFrom(
        self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom
    ) -> cst.BaseSmallStatement | _Removed:
        if isinstance(updated_node.names, cst.ImportStar):
            return updated_node
        module = _from(self._package, len(updated_node.relative), _dotted(updated_node.module))
        kept: list[cst.ImportAlias] = []
        for alias in updated_node.names:
            if self._imports.has(module, _dotted(alias.name)):
                self._scopes[-1].add(_bound_by(alias))
            else:
                kept.append(alias)
        if len(kept) == len(updated_node.names):
            return updated_node
        self.has_changed = True
        if not kept:
            return _REMOVE
        kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return updated_node.with_changes(names=kept)

    def leave_Import(self, original_node: cst.Import, updated_node: cst.Import) -> cst.BaseSmallStatement | _Removed:
        kept = [alias for alias in updated_node.names if not self._imports.has_module(_dotted(alias.name))]
        if len(kept) == len(updated_node.names):
            return updated_node
        for alias in updated_node.names:
            if alias not in kept:
                self._scopes[-1].add(_bound_by(alias))
        return self._drop() if not kept else updated_node.with_changes(names=kept)

    # Parts of an expression that can be left out. A tuple without parentheses is several values, not a list of them.

    def visit_Element(self, node: cst.Element) -> None:
        if isinstance(node.value, cst.Tuple):
            self._rows.append(node.value)  # it goes wholly

    def leave_Tuple(self, original_node: cst.Tuple, updated_node: cst.Tuple) -> cst.BaseExpression:
        if not updated_node.lpar or original_node in self._rows:
            return updated_node
        kept = self._kept_of(updated_node.elements)
        return updated_node if kept is None else updated_node.with_changes(elements=kept)

    def leave_List(self, original_node: cst.List, updated_node: cst.List) -> cst.BaseExpression:
        kept = self._kept_of(updated_node.elements)
        return updated_node if kept is None else updated_node.with_changes(elements=kept)

    def _kept_of(self, elements: Sequence[cst.BaseElement]) -> list[cst.BaseElement] | None:
        """None where all are kept."""
        kept = [each for each in elements if not (self._uses(each) or self._is_gone_export(each))]
        if len(kept) == len(elements):
            return None
        self.has_changed = True
        return kept

    def leave_DictElement(
        self, original_node: cst.DictElement, updated_node: cst.DictElement
    ) -> cst.DictElement | _Removed:
        return self._drop() if self._uses(updated_node) else updated_node

    def leave_StarredDictElement(
        self, original_node: cst.StarredDictElement, updated_node: cst.StarredDictElement
    ) -> cst.StarredDictElement | _Removed:
        return self._drop() if self._uses(updated_node) else updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        kept = [argument for argument in updated_node.args if not (argument.keyword and self._uses(argument.value))]
        if len(kept) == len(updated_node.args):
            return updated_node
        self.has_changed = True
        if kept:
            kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return updated_node.with_changes(args=kept)

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        if not isinstance(updated_node.operator, cst.BitOr):
            return updated_node
        return self._other_side(updated_node, updated_node.left, updated_node.right)

    def leave_BooleanOperation(
        self, original_node: cst.BooleanOperation, updated_node: cst.BooleanOperation
    ) -> cst.BaseExpression:
        return self._other_side(updated_node, updated_node.left, updated_node.right)

    def _other_side(
        self, node: cst.BaseExpression, left: cst.BaseExpression, right: cst.BaseExpression
    ) -> cst.BaseExpression:
        goes_left, goes_right = self._uses(left), self._uses(right)
        if goes_left == goes_right:
            return node
        self.has_changed = True
        return right if goes_left else left

    def leave_IfExp(self, original_node: cst.IfExp, updated_node: cst.IfExp) -> cst.BaseExpression:
        if self._uses(updated_node.test) or self._uses(updated_node.body):
            self.has_changed = True
            return updated_node.orelse
        if self._uses(updated_node.orelse):
            self.has_changed = True
            return updated_node.body
        return updated_node

    def leave_CompFor(self, original_node: cst.CompFor, updated_node: cst.CompFor) -> cst.CompFor:
        kept = [each for each in updated_node.ifs if not self._uses(each.test)]
        if len(kept) == len(updated_node.ifs):
            return updated_node
        self.has_changed = True
        return updated_node.with_changes(ifs=kept)

    # Statements.

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | _Removed:
        for statement in updated_node.body:
            if not isinstance(statement, (cst.Import, cst.ImportFrom)) and self._uses(statement):
                self._scopes[-1] |= {name for name in _assigned_by(statement) if self._bindings[-1][name] < 2}
                return self._drop()
        return updated_node if updated_node.body else _REMOVE

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._scopes.append(set())
        self._bindings.append(_bindings_in(node.body))

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | _Removed:
        parameters = [updated_node.params.params, updated_node.params.kwonly_params]
        needs = any(self._uses(each.annotation) and each.default is None for kind in parameters for each in kind)
        self._scopes.pop()
        self._bindings.pop()
        decorated = any(self._uses(decorator) for decorator in updated_node.decorators)
        if needs or decorated or self._uses(updated_node.returns) or _became_hollow(original_node, updated_node):
            self._scopes[-1].add(updated_node.name.value)
            return self._drop()
        unread = _names_in(original_node.body) - _names_in(updated_node.body)
        unread &= set(_bindings_in(updated_node.body))
        if not unread:
            return updated_node
        self.has_changed = True
        return cst.ensure_type(updated_node.visit(_Unread(unread)), cst.FunctionDef)

    def leave_Param(self, original_node: cst.Param, updated_node: cst.Param) -> cst.Param | _Removed:
        uses = self._uses(original_node.annotation) or self._uses(original_node.default)
        if uses and updated_node.default is not None:
            self._scopes[-1].add(updated_node.name.value)
            return self._drop()
        return updated_node

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self._scopes.append(set())

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef | _Removed:
        self._scopes.pop()
        is_gone = len(self._scopes) == 1 and updated_node.name.value in self.gone
        if (
            is_gone
            or any(self._uses(base) for base in updated_node.bases)
            or _became_hollow(original_node, updated_node)
        ):
            self._scopes[-1].add(updated_node.name.value)
            return self._drop()
        return updated_node

    def visit_If(self, node: cst.If) -> None:
        if isinstance(node.orelse, cst.If):
            self._elifs.append(node.orelse)

    def leave_If(
        self, original_node: cst.If, updated_node: cst.If
    ) -> "cst.BaseStatement | _Removed | cst.FlattenSentinel[cst.BaseStatement]":
        if not self._uses(updated_node.test) and not _became_hollow(original_node, updated_node):
            return self._without_hollow_else(original_node, updated_node)
        self.has_changed = True
        after = updated_node.orelse
        if after is None:
            return _REMOVE
        if isinstance(after, cst.If) or original_node in self._elifs:
            return cast("cst.BaseStatement", after)  # libcst takes an Else in the place of an elif
        return cst.FlattenSentinel(_statements(after.body))

    def _without_hollow_else(self, before: cst.If, after: cst.If) -> cst.If:
        if not isinstance(before.orelse, cst.Else) or not isinstance(after.orelse, cst.Else):
            return after
        if not _became_hollow(before.orelse, after.orelse):
            return after
        self.has_changed = True
        return after.with_changes(orelse=None)

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> "cst.BaseStatement | _Removed":
        return (
            self._drop()
            if self._uses(updated_node.iter) or _became_hollow(original_node, updated_node)
            else updated_node
        )

    def leave_With(self, original_node: cst.With, updated_node: cst.With) -> "cst.BaseStatement | _Removed":
        uses = any(self._uses(item) for item in updated_node.items)
        return self._drop() if uses or _became_hollow(original_node, updated_node) else updated_node

    def leave_ExceptHandler(
        self, original_node: cst.ExceptHandler, updated_node: cst.ExceptHandler
    ) -> "cst.ExceptHandler | _Removed":
        """What goes is marked: a `try` is never made without a handler, so it takes them away itself."""
        if self._uses(updated_node.type) or _became_hollow(original_node, updated_node):
            return updated_node.with_changes(type=_GONE, name=None)
        return updated_node

    def leave_Try(
        self, original_node: cst.Try, updated_node: cst.Try
    ) -> "cst.BaseStatement | _Removed | cst.FlattenSentinel[cst.BaseStatement]":
        if _became_hollow(original_node, updated_node):
            return self._drop()
        kept = [handler for handler in updated_node.handlers if handler.type is not _GONE]
        if len(kept) == len(updated_node.handlers):
            return updated_node
        self.has_changed = True
        if kept or updated_node.finalbody:
            return updated_node.with_changes(handlers=kept)
        return cst.FlattenSentinel(_statements(updated_node.body))

    def _is_gone_export(self, element: cst.BaseElement) -> bool:
        """Whether it is a line of `__all__`: those are texts."""
        return isinstance(element.value, cst.SimpleString) and element.value.raw_value in self.gone


class _Unread(cst.CSTTransformer):
    """Takes away what a function stores for something that went."""

    def __init__(self, names: set[str]) -> None:
        super().__init__()
        self._names = names

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | _Removed:
        stored = set[str]().union(*(_assigned_by(statement) for statement in updated_node.body))
        return _REMOVE if stored and stored <= self._names else updated_node


def _bound_by(alias: cst.ImportAlias) -> str:
    bound = alias.asname.name if alias.asname else alias.name
    return _dotted(bound).split(".")[0]


def _assigned_by(statement: cst.CSTNode) -> set[str]:
    if isinstance(statement, cst.Assign):
        return set[str]().union(*(_targets(target.target) for target in statement.targets))
    if isinstance(statement, cst.AnnAssign):
        return _targets(statement.target)
    return set()


def _bindings_in(body: cst.BaseSuite) -> Counter[str]:
    found: Counter[str] = Counter()
    pending: list[cst.CSTNode] = [body]
    while pending:
        current = pending.pop()
        if isinstance(current, (cst.Assign, cst.AnnAssign)):
            found.update(_assigned_by(current))
        pending += current.children
    return found


def _targets(node: cst.CSTNode) -> set[str]:
    if isinstance(node, cst.Name):
        return {node.value}
    if isinstance(node, (cst.Tuple, cst.List)):
        return set[str]().union(*(_targets(element.value) for element in node.elements))
    return set()


def _names_in(node: cst.CSTNode) -> set[str]:
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
        isinstance(statement, cst.SimpleStatementLine) and all(_is_text(small) for small in statement.body)
        for statement in _statements(body)
    )


def _became_hollow(before: _Block, after: _Block) -> bool:
    return _is_hollow(after.body) and not _is_hollow(before.body)


def _statements(body: cst.BaseSuite) -> Sequence[cst.BaseStatement]:
    if isinstance(body, cst.IndentedBlock):
        return body.body
    return [cst.SimpleStatementLine(body=list(body.body))] if isinstance(body, cst.SimpleStatementSuite) else []
