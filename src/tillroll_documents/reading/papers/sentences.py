"""Sentences of papers that are no receipts, made of few words: "not a valid receipt", "payment was
declined". No table has all of them, so the kinds of its words decide what a sentence is."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

from tillroll_documents.reading.languages import LANGUAGES, Language, PaperWord, later_language
from tillroll_documents.reading.languages.later import LATER
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.text.folding import (
    alike,
    fold,
)
from tillroll_documents.reading.text.vocabulary import (
    WORDS_KEPT,
)


def words_of(text: str) -> frozenset[str]:
    """The words of a table that is written as text, folded."""
    return frozenset(map(fold, text.split()))


_BETWEEN: Final = 3
"""So many other words may stand between an act and what became of it."""
_SHORT_GAP: Final = ".{0,6}"
_MOST_SIGNS: Final = 80
"""So many signs a sentence has in a script without spaces. Folded Korean has many."""
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


Kinds = Mapping[str, frozenset[PaperWord]]
"""The kinds of each word, folded, with what prints alike made one."""


def _read_kinds(languages: Iterable[Language]) -> Kinds:
    kinds: dict[str, set[PaperWord]] = {}
    for language in languages:
        for kind, words in language.paper_words.items():
            for word in words:
                kinds.setdefault(alike(fold(word)), set()).add(kind)
    return {word: frozenset(some) for word, some in kinds.items()}


_BASE_KINDS: Final = _read_kinds(LANGUAGES)
_ACTS: Final = frozenset({PaperWord.ACT, PaperWord.PAPER})
_NO_KIND: Final = frozenset[PaperWord]()
_INFLECTED: Final = frozenset({PaperWord.UNDONE, PaperWord.INTERIM})
_SHORTEST_STEM: Final = 7
_LONGEST_ENDING: Final = 3
_TELLING: Final = frozenset({PaperWord.NEGATION, PaperWord.UNDONE, PaperWord.INTERIM})
"""A sentence has a word of one of these kinds."""


@lru_cache(maxsize=64)
def _kinds(codes: frozenset[str]) -> Kinds:
    """The words of the languages that each start reads, and of these ones of `later`."""
    later = [later_language(code) for code in sorted(codes)]
    spaced = [language for language in later if language.is_spaced]
    if not spaced:
        return _BASE_KINDS
    return _read_kinds([*LANGUAGES, *spaced])


@lru_cache(maxsize=8)
def _denial(code: str) -> re.Pattern[str] | None:
    """A paper and its negation beside each other, in a language that writes no spaces; None where
    its table has no such words, or spaces part them."""
    language = later_language(code)
    nouns = language.paper_words[PaperWord.PAPER]
    negations = language.paper_words[PaperWord.NEGATION]
    if language.is_spaced or not nouns or not negations:
        return None
    noun = _one_of(nouns)
    negation = _one_of(negations)
    return re.compile(rf"{noun}{_SHORT_GAP}{negation}|{negation}{_SHORT_GAP}{noun}")


def _one_of(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(re.escape(fold(word)) for word in words)})"


@lru_cache(maxsize=WORDS_KEPT)
def _kinds_of(look: str, codes: frozenset[str]) -> frozenset[PaperWord]:
    """The kinds of a word by what it looks like."""
    table = _kinds(codes)
    kinds = table.get(look)
    if kinds is not None:
        return kinds
    # "Geçersizdir" is "geçersiz" with an ending.
    for length in range(len(look) - 1, max(_SHORTEST_STEM, len(look) - _LONGEST_ENDING) - 1, -1):
        of_stem = table.get(look[:length], _NO_KIND) & _INFLECTED
        if of_stem:
            return of_stem
    return _NO_KIND


def _telling(looks: Mapping[str, str], codes: frozenset[str]) -> AbstractSet[str]:
    """The words of which a sentence must have one."""
    table = _kinds(codes)
    # Most words are no longer than a stem, and in no table.
    return {
        word
        for word, look in looks.items()
        if look in table or len(look) > _SHORTEST_STEM
        if not _TELLING.isdisjoint(_kinds_of(look, codes))
    }


def lines_that_deny(page: Page, excluded: Collection[int]) -> Iterator[int]:
    """The ranks of the lines with such a sentence, but of those whose index is `excluded`."""
    codes = frozenset(page.languages & LATER.keys())
    yield from _denials_without_spaces(page, codes)
    looks = page.folded.looks
    telling = _telling(looks, codes)
    if not telling:
        return
    for rank, words in enumerate(page.folded.words_by_line):
        if telling.isdisjoint(words):
            continue
        if not 1 < len(words) <= _MOST_WORDS or page.lines[rank].index in excluded:
            continue
        kinds = [_kinds_of(looks[word], codes) for word in words]
        if any(word in _POLICY for word in words):
            continue
        if _denies(words, kinds) or _is_undone(kinds) or _is_interim(kinds):
            yield rank


def _denials_without_spaces(page: Page, codes: frozenset[str]) -> Iterator[int]:
    some = [_denial(code) for code in sorted(codes)]
    patterns = [pattern for pattern in some if pattern is not None]
    if not patterns:
        return
    for rank, text in enumerate(page.folded.lines):
        if len(text) <= _MOST_SIGNS and any(pattern.search(text) for pattern in patterns):
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
    acts = [place for place, each in enumerate(kinds) if not _ACTS.isdisjoint(each)]
    denied = [
        place
        for place, each in enumerate(kinds[:-1])
        if PaperWord.NEGATION in each and PaperWord.DONE in kinds[place + 1]
    ]
    return any(0 < abs(act - place) <= _BETWEEN + 1 for act in acts for place in denied)


def _is_interim(kinds: Sequence[frozenset[PaperWord]]) -> bool:
    """Whether a paper, or the till, is called an interim one: "draft bill", "trainee operator"."""
    papers = _pairs(kinds, PaperWord.INTERIM, PaperWord.PAPER)
    tills = _pairs(kinds, PaperWord.INTERIM, PaperWord.TILL)
    return any(abs(one - other) == 1 for one, other in (*papers, *tills))


def _pairs(
    kinds: Sequence[frozenset[PaperWord]],
    one: PaperWord,
    other: PaperWord,
) -> Iterator[tuple[int, int]]:
    """The places of two words of these kinds; one word is no pair."""
    firsts = [place for place, each in enumerate(kinds) if one in each]
    if not firsts:
        return
    seconds = [place for place, each in enumerate(kinds) if other in each]
    for first in firsts:
        for second in seconds:
            if first != second:
                yield first, second
