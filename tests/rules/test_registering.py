"""A feature registers in few places outside its own folders, beside the class and the binding of a
workflow. CONTRIBUTING names them.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from local.places import ROOT
from tests.rules.sources import files, text

MOST: Final = 4
# Each has a page and is documented; beside that a command, or styles.
_PLACES: Final = {
    "payouts": {
        "src/tillroll/app.py",
        "public/js/shell/routes.js",
        "public/js/shell/views/others.js",
        "cli/app.py",
    },
    "books": {
        "src/tillroll/app.py",
        "public/js/shell/routes.js",
        "public/js/shell/views/bank.js",
        "public/css/app.css",
    },
    "travel": {
        "src/tillroll/app.py",
        "public/js/shell/routes.js",
        "public/js/shell/views/bank.js",
    },
}
# What `make` makes is no place in which anybody registers.
_MADE: Final = {"src/tillroll/api/paths.py", "public/js/api/types.d.ts"}
_FOLDERS: Final = ("src", "cli", "local", "public/js", "public/css", ".github")
_FILES: Final = ("pyproject.toml", "wrangler.jsonc", "package.json", "tsconfig.json", "Makefile")
# A feature's own folders, and those of others, which use what it has.
_OF_FEATURES: Final = re.compile(
    r"(src/tillroll|public/js)/(?!shell/)\w+/|local/\w+/|cli/(commands|operations)/|"
    r"cli/reference/(examples|native)/"
)


def _outside() -> Iterator[Path]:
    """The files in which a feature could register."""
    for folder in _FOLDERS:
        for path in files(folder, ".py", ".js", ".mjs", ".css", ".html", ".json", ".yml"):
            name = path.relative_to(ROOT).as_posix()
            if name not in _MADE and not _OF_FEATURES.match(name):
                yield path
    for name in _FILES:
        yield ROOT / name


def _names_of(feature: str) -> re.Pattern[str]:
    """How a file outside names the feature: its module, its files, its command or its views."""
    views = text(ROOT / "public/js/shell/views/bank.js") + text(
        ROOT / "public/js/shell/views/others.js"
    )
    exported = re.findall(rf'export \* as (\w+) from "\.\./\.\./{feature}/', views)
    parts = [
        rf"tillroll[./]{feature}\b",
        rf'Module\(\s*"{feature}"',
        rf"/{feature}/[\w-]+\.js\b",
        rf"/{feature}\.css\b",
        rf"\b{feature}\.\w*app\b",
        *(rf'of\w+\("{name}"\)' for name in exported),
    ]
    return re.compile("|".join(parts))


@pytest.mark.parametrize("feature", _PLACES)
def test_a_feature_registers_in_these_places_and_no_others(feature: str) -> None:
    names = _names_of(feature)
    places = {path.relative_to(ROOT).as_posix() for path in _outside() if names.search(text(path))}
    assert places == _PLACES[feature]
    assert len(places) <= MOST, "have a program find it instead"
