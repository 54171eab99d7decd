"""The drawing of the modules in docs/architecture.md, made from the list in src/tillroll/app.py."""

from collections.abc import Sequence
from importlib import import_module
from typing import Final

from cli.pages.layers import reduced
from cli.pages.made_part import with_part
from tillroll.app import MODULES
from tillroll.module import Module

_BEGIN: Final = "<!-- imports: made by `make docs` from src/tillroll/app.py -->\n"
_ABOUT: Final = """\
Each feature is a module of `src/tillroll`; two packages stand beside it. A module imports only what
is named here, and [the map](architecture.md#which-way-imports-point) draws it."""
_END: Final = "<!-- end of imports -->\n"


def with_module_map(page: str) -> str:
    """The page with its drawing made anew.

    Raises:
        ValueError: the page has no place for it.
    """
    return with_part(page, _BEGIN, module_map(MODULES), _END)


def module_map(modules: Sequence[Module]) -> str:
    """An arrow for each import that does not follow from others; a dotted one where it points
    upwards.
    """
    place = {module.name: number for number, module in enumerate(modules)}
    downwards = {
        module.name: {need for need in module.needs if place.get(need, -1) > place[module.name]}
        for module in modules
    }
    drawn = [
        f"  {name} --> {need}\n"
        for name, needs in reduced(downwards).items()
        for need in sorted(needs)
    ]
    drawn += [
        f"  {module.name} -.-> {need}\n"
        for module in modules
        for need in module.needs
        if place.get(need, len(modules)) < place[module.name]
    ]
    return f"```mermaid\nflowchart TD\n{''.join(drawn)}```\n"


def modules_page(modules: Sequence[Module]) -> str:
    """The page of modules: what each is, by its docstring, and what it imports."""
    parts = ["# Modules", _ABOUT]
    for module in sorted(modules, key=lambda each: each.name):
        about = (import_module(module.path).__doc__ or "").partition("\n\n")[0]
        needs = ", ".join(f"`{need}`" for need in module.needs) or "nothing of these"
        parts += [f"## `{module.name}`", about.strip(), f"Imports {needs}."]
    return "\n\n".join(parts) + "\n"
