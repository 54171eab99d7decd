"""The drawing of the modules in docs/architecture.md, made from what they import, in the order of
src/tillroll/app.py.
"""

from collections.abc import Mapping, Sequence, Set
from importlib import import_module
from typing import Final

from cli.pages.layers import reduced
from cli.pages.made_part import with_part
from cli.pages.module_imports import module_imports
from local.places import ROOT
from tillroll.app import MODULES
from tillroll.module import Module

_BEGIN: Final = "<!-- imports: made by `make docs` -->\n"
_ABOUT: Final = """\
Each feature is a module of `src/tillroll`; two packages stand beside it. A module imports only what
is named here, and [the map](architecture.md#which-way-imports-point) draws it."""
_END: Final = "<!-- end of imports -->\n"
_DOCS: Final = ROOT / "docs"
_BEGIN_FEATURES: Final = "<!-- features: made by `make docs` from their docstrings -->\n"
_END_FEATURES: Final = "<!-- end of features -->\n"


def with_module_map(page: str) -> str:
    """The page with its drawing made anew.

    Raises:
        ValueError: the page has no place for it.
    """
    return with_part(
        page, _BEGIN, module_map([module.name for module in MODULES], module_imports()), _END
    )


def module_map(names: Sequence[str], imports: Mapping[str, Set[str]]) -> str:
    """An arrow for each import that does not follow from others; a dotted one where it points
    upwards. `names` are in the order of the list, from the highest.
    """
    place = {name: number for number, name in enumerate(names)}
    downwards: dict[str, set[str]] = {}
    upwards: list[str] = []
    for name in names:
        downwards[name] = set()
        for imported in sorted(imports.get(name, ())):
            if place[imported] > place[name]:
                downwards[name].add(imported)
            else:
                upwards.append(f"  {name} -.-> {imported}\n")
    drawn = [
        f"  {name} --> {imported}\n"
        for name, imported_names in reduced(downwards).items()
        for imported in sorted(imported_names)
    ]
    return f"```mermaid\nflowchart TD\n{''.join(drawn + upwards)}```\n"


def with_features(page: str) -> str:
    """The page of the architecture with a row for each module that no other row names.

    Raises:
        ValueError: the page has no place for it.
    """
    rest = with_part(page, _BEGIN_FEATURES, "", _END_FEATURES)
    rows = [
        f"| `{path}` | {_about(module)} |\n"
        for module, path in ((module, _path_of(module)) for module in MODULES)
        if f"`{path}`" not in rest
    ]
    table = "".join(["| path | holds |\n| --- | --- |\n", *rows])
    return with_part(page, _BEGIN_FEATURES, table, _END_FEATURES)


def with_pages(page: str) -> str:
    """The page that looks inside, with a row for each module whose pages no other row
    names.

    Raises:
        ValueError: the page has no place for it.
    """
    rest = with_part(page, _BEGIN_FEATURES, "", _END_FEATURES)
    rows = [
        f"| {' · '.join(f'[{name}]({name}.md)' for name in names)} | {_about(module)} |\n"
        for module in MODULES
        if (names := [name for name in _pages_of(module) if f"({name}.md)" not in rest])
    ]
    table = "".join(["| feature | what |\n| --- | --- |\n", *rows])
    return with_part(page, _BEGIN_FEATURES, table, _END_FEATURES)


def _pages_of(module: Module) -> list[str]:
    """The names of its pages in docs/: its own name, alone or with something behind it."""
    name = module.name.replace("_", "-")
    return sorted(
        path.stem
        for path in _DOCS.glob(f"{name}*.md")
        if path.stem == name or path.stem.startswith(f"{name}-")
    )


def _path_of(module: Module) -> str:
    path = f"src/{module.path.replace('.', '/')}"
    return f"{path}/" if (ROOT / path).is_dir() else f"{path}.py"


def _about(module: Module) -> str:
    """The first paragraph of its docstring, in one line."""
    docstring = import_module(module.path).__doc__ or ""
    return " ".join(docstring.partition("\n\n")[0].split())


def modules_page(modules: Sequence[Module]) -> str:
    """The page of modules: what each is, by its docstring, and what it imports."""
    parts = ["# Modules", _ABOUT]
    for module in sorted(modules, key=lambda each: each.name):
        imported = sorted(module_imports().get(module.name, ()))
        names = ", ".join(f"`{name}`" for name in imported) or "nothing of these"
        pages = [f"[{name}]({name}.md)" for name in _pages_of(module)]
        read_more = f" Read {', '.join(pages)}." if pages else ""
        parts += [f"## `{module.name}`", f"{_about(module)}{read_more}", f"Imports {names}."]
    return "\n\n".join(parts) + "\n"
