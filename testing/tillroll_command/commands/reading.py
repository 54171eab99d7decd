"""`tillroll docs`: the pages that the library brings."""

import sys
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

import typer

from tillroll_command.endings import Code, Stopped


def docs(
    page: Annotated[
        str,
        typer.Argument(metavar="[PAGE]", help="Such as tutorial, or how-to/versions."),
    ] = "",
) -> None:
    """Print a page of the documentation; without one, where the pages are, with their names."""
    folder = _folder()
    names = sorted(_names(folder))
    if not page:
        sys.stdout.write(f"{folder}\n")
        sys.stdout.writelines(f"  {name}\n" for name in names)
        return
    found = [name for name in names if page in {name, name.rpartition(".")[0]}]
    if not found:
        raise Stopped(Code.NOT_FOUND, f"There is no page {page!r}. `tillroll docs` lists them.")
    sys.stdout.write(folder.joinpath(found[0]).read_text(encoding="utf-8"))


def _folder() -> Traversable:
    brought = files("tillroll_command") / "docs"
    if brought.is_dir():
        return brought
    return Path(__file__).resolve().parents[3] / "docs"


def _names(folder: Traversable, below: str = "") -> list[str]:
    names: list[str] = []
    for each in folder.iterdir():
        if each.is_dir():
            names += _names(each, f"{below}{each.name}/")
        elif each.name.endswith((".md", ".txt")):
            names.append(f"{below}{each.name}")
    return names
