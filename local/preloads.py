"""Renew the list of modules that index.html loads at once: `python -m local.preloads`.

Without the list the browser would learn of a module only from the one that imports it, one round trip after the other.
"""

import json
import re
from pathlib import Path

from local.places import ROOT

PUBLIC = ROOT / "public"
PAGE = PUBLIC / "index.html"
START = PUBLIC / "js" / "app.js"
# Views are loaded when they are opened; this one is what most visits begin with.
FIRST_VIEW = PUBLIC / "js" / "views" / "inbox" / "inbox.js"

_IMPORT_MAP = re.compile(r'<script type="importmap">(.*?)</script>', re.DOTALL)
# A module that is imported at once. One that is loaded when it is needed is `import("…")`.
_IMPORT = re.compile(r'^(?:import|export)\b[^;]*? from "([^"]+)";$', re.MULTILINE)
_PRELOAD = re.compile(r' *<link rel="modulepreload".*\n')


def import_map(page: str) -> dict[str, str]:
    """What the page maps the names of packages to: addresses that begin with a slash."""
    found = _IMPORT_MAP.search(page)
    return json.loads(found[1])["imports"] if found else {}


def loaded_first() -> list[Path]:
    """The modules that the app needs to show its first view, but for the one that starts it, in order of paths."""
    packages = import_map(PAGE.read_text(encoding="utf-8"))
    needed = {FIRST_VIEW}
    waiting = [START, FIRST_VIEW]
    while waiting:
        module = waiting.pop()
        names = _IMPORT.findall(module.read_text(encoding="utf-8"))
        # Packages are written on one line, of which this pattern sees nothing: what they import is imported here too.
        found = {
            PUBLIC / packages[name][1:] if name in packages else (module.parent / name).resolve() for name in names
        }
        fresh = found - needed - {START}
        needed |= fresh
        waiting.extend(fresh)
    return sorted(needed)


def with_preloads(page: str, modules: list[Path]) -> str:
    """The page's text with one line a module, below the script that needs them."""
    lines = "".join(
        f'    <link rel="modulepreload" href="/{path.relative_to(PUBLIC).as_posix()}">\n' for path in modules
    )
    script = f'<script type="module" src="/{START.relative_to(PUBLIC).as_posix()}"></script>\n'
    return _PRELOAD.sub("", page).replace(script, script + lines)


if __name__ == "__main__":
    PAGE.write_text(with_preloads(PAGE.read_text(encoding="utf-8"), loaded_first()), encoding="utf-8")
