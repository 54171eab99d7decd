"""Copy what is served of npm packages into public: `python -m local.vendor` (part of `make lock`).

The packages' code is bundled with the page's, from node_modules; their licences are served beside
it. The fonts in public/fonts are those of reports in PDF.
"""

import shutil
from pathlib import Path

from local.places import NODE_MODULES, ROOT
from tillroll_documents.pdf_writer.document import Weight
from tillroll_documents.pdf_writer.fonts import RANGES, file_of

LICENSES = ROOT / "public" / "licenses"
FONTS = ROOT / "public" / "fonts"
FONT_PACKAGE = NODE_MODULES / "@fontsource" / "noto-sans"

# Those that the page's modules import.
PACKAGES = ("preact", "@preact/signals-core", "@preact/signals", "uplot", "pdfjs-dist")


def copies() -> dict[Path, Path]:
    """Where each committed file comes from, by the committed file."""
    licences = {
        LICENSES / f"{_flat(name)}.txt": NODE_MODULES / name / "LICENSE" for name in PACKAGES
    }
    fonts = {FONTS / name: FONT_PACKAGE / "files" / name for name in _font_files()}
    return licences | fonts | {FONTS / "LICENSE.txt": FONT_PACKAGE / "LICENSE"}


def _font_files() -> list[str]:
    return [file_of(script, weight) for script in RANGES for weight in Weight]


def _flat(name: str) -> str:
    return name.removeprefix("@").replace("/", "-")


if __name__ == "__main__":
    for folder in (LICENSES, FONTS):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    for target, source in copies().items():
        shutil.copyfile(source, target)
