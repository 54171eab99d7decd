"""Sentences of papers that are no receipts, made of few words: "not a valid receipt", "payment was
declined". No table has all of them, so each is told by the kinds of its words."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from tillroll.reading.languages import LANGUAGES, PaperWord
from tillroll.reading.page import Page
from tillroll.reading.vocabulary import alike, fold


def words_of(text: str) -> frozenset[str]:
    """The words of a table that is written as text, folded."""
    return frozenset(map(fold, text.split()))


_WORD: Final = re.compile(r"[^\W_]+")
_BETWEEN: Final = 3
"""So many other words may stand between an act and what became of it."""
_MOST_WORDS: Final = 9
"""A longer line is of the terms, which speak of what may happen."""
_NUMBER_TOO: Final = "no"
"""A negation in Spanish, and a number's label before any word."""
_AFTER_NO: Final = (["es"], ["valido"], ["valida"], ["sirve"])
_POLICY: Final = words_of("""
    refund refunds refunded return returns exchange exchanges without if when until
    umtausch rückgabe ohne falls wenn bis remboursement échange si cambio cambios devolución
    devoluciones se reso resi cambi troca trocas devolução ruilen retour zonder als indien zwrot
    zwroty jeśli reklamace vrácení pokud byte återköp utan om bytte hvis uden iade değişim eğer
    tukar pulangan
""")
"""Words of lines that say what may be exchanged, and when."""


def _read_kinds() -> Mapping[str, frozenset[PaperWord]]:
    kinds: dict[str, set[PaperWord]] = {}
    for language in LANGUAGES:
        for kind, words in language.paper_words.items():
            for word in words:
                kinds.setdefault(alike(fold(word)), set()).add(kind)
    return {word: frozenset(some) for word, some in kinds.items()}


_KINDS: Final = _read_kinds()
_NO_KIND: Final = frozenset[PaperWord]()
_TELLING: Final = frozenset({PaperWord.NEGATION, PaperWord.UNDONE, PaperWord.INTERIM})
"""A sentence has a word of one of these kinds."""


@lru_cache(maxsize=20_000)
def _kinds_of(word: str) -> frozenset[PaperWord]:
    return _KINDS.get(alike(word), _NO_KIND)


@lru_cache(maxsize=20_000)
def _tells(word: str) -> bool:
    return not _TELLING.isdisjoint(_kinds_of(word))


def lines_that_deny(page: Page, excluded: Collection[int]) -> Iterator[int]:
    """The ranks of the lines with such a sentence, but of those whose index is `excluded`."""
    telling = [word for word in page.folded.words if _tells(word)]
    if not telling:
        return
    for rank, text in enumerate(page.folded.text.split("\n")):
        if not any(word in text for word in telling):
            continue
        words = _WORD.findall(text)
        if not 1 < len(words) <= _MOST_WORDS or page.lines[rank].index in excluded:
            continue
        kinds = [_kinds_of(word) for word in words]
        if all(_TELLING.isdisjoint(each) for each in kinds):
            continue
        if any(word in _POLICY for word in words):
            continue
        if _denies(words, kinds) or _is_undone(kinds) or _is_interim(kinds):
            yield rank


def _denies(words: Sequence[str], kinds: Sequence[frozenset[PaperWord]]) -> bool:
    """Whether a paper is denied, with nothing but fillers between: "not a valid receipt"."""
    for first, last in _pairs(kinds, PaperWord.NEGATION, PaperWord.PAPER):
        between = kinds[min(first, last) + 1 : max(first, last)]
        is_filled = all(PaperWord.FILLER in each or PaperWord.NEGATION in each for each in between)
        is_number = words[first] == _NUMBER_TOO and words[first + 1 : first + 2] not in _AFTER_NO
        if is_filled and not is_number:
            return True
    return False


def _is_undone(kinds: Sequence[frozenset[PaperWord]]) -> bool:
    """Whether an act was undone, or denied: "payment declined", "sale not completed"."""
    undone = _pairs(kinds, PaperWord.ACT, PaperWord.UNDONE)
    if any(abs(one - other) <= _BETWEEN for one, other in undone):
        return True
    acts = [place for place, each in enumerate(kinds) if {PaperWord.ACT, PaperWord.PAPER} & each]
    denied = [
        place
        for place, each in enumerate(kinds[:-1])
        if PaperWord.NEGATION in each and PaperWord.DONE in kinds[place + 1]
    ]
    return any(0 < abs(act - place) <= _BETWEEN + 1 for act in acts for place in denied)


def _is_interim(kinds: Sequence[frozenset[PaperWord]]) -> bool:
    """Whether a paper is called an interim one, beside the word."""
    pairs = _pairs(kinds, PaperWord.INTERIM, PaperWord.PAPER)
    return any(abs(one - other) == 1 for one, other in pairs)


def _pairs(
    kinds: Sequence[frozenset[PaperWord]],
    one: PaperWord,
    other: PaperWord,
) -> Iterator[tuple[int, int]]:
    """The places of two words of these kinds; one word is no pair."""
    for first, first_kinds in enumerate(kinds):
        for second, second_kinds in enumerate(kinds):
            if first != second and one in first_kinds and other in second_kinds:
                yield first, second
