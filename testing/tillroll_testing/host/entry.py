"""A project's entry.py on the host, where the Worker's runtime is not."""

import importlib.util
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from tillroll_durable.registry import Registry

_OF_RUNTIME: Final = frozenset(
    {
        "_cloudflare_compat_flags",
        "_pyodide",
        "js",
        "pyodide",
        "pyodide_http",  # it uses the runtime as it is imported
        "pyodide_js",
        "workers",
    }
)


class NoWorkflows(Exception):
    """entry.py lists no workflows; the message says what it must have."""


class _Anything(type):
    """A class each of whose attributes is such a class, too."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _class_of(name)


class _StandIn(Exception):
    """What a name of the runtime stands for here; it may be called with anything."""

    def __init__(self, *_: object, **__: object) -> None:
        super().__init__()


def _class_of(name: str) -> type:
    return _Anything(name, (_StandIn,), {})


class _RuntimeModule(ModuleType):
    """A module of the runtime, from which classes can be made and nothing can be done."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _class_of(name)


class _Runtime(MetaPathFinder, Loader):
    """Finds the modules of the Worker's runtime, and what is below them."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if _root_of(fullname) not in _OF_RUNTIME:
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _RuntimeModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing in it."""


def registry_of(entry: Path) -> Registry:
    """The workflows that an entry.py deploys by its `app`.

    Raises NoWorkflows: it has none.
    """
    spec = importlib.util.spec_from_file_location("entry", entry)
    if spec is None or spec.loader is None:
        raise NoWorkflows(f"{entry} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    with _runtime():
        spec.loader.exec_module(module)
    registry = getattr(getattr(module, "app", None), "registry", None)
    if not isinstance(registry, Registry):
        raise NoWorkflows(f"{entry} has no `app = Tillroll(workflows=[…])`.")
    return registry


@contextmanager
def _runtime() -> Generator[None]:
    """The runtime's names can be imported. Afterwards this process has none of them again."""
    before = {name: each for name, each in sys.modules.items() if _root_of(name) in _OF_RUNTIME}
    for name in before:
        del sys.modules[name]
    finder = _Runtime()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if _root_of(name) in _OF_RUNTIME]:
            del sys.modules[name]
        sys.modules.update(before)


def _root_of(name: str) -> str:
    return name.partition(".")[0]
