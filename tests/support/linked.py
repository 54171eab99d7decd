"""Copies of folders whose files are those of the source: they take no time and no room."""

import os
import shutil
from pathlib import Path


def link_tree(source: Path, target: Path, *, without: tuple[str, ...] = ()) -> None:
    """Make a copy whose files are links to those of the source."""
    shutil.copytree(
        source,
        target,
        symlinks=True,
        ignore=shutil.ignore_patterns(*without),
        copy_function=os.link,
        dirs_exist_ok=True,
    )
