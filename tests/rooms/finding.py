"""Finds the tests of a room by what they import, and by the routes that they ask.

A room is a folder or a file of a package of src: `payouts`, `payouts/owed`, `bank_files`,
`platform`. A test concerns it that imports it, that lies in its folder of tests/unit or has its
name, that asks one of its routes, or that plays one of its kinds of workflows.

A helper of tests that imports few rooms stands for these rooms: who imports the helper, concerns
them too. One that imports many, such as the world of the simulation, stands for none, and neither
does one that more than an eighth of all tests use, such as the genuine stack.
"""

import ast
import difflib
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from local.places import ROOT
from tillroll.app import MODULES

SOURCE: Final = ROOT / "src"
TESTS: Final = ROOT / "tests"
_PACKAGES: Final = ("tillroll", "tillroll_durable", "tillroll_documents")
_MOST_ROOMS_OF_A_HELPER: Final = 3
_MOST_USERS_OF_A_HELPER: Final = 1 / 8
_PAGE_IMPORT: Final = re.compile(r'public/js/([\w/-]+)\.tsx?"')
_KINDS: Final = "tests.simulation.kinds"
_VERSION: Final = re.compile(r"_V[0-9]+$")
_ROUTE: Final = re.compile(r"/api/[a-z-]+(?:/[a-z-]+)?")


def room_of(name: str) -> str:
    """The dotted name of a room.

    Raises:
        LookupError: there is none of this name, or several; it says which there are.
    """
    wanted = name.strip("/").removeprefix("src/").removesuffix(".py").replace("/", ".")
    rooms = all_rooms()
    found = [each for each in rooms if each == wanted]
    found = found or [f"{package}.{wanted}" for package in _PACKAGES]
    there = [each for each in found if each in rooms]
    if len(there) == 1:
        return there[0]
    if there:
        raise LookupError(f"{name} is several rooms: {', '.join(there)}. Name one whole.")
    short = [each.partition(".")[2] for each in rooms]
    alike = difflib.get_close_matches(wanted, short, n=5, cutoff=0.5)
    raise LookupError(f"There is no room {name}. Nearest: {', '.join(alike) or 'none'}.")


@cache
def all_rooms() -> tuple[str, ...]:
    """Every folder and file of the packages, by its dotted name."""
    found: set[str] = set()
    for package in _PACKAGES:
        for path in (SOURCE / package).rglob("*.py"):
            dotted = _dotted(path, SOURCE)
            found.add(dotted)
            found.add(dotted.rpartition(".")[0])
    return tuple(sorted(found - {"", *_PACKAGES}))


def find_tests(room: str) -> list[Path]:
    """The files of tests that concern a room, in the order of their names."""
    routes = routes_of(room)
    kinds = kinds_of(room)
    found = {
        path
        for path in all_tests()
        if room in concerned_by(path)
        or _asks(path, routes)
        or _plays(path, kinds)
        or _lies_beside(path, room)
    }
    return sorted(found)


def find_page_tests(room: str) -> list[Path]:
    """Tests of the page's modules in the folder of the room's name."""
    folder = room.rpartition(".")[2].replace("_", "-")
    return [
        path
        for path in sorted((TESTS / "page").glob("*.test.mjs"))
        if any(each.split("/")[0] == folder for each in _PAGE_IMPORT.findall(_text(path)))
    ]


@cache
def all_tests() -> tuple[Path, ...]:
    found = [path for path in TESTS.rglob("test_*.py") if "rules" not in path.parts]
    return tuple(sorted(found))


def concerned_by(path: Path) -> frozenset[str]:
    """The rooms that a test imports, and those of its helpers; each with the rooms around it."""
    return frozenset(_with_outer(_imported_rooms(path)))


@cache
def _imported_rooms(path: Path) -> frozenset[str]:
    found: set[str] = set()
    for module in imports_of(path):
        if module.split(".")[0] in _PACKAGES:
            found.add(module)
        elif module.startswith("tests."):
            found |= _rooms_of_helper(module)
    return frozenset(found)


def _rooms_of_helper(module: str) -> frozenset[str]:
    """The rooms for which a helper stands: its own, and those of its helpers where that are few."""
    own = _own_rooms(module)
    if not _are_few(own) or _is_everywhere(module):
        return frozenset()
    reached = _reached_rooms(module, frozenset({module}))
    return reached if _are_few(reached) else own


@cache
def _is_everywhere(module: str) -> bool:
    users = [path for path in all_tests() if module in imports_of(path)]
    return len(users) > len(all_tests()) * _MOST_USERS_OF_A_HELPER


def _reached_rooms(module: str, before: frozenset[str]) -> frozenset[str]:
    found = set(_own_rooms(module))
    for other in _helpers(module) - before:
        if _are_few(_own_rooms(other)):
            found |= _reached_rooms(other, before | {other})
        if not _are_few(found):
            break
    return frozenset(found)


@cache
def _own_rooms(module: str) -> frozenset[str]:
    path = _file_of(module)
    if path is None:
        return frozenset()
    return frozenset(each for each in imports_of(path) if each.split(".")[0] in _PACKAGES)


@cache
def _helpers(module: str) -> frozenset[str]:
    path = _file_of(module)
    if path is None:
        return frozenset()
    return frozenset(each for each in imports_of(path) if each.startswith("tests."))


def _file_of(module: str) -> Path | None:
    path = ROOT / f"{module.replace('.', '/')}.py"
    return path if path.is_file() else None


def _are_few(modules: Iterable[str]) -> bool:
    """Whether they lie in few rooms of the product."""
    rooms = {_top(each) for each in modules if each.startswith("tillroll.")}
    return len(rooms) <= _MOST_ROOMS_OF_A_HELPER


def _top(module: str) -> str:
    """A module's room of the first order: tillroll.payouts of tillroll.payouts.owed.service."""
    return ".".join(module.split(".")[:2])


def _with_outer(modules: Iterable[str]) -> Iterable[str]:
    for module in modules:
        parts = module.split(".")
        for length in range(2, len(parts) + 1):
            yield ".".join(parts[:length])


@cache
def imports_of(path: Path) -> frozenset[str]:
    """The modules that a file imports, also inside of functions and for types only."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(_text(path))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
            # `from tillroll.payouts import service` imports a module, or a name of one.
            found |= {f"{node.module}.{each.name}" for each in node.names if each.name.islower()}
    return frozenset(found)


@cache
def routes_of(room: str) -> frozenset[str]:
    """The beginnings of the routes that the room's modules answer, as far as they are its own."""
    answered = _answered()
    own = {each for module, routes in answered.items() if _is_in(module, room) for each in routes}
    others = {
        each for module, routes in answered.items() if not _is_in(module, room) for each in routes
    }
    return frozenset(own - others)


@cache
def kinds_of(room: str) -> frozenset[str]:
    """The kinds of workflows that the room's modules have."""
    found: set[str] = set()
    for module in MODULES:
        for place in module.workflows:
            file, _, constant = place.partition(":")
            if _is_in(f"{module.path}.{file}", room):
                found.add(_VERSION.sub("", constant).lower())
    return frozenset(found)


def _plays(path: Path, kinds: frozenset[str]) -> bool:
    """Whether the test takes stories of these kinds from the simulation."""
    return any(f"{_KINDS}.{kind}" in imports_of(path) for kind in kinds)


def _is_in(module: str, room: str) -> bool:
    return module == room or module.startswith(f"{room}.")


@cache
def _answered() -> Mapping[str, frozenset[str]]:
    """What each module with a router answers, by the module's name."""
    found: dict[str, frozenset[str]] = {}
    for module in MODULES:
        for place in module.routers:
            dotted = f"{module.path}.{place.partition(':')[0]}"
            file = SOURCE / f"{dotted.replace('.', '/')}.py"
            found[dotted] = frozenset(_ROUTE.findall(_text(file)))
        for native in module.natives:
            dotted = f"{module.path}.{native.place.partition(':')[0]}"
            found[dotted] = frozenset({native.under.rstrip("/")})
    return found


def _asks(path: Path, routes: frozenset[str]) -> bool:
    return not routes.isdisjoint(_ROUTE.findall(_text(path)))


def _lies_beside(path: Path, room: str) -> bool:
    """Whether the test lies in the folder of tests/unit that is the room's, or has its name."""
    name = room.removeprefix("tillroll.")
    if "." not in name and path.name == f"test_{name}.py":
        return True
    return path.is_relative_to(TESTS / "unit" / name.replace(".", "/"))


def _dotted(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
