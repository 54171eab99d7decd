"""The modules that a project is made of: what each owns, and what it needs."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cli.making.plan import Refused

CORE: Final = "durable"
"""The module that every project has. It owns what no other does."""


@dataclass(frozen=True)
class Module:
    """`owns` are files and folders, and `tables` those of the database, that are there with the module alone; `needs`
    are the modules without which it cannot be; `packages` those that are installed for it; `seams` (of the core) the
    files that name parts of several modules."""

    name: str
    title: str
    needs: tuple[str, ...]
    owns: tuple[str, ...]
    tables: tuple[str, ...]
    seams: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()


def load_modules(folder: Path) -> dict[str, Module]:
    """The modules of a project, by name: each is a folder with a `module.toml` and a `README.md`."""
    return {path.parent.name: _module(path) for path in sorted(folder.glob("*/module.toml"))}


def _module(path: Path) -> Module:
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    texts: dict[str, tuple[str, ...]] = {
        key: tuple(found.get(key, ())) for key in ("needs", "owns", "tables", "seams", "packages")
    }
    return Module(path.parent.name, str(found["title"]), **texts)


def chosen_of(names: Collection[str], modules: Mapping[str, Module]) -> list[Module]:
    """The modules of these names with all that they need, in the order of `modules`.

    Raises:
        Refused: there is no module of such a name.
    """
    unknown = sorted(set(names) - set(modules))
    if unknown:
        raise Refused(f"There is no module {', '.join(unknown)}. Choose of: {', '.join(modules)}.")
    chosen: set[str] = set()
    pending = [CORE, *names]
    while pending:
        name = pending.pop()
        if name not in chosen:
            chosen.add(name)
            pending += modules[name].needs
    return [module for name, module in modules.items() if name in chosen]


def owner_of(path: str, modules: Mapping[str, Module]) -> str:
    """The module that a file or folder belongs to: the one that names the most of its path, else the core."""
    owners = [
        (len(owned), module.name)
        for module in modules.values()
        for owned in module.owns
        if path == owned or path.startswith(f"{owned}/")
    ]
    return max(owners, default=(0, CORE))[1]


def left_out(paths: Sequence[str], chosen: Collection[str], modules: Mapping[str, Module]) -> set[str]:
    """Those of the paths whose module was not chosen."""
    return {path for path in paths if owner_of(path, modules) not in chosen}
