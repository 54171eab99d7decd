"""The drawing of the modules in docs/architecture.md, made from what they import, in the order of
src/tillroll/app.py.
"""

from collections.abc import Mapping, Sequence, Set
from importlib import import_module
from typing import Final

from cli.pages.layers import reduced
from cli.pages.made_part import with_part
from cli.pages.module_imports import module_imports
from tillroll.app import MODULES
from tillroll.module import Module

_BEGIN: Final = "<!-- imports: made by `make docs` -->\n"
_ABOUT: Final = """\
Each feature is a module of `src/tillroll`; two packages stand beside it. A module imports only what
is named here, and [the map](architecture.md#which-way-imports-point) draws it."""
_END: Final = "<!-- end of imports -->\n"


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


def modules_page(modules: Sequence[Module]) -> str:
    """The page of modules: what each is, by its docstring, and what it imports."""
    parts = ["# Modules", _ABOUT]
    for module in sorted(modules, key=lambda each: each.name):
        about = (import_module(module.path).__doc__ or "").partition("\n\n")[0]
        imported = sorted(module_imports().get(module.name, ()))
        names = ", ".join(f"`{name}`" for name in imported) or "nothing of these"
        parts += [f"## `{module.name}`", about.strip(), f"Imports {names}."]
    return "\n\n".join(parts) + "\n"
