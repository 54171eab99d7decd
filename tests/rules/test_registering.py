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
_APP: Final = "src/tillroll/app.py"
_COMMANDS: Final = "cli/app.py"
_ROUTES: Final = "public/js/shell/routes.ts"
# What the browser loads together.
_EXPENSES: Final = "public/js/shell/views/expenses.ts"
_BANK: Final = "public/js/shell/views/bank.ts"
_MONEY: Final = "public/js/shell/views/money.ts"
_SETTINGS: Final = "public/js/shell/views/settings.ts"
# Each has a page and is documented; beside that a command, or what a program is told of it.
_PLACES: Final = {
    "accounts": {_APP, _ROUTES, _SETTINGS},
    "audit": {_APP, _ROUTES, _SETTINGS, "local/sentences.py"},
    "bank": {_APP, _ROUTES, _BANK, _COMMANDS},
    "books": {_APP, _ROUTES, _BANK},
    "claims": {_APP, _ROUTES, _MONEY, _COMMANDS},
    "clients": {_APP, _ROUTES, _MONEY},
    "expenses": {_APP, _ROUTES, _EXPENSES, _MONEY},
    "exports": {_APP, _ROUTES, _BANK},
    "home": {_APP, _ROUTES, _EXPENSES},
    "identity": {_APP, _ROUTES, _SETTINGS, "src/entry.py"},
    "inbound": {_APP, _ROUTES, _SETTINGS, "src/http_api.py"},
    "ledger": {_APP, _ROUTES, _SETTINGS},
    "months": {_ROUTES, _BANK},
    "notifications": {_APP, _ROUTES, _SETTINGS},
    "payouts": {_APP, _ROUTES, _MONEY, _COMMANDS},
    "privacy": {_APP, _ROUTES, _SETTINGS},
    "receipts": {_APP, _ROUTES, _SETTINGS},
    "received_mail": {_APP, _ROUTES, _SETTINGS},
    "runs": {_APP, _ROUTES, _EXPENSES, _MONEY},
    "tax": {_APP, _ROUTES, _MONEY},
    "travel": {_APP, _ROUTES, _MONEY},
    "webhooks": {_APP, _ROUTES, _SETTINGS, "cli/reference/webhooks.py"},
}
# What `make` makes is no place in which anybody registers.
_MADE: Final = {"src/tillroll/api/paths.py", "public/js/api/types.d.ts"}
_FOLDERS: Final = ("src", "cli", "local", "public/js", "public/css", ".github")
_FILES: Final = ("pyproject.toml", "wrangler.jsonc", "package.json", "tsconfig.json", "Makefile")
# A feature's own folders, and those of others, which use what it has.
_OF_FEATURES: Final = re.compile(
    r"(src/tillroll|public/js)/(?!shell/)\w+/|local/\w+/|cli/(commands|operations)/|"
    r"cli/pages/of_features/|cli/reference/(examples|native)/"
)


def _outside() -> Iterator[Path]:
    """The files in which a feature could register."""
    for folder in _FOLDERS:
        for path in files(
            folder, ".py", ".js", ".ts", ".tsx", ".mjs", ".css", ".html", ".json", ".yml"
        ):
            name = path.relative_to(ROOT).as_posix()
            if name not in _MADE and not _OF_FEATURES.match(name):
                yield path
    for name in _FILES:
        yield ROOT / name


def _views() -> str:
    """All parts that the browser loads together, one behind the other."""
    return "".join(text(ROOT / part) for part in (_EXPENSES, _BANK, _MONEY, _SETTINGS))


def _names_of(feature: str) -> re.Pattern[str]:
    """How a file outside names the feature: its module, its files, its command or its views."""
    exported = re.findall(rf'export \* as (\w+) from "\.\./\.\./{feature}/', _views())
    parts = [
        rf"tillroll[./]{feature}\b",
        rf'Module\(\s*"{feature}"',
        rf"/{feature}/[\w/-]+\.(?:js|tsx?)\b",
        rf"/{feature}\.css\b",
        rf"\b{feature}\.\w*app\b",
        *(rf'of\w+\("{name}"\)' for name in exported),
    ]
    return re.compile("|".join(parts))


def test_each_feature_that_has_a_page_is_held() -> None:
    assert set(re.findall(r'export \* as \w+ from "\.\./\.\./(\w+)/', _views())) == set(_PLACES)


@pytest.mark.parametrize("feature", _PLACES)
def test_a_feature_registers_in_these_places_and_no_others(feature: str) -> None:
    names = _names_of(feature)
    places = {path.relative_to(ROOT).as_posix() for path in _outside() if names.search(text(path))}
    assert places == _PLACES[feature]
    assert len(places) <= MOST, "have a program find it instead"
