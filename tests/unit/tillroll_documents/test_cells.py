"""Texts in tables: none is computed, and the way back is sure."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillroll_documents.cells import with_formulas, without_formulas

_MARKS = st.text("=+-@'\",; \t\r\n\u200b\u2028\uff1da1", max_size=12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Shop;=1+1;", "Shop;'=1+1;"),
        ("Shop,=1+1", "Shop,'=1+1"),
        ("Shop\t@A1", "Shop\t'@A1"),
        ("Shop\r\n-1+1", "Shop\r\n'-1+1"),
        ('Shop;"=1+1"', 'Shop;\'"=1+1"'),
        ("Shop; \u200b+1", "Shop;' \u200b+1"),
        ("=1", "'=1"),
        ("'=1", "''=1"),
        ("\t=1", "'\t'=1"),
        ("Müller, Söhne; 3 - 4 = 5", "Müller, Söhne; 3 - 4 = 5"),
        ("O'Neill; 'x'", "O'Neill; 'x'"),
    ],
)
def test_an_apostrophe_stands_where_a_cell_may_begin(text: str, expected: str) -> None:
    assert without_formulas(text) == expected
    assert with_formulas(expected) == text


@given(_MARKS)
def test_what_was_marked_comes_back(text: str) -> None:
    assert with_formulas(without_formulas(text)) == text


def test_no_mark_that_nobody_sees_hides_a_formula() -> None:
    unseen = [
        mark
        for mark in map(chr, range(sys.maxunicode + 1))
        if mark.isspace() or unicodedata.category(mark) == "Cf"
    ]
    assert [mark for mark in unseen if "'" not in without_formulas(f"x;{mark}=1")] == []
