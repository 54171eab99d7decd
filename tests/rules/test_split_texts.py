"""A text that stands over several lines is broken where a line is full, and a query between its
clauses. So somebody finds a sentence by its words, and reads a clause at once.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import pytest

from local.places import ROOT
from tests.rules.sources import files, text

_FOLDERS: Final = ("src", "cli", "local", "testing")
_LONGEST_LINE: Final = 100
_FEWEST_WORDS: Final = 3
# A part of a text that ends between two words, and the part on the next line.
_PART: Final = re.compile(r"""^.*?f?(["'])(?P<text>(?:(?!\1).)* )\1$""")
_NEXT_PART: Final = re.compile(r"""^\s*f?(["'])(?P<text>(?:(?!\1).)+)\1""")
_WORD: Final = re.compile(r"(?:\{[^{}]*\}|[^ {])+ ?")
# The next line of a query, or an attribute of HTML.
_BEGINS_A_CLAUSE: Final = re.compile(r'\(?[A-Z]{2,}\b|[\w-]+="')
_CUT_SELECT: Final = re.compile(r"\(SELECT [\w.]+\n\s*FROM")


def _stranded(source: str) -> Iterator[str]:
    """The parts of one or two words that a neighbour has room for."""
    for line, next_line in pairwise(source.splitlines()):
        part = _PART.match(line)
        next_part = _NEXT_PART.match(next_line)
        if part is None or next_part is None or _BEGINS_A_CLAUSE.match(next_part["text"]):
            continue
        words = _WORD.findall(part["text"])
        next_words = _WORD.findall(next_part["text"])
        if not next_words or len(line) + len(next_words[0]) > _LONGEST_LINE:
            continue
        if min(len(words), len(next_words)) < _FEWEST_WORDS:
            yield f"{line.strip()} {next_line.strip()}"


def test_no_word_of_a_text_stands_alone() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {parts}"
        for folder in _FOLDERS
        for path in files(folder, ".py")
        for parts in _stranded(text(path))
    ]
    assert found == [], "put the words on the line that has room for them"


def test_no_query_is_broken_within_a_select() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {cut}"
        for path in files("src", ".py")
        for cut in _CUT_SELECT.findall(text(path))
    ]
    assert found == [], "let the inner SELECT stand on one line, or each clause on its own"


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('"sign the bytes as they are "\n"sent."', 1),
        ('"Take the "\n"bus that leaves at noon."', 1),
        ('"Take the bus that leaves "\n"at noon on Monday."', 0),
        ('"DELETE FROM runs "\n"WHERE id = ?"', 0),
        (f'"{"word " * 18}"\n"and no room for {{name}}"', 0),
        ('"one line"\n"of a list"', 0),
    ],
)
def test_a_stranded_word_is_found(source: str, count: int) -> None:
    assert len([*_stranded(source)]) == count
