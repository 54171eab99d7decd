"""The project's modules as they are written: their functions, and what their names stand for."""

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, TypeAlias

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
# The methods of HTTP that change something, as clients name them.
CHANGING: Final = frozenset({"post", "put", "patch", "delete"})
# What these do is known by name.
_NOT_FOLLOWED = "tillroll_durable"


@dataclass(frozen=True)
class Module:
    """A module of `source`, the folder that imports begin in."""

    source: Path
    path: Path

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_bytes(), self.path.name)

    @cached_property
    def lines(self) -> list[str]:
        return self.path.read_text(encoding="utf-8").splitlines()

    @cached_property
    def imports(self) -> dict[str, str]:
        """What the names that it imports stand for."""
        found: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for each in node.names:
                    found[each.asname or each.name.partition(".")[0]] = (
                        each.name if each.asname else each.name.partition(".")[0]
                    )
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found |= {
                    each.asname or each.name: f"{node.module}.{each.name}" for each in node.names
                }
        return found

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Its functions and its classes' methods, by their names."""
        classes = [node.body for node in self.tree.body if isinstance(node, ast.ClassDef)]
        return {
            node.name: node
            for body in (*classes, self.tree.body)
            for node in body
            if isinstance(node, Function)
        }

    @cached_property
    def sets(self) -> frozenset[str]:
        """Its constants that are sets."""
        found: set[str] = set()
        for node in self.tree.body:
            match node:
                case ast.Assign(targets=targets, value=value) if is_set(value):
                    found |= {target.id for target in targets if isinstance(target, ast.Name)}
                case ast.AnnAssign(target=ast.Name(id=name), value=value) if is_set(value):
                    found.add(name)
                case _:
                    pass
        return frozenset(found)

    def dotted(self, node: ast.expr) -> str | None:
        """What a name, or a chain of attributes, stands for: `datetime.datetime.now`; None where
        nobody knows.
        """
        match node:
            case ast.Name(id=name):
                return self.imports.get(name, name)
            case ast.Attribute(value=value, attr=attribute):
                before = self.dotted(value)
                return None if before is None else f"{before}.{attribute}"
            case _:
                return None

    def module_of(self, name: str) -> "Module | None":
        """The project's module that an imported name is of; None for another's."""
        return self._module_at(self.imports[name].rpartition(".")[0])

    def _module_at(self, place: str) -> "Module | None":
        """The project's module of a dotted name; None where it has none."""
        if not place:
            return None
        path = self.source / Path(*place.split(".")).with_suffix(".py")
        if not path.is_file():
            return None
        return Module(self.source, path)

    def called(self, function: ast.expr) -> "tuple[Module, Function] | None":
        """The project's function that is called so; None for another's, or the core's."""
        match function:
            case ast.Attribute(value=ast.Name(id="self"), attr=name) | ast.Name(id=name) if (
                name in self.functions
            ):
                return self, self.functions[name]
            case _:
                pass
        dotted = self.dotted(function) or ""
        place, _, name = dotted.rpartition(".")
        if dotted.startswith(_NOT_FOLLOWED):
            return None
        other = self._module_at(place)
        if other is None:
            return None
        return (other, other.functions[name]) if name in other.functions else None


def is_set(node: ast.expr | None, names: frozenset[str] = frozenset()) -> bool:
    """Whether an expression is certainly a set; `names` are."""
    match node:
        case ast.Set() | ast.SetComp() | ast.Call(func=ast.Name(id="set" | "frozenset")):
            return True
        case ast.Name(id=name):
            return name in names
        case ast.BinOp(
            left=left, op=ast.BitOr() | ast.BitAnd() | ast.Sub() | ast.BitXor(), right=right
        ):
            return is_set(left, names) or is_set(right, names)
        case _:
            return False
