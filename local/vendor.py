"""Copy what is served of npm packages into public: `python -m local.vendor` (part of `make lock`).

The page has no build step: the browser gets the packages' own files in public/vendor, pinned by package-lock.json and
committed as they are, each package's licence beside them. The fonts in public/fonts are those of reports in PDF.
"""

import shutil
from pathlib import Path

from local.places import NODE_MODULES, ROOT
from tillroll.exports.report import letters
from tillroll.pdf.page import Weight

VENDOR = ROOT / "public" / "vendor"
FONTS = ROOT / "public" / "fonts"
FONT_PACKAGE = NODE_MODULES / "@fontsource" / "noto-sans"

# What the import map names, and the file of the package that it stands for.
MODULES = {
    "preact": "preact/dist/preact.mjs",
    "preact/hooks": "preact/hooks/dist/hooks.mjs",
    "htm": "htm/dist/htm.module.js",
    "htm/preact": "htm/preact/index.module.js",
    "@preact/signals-core": "@preact/signals-core/dist/signals-core.module.js",
    "@preact/signals": "@preact/signals/dist/signals.module.js",
    "uplot": "uplot/dist/uPlot.esm.js",
}
_PACKAGES = ("preact", "htm", "@preact/signals-core", "@preact/signals", "uplot")


def file_of(name: str) -> str:
    """The file's name in public/vendor of what the import map calls `name`."""
    return f"{_flat(name)}.js"


def copies() -> dict[Path, Path]:
    """Where each committed file comes from, by the committed file."""
    modules = {VENDOR / file_of(name): NODE_MODULES / source for name, source in MODULES.items()}
    licences = {VENDOR / f"{_flat(name)}.LICENSE.txt": NODE_MODULES / name / "LICENSE" for name in _PACKAGES}
    fonts = {FONTS / name: FONT_PACKAGE / "files" / name for name in _font_files()}
    return modules | licences | fonts | {FONTS / "LICENSE.txt": FONT_PACKAGE / "LICENSE"}


def _font_files() -> list[str]:
    return [letters.file_of(script, weight) for script in letters.RANGES for weight in Weight]


def _flat(name: str) -> str:
    return name.removeprefix("@").replace("/", "-")


if __name__ == "__main__":
    for folder in (VENDOR, FONTS):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    for target, source in copies().items():
        shutil.copyfile(source, target)
