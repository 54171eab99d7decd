"""The documentation site: its pages as Sphinx reads them, its versions, and the links of what was
built.
"""

from pathlib import Path

import pytest

from local.site import staging
from local.site.__main__ import write_versions
from local.site.links import links_of, with_links
from local.site.staging import LinkIsBroken, stage
from tests.site.following import follow

_PAGE = """# A page

[One](one.md), [its part](one.md#part), [here](#here), [elsewhere](https://example.com).

```sh
[code](no.md)
```

```mermaid
a --> b
```
"""


def test_links_of_code_and_of_elsewhere_are_none() -> None:
    assert list(links_of(_PAGE)) == ["one.md", "one.md#part"]


def test_links_are_renamed_and_diagrams_marked() -> None:
    page = with_links(_PAGE, lambda link: f"x/{link}")
    assert "[One](x/one.md), [its part](x/one.md#part), [here](#here)" in page
    assert "[code](no.md)" in page
    assert '<pre class="mermaid">\na --&gt; b\n</pre>' in page


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small one, whose pages are staged."""
    monkeypatch.setattr(staging, "ROOT", tmp_path)
    files = {
        "docs/README.md": "# First\n",
        "docs/use/README.md": "# Use\n\n[photo](photo.md)\n",
        "docs/use/photo.md": "# Photo\n\n![seen](../images/a.png) [why](../../src/a.py)\n",
        "docs/run.md": "# Run\n\n[photo](use/photo.md#photo)\n",
        "docs/build.md": "# Build\n\n[examples](../examples)\n",
        "docs/inside.md": "# Inside\n",
        "docs/images/a.png": "picture",
        "src/a.py": "A = 1\n",
        "examples/b.txt": "b",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def test_pages_and_what_they_link_to_are_staged(repository: Path) -> None:
    folder = repository / "staged"
    stage(folder)
    staged = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert staged == {
        "index.md",
        "use/index.md",
        "use/photo.md",
        "run.md",
        "build.md",
        "inside.md",
        "images/a.png",
        "repository/src/a.py.md",
        "repository/examples.md",
    }
    photo = (folder / "use/photo.md").read_text(encoding="utf-8")
    assert "![seen](../images/a.png) [why](../repository/src/a.py.md)" in photo
    assert "A = 1" in (folder / "repository/src/a.py.md").read_text(encoding="utf-8")
    assert "- `b.txt`" in (folder / "repository/examples.md").read_text(encoding="utf-8")


def test_a_page_stands_once_in_the_menu(repository: Path) -> None:
    folder = repository / "staged"
    stage(folder)
    first = (folder / "index.md").read_text(encoding="utf-8")
    assert first.endswith("use/index.md\nrun.md\nbuild.md\ninside.md\n```\n")
    assert ":hidden:\n\nphoto.md\n" in (folder / "use/index.md").read_text(encoding="utf-8")
    assert "toctree" not in (folder / "use/photo.md").read_text(encoding="utf-8")
    assert "\nphoto.md" not in (folder / "run.md").read_text(encoding="utf-8")


def test_what_has_gone_is_staged_no_more_and_what_is_the_same_is_left(repository: Path) -> None:
    folder = repository / "staged"
    stage(folder)
    kept = (folder / "run.md").stat().st_mtime_ns
    (repository / "docs/use/README.md").write_text("# Use\n", encoding="utf-8")
    (repository / "docs/run.md").write_text(
        "# Run\n\n[photo](use/photo.md#photo)\n", encoding="utf-8"
    )
    (repository / "docs/build.md").write_text("# Build\n", encoding="utf-8")
    stage(folder)
    assert not (folder / "repository/examples.md").exists()
    assert (folder / "run.md").stat().st_mtime_ns != kept  # the photo stands below it now
    kept = (folder / "build.md").stat().st_mtime_ns
    stage(folder)
    assert (folder / "build.md").stat().st_mtime_ns == kept


def test_a_link_to_nothing_is_refused(repository: Path) -> None:
    (repository / "docs/run.md").write_text("[gone](gone.md)\n", encoding="utf-8")
    with pytest.raises(LinkIsBroken, match=r"docs/run\.md links to gone\.md"):
        stage(repository / "staged")


def test_versions_are_offered_newest_first(tmp_path: Path) -> None:
    for name in ("0.2.0", "0.10.0", "0.9.1"):
        (tmp_path / name).mkdir()
    write_versions(tmp_path)
    listed = (tmp_path / "versions.js").read_text(encoding="utf-8")
    assert listed == 'window.tillrollVersions = ["0.10.0", "0.9.1", "0.2.0"];\n'
    assert "url=0.10.0/index.html" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_links_of_a_built_site_are_followed(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<h1 id="one">A</h1><a href="b.html#two">b</a><a href="#one">here</a>'
        '<a href="https://example.com">elsewhere</a><a href="b.html#gone">b</a>'
        '<a href="c.html">c</a><script src="https://example.com/a.js"></script>',
        encoding="utf-8",
    )
    (tmp_path / "b.html").write_text('<h1 id="two">B</h1>', encoding="utf-8")
    followed = follow(tmp_path)
    assert (followed.pages, followed.links) == (2, 4)
    assert followed.broken == (
        "a.html links to b.html#gone, where there is no such heading",
        "a.html links to c.html, which does not exist",
        "a.html links to https://example.com/a.js, which is loaded from elsewhere",
    )
