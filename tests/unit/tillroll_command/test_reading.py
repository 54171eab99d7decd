"""`tillroll docs` prints the pages that the library brings."""

from pathlib import Path

from local.places import ROOT
from tests.unit.tillroll_command.test_commands import run
from tillroll_command.endings import Code


def test_the_pages_are_listed_and_printed(tmp_path: Path) -> None:
    listed = run(tmp_path, "docs")
    assert listed.returncode == Code.DONE, listed.stderr
    for name in ("tutorial.md", "how-to/versions.md", "llms.txt"):
        assert f"  {name}\n" in listed.stdout
    for words in ("how-to/versions", "how-to/versions.md"):
        printed = run(tmp_path, "docs", words)
        page = ROOT / "docs" / "how-to" / "versions.md"
        assert printed.stdout == page.read_text(encoding="utf-8")


def test_a_page_that_is_not_there_is_said(tmp_path: Path) -> None:
    done = run(tmp_path, "docs", "nothing")
    assert done.returncode == Code.NOT_FOUND
    assert done.stderr == "There is no page 'nothing'. `tillroll docs` lists them.\n"
