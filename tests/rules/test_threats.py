"""docs/threats.md answers every requirement of OWASP ASVS 5.0, levels 1 and 2, and names tests that
there are.
"""

import re
from collections.abc import Iterator

from local.places import ROOT
from tests.rules.sources import files, text

_PAGE = ROOT / "docs" / "threats.md"
# How many requirements of these levels each section has: their numbers have no gaps. From
# OWASP_Application_Security_Verification_Standard_5.0.0_en.csv (github.com/OWASP/ASVS).
_SECTIONS = {
    "1.1": 2,
    "1.2": 9,
    "1.3": 11,
    "1.4": 3,
    "1.5": 2,
    "2.1": 3,
    "2.2": 3,
    "2.3": 4,
    "2.4": 1,
    "3.2": 2,
    "3.3": 4,
    "3.4": 6,
    "3.5": 5,
    "3.7": 2,
    "4.1": 3,
    "4.2": 1,
    "4.3": 2,
    "4.4": 4,
    "5.1": 1,
    "5.2": 3,
    "5.3": 2,
    "5.4": 3,
    "6.1": 3,
    "6.2": 12,
    "6.3": 4,
    "6.4": 4,
    "6.5": 5,
    "6.6": 3,
    "6.8": 4,
    "7.1": 3,
    "7.2": 4,
    "7.3": 2,
    "7.4": 5,
    "7.5": 2,
    "7.6": 2,
    "8.1": 2,
    "8.2": 3,
    "8.3": 1,
    "8.4": 1,
    "9.1": 3,
    "9.2": 4,
    "10.1": 2,
    "10.2": 2,
    "10.3": 4,
    "10.4": 11,
    "10.5": 5,
    "10.6": 2,
    "10.7": 3,
    "11.1": 2,
    "11.2": 3,
    "11.3": 3,
    "11.4": 4,
    "11.5": 1,
    "11.6": 1,
    "12.1": 3,
    "12.2": 2,
    "12.3": 4,
    "13.1": 1,
    "13.2": 5,
    "13.3": 2,
    "13.4": 5,
    "14.1": 2,
    "14.2": 4,
    "14.3": 3,
    "15.1": 3,
    "15.2": 3,
    "15.3": 7,
    "16.1": 1,
    "16.2": 5,
    "16.3": 4,
    "16.4": 3,
    "16.5": 3,
    "17.1": 1,
    "17.2": 4,
    "17.3": 2,
}
_NUMBERS = re.compile(r"(\d+\.\d+)\.(\d+)(?:\u2013(\d+))?")
_TEST = re.compile(r"`(test_\w+)`")


def _rows() -> list[list[str]]:
    """The cells of the table of the standard."""
    table = _PAGE.read_text(encoding="utf-8").partition("## By the standard")[2]
    lines = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    return lines[2:]


def _answered() -> Iterator[str]:
    for numbers, *_ in _rows():
        for section, first, last in _NUMBERS.findall(numbers):
            yield from (
                f"{section}.{number}" for number in range(int(first), int(last or first) + 1)
            )


def test_every_requirement_is_answered_once() -> None:
    expected = [
        f"{section}.{number}"
        for section, count in _SECTIONS.items()
        for number in range(1, count + 1)
    ]
    answered = [*_answered()]
    assert len(expected) == 253
    assert sorted(answered) == sorted(expected)


def test_each_answer_has_a_test_or_a_reason() -> None:
    for row in _rows():
        assert len(row) == 3, row
        assert all(row), row


def test_every_test_that_is_named_exists() -> None:
    tests = "\n".join(text(path) for path in files("tests", ".py") if path.name.startswith("test_"))
    named = sorted({*_TEST.findall(_PAGE.read_text(encoding="utf-8"))})
    assert len(named) > 50
    assert [name for name in named if f"def {name}(" not in tests] == []
