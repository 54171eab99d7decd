"""The web app's files agree with each other and keep to what the security policy allows."""

import re
from pathlib import Path

import pytest

PUBLIC = Path(__file__).resolve().parents[2] / "public"
PAGES = sorted(PUBLIC.glob("*.html"))
MODULES = sorted((PUBLIC / "js").glob("*.js"))
NAMES = [path.name for path in MODULES]

# What would turn data into markup or code.
_MARKUP_SINKS = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|javascript:")
_IMPORT = re.compile(r'^import .* from "\./([\w-]+\.js)";$', re.MULTILINE)
_ICON = re.compile(r'icons\.svg#([\w-]+)"|icon\("([\w-]+)"\)')


def all_text() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in [*PAGES, *MODULES])


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_data_never_becomes_markup(module: Path) -> None:
    assert _MARKUP_SINKS.findall(module.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_pages_hold_no_inline_script_or_style(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_pages_name_files_that_exist(page: Path) -> None:
    named = re.findall(r'(?:href|src)="/([\w/.-]+\.\w+)', page.read_text(encoding="utf-8"))
    assert [name for name in named if not (PUBLIC / name).exists()] == []


def test_modules_import_modules_that_exist() -> None:
    imported = {name for module in MODULES for name in _IMPORT.findall(module.read_text(encoding="utf-8"))}
    assert imported - set(NAMES) == set()


def test_the_page_loads_all_its_modules_at_once() -> None:
    text = (PUBLIC / "index.html").read_text(encoding="utf-8")
    preloaded = re.findall(r'rel="modulepreload" href="/js/([\w-]+\.js)"', text)
    assert preloaded == sorted(set(NAMES) - {"app.js", "sign-in.js"})


def test_every_element_that_is_looked_up_exists() -> None:
    wanted = set(re.findall(r'byId\("([\w-]+)"', all_text()))
    there = set(re.findall(r'\sid="([\w-]+)"', all_text()))
    assert wanted - there == set()


def test_every_icon_exists_and_is_used() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (PUBLIC / "icons.svg").read_text(encoding="utf-8")))
    named = {a or b for a, b in _ICON.findall(all_text())}
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
