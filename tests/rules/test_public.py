"""The web app's files agree with each other and keep to what the security policy allows."""

import gzip
import json
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from local import page, vendor
from local.page import BUILT, PUBLIC, SERVED
from local.places import ROOT
from tests.rules.sources import text as read
from tillroll_documents.pdf_writer.fonts import RANGES

PAGES = sorted(PUBLIC.rglob("*.html"))
PAGE = PUBLIC / "index.html"
MODULES = sorted(
    path
    for kind in ("ts", "tsx")
    for path in (PUBLIC / "js").rglob(f"*.{kind}")
    if not path.name.endswith(".d.ts")
)
# What is loaded together; they only name modules.
VIEWS = [path for path in MODULES if path.parent == PUBLIC / "js" / "shell" / "views"]
STYLES = sorted((PUBLIC / "css").glob("*.css"))
STYLES_OF_FEATURES = sorted((PUBLIC / "css" / "features").glob("*.css"))
# Those that a page names.
ENTRIES = {
    next(path for path in MODULES if path.with_suffix("") == PUBLIC / "js" / name)
    for name in ("app", "sign-in", "confirm-mail", "docs", "receipts/pdf/drawing")
}
NAMES = [path.relative_to(PUBLIC).as_posix() for path in MODULES]

# Of everything that the browser loads before it shows the inbox, and any other view, beside what it
# asks the API.
_MOST_BYTES, _MOST_BYTES_OF_A_VIEW = 80_000, 140_000
_MOST_FILES, _MOST_FILES_OF_A_VIEW = 6, 11
# Browsers ask for these when the app is installed.
_ASKED_LATER = {SERVED / "manifest.webmanifest", SERVED / "icons" / "app-touch.png"}
# Of a file _headers: wrangler leaves out what follows.
_MOST_RULES = 100

# What would turn data into markup or code.
_MARKUP_SINKS = re.compile(
    r"innerHTML|InnerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new "
    r"Function|javascript:"
)
# A module that is imported at once, and one that is loaded when it is needed.
_IMPORT = re.compile(r'^(?:import|export)\b(?! type\b)[^;]*? from "([^"]+)";$', re.MULTILINE)
_TYPE_IMPORT = re.compile(r'^import type [^;]*? from "([^"]+)";$', re.MULTILINE)
_LAZY_IMPORT = re.compile(r'(?:=>|await)\s*import\("(\.[^"]+)"\)')
# A part that is loaded when it is first shown: its module, and its name there.
_LAZY_PART = re.compile(
    r'lazy\(\s*\(\) =>\s*import\("(\.[^"]+)"\)\.then\(\s*\(module\) => ([\w.]+)'
)
# biome breaks at 100 what it can break. A text may be written on several lines too.
_LONGEST_LINE = 120
# All that is neither a type, nor a comment, nor the rest of either.
_VALUE = re.compile(r"^(?!import type |export type |export interface |[/ }]|$)", re.MULTILINE)
_STYLE_IMPORT = re.compile(r'^@import "\./([^"]+)";$', re.MULTILINE)
# What a bundle loads with it, and what it loads later.
_BUILT_IMPORT = re.compile(r'(?:from|import)"/built/([\w.-]+)"')
_NAMED = re.compile(r'(?:href|src)="/([\w/.-]+\.\w+)')
_ICON = re.compile(r'\bicon\("([\w-]+)"\)|\b(?:icon=|icon: |Icon\} name=)"([\w-]+)"')


def all_text() -> str:
    return "\n".join(read(path) for path in [*PAGES, *MODULES])


@pytest.mark.parametrize("module", MODULES, ids=NAMES)
def test_data_never_becomes_markup(module: Path) -> None:
    assert _MARKUP_SINKS.findall(read(module)) == []


def imported_by(module: Path, pattern: re.Pattern[str]) -> set[Path]:
    names = pattern.findall(module.read_text(encoding="utf-8"))
    return {(module.parent / name).resolve() for name in names if name.startswith(".")}


@pytest.fixture(scope="module", autouse=True)
def _built() -> None:
    page.build()


def built(pattern: str) -> Path:
    """The one file that was built by this name, such as `app-*.js`."""
    [found] = BUILT.glob(pattern)
    return found


def loaded_with(path: Path) -> set[Path]:
    """A built file and those that it cannot do without."""
    found, waiting = set[Path](), [path]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [
                BUILT / other for other in _BUILT_IMPORT.findall(path.read_text(encoding="utf-8"))
            ]
    return found


def named_by(page: Path) -> set[Path]:
    """The files that a page names, as it is served."""
    text = (SERVED / page.relative_to(PUBLIC)).read_text(encoding="utf-8")
    return {SERVED / name for name in _NAMED.findall(text)}


def loaded_first() -> set[Path]:
    """Everything that the browser loads before it shows the inbox."""
    return (
        {SERVED / "index.html", built("icons-*.svg")}
        | named_by(PAGE) - _ASKED_LATER
        | loaded_with(built("app-*.js"))
    )


def size_of(paths: set[Path]) -> int:
    return sum(len(gzip.compress(path.read_bytes())) for path in paths)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_hold_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_name_files_that_exist(path: Path) -> None:
    assert [name for name in named_by(path) if not name.exists()] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_name_built_files_by_their_content(path: Path) -> None:
    names = {found.name for found in named_by(path) if found.parent == BUILT}
    assert names
    assert all(re.fullmatch(r"[\w-]+-[0-9A-Z]{8}\.(js|css|svg)", name) for name in names)


def test_the_app_is_asked_for_at_once() -> None:
    """Without preloading, the browser finds a module only in the one before it."""
    assert loaded_with(built("app-*.js")) <= named_by(PAGE)


def test_what_is_built_is_kept_for_good_and_nothing_else() -> None:
    """An address that is not there gets the app in its place, so a rule for more than one file
    could keep that.
    """
    headers = (SERVED / "_headers").read_text(encoding="utf-8")
    rules = dict(re.findall(r"^(/\S+)\n((?:  .+\n)+)", headers, re.MULTILINE))
    kept = {address for address, rule in rules.items() if "immutable" in rule}
    assert kept == {f"/built/{path.name}" for path in BUILT.iterdir() if path.suffix != ".map"}
    assert len(rules) <= _MOST_RULES
    assert headers.startswith((PUBLIC / "_headers").read_text(encoding="utf-8"))


def test_modules_import_modules_that_exist() -> None:
    imported = {
        path
        for module in MODULES
        for kind in (_IMPORT, _LAZY_IMPORT)
        for path in imported_by(module, kind)
    }
    assert [path for path in imported if not path.is_file()] == []


def test_a_part_is_declared_lazy_by_one_module() -> None:
    """The second one of two shows nothing at first, though the part is there."""
    declared = [
        ((module.parent / path).resolve(), name)
        for module in MODULES
        for path, name in _LAZY_PART.findall(read(module))
    ]
    assert len(declared) > 10
    assert sorted(declared) == sorted(set(declared))


def test_no_line_of_a_module_is_too_long_to_read() -> None:
    lines = [
        (path.relative_to(PUBLIC).as_posix(), line)
        for path in MODULES
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    assert len(lines) > 10_000
    assert [(name, line) for name, line in lines if len(line) > _LONGEST_LINE] == []


def places_of(pattern: str) -> set[str]:
    """The modules in which a pattern stands."""
    return {
        path.relative_to(PUBLIC / "js").as_posix()
        for path in MODULES
        if re.search(pattern, read(path))
    }


def test_the_api_is_asked_in_one_place() -> None:
    """What is fetched elsewhere has no key, no limit of its time, and no one to read its end. A PDF
    is fetched by what draws it.
    """
    assert places_of(r"\bfetch\(") == {"api/client.ts", "receipts/pdf/file.ts"}
    assert places_of("XMLHttpRequest") == {"api/send.ts"}
    assert places_of('Idempotency-Key"') == {"api/keys.ts"}


def test_a_button_is_ready_again_however_its_act_ends() -> None:
    assert places_of(r"\b(setBusy|setIsBusy)\(true") == {"parts/use-busy.ts"}


def only_types() -> set[Path]:
    """Modules that have types and nothing else: nothing of them is built."""
    return {module for module in MODULES if not _VALUE.search(module.read_text(encoding="utf-8"))}


def test_every_module_is_imported_by_another() -> None:
    imported = {
        path
        for module in MODULES
        for kind in (_IMPORT, _LAZY_IMPORT)
        for path in imported_by(module, kind)
    }
    types = {path for module in MODULES for path in imported_by(module, _TYPE_IMPORT)}
    assert set(MODULES) - imported - (only_types() & types) == ENTRIES


def test_packages_that_modules_import_are_those_whose_licences_are_served() -> None:
    named = {
        name for module in MODULES for name in _IMPORT.findall(module.read_text(encoding="utf-8"))
    }
    # Another package's part, and what signals bring along.
    names = {name.partition("/legacy/")[0] for name in named if not name.startswith(".")}
    packages = names - {"preact/hooks"}
    assert packages | {"@preact/signals-core"} == set(vendor.PACKAGES)


def test_every_style_is_imported_by_the_app_or_named_by_another_page() -> None:
    imported = _STYLE_IMPORT.findall((PUBLIC / "css" / "app.css").read_text(encoding="utf-8"))
    app = [name for name in imported if name != "features/*.css"]
    assert len(app) == len(imported) - 1
    assert [path.name for path in STYLES if path.name in app] == sorted(app)
    others = {"app.css", "sign-in.css", "docs.css", "payer.css"}
    assert {path.name for path in STYLES} == {*app} | others


def test_the_styles_of_all_features_are_in_the_apps() -> None:
    assert len(STYLES_OF_FEATURES) > 5
    app = json.loads(built("app-*.css.map").read_text(encoding="utf-8"))
    sources = [(BUILT / source).resolve() for source in app["sources"]]
    assert {path for path in sources if path.parent.name == "features"} == set(STYLES_OF_FEATURES)


@pytest.mark.parametrize("views", [path.stem for path in VIEWS])
def test_a_view_is_small_and_in_few_files(views: str) -> None:
    loaded = loaded_first() | loaded_with(built(f"{views}-*.js"))
    assert len(loaded) <= _MOST_FILES_OF_A_VIEW
    assert size_of(loaded) <= _MOST_BYTES_OF_A_VIEW


def test_what_is_built_names_its_sources() -> None:
    maps = {
        path: json.loads(path.with_name(f"{path.name}.map").read_text(encoding="utf-8"))
        for path in BUILT.glob("*.js")
    }
    named = {(BUILT / source).resolve() for each in maps.values() for source in each["sources"]}
    assert set(MODULES) - set(VIEWS) - only_types() <= named
    ends = {path: f"//# sourceMappingURL=/built/{path.name}.map\n" for path in maps}
    assert [
        path for path, end in ends.items() if not path.read_text(encoding="utf-8").endswith(end)
    ] == []


def test_elements_are_made_by_h() -> None:
    """The newer factories of JSX lose a key that is spread, and with it what somebody typed."""
    maps = [path.read_text(encoding="utf-8") for path in BUILT.glob("*.js.map")]
    assert any("preact" in text for text in maps)
    assert not any("jsx-runtime" in text or "jsxRuntime" in text for text in maps)


def test_a_build_leaves_alone_what_is_the_same() -> None:
    before = {path: path.stat().st_mtime_ns for path in SERVED.rglob("*")}
    page.build()
    assert {path: path.stat().st_mtime_ns for path in SERVED.rglob("*")} == before


def test_modules_import_each_other_in_no_circle() -> None:
    TopologicalSorter({module: imported_by(module, _IMPORT) for module in MODULES}).prepare()


def test_the_first_view_is_small() -> None:
    assert len(loaded_first()) <= _MOST_FILES
    assert size_of(loaded_first()) <= _MOST_BYTES


def test_the_build_stands_on_a_package_of_its_own() -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    esbuild = locked["node_modules/esbuild"]
    assert esbuild["version"] == wanted["esbuild"]
    assert esbuild["integrity"].startswith("sha512-")
    assert not any("resolved" in package for package in locked.values())


def test_packages_are_the_pinned_ones() -> None:
    committed = [*vendor.LICENSES.iterdir(), *vendor.FONTS.iterdir()]
    assert {path: path.read_bytes() for path in committed} == {
        copy: source.read_bytes() for copy, source in vendor.copies().items()
    }, "renew public/licenses and public/fonts by `make lock`"


def test_fonts_have_the_letters_that_their_package_says() -> None:
    said = json.loads((vendor.FONT_PACKAGE / "unicode.json").read_text(encoding="utf-8"))
    assert {script: said[script] for script in RANGES} == RANGES


def test_every_element_that_is_looked_up_exists() -> None:
    wanted = set(re.findall(r'byId\("([\w-]+)"', all_text()))
    there = set(re.findall(r'\sid="([\w-]+)"', all_text()))
    assert wanted - there == set()


def test_every_icon_exists_and_is_used() -> None:
    drawn = set(
        re.findall(r'<symbol id="([\w-]+)"', (PUBLIC / "icons.svg").read_text(encoding="utf-8"))
    )
    named = {a or b for a, b in _ICON.findall(all_text())}
    assert named - drawn == set()
    assert {name for name in drawn - named if f'"{name}"' not in all_text()} == set()


def test_the_security_policy_allows_this_origin_only() -> None:
    headers = (PUBLIC / "_headers").read_text(encoding="utf-8")
    app, of_docs, of_document = re.findall(r" Content-Security-Policy: (.*)", headers)
    # The app names its workers alone: the one in which PDFs are drawn, and the service worker
    # (shell/installed.js).
    for policy, named in ((app, "pdf-worker service-worker"), (of_docs, "'none'")):
        assert "default-src 'none'; script-src 'self';" in policy
        assert f"require-trusted-types-for 'script'; trusted-types {named}" in policy
    for policy in (app, of_docs, of_document):
        assert policy.startswith("default-src 'none'; ")
        assert "base-uri 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert re.findall(r"unsafe|\*|https?:|data:", policy) == []
    assert "Strict-Transport-Security: max-age=31536000; includeSubDomains\n" in headers
    assert "Referrer-Policy: same-origin\n" in headers
    assert "X-Content-Type-Options: nosniff" in headers
