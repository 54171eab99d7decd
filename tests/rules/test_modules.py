"""A module imports only what it needs: `tillroll/app.py` lists the modules, from the highest to the
lowest.
"""

import ast
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from importlib import import_module

import pytest

from local.places import ROOT
from tests.rules.sources import files, nodes
from tillroll.app import CIRCLES, MODULES

_SOURCES = ROOT / "src"
# What knows all modules, since it puts them together. Each may ask the list, and the registry that
# is made of it.
_WIRING = {
    "tillroll/__init__.py",
    "tillroll/app.py",
    "tillroll/module.py",
    "tillroll/workflows/registry.py",
}


@cache
def _imports() -> dict[str, set[str]]:
    """What each module imports of others, wherever in its files."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in files("src", ".py"):
        place = path.relative_to(_SOURCES)
        if path.parent == _SOURCES or place.as_posix() in _WIRING:
            continue
        name = _module_of(place.with_suffix("").parts)
        found[name] |= {each for node in nodes(path) for each in _named(node)} - {
            name,
            "workflows",
            "app",
        }
    return found


def _named(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [f"{node.module}.{alias.name}" for alias in node.names]
    else:
        return set()
    return {
        _module_of(name.split(".")) for name in names if name.startswith(("tillroll.", "tillroll_"))
    }


def _module_of(parts: Sequence[str]) -> str:
    """The module that a dotted name is of: a part of `tillroll`, or a package beside it."""
    return parts[1] if parts[0] == "tillroll" else parts[0]


def test_each_module_imports_what_it_needs_and_nothing_else() -> None:
    assert {module.name: {*module.needs} for module in MODULES if "." not in module.name} == {
        name: imported for name, imported in _imports().items() if name != "workflows"
    }


def test_each_module_says_what_it_is() -> None:
    silent = [module.name for module in MODULES if not import_module(module.path).__doc__]
    assert silent == [], "give it a docstring: docs/modules.md is made of these"


def test_a_module_needs_only_what_stands_below_it() -> None:
    above: set[str] = set()
    against: set[tuple[str, str]] = set()
    for module in MODULES:
        above.add(module.name)
        against |= {(module.name, need) for need in module.needs if need in above}
    assert against == CIRCLES


def test_the_core_and_pure_modules_need_no_feature() -> None:
    needs = {module.name: {*module.needs} for module in MODULES}
    assert needs["tillroll_durable"] == set()
    assert needs["tillroll_documents"] == set()


def test_what_a_start_imports_is_without_fastapi() -> None:
    modules = "tillroll.api.native, tillroll.workflows.registry"
    asked = [
        sys.executable,
        "-c",
        (
            f"import sys, {modules}; [*tillroll.api.native.native_routes()]; print('fastapi' in "
            "sys.modules)"
        ),
    ]
    said = subprocess.run(
        asked, cwd=ROOT, env={"PYTHONPATH": "src"}, capture_output=True, text=True, check=True
    )
    assert said.stdout == "False\n"


def _with_what_needs(name: str) -> frozenset[str]:
    """A module, and all that cannot be without it."""
    gone = {name}
    while more := {module.name for module in MODULES if gone & {*module.needs}} - gone:
        gone |= more
    return frozenset(gone)


# What is left without one of them, but for what would be nothing at all.
_WITHOUT = {
    gone: name
    for name in sorted(module.name for module in MODULES)
    if "api" not in (gone := _with_what_needs(name))
}
_START = """
import sys
from importlib.abc import MetaPathFinder

gone = {gone!r}

class Gone(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        package, _, rest = name.partition(".")
        if (rest.partition(".")[0] if package == "tillroll" else package) in gone:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Gone())
from tillroll import app
app.MODULES = tuple(module for module in app.MODULES if module.name not in gone)
from tillroll.workflows.registry import REGISTRY
from tillroll.workflows.registry import SETTINGS, tables
from tillroll.api.app import create_app
from tillroll.api.native import native_routes
from each_minute import JOBS
routes = create_app(REGISTRY).state.routes
routes.open_all()
are_routes = bool(routes.opened and [*native_routes()])
print(are_routes, len(SETTINGS) > 0, len(JOBS) > 0, len(tables()) > 0)
"""


_TICK = """
import sys
from each_minute import JOBS
from tillroll_durable.jobs.job import At
from tillroll.workflows.registry import REGISTRY
places = {job.work.place for job in JOBS if isinstance(job.work, At)}
print(len(places) > 20, REGISTRY.imported)
modules = {place.partition(':')[0] for place in places}
print(*sorted(name for name in sys.modules if name in modules))
REGISTRY.objects_in_use.claims("")
[*REGISTRY.by_time]
print(REGISTRY.imported)
print(all(callable(job.work.load()) for job in JOBS if isinstance(job.work, At)))
"""


def test_a_tick_with_nothing_due_imports_none_of_the_work() -> None:
    """An isolate never gives memory back, and the cron's would else hold all kinds."""
    asked = [sys.executable, "-W", "error", "-c", _TICK]
    done = subprocess.run(
        asked, cwd=ROOT, env={"PYTHONPATH": "src"}, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("True []\n\n[]\nTrue\n", "")


@pytest.mark.parametrize("gone", _WITHOUT, ids=lambda gone: _WITHOUT[gone])
def test_without_a_module_and_what_needs_it_the_rest_starts(gone: frozenset[str]) -> None:
    asked = [sys.executable, "-W", "error", "-c", _START.format(gone={*gone})]
    done = subprocess.run(
        asked, cwd=ROOT, env={"PYTHONPATH": "src"}, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("True True True True\n", "")
