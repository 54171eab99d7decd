"""What can no longer be imported, and whether a file imports any of it."""

import ast
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache


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

    def are_imported_by(self, source: str, package: str) -> bool:
        """Whether a file imports any of it. Its relative imports begin at `package`."""
        return any(
            self.has(module, name) if name else self.has_module(module) for module, name in _imports_of(source, package)
        )


@lru_cache(maxsize=4096)
def _imports_of(source: str, package: str) -> tuple[tuple[str, str], ...]:
    """What it imports: modules, each with a name in it or none. A cheap look: most files import nothing that went."""
    found: list[tuple[str, str]] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            module = whole_name(package, node.level, node.module or "")
            found += [(module, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
    return tuple(found)


def whole_name(package: str, level: int, module: str) -> str:
    """The whole name of a module that is imported so many levels up from a package; level 0 is a whole name already."""
    if not level:
        return module
    parts = package.split(".")
    base = parts[: len(parts) - level + 1]
    return ".".join([*base, module] if module else base)
