"""A word that the code puts into the hole of a sentence is in the German catalogue, too."""

import re
from typing import Final

import pytest

from local.hole_words import hole_words_in
from local.sentences import SOURCE, translations

_HOLE: Final = re.compile(r"\{\d+\}")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
# Names and codes, and words that are the same in German.
_NAMES: Final = {
    *("HubSpot", "QuickBooks", "Xero", "EUR", "km", "miles", "US${1}", "{1}.pdf", "run_"),
    *("closed-there", "refused", "too-large", "{1} UTC", "In {1}{2}", "In {1}{2}, {3}"),
}
# "an owner" and "an approver" stand in the catalogue as they are.
_WHOLE: Final = {"an {1}"}
# Still English: lists of names, days, and two reasons of one policy.
_LEFT: Final = {"{1} and {2}", "{1} to {2}", "{1} {2} to {3} {4}", "{1}: {2}, and {3}"}


def _bare(text: str) -> str:
    line = text.strip().rstrip(".:;")
    return f"{line[:1].lower()}{line[1:]}"


def test_each_word_in_a_hole_is_translated() -> None:
    sentences = translations()
    known = {_bare(each) for each in sentences}
    allowed = _NAMES | _WHOLE | _LEFT
    lacking: set[str] = set()
    for path in sorted(SOURCE.glob("tillroll*/**/*.py")):
        name = path.relative_to(SOURCE).as_posix().removeprefix("tillroll/")
        for each in hole_words_in(path.read_text(encoding="utf-8")):
            is_word = _WORD.search(_HOLE.sub(" ", each.text)) is not None
            is_lacking = is_word and each.text not in allowed and _bare(each.text) not in known
            if each.sentence in sentences and is_lacking:
                lacking.add(f"{name}: {each.text!r} in {each.sentence!r}")
    assert sorted(lacking) == [], "write a whole sentence, or add the word to `_WORDS`"


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("def f(a):\n    return f\"It is {'old' if a else 'new'} here\"", ["old", "new"]),
        ('def f(a):\n    b = "old"\n    return f"It is {b} here"', ["old"]),
        ('B = {1: "old"}\ndef f(a):\n    return f"It is {B[a]} here"', ["old"]),
        ('B = ("old", "new")\ndef f(a):\n    return f"It is {B[a]} here"', ["old", "new"]),
        (
            'def g(a):\n    return f"{a} times"\ndef f(a):\n    return f"It came {g(a)} today"',
            ["{1} times"],
        ),
        ('def f(a):\n    return f"It is {a} here"', []),
    ],
)
def test_the_words_of_a_hole_are_found(source: str, texts: list[str]) -> None:
    assert [each.text for each in hole_words_in(source)] == texts
