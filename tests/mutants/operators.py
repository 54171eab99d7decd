"""What a mutant has in place of a node of the syntax tree.

Texts with a blank are read by people and stay. So do texts outside functions, which are data.
"""

import ast
import copy
from collections.abc import Iterator, Mapping
from typing import Final

_COMPARED: Final[Mapping[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_COMPUTED: Final[Mapping[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.BitXor: ast.BitAnd,
}
_SIGNS: Final[Mapping[type[ast.unaryop], type[ast.unaryop]]] = {
    ast.USub: ast.UAdd,
    ast.UAdd: ast.USub,
}
# A condition of another kind is changed inside.
_CHANGED_INSIDE: Final = (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Constant)


def replacements(node: ast.AST, *, is_in_function: bool) -> Iterator[ast.AST | None]:
    """What may stand in place of a node, each a fault; None takes the node away."""
    match node:
        case ast.Compare():
            yield from _compared(node)
        case ast.BoolOp(op=ast.And()):
            yield ast.BoolOp(ast.Or(), node.values)
        case ast.BoolOp():
            yield ast.BoolOp(ast.And(), node.values)
        case ast.BinOp() if type(node.op) in _COMPUTED:
            yield ast.BinOp(node.left, _COMPUTED[type(node.op)](), node.right)
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.UnaryOp() if type(node.op) in _SIGNS:
            yield ast.UnaryOp(_SIGNS[type(node.op)](), node.operand)
        case ast.Constant():
            yield from _constants(node.value, is_in_function=is_in_function)
        case ast.If() | ast.While() | ast.IfExp() if not isinstance(node.test, _CHANGED_INSIDE):
            yield _negated(node)
        case _ if is_in_function:
            yield from _in_function(node)
        case _:
            pass


def _compared(node: ast.Compare) -> Iterator[ast.AST]:
    for place, operator in enumerate(node.ops):
        operators = list(node.ops)
        operators[place] = _COMPARED[type(operator)]()
        yield ast.Compare(node.left, operators, node.comparators)


def _constants(value: object, *, is_in_function: bool) -> Iterator[ast.AST]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, (int, float)):
        yield ast.Constant(value + 1)
    elif isinstance(value, str) and is_in_function and " " not in value:
        yield ast.Constant(f"{value}XX")


def _negated(node: ast.If | ast.While | ast.IfExp) -> ast.AST:
    changed = copy.copy(node)
    changed.test = ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)
    return changed


def _in_function(node: ast.AST) -> Iterator[ast.AST | None]:
    match node:
        case ast.Return(value=value) if value is not None and not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.Assign() | ast.AnnAssign() if not isinstance(node.value, ast.Constant | None):
            changed = copy.copy(node)
            changed.value = ast.Constant(None)
            yield changed
        case ast.AugAssign() if type(node.op) in _COMPUTED:
            yield ast.AugAssign(node.target, _COMPUTED[type(node.op)](), node.value)
        case ast.Expr(value=ast.Call() | ast.Await()) | ast.Raise():
            yield ast.Pass()
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
        case ast.keyword(arg=str()):
            yield None
        case _:
            pass
