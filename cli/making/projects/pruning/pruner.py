# ruff: noqa: ARG002, N802 - libcst calls these methods, by its own names
"""The visitor that takes names out of the syntax tree of a file, each with the smallest whole thing it stands in."""

from collections import Counter
from collections.abc import Sequence
from typing import cast

import libcst as cst

from cli.making.projects.pruning.gone_imports import GoneImports, whole_name
from cli.making.projects.pruning.names import (
    assigned_by,
    became_hollow,
    bindings_in,
    bound_by,
    dotted,
    names_in,
    statements_of,
)

_Removed = cst.RemovalSentinel
_REMOVE = cst.RemovalSentinel.REMOVE
_GONE = cst.Name("_gone")


class Pruner(cst.CSTTransformer):
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
        return node is not None and bool(names_in(node) & set[str]().union(*self._scopes))

    def _drop(self) -> _Removed:
        self.has_changed = True
        return _REMOVE

    # Imports.

    def leave_ImportFrom(
        self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom
    ) -> cst.BaseSmallStatement | _Removed:
        if isinstance(updated_node.names, cst.ImportStar):
            return updated_node
        module = whole_name(self._package, len(updated_node.relative), dotted(updated_node.module))
        kept: list[cst.ImportAlias] = []
        for alias in updated_node.names:
            if self._imports.has(module, dotted(alias.name)):
                self._scopes[-1].add(bound_by(alias))
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
        kept = [alias for alias in updated_node.names if not self._imports.has_module(dotted(alias.name))]
        if len(kept) == len(updated_node.names):
            return updated_node
        for alias in updated_node.names:
            if alias not in kept:
                self._scopes[-1].add(bound_by(alias))
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
        if _was_emptied(original_node.right, updated_node.right):
            return updated_node.left
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
                self._scopes[-1] |= {name for name in assigned_by(statement) if self._bindings[-1][name] < 2}
                return self._drop()
        return updated_node if updated_node.body else _REMOVE

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._scopes.append(set())
        self._bindings.append(bindings_in(node.body))

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | _Removed:
        parameters = [updated_node.params.params, updated_node.params.kwonly_params]
        needs = any(self._uses(each.annotation) and each.default is None for kind in parameters for each in kind)
        self._scopes.pop()
        self._bindings.pop()
        decorated = any(self._uses(decorator) for decorator in updated_node.decorators)
        if needs or decorated or self._uses(updated_node.returns) or became_hollow(original_node, updated_node):
            self._scopes[-1].add(updated_node.name.value)
            return self._drop()
        unread = names_in(original_node.body) - names_in(updated_node.body)
        unread &= set(bindings_in(updated_node.body))
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
            or became_hollow(original_node, updated_node)
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
        if not self._uses(updated_node.test) and not became_hollow(original_node, updated_node):
            return self._without_hollow_else(original_node, updated_node)
        self.has_changed = True
        after = updated_node.orelse
        if after is None:
            return _REMOVE
        if isinstance(after, cst.If) or original_node in self._elifs:
            return cast("cst.BaseStatement", after)  # libcst takes an Else in the place of an elif
        return cst.FlattenSentinel(statements_of(after.body))

    def _without_hollow_else(self, before: cst.If, after: cst.If) -> cst.If:
        if not isinstance(before.orelse, cst.Else) or not isinstance(after.orelse, cst.Else):
            return after
        if not became_hollow(before.orelse, after.orelse):
            return after
        self.has_changed = True
        return after.with_changes(orelse=None)

    def leave_For(self, original_node: cst.For, updated_node: cst.For) -> "cst.BaseStatement | _Removed":
        return (
            self._drop()
            if self._uses(updated_node.iter) or became_hollow(original_node, updated_node)
            else updated_node
        )

    def leave_With(self, original_node: cst.With, updated_node: cst.With) -> "cst.BaseStatement | _Removed":
        uses = any(self._uses(item) for item in updated_node.items)
        return self._drop() if uses or became_hollow(original_node, updated_node) else updated_node

    def leave_ExceptHandler(
        self, original_node: cst.ExceptHandler, updated_node: cst.ExceptHandler
    ) -> "cst.ExceptHandler | _Removed":
        """What goes is marked: a `try` is never made without a handler, so it takes them away itself."""
        if self._uses(updated_node.type) or became_hollow(original_node, updated_node):
            return updated_node.with_changes(type=_GONE, name=None)
        return updated_node

    def leave_Try(
        self, original_node: cst.Try, updated_node: cst.Try
    ) -> "cst.BaseStatement | _Removed | cst.FlattenSentinel[cst.BaseStatement]":
        if became_hollow(original_node, updated_node):
            return self._drop()
        kept = [handler for handler in updated_node.handlers if handler.type is not _GONE]
        if len(kept) == len(updated_node.handlers):
            return updated_node
        self.has_changed = True
        if kept or updated_node.finalbody:
            return updated_node.with_changes(handlers=kept)
        return cst.FlattenSentinel(statements_of(updated_node.body))

    def _is_gone_export(self, element: cst.BaseElement) -> bool:
        """Whether it is a line of `__all__`: those are texts."""
        return isinstance(element.value, cst.SimpleString) and element.value.raw_value in self.gone


def _was_emptied(before: cst.BaseExpression, after: cst.BaseExpression) -> bool:
    """Whether it is a dict that lost all it had."""
    return isinstance(before, cst.Dict) and isinstance(after, cst.Dict) and bool(before.elements) > bool(after.elements)


class _Unread(cst.CSTTransformer):
    """Takes away what a function stores for something that went."""

    def __init__(self, names: set[str]) -> None:
        super().__init__()
        self._names = names

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | _Removed:
        stored = set[str]().union(*(assigned_by(statement) for statement in updated_node.body))
        return _REMOVE if stored and stored <= self._names else updated_node
