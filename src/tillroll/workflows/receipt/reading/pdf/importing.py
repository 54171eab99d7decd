"""The first PDF of an isolate brings the import of its reader, of some fifty modules: seconds on a busy machine.

Most of it is compiling. So the modules are compiled one by one, with pauses, and then imported in one go."""

import gc
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final

READER: Final = "pypdf"


async def import_reader(rest: Callable[[], Awaitable[None]]) -> None:
    """Import pypdf, with a pause after each of its modules is compiled."""
    if READER in sys.modules:
        return
    # WebAssembly's memory grows and never shrinks, so garbage makes room first: without this, the first PDF took the
    # heap beyond the 128 MB of an isolate.
    gc.collect()
    await rest()
    codes: dict[str, CodeType] = {}
    for name, path in _modules():
        code = SourceFileLoader(name, str(path)).get_code(name)
        if code is not None:
            codes[name] = code
        await rest()
    finder = _Compiled(codes)
    sys.meta_path.insert(0, finder)
    try:
        import_module(READER)
    finally:
        sys.meta_path.remove(finder)
    await rest()


def _modules() -> Iterator[tuple[str, Path]]:
    """Names and files of all that lies in the package."""
    package = PathFinder.find_spec(READER)
    for folder in (package and package.submodule_search_locations) or ():
        root = Path(folder)
        for path in sorted(root.rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            yield ".".join((READER, *(part for part in parts if part != "__init__"))), path


class _Compiled(MetaPathFinder):
    """Finds what is compiled, and is asked first."""

    def __init__(self, codes: Mapping[str, CodeType]) -> None:
        self._codes = codes

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target) if fullname in self._codes else None
        if spec is not None and spec.origin is not None:
            spec.loader = _Loader(fullname, spec.origin, self._codes[fullname])
        return spec


class _Loader(SourceFileLoader):
    """Loads a module whose code is there already."""

    def __init__(self, fullname: str, path: str, code: CodeType) -> None:
        super().__init__(fullname, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - its signature
        return self._code
