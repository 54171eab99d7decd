"""The changelog is for those who use Tillroll: a line a change, and a release in a few minutes."""

import re
from typing import Final

import pytest

from local.places import ROOT
from tests.rules.sources import text

_SECTION: Final = re.compile(r"^## \[.+\] - .+$", re.MULTILINE)
_MOST_WORDS_OF_A_LINE: Final = 30
_MOST_WORDS_OF_A_RELEASE: Final = 1_200


def faults(changelog: str) -> list[str]:
    """What a reader would stumble over."""
    found: list[str] = []
    for release in _SECTION.split(changelog)[1:]:
        lines = [line for line in release.splitlines() if line and not line.startswith("### ")]
        for line in lines[1:]:
            if not line.startswith("- "):
                found.append(f"a change is one line that begins with a dash: {line}")
            elif len(line.split()) > _MOST_WORDS_OF_A_LINE:
                found.append(f"say it in {_MOST_WORDS_OF_A_LINE} words: {line}")
        if len(release.split()) > _MOST_WORDS_OF_A_RELEASE:
            found.append("a release is read in few minutes: leave out what no user notices")
    return found


def test_a_change_is_a_line_and_a_release_is_short() -> None:
    assert faults(text(ROOT / "CHANGELOG.md")) == []


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("- A change\n  that goes on.", "one line"),
        (f"- {'word ' * 30}", "30 words"),
        ("- Seven words that nobody wants to read.\n" * 160, "few minutes"),
    ],
)
def test_what_is_too_long_is_found(line: str, says: str) -> None:
    changelog = f"# Changelog\n\n## [1.0.0] - 2026-12-01\n\nWhat it is.\n\n### Money\n\n{line}\n"
    found = faults(changelog)
    assert any(says in fault for fault in found), found
