"""The page's files come into the assets that wrangler.jsonc names, and nothing else changes."""

from pathlib import Path

from tillroll_command.making.starting import start_project
from tillroll_command.project import AuthorsProject
from tillroll_command.running.page import SOURCE, copy_page
from tillroll_command.running.places import Places


def test_a_new_project_gets_the_page_and_keeps_its_own_files(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    start_project(folder, "shop")
    places = Places(AuthorsProject(folder, "shop"))
    own = folder / "assets" / "index.html"
    own.parent.mkdir()
    own.write_text("own")
    old = folder / "assets" / "tillroll" / "old.js"
    old.parent.mkdir()
    old.write_text("")
    target = copy_page(places)
    assert target is not None
    assert target == old.parent
    names = {each.name for each in SOURCE.iterdir()}
    assert {each.name for each in target.iterdir()} == names
    assert {"index.html", "page.css", "page.js"} <= names
    assert own.read_text() == "own"


def test_the_page_s_headers_come_once_behind_the_project_s_own(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    start_project(folder, "shop")
    places = Places(AuthorsProject(folder, "shop"))
    headers = folder / "assets" / "_headers"
    headers.parent.mkdir()
    headers.write_text("/own\n  X-Own: yes")
    copy_page(places)
    once = headers.read_text()
    assert once.startswith("/own\n  X-Own: yes\n# What the page of Tillroll is served with")
    assert "/tillroll/*\n  Content-Security-Policy: frame-ancestors 'none'\n" in once
    headers.write_text(f"{once}/later\n  X-Later: yes\n")
    copy_page(places)
    assert headers.read_text() == f"{once}/later\n  X-Later: yes\n"


def test_a_project_without_assets_gets_no_page(tmp_path: Path) -> None:
    (tmp_path / "wrangler.jsonc").write_text('{ "name": "shop" }')
    assert copy_page(Places(AuthorsProject(tmp_path, "shop"))) is None
    assert [each.name for each in tmp_path.iterdir()] == ["wrangler.jsonc"]


def test_the_page_has_no_code_in_its_html() -> None:
    html = (SOURCE / "index.html").read_text()
    assert "script-src 'self'" in html
    assert " on" + "click" not in html
    assert "style=" not in html
    assert html.count("<script") == html.count('<script type="module" src=') == 1
