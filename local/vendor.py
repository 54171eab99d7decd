"""Copy what the page uses of npm packages into public/vendor: `python -m local.vendor` (part of `make lock`).

The page has no build step: the browser gets the packages' own files, pinned by package-lock.json and committed as they
are, each package's licence beside them.
"""

import shutil
from pathlib import Path

from local.places import NODE_MODULES, ROOT

VENDOR = ROOT / "public" / "vendor"

# What the import map names, and the file of the package that it stands for.
MODULES = {
    "preact": "preact/dist/preact.mjs",
    "preact/hooks": "preact/hooks/dist/hooks.mjs",
    "htm": "htm/dist/htm.module.js",
    "htm/preact": "htm/preact/index.module.js",
    "@preact/signals-core": "@preact/signals-core/dist/signals-core.module.js",
    "@preact/signals": "@preact/signals/dist/signals.module.js",
}
_PACKAGES = ("preact", "htm", "@preact/signals-core", "@preact/signals")


def file_of(name: str) -> str:
    """The file's name in public/vendor of what the import map calls `name`."""
    return f"{_flat(name)}.js"


def copies() -> dict[Path, Path]:
    """Where each committed file comes from, by the committed file."""
    modules = {VENDOR / file_of(name): NODE_MODULES / source for name, source in MODULES.items()}
    licences = {VENDOR / f"{_flat(name)}.LICENSE.txt": NODE_MODULES / name / "LICENSE" for name in _PACKAGES}
    return modules | licences


def _flat(name: str) -> str:
    return name.removeprefix("@").replace("/", "-")


if __name__ == "__main__":
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir()
    for target, source in copies().items():
        shutil.copyfile(source, target)
