"""The library's page, in the folder of files that wrangler.jsonc serves."""

import shutil
from importlib.resources import files
from pathlib import Path
from typing import Final

from tillroll_command.running import configuration
from tillroll_command.running.places import Places

FOLDER: Final = "tillroll"
"""Below the project's assets; so the page is at /tillroll/."""
SOURCE: Final = Path(str(files("tillroll_command"))) / "page"


def copy_page(places: Places) -> Path | None:
    """Copy the page's files into the project's assets; None where wrangler.jsonc names none.

    What lies beside them stays. Raises ValueError: wrangler.jsonc cannot be read.
    """
    directory = configuration.read(places.configuration).get("assets", {}).get("directory")
    if directory is None:
        return None
    target = places.root / directory / FOLDER
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(SOURCE, target)
    return target
