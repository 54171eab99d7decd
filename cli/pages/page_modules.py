"""The modules of public/js that `make docs` makes of what features declare: cli/pages/of_features.
public/js/api/limits.ts says of all features how large the files may be that the page sends.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Final

from cli.pages import of_features
from local.places import ROOT

_LIMITS: Final = ROOT / "public" / "js" / "api" / "limits.ts"
_MB: Final = 1024 * 1024


def page_modules() -> dict[Path, str]:
    """What is to stand in each module, by its path."""
    texts = {ROOT / path: text_of() for path, text_of in _declared().items()}
    texts[_LIMITS] = _limits()
    return texts


def _features() -> Iterator[ModuleType]:
    for module in iter_modules(of_features.__path__, f"{of_features.__name__}."):
        yield import_module(module.name)


def _declared() -> dict[str, Callable[[], str]]:
    found: dict[str, Callable[[], str]] = {}
    for feature in _features():
        found.update(getattr(feature, "PAGE_MODULES", {}))
    return found


def _limits() -> str:
    """Whole megabytes."""
    sizes: dict[str, int] = {}
    for feature in _features():
        sizes.update(getattr(feature, "LARGEST_BYTES", {}))
    return "\n".join(
        [
            "// Made by `make docs` from the Worker's own limits: change them there.",
            "",
            "/** Bytes of a megabyte. */",
            "export const MB = 1024 * 1024;",
            "/** How many megabytes a file may have that is sent, by what it is. */",
            "export const MEGABYTES = {",
            *(f"  {name}: {size // _MB}," for name, size in sorted(sizes.items())),
            "};",
            "",
        ]
    )
