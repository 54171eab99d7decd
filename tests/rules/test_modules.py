"""A module imports only what stands below it: `tillroll/app.py` lists the modules, from the highest
to the lowest.
"""

import subprocess
import sys
from importlib import import_module

import pytest

from cli.pages.module_imports import module_imports
from local.places import ROOT
from tillroll.app import MODULES

# The imports that point upwards: a module, and the one above it that it imports.
_CIRCLES = {("api", "identity")}


def test_each_module_is_listed() -> None:
    listed = {module.name for module in MODULES if not module.name.startswith("workflows")}
    assert {*module_imports()} == listed


def test_each_module_says_what_it_is() -> None:
    silent = [module.name for module in MODULES if not import_module(module.path).__doc__]
    assert silent == [], "give it a docstring: docs/modules.md is made of these"


def test_a_module_imports_only_what_stands_below_it() -> None:
    above: set[str] = set()
    upwards: set[tuple[str, str]] = set()
    for module in MODULES:
        above.add(module.name)
        imported = module_imports().get(module.name, frozenset())
        upwards |= {(module.name, name) for name in imported & above}
    assert upwards == _CIRCLES


def test_the_core_and_pure_modules_import_no_feature() -> None:
    assert module_imports()["tillroll_durable"] == set()
    assert module_imports()["tillroll_documents"] == set()


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


def _with_what_imports(name: str) -> frozenset[str]:
    """A module, and all that import it, or what imports it."""
    gone = {name}
    while True:
        more = {name for name, imported in module_imports().items() if gone & imported} - gone
        if not more:
            return frozenset(gone)
        gone |= more


# What is left without one of them, but for what would be nothing at all.
_WITHOUT = {
    gone: name
    for name in sorted(module.name for module in MODULES)
    if name != "workflows" and "api" not in (gone := _with_what_imports(name))
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
from tillroll.workflows.registry import SETTINGS
from tillroll.api.app import create_app
from tillroll.api.native import native_routes
from each_minute import JOBS
routes = create_app(REGISTRY).state.routes
routes.open_all()
tables = [*app.load(lambda module: module.tables)]
are_routes = bool(routes.opened and [*native_routes()])
print(are_routes, len(SETTINGS) > 0, len(JOBS) > 0, len(tables) > 0)
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
