"""The layers that imports inside the core form: `PYTHONPATH=src python -m cli.pages.layers` lists
them, and `make docs` draws them.

A module's layer is one above the highest of what it imports, so a layer's modules know nothing of
each other. Imports for the type checker alone (`if TYPE_CHECKING:`) are left out, for they do not
happen when the Worker runs.
"""

import ast
from collections.abc import Iterator, Mapping, Set
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from local.places import ROOT

SOURCES = ROOT / "src"
CORE = "tillroll_durable"

Imports = Mapping[str, Set[str]]

_HEADER = """\
# The layers of the core

How the wings of `src/tillroll_durable` build on each other: an arrow leads from what imports to
what it imports. What follows from other arrows is left out, and so are imports for the type checker
alone. Made from the code by `make docs`; a test fails where they differ. `make check` refuses an
import against the arrows.
"""

_FOOTER = """
Module by module the imports form no circle, which a test holds.
`PYTHONPATH=src .venv/bin/python -m cli.pages.layers` lists them.
"""


@cache
def imports_inside(package: str = CORE) -> Imports:
    """What each module of a package imports of the same package."""
    files = {_name(path): path for path in (SOURCES / package.replace(".", "/")).rglob("*.py")}
    return {
        name: {*_imported(ast.parse(path.read_bytes()), files.keys())} - {name}
        for name, path in files.items()
    }


def layers(imports: Imports) -> list[list[str]]:
    """The modules by their layers, the lowest first.

    Raises:
        graphlib.CycleError: some import each other in a circle; its second argument has them.
    """
    layer_of: dict[str, int] = {}
    for module in TopologicalSorter(imports).static_order():
        layer_of[module] = 1 + max((layer_of[each] for each in imports[module]), default=0)
    return [
        sorted(module for module, layer in layer_of.items() if layer == number)
        for number in range(1, max(layer_of.values(), default=0) + 1)
    ]


def wings(imports: Imports, package: str = CORE) -> Imports:
    """What each wing imports of others. A module that stands in no wing is one by itself."""
    found: dict[str, set[str]] = {}
    for module, imported in imports.items():
        if module == package:
            continue  # what is exported there is imported by its place when it is asked for
        wing = _wing(module, package)
        found.setdefault(wing, set()).update(_wing(each, package) for each in imported)
    return {wing: others - {wing} for wing, others in found.items()}


def layers_page() -> str:
    """The whole page, in Markdown."""
    arrows = sorted(
        (wing, other)
        for wing, others in reduced(wings(imports_inside())).items()
        for other in others
    )
    drawn = "".join(f"  {wing} --> {other}\n" for wing, other in arrows)
    return f"{_HEADER}\n```mermaid\nflowchart TD\n{drawn}```\n{_FOOTER}"


def _name(path: Path) -> str:
    parts = path.relative_to(SOURCES).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(node: ast.AST, modules: Set[str]) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.If(test=ast.Name("TYPE_CHECKING")):
                continue
            case ast.ImportFrom(module=str(source), names=names):
                for name in names:
                    inside = f"{source}.{name.name}"
                    yield from {inside if inside in modules else source} & modules
            case ast.Import(names=names):
                yield from {name.name for name in names} & modules
            case _:
                yield from _imported(child, modules)


def _wing(module: str, package: str) -> str:
    return module.removeprefix(f"{package}.").split(".")[0]


def reduced(imports: Imports) -> Imports:
    """The same without what follows from the rest."""

    def reached(name: str) -> set[str]:
        return {name}.union(*(reached(each) for each in imports[name]))

    return {
        name: {
            each for each in direct if not any(each in reached(other) for other in direct - {each})
        }
        for name, direct in imports.items()
    }


if __name__ == "__main__":
    for number, modules in enumerate(layers(imports_inside()), start=1):
        print(f"{number:2}  {'  '.join(module.removeprefix(f'{CORE}.') for module in modules)}")
