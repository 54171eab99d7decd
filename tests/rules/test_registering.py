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
_OTHERS: Final = "public/js/shell/views/others.ts"
# Each has a page and is documented; beside that a command, or what a program is told of it.
_PLACES: Final = {
    "accounts": {_APP, _ROUTES, _OTHERS},
    "audit": {_APP, _ROUTES, _OTHERS, "local/sentences.py"},
    "bank": {_APP, _ROUTES, _BANK, _COMMANDS},
    "books": {_APP, _ROUTES, _BANK},
    "claims": {_APP, _ROUTES, _OTHERS, _COMMANDS},
    "clients": {_APP, _ROUTES, _OTHERS},
    "expenses": {
        _APP,
        _ROUTES,
        _EXPENSES,
        _BANK,
        _OTHERS,
        "src/entry.py",
        "cli/pages/page_fields.py",
        "public/js/shell/options.tsx",
        "public/js/shell/shell.tsx",
    },
    "exports": {_APP, _ROUTES, _BANK, "cli/pages/page_fields.py"},
    "home": {_APP, _ROUTES, _EXPENSES, "public/js/shell/shell.tsx"},
    "identity": {
        _APP,
        _ROUTES,
        _OTHERS,
        "public/js/shell/account-menu.tsx",
        "public/js/shell/palette.tsx",
    },
    "inbound": {_APP, _ROUTES, _OTHERS, "src/http_api.py"},
    "ledger": {_APP, _ROUTES, _BANK},
    "months": {_ROUTES, _BANK},
    "notifications": {
        _APP,
        _ROUTES,
        _OTHERS,
        "src/entry.py",
        "public/js/app.tsx",
        "public/js/shell/passing.tsx",
        "public/js/shell/side.tsx",
    },
    "payouts": {_APP, _ROUTES, _OTHERS, _COMMANDS},
    "privacy": {_APP, _ROUTES, _OTHERS},
    "receipts": {
        _APP,
        _ROUTES,
        _EXPENSES,
        _BANK,
        _OTHERS,
        "src/entry.py",
        "cli/pages/page_limits.py",
        "public/js/app.tsx",
        "public/js/shell/palette.tsx",
        "public/js/shell/shell.tsx",
        "public/js/shell/side.tsx",
    },
    "received_mail": {_APP, _ROUTES, _OTHERS},
    "runs": {_APP, _ROUTES, _EXPENSES, _OTHERS},
    "tax": {_APP, _ROUTES, _OTHERS},
    "travel": {_APP, _ROUTES, _BANK},
    "webhooks": {_APP, _ROUTES, _OTHERS, "cli/reference/webhooks.py"},
}
# The features that the page is built around: their parts are in its frame, on every page.
_IN_THE_FRAME: Final = {
    "expenses": "the frame counts what waits for approval and knows categories and options",
    "identity": "each menu can sign a person out",
    "notifications": "the frame shows notices, and their language is the page's",
    "receipts": "a receipt can be dropped on every page, and the command palette adds one",
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
    return "".join(text(ROOT / part) for part in (_EXPENSES, _BANK, _OTHERS))


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
    is_many = len(places) > MOST
    assert is_many == (feature in _IN_THE_FRAME), "have a program find it instead"
