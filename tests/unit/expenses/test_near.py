"""Words with one wrong letter: each is met, and is led to by one of its pieces."""

from hypothesis import given
from hypothesis import strategies as st

from tillroll.expenses.search.near import SHORTEST_GUESS, begins_nearly, pieces_of

_LETTERS = "abcdefgh"
_WORDS = st.text(_LETTERS, min_size=SHORTEST_GUESS + 1, max_size=12)


@st.composite
def _typed(draw: st.DrawFn, word: str) -> str:
    """The word, or its beginning, with one letter wrong."""
    place = draw(st.integers(0, len(word) - 1))
    letter = draw(st.sampled_from(_LETTERS))
    following = min(place + 1, len(word) - 1)
    return draw(
        st.sampled_from(
            [
                word[:place] + letter + word[place + 1 :],
                word[:place] + letter + word[place:],
                word[:place] + word[place + 1 :],
                word[:place] + word[following] + word[place] + word[following + 1 :]
                if following > place
                else word,
            ]
        )
    )


@given(st.data(), _WORDS, st.text(_LETTERS, max_size=4))
def test_one_wrong_letter_is_met_in_a_word_and_in_its_beginning(
    data: st.DataObject, word: str, rest: str
) -> None:
    typed = data.draw(_typed(word))
    whole = word + rest
    assert begins_nearly(whole, typed)
    first, second, swapped = pieces_of(typed)
    shifts = range(max(0, len(first) - 1), len(first) + 2)
    stands = any(whole[at:].startswith(second) for at in shifts)
    assert stands or whole.startswith((first, swapped))


@given(_WORDS)
def test_other_words_are_not_met(word: str) -> None:
    assert not begins_nearly("zyxwv", word)


def test_short_words_are_meant_as_they_are() -> None:
    assert begins_nearly("bar", "ba")
    assert not begins_nearly("bar", "bor")
