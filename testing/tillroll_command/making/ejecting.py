"""A module of the library as source that the project owns."""

import re
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

_MODULE: Final = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
_LIBRARY: Final = "tillroll_durable"


class EjectRefused(Exception):
    """Nothing was copied; the message says why."""


def eject(root: Path, package: str, module: str) -> list[str]:
    """Copy a module, such as `server`, into the project's package; the files.

    What imports it in the copy, and in the project's own sources, imports the copy from now on.
    What else of the library imports it goes on with the library's.

    Raises EjectRefused: there is no such public module, or the project has one of this name.
    """
    if not _MODULE.fullmatch(module):
        raise EjectRefused(f"{module!r} is no public module of {_LIBRARY}.")
    parts = module.split(".")
    target = root / "src" / package / parts[-1]
    if target.exists() or target.with_suffix(".py").exists():
        raise EjectRefused(f"src/{package} has {parts[-1]} already.")
    copied = {
        path: text.replace(f"{_LIBRARY}.{module}", f"{package}.{parts[-1]}")
        for path, text in _sources(parts, target).items()
    }
    if not copied:
        raise EjectRefused(f"There is no module {_LIBRARY}.{module}.")
    changed = _own_sources(root / "src", f"{_LIBRARY}.{module}", f"{package}.{parts[-1]}")
    for path, text in (copied | changed).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [path.relative_to(root).as_posix() for path in (*copied, *changed)]


def _sources(parts: list[str], target: Path) -> dict[Path, str]:
    """The module's files, by the places where they are to lie."""
    with as_file(files(_LIBRARY)) as library:
        place = library.joinpath(*parts)
        file = place.with_suffix(".py")
        if file.is_file():
            return {target.with_suffix(".py"): file.read_text(encoding="utf-8")}
        return {
            target / path.relative_to(place): path.read_text(encoding="utf-8")
            for path in sorted(place.rglob("*.py"))
        }


def _own_sources(sources: Path, old: str, new: str) -> dict[Path, str]:
    """The project's own files that import it, with the copy's name."""
    word = re.compile(rf"\b{re.escape(old)}\b")
    changed: dict[Path, str] = {}
    for path in sorted(sources.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if word.search(text):
            changed[path] = word.sub(new, text)
    return changed
