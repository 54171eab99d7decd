"""A file of Python without the names that went."""

from collections.abc import Collection
from dataclasses import dataclass

import libcst as cst

from cli.making.projects.pruning.gone_imports import GoneImports
from cli.making.projects.pruning.names import does_nothing
from cli.making.projects.pruning.pruner import Pruner


@dataclass(frozen=True)
class Pruned:
    """A file without the names. `gone` are the names of its own that went: who imports them loses them in turn.
    `is_empty`: nothing is left that does anything."""

    source: str
    gone: frozenset[str]
    is_empty: bool


def prune(source: str, imports_gone: GoneImports, names: Collection[str] = (), package: str = "") -> Pruned:
    """`source` without what `imports_gone` says is not there, and without its own `names`. Its relative imports begin
    at `package`."""
    if not names and not imports_gone.are_imported_by(source, package):
        return Pruned(source, frozenset(), is_empty=False)
    module = cst.parse_module(source)
    gone = set(names)
    while True:
        pruner = Pruner(imports_gone, gone, package)
        module = module.visit(pruner)
        if pruner.gone == gone and not pruner.has_changed:
            break
        gone = pruner.gone
    return Pruned(module.code, frozenset(gone), all(does_nothing(statement) for statement in module.body))
