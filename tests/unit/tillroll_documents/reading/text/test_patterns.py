"""A pattern of many words matches what the plain alternation matches."""

import re

from hypothesis import given
from hypothesis import strategies as st

from tillroll_documents.reading.text.patterns import (
    any_case,
    one_of,
)

WORDS = st.lists(st.text("ab.$€", min_size=1, max_size=4), min_size=1, max_size=12)


@given(WORDS, st.text("ab.$€ ", max_size=30))
def test_the_same_places_and_words_as_the_alternation(words: list[str], text: str) -> None:
    plain = re.compile("|".join(map(re.escape, words)))
    assert re.compile(one_of(words)).findall(text) == plain.findall(text)


@given(
    st.lists(st.text("AbcK", min_size=1, max_size=4), min_size=1, max_size=12),
    st.text("aABbcCkK ", max_size=30),
)
def test_so_do_patterns_in_any_case(patterns: list[str], text: str) -> None:
    plain = re.compile("|".join(patterns), re.IGNORECASE)
    assert re.compile(any_case(patterns), re.IGNORECASE).findall(text) == plain.findall(text)
