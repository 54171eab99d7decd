"""A project's entry.py on the host, where the Worker's runtime is not."""

import importlib.util
import sys
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any, Final
from unittest.mock import patch

from tillroll_durable.registry import Registry

_OF_RUNTIME: Final = (
    "_cloudflare_compat_flags",
    "js",
    "pyodide",
    "pyodide.code",
    "pyodide.ffi",
    "pyodide_js",
    "workers",
)


class NoWorkflows(Exception):
    """entry.py lists no workflows; the message says what it must have."""


class _Anything(type):
    """A class each of whose attributes is such a class, too."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _class_of(name)


def _class_of(name: str) -> type:
    # An exception, since some names of the runtime are caught.
    return _Anything(name, (Exception,), {})


class _RuntimeModule(ModuleType):
    """A module of the runtime, from which classes can be made and nothing can be done."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        # A package, so that what is below it is looked for among the modules that are there.
        self.__dict__["__path__"] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _class_of(name)


def registry_of(entry: Path) -> Registry:
    """The workflows that an entry.py deploys by its `app`.

    Raises NoWorkflows: it has none.
    """
    spec = importlib.util.spec_from_file_location("entry", entry)
    if spec is None or spec.loader is None:
        raise NoWorkflows(f"{entry} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    stand_ins = {name: _RuntimeModule(name) for name in _OF_RUNTIME}
    before = {*sys.modules}
    with ExitStack() as stack:
        stack.enter_context(patch.dict(sys.modules, stand_ins))
        spec.loader.exec_module(module)
        # What the entry has imported stays: its workflows are those that are played.
        imported = {
            name: each for name, each in sys.modules.items() if name not in {*before, *stand_ins}
        }
    sys.modules.update(imported)
    registry = getattr(getattr(module, "app", None), "registry", None)
    if not isinstance(registry, Registry):
        raise NoWorkflows(f"{entry} has no `app = Tillroll(workflows=[…])`.")
    return registry
