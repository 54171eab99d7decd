"""The first PDF of an isolate brings the import of its reader, of some fifty modules: seconds on a busy machine."""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Final

from tillroll.platform.bindings.pausing import Pause

READER: Final = "pypdf"


def import_reader(pause: Pause) -> None:
    """Import pypdf, with a pause before each of its modules. Nobody else may import it meanwhile."""
    if READER in sys.modules:
        return
    finder = _Pausing(pause)
    sys.meta_path.insert(0, finder)
    try:
        import_module(READER)
    finally:
        sys.meta_path.remove(finder)


class _Pausing(MetaPathFinder):
    """Finds nothing; it is asked first. Only modules of pypdf are half imported while it pauses: others never wait for
    one of them, so that what else is imported meanwhile comes whole."""

    def __init__(self, pause: Pause) -> None:
        self._pause = pause

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] == READER:
            self._pause()
        return None
