"""The web app's files agree with each other and keep to what the security policy allows."""

import base64
import gzip
import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from local import vendor
from local.preloads import PAGE, PUBLIC, START, import_map, loaded_first, with_preloads
from tests.rules.sources import text as read
from tillroll.exports.report import letters

PAGES = sorted(PUBLIC.glob("*.html"))
MODULES = sorted((PUBLIC / "js").rglob("*.js"))
NAMES = [path.relative_to(PUBLIC).as_posix() for path in MODULES]

# Of everything that the browser loads before it shows the first view.
_MOST_BYTES = 100 * 1024
_MOST_IN_A_FOLDER = 15

# What would turn data into markup or code.
_MARKUP_SINKS = re.compile(
    r"innerHTML|InnerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|javascript:"
)
# A module that is imported at once, and one that is loaded when it is needed.
_IMPORT = re.compile(r'^(?:import|export)\b[^;]*? from "([^"]+)";$', re.MULTILINE)
_LAZY_IMPORT = re.compile(r'=>\s*import\("(\.[^"]+)"\)')
_IMPORT_MAP = re.compile(r'<script type="importmap">(.*?)</script>', re.DOTALL)
_ICON = re.compile(r'icons\.svg#([\w-]+)"|icon\("([\w-]+)"\)|\b(?:icon=|icon: |Icon\} name=)"([\w-]+)"')


def all_text() -> str:
    return "\n".join(read(path) for path in [*PAGES, *MODULES])


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_data_never_becomes_markup(module: Path) -> None:
    assert _MARKUP_SINKS.findall(read(module)) == []


def imported_by(module: Path, pattern: re.Pattern[str]) -> set[Path]:
    names = pattern.findall(read(module))
    mapped = import_map(read(PAGE))
    return {PUBLIC / mapped[name][1:] if name in mapped else (module.parent / name).resolve() for name in names}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_pages_hold_no_inline_script_or_style(page: Path) -> None:
    text = _IMPORT_MAP.sub("", read(page))
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_pages_name_files_that_exist(page: Path) -> None:
    named = re.findall(r'(?:href|src)="/([\w/.-]+\.\w+)', read(page))
    assert [name for name in named if not (PUBLIC / name).exists()] == []


def test_modules_import_modules_that_exist() -> None:
    imported = {path for module in MODULES for kind in (_IMPORT, _LAZY_IMPORT) for path in imported_by(module, kind)}
    assert [path for path in imported if not path.is_file()] == []


def test_every_module_is_imported_by_another() -> None:
    imported = {path for module in MODULES for kind in (_IMPORT, _LAZY_IMPORT) for path in imported_by(module, kind)}
    assert set(MODULES) - imported == {START, PUBLIC / "js" / "sign-in.js", PUBLIC / "js" / "confirm-mail.js"}


def test_the_page_loads_at_once_what_the_first_view_needs() -> None:
    text = read(PAGE)
    assert text == with_preloads(text, loaded_first()), "run `.venv/bin/python -m local.preloads`"


def test_no_folder_of_modules_is_crowded() -> None:
    counts = Counter(module.parent.relative_to(PUBLIC).as_posix() for module in MODULES)
    assert {folder: count for folder, count in counts.items() if count > _MOST_IN_A_FOLDER} == {}


def test_the_first_view_is_small() -> None:
    text = read(PAGE)
    named = {PUBLIC / name for name in re.findall(r'(?:href|src)="/([\w/.-]+\.(?:css|svg|js))', text)}
    files = named | set(loaded_first()) | {PAGE}
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) <= _MOST_BYTES


def test_packages_are_the_pinned_ones() -> None:
    committed = [*vendor.VENDOR.iterdir(), *vendor.FONTS.iterdir()]
    assert {path: path.read_bytes() for path in committed} == {
        copy: source.read_bytes() for copy, source in vendor.copies().items()
    }, "renew public/vendor and public/fonts by `make lock`"


def test_fonts_have_the_letters_that_their_package_says() -> None:
    said = json.loads((vendor.FONT_PACKAGE / "unicode.json").read_text(encoding="utf-8"))
    assert {script: said[script] for script in letters.RANGES} == letters.RANGES


def test_the_import_map_names_the_packages_and_is_the_one_that_the_policy_allows() -> None:
    assert import_map(read(PAGE)) == {name: f"/vendor/{vendor.file_of(name)}" for name in vendor.MODULES}
    found = _IMPORT_MAP.search(read(PAGE))
    assert found is not None
    digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
    policy = (PUBLIC / "_headers").read_text(encoding="utf-8")
    assert re.findall(r"'sha256-([^']+)'", policy) == [digest]
    assert "require-trusted-types-for 'script'; trusted-types 'none'" in policy


def test_every_element_that_is_looked_up_exists() -> None:
    wanted = set(re.findall(r'byId\("([\w-]+)"', all_text()))
    there = set(re.findall(r'\sid="([\w-]+)"', all_text()))
    assert wanted - there == set()


def test_every_icon_exists_and_is_used() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (PUBLIC / "icons.svg").read_text(encoding="utf-8")))
    named = {a or b or c for a, b, c in _ICON.findall(all_text())}
    assert named - drawn == set()
    assert {name for name in drawn - named if f'"{name}"' not in all_text()} == set()


def test_the_security_policy_allows_this_origin_only() -> None:
    headers = (PUBLIC / "_headers").read_text(encoding="utf-8")
    policy = re.search(r"Content-Security-Policy: (.*)", headers)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "frame-ancestors 'none'" in policy[1]
    assert re.findall(r"unsafe|\*|https?:|data:", policy[1]) == []
    assert "X-Content-Type-Options: nosniff" in headers
