"""Comments, docstrings, messages and documentation are plain: local/expressions.txt says which
expressions they do without.
"""

import re
from dataclasses import dataclass

import pytest

from local.places import ROOT
from tests.rules.sources import files, text


@dataclass(frozen=True)
class Expression:
    """`most`: how often it may stand. `instead`: what to write in its place."""

    most: int
    words: str
    instead: str

    def places_in(self, prose: str) -> list[int]:
        """The numbers of the lines on which it begins. It may be broken over two lines."""
        pattern = r"\b" + r"\s+(?:[#*/]+\s+)?".join(map(re.escape, self.words.split())) + r"\b"
        found = re.finditer(pattern, prose, re.IGNORECASE)
        return [prose.count("\n", 0, match.start()) + 1 for match in found]


def _expressions() -> list[Expression]:
    found: list[Expression] = []
    for line in text(ROOT / "local" / "expressions.txt").splitlines():
        if line and not line.startswith("#"):
            most, words, instead = (part.strip() for part in line.split("|"))
            found.append(Expression(int(most), words, instead))
    return found


EXPRESSIONS = _expressions()
# Made from docstrings, which are counted where they stand.
_MADE = {"reference.md"}


def _places_of(expression: Expression) -> list[str]:
    paths = [
        *(path for folder in ("src", "cli", "local", "testing") for path in files(folder, ".py")),
        *(path for path in files("docs", ".md") if path.name not in _MADE),
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    ]
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in paths
        for number in expression.places_in(text(path))
    ]


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=lambda each: each.words)
def test_an_expression_that_strangers_stumble_over_becomes_rarer(expression: Expression) -> None:
    places = _places_of(expression)
    assert len(places) <= expression.most, (
        f"write {expression.instead} in place of {expression.words!r}, which stands in {places}"
    )


def test_an_expression_is_found_across_two_lines_and_as_whole_words() -> None:
    expression = Expression(0, "is told", "hears")
    assert expression.places_in("# Nobody is\n# told of it.") == [1]
    assert expression.places_in("\nNobody IS TOLD") == [2]
    assert expression.places_in("this told") == []
