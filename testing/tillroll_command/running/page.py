"""The library's page, in the folder of files that wrangler.jsonc serves."""

import shutil
from importlib.resources import files
from pathlib import Path
from typing import Final

from tillroll_command.running import configuration
from tillroll_command.running.places import Places

FOLDER: Final = "tillroll"
"""Below the project's assets; so the page is at /tillroll/."""
_BEGINS: Final = "# What the page of Tillroll is served with: `tillroll` renews these lines alone."
_ENDS: Final = "# The end of these lines."
# A page cannot forbid by itself that others put it into a frame, where a click is led astray.
_HEADERS: Final = f"""\
{_BEGINS}
/{FOLDER}/*
  Content-Security-Policy: frame-ancestors 'none'
  X-Frame-Options: DENY
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
{_ENDS}
"""
SOURCE: Final = Path(str(files("tillroll_command"))) / "page"


def copy_page(places: Places) -> Path | None:
    """Copy the page's files into the project's assets; None where wrangler.jsonc names none.

    What lies beside them stays, also what stands in `_headers`, by which Cloudflare serves files.
    Raises ValueError: wrangler.jsonc cannot be read.
    """
    directory = configuration.read(places.configuration).get("assets", {}).get("directory")
    if directory is None:
        return None
    return place_page(places.root / directory)


def place_page(assets: Path) -> Path:
    """Put the page, and what it is served with, into a folder of static files."""
    target = assets / FOLDER
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(SOURCE, target)
    _write_headers(assets / "_headers")
    return target


def _write_headers(file: Path) -> None:
    """Put the page's headers at the end of the project's own."""
    own = ""
    if file.exists():
        own = file.read_text(encoding="utf-8")
    before, begins, rest = own.partition(_BEGINS)
    _, _, after = rest.partition(f"{_ENDS}\n")
    if not begins and before and not before.endswith("\n"):
        before += "\n"
    file.write_text(f"{before}{_HEADERS}{after}", encoding="utf-8")
