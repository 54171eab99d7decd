"""Puts a mutant in place of a module: into functions that are loaded, or when it is imported. No
file is changed.
"""

import gc
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

from local.places import ROOT
from tests.mutants.changes import Change, mutated


class DoesNotFit(Exception):
    """The change can only be made when the module is imported."""


def compiled(change: Change) -> CodeType:
    """The mutant's code. Its file is that of the module, so that lines are where they were."""
    path = ROOT / change.module
    return compile(mutated(path.read_text(encoding="utf-8"), change), path, "exec")


def loaded_functions(paths: Sequence[Path]) -> dict[tuple[str, int], list[FunctionType]]:
    """The functions that were made from files, by file and first line."""
    files = {str(path) for path in paths}
    found: dict[tuple[str, int], list[FunctionType]] = {}
    gc.unfreeze()
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename in files:
            place = (each.__code__.co_filename, each.__code__.co_firstlineno)
            found.setdefault(place, []).append(each)
    gc.freeze()
    return found


def replace_function(change: Change, functions: dict[tuple[str, int], list[FunctionType]]) -> None:
    """Give the loaded function around a change the mutant's code.

    Raises:
        DoesNotFit: it is in no function, or not in one alone.
    """
    outer = [code for code in _functions_of(compiled(change)) if _has(code, change.line)]
    if len(outer) != 1:
        raise DoesNotFit
    code = outer[0]
    targets = functions.get((code.co_filename, code.co_firstlineno), [])
    if not targets:
        raise DoesNotFit
    for function in targets:
        if function.__code__.co_freevars != code.co_freevars:
            raise DoesNotFit
        function.__code__ = code


def _functions_of(code: CodeType) -> Iterator[CodeType]:
    """The outermost functions of a module and its classes."""
    for each in code.co_consts:
        if not isinstance(each, CodeType):
            continue
        is_optimized = each.co_flags & 0x1  # a function's, and not a class's
        if is_optimized:
            yield each
        else:
            yield from _functions_of(each)


def _has(code: CodeType, line: int) -> bool:
    lines = [each[2] for each in code.co_lines() if each[2]]
    inner = [each for each in code.co_consts if isinstance(each, CodeType)]
    return min(lines) <= line <= max(lines) or any(_has(each, line) for each in inner)


class Importing(importlib.abc.MetaPathFinder):
    """Finds a mutant in place of its module."""

    def __init__(self, change: Change) -> None:
        self._code = compiled(change)
        self._path = ROOT / change.module
        self._name = module_name(change.module)

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        loader = _Loader(fullname, str(self._path), code=self._code)
        return importlib.util.spec_from_file_location(fullname, self._path, loader=loader)


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, fullname: str, path: str, code: CodeType) -> None:
        super().__init__(fullname, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:
        del fullname
        return self._code


def import_mutant(change: Change) -> None:
    """From now on the module is imported with the change."""
    if module_name(change.module) in sys.modules:
        raise RuntimeError(f"{change.module} was imported before its mutant")
    sys.meta_path.insert(0, Importing(change))


def module_name(path: str) -> str:
    """The name under which a file is imported: src/a/b.py is a.b, and tests/a.py is tests.a."""
    return ".".join(Path(path.removeprefix("src/")).with_suffix("").parts)
