"""The page that compares orchestrators names the files and the lines of each peer's order."""

import re
from typing import Final

from bench.peers.orders.__main__ import WRITTEN, lines_of
from local.places import ROOT

_PAGE: Final = ROOT / "docs" / "orchestrators.md"
_ROW: Final = re.compile(r"^\| (?:\*\*)?([^|*]+?)(?:\*\*)? \| (\d+), (\d+) \|", re.MULTILINE)


def test_the_page_has_the_files_and_lines_of_each_order() -> None:
    rows = {
        name: (int(files), int(lines))
        for name, files, lines in _ROW.findall(_PAGE.read_text(encoding="utf-8"))
    }
    assert rows == {each.name: (len(each.files), lines_of(each.files)) for each in WRITTEN}
