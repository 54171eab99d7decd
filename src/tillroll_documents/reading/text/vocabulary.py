"""Finds the words of `languages` in printed text, through OCR's slips: accents lost, O for 0, l for
1, one letter wrong, spaces missing ("TOTALQUANTITY", "CHANGERM").
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, chain
from typing import Final, NamedTuple

from tillroll_documents.money import CODES
from tillroll_documents.reading.languages import LANGUAGES, Concept, Language, later_language
from tillroll_documents.reading.languages.later import LATER, by_script, by_signs
from tillroll_documents.reading.text.folding import (
    WORD,
    Folded,
    alike,
    deletions,
    fold,
    is_one_slip,
)
from tillroll_documents.reading.text.glued import GLUED_FIGURE

Codes = frozenset[str]
_WORDS: Final = re.compile(rf"([^\W\d_]{{3,}}(?={GLUED_FIGURE})|[^\W_]+|\n)")
"""The same, and ends of lines, kept when a text is split there. A figure that is glued to a word is
none of it: "MwSt12,82"."""
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_CONFUSED_PAIRS: Final = "fp hm hn mn ef cg oq od vy uv il it br pr kx be pb dq"
_CONFUSED: Final = frozenset(
    spelt for pair in _CONFUSED_PAIRS.split() for spelt in (pair, pair[::-1])
)
"""Capitals that worn print makes alike, in lower case, in either order."""
_UMLAUT: Final = re.compile(r"([aou])e")
_THAI: Final = re.compile("[\u0e00-\u0e7f]")
_POINTS: Final = 12
"""A word of one language gives it so many points; several languages share them."""
_FUZZY_MIN: Final = 5
"""Shorter words must be read well: one letter makes another word of them."""
_RESPELL_MIN: Final = 7
_SUFFIX_MIN: Final = 4
_DIFFERENT_OF: Final = 4
"""One of so many letters may differ."""
WORDS_KEPT: Final = 256
"""Of the words of earlier pages, how many are remembered for each question: the usual ones are
among them. More took megabytes and saved no time on 1,000 papers."""
_FILLERS: Final = frozenset({"rm", "rs", "rp"} | {code.lower() for code in CODES})
_NAME_CONCEPTS: Final = frozenset({Concept.TRADE, Concept.FIRM, Concept.ADDRESS})
"""Concepts that also count as the end of a longer word: "Getränkemarkt", "Hauptstraße"."""


class Found(NamedTuple):
    """A concept named in a text, and where."""

    concept: Concept
    start: int
    end: int


class Phrase(NamedTuple):
    """The words so far: what they name by language, where they are a phrase, and the words by which
    one goes on.
    """

    concepts: dict[str, tuple[Concept, ...]]
    following: "dict[str, Phrase]"


class Term(NamedTuple):
    """A word as the vocabulary spells it, with its span in the printed one, its concepts, and words
    that go on.
    """

    word: str
    start: int
    end: int
    concepts: tuple[Concept, ...]
    following: Mapping[str, Phrase]


def languages_of(text: Folded) -> Codes:
    """English and the languages whose words the text uses most. A word of several languages counts
    little.
    """
    return languages_in(score_languages(text))


def languages_in(scores: Mapping[str, int]) -> Codes:
    """English and the languages with the most points, of `score_languages`."""
    most = max(scores.values())
    leading = {code for code, points in scores.items() if points and points * 2 >= most}
    return frozenset({"en"} | leading)


def main_language(scores: Mapping[str, int]) -> str | None:
    """The language, English apart, that has more points than any other."""
    others = sorted((points, code) for code, points in scores.items() if code != "en")
    (second, _), (first, best) = others[-2:]
    if first == second:
        return None
    return best


def is_of_later(scores: Mapping[str, int]) -> bool:
    """Whether a language of `later` has more points than each that a start reads, English apart."""
    later = [points for code, points in scores.items() if code in LATER]
    others = [points for code, points in scores.items() if code not in LATER and code != "en"]
    return max(later, default=0) > max(others, default=0)


def score_languages(text: Folded) -> Mapping[str, int]:
    """How much the words of a text speak for each language that it may be written in."""
    scripts = by_script(text.text, text.words)
    later = scripts.keys() | by_signs(text.words)
    learn(later)
    candidates = _BASE | later
    scores = dict.fromkeys(candidates, 0)
    owners_of = _BASE_OWNERS
    if later:
        owners_of = _OWNERS
    for word in text.words & owners_of.keys():
        owners = owners_of[word]
        if later:
            owners &= candidates
        for code in owners:
            scores[code] += _POINTS // len(owners)
    for code, count in scripts.items():
        if code in _UNSPACED:
            scores[code] += _POINTS * count
    return scores


def learn(codes: Iterable[str]) -> None:
    """Add the tables of these languages. Pages in other languages are read as before: a word counts
    only in those that a page speaks."""
    for code in sorted(set(codes) & (LATER.keys() - _LEARNT)):
        _LEARNT.add(code)
        language = later_language(code)
        if language.is_spaced:
            _add_phrases(language)
            _add_words(language)
        else:
            _UNSPACED[code] = _Unspaced.of(language)


class _Unspaced(NamedTuple):
    """The words of a language that writes no spaces, and a pattern for the longest first one."""

    pattern: re.Pattern[str]
    concepts: Mapping[str, tuple[Concept, ...]]

    @classmethod
    def of(cls, language: Language) -> "_Unspaced":
        concepts: defaultdict[str, tuple[Concept, ...]] = defaultdict(tuple)
        for concept, spellings in language.words.items():
            for spelling in spellings:
                word = spelling.replace(" ", "").lower()
                concepts[word] = (*concepts[word], concept)
        longest_first = sorted(concepts, key=lambda word: (-len(word), word))
        pattern = re.compile("|".join(map(_spaced_out, longest_first)), re.IGNORECASE)
        return cls(pattern, dict(concepts))

    def find(self, text: str) -> Iterator[Found]:
        for match in self.pattern.finditer(text):
            word = match[0].replace(" ", "").lower()
            yield from (Found(concept, *match.span()) for concept in self.concepts[word])


def _spaced_out(word: str) -> str:
    """A pattern for the word, also where its letters stand apart ("合 計"). One letter counts only
    where it stands alone."""
    if len(word) == 1:
        return rf"(?<![^\W\d_]){re.escape(word)}(?![^\W\d_])"
    if _THAI.search(word):
        return re.escape(word)
    return " {0,2}".join(map(re.escape, word))


def _spoken(codes: Codes) -> list[Language]:
    base = [each for each in LANGUAGES if each.code in codes]
    later = map(later_language, sorted(codes & LATER.keys()))
    return [*base, *later]


@lru_cache(maxsize=WORDS_KEPT)
def concepts_of(word: str, codes: Codes) -> frozenset[Concept]:
    """What a word names by itself, well spelled and not as part of a longer one."""
    return frozenset(_concepts(fold(word), codes))


@lru_cache(maxsize=64)
def months_of(codes: Codes) -> Mapping[str, int]:
    """The names of the months in these languages, in lower case."""
    months: dict[str, int] = {}
    for language in _spoken(codes):
        months |= {name.casefold(): number for name, number in language.months.items()}
    return months


@lru_cache(maxsize=64)
def weekdays_of(codes: Codes) -> Mapping[str, int]:
    """The names of the days of the week in these languages, folded, Monday 0."""
    weekdays: dict[str, int] = {}
    for language in _spoken(codes):
        weekdays |= {fold(name): number for name, number in language.weekdays.items()}
    return weekdays


@lru_cache(maxsize=WORDS_KEPT)
def respell(word: str, codes: Codes) -> str | None:
    """The vocabulary's spelling, in lower case, of a long word that has one letter wrong within;
    None if it is well spelled or unknown. "grocers" is no misread "grocery".
    """
    folded = fold(word)
    if word.isupper():
        looks = _confused(folded, codes)
        if looks:
            return looks
    spellings = _known(folded, codes)
    if (
        spellings == folded
        or len(spellings) < _RESPELL_MIN
        or (spellings[0], spellings[-1]) != (folded[0], folded[-1])
    ):
        return None
    if spellings == _UMLAUT.sub(r"\1", folded):  # "Baeckerei" is well spelled
        return None
    if _NAME_CONCEPTS.intersection(_concepts(spellings, codes)):
        return spellings
    return None


def _confused(word: str, codes: Codes) -> str:
    """The word of names that a long one in capitals is, when every letter that differs is one that
    print confuses.
    """
    if len(word) < _RESPELL_MIN or _is_word(word, codes):
        return ""
    near = {name for block in _blocks(word) for name in _NAME_BLOCKS.get(block, ())}
    if not near:
        return ""
    names = [name for name in _NAME_WORDS[len(word)] if name in near]
    alike = (similar for similar in names if _prints_like(similar, word))
    return next(
        (similar for similar in alike if _NAME_CONCEPTS.intersection(_concepts(similar, codes))), ""
    )


def _blocks(word: str) -> Sequence[tuple[int, int, str]]:
    """Parts of the word with its length and their places: one more than letters may differ, so that
    one part is the same in each word that prints like it."""
    length = len(word)
    count = length // _DIFFERENT_OF + 1
    size = length // count
    places = range(0, size * count, size)
    return [(length, place, word[place : place + size]) for place in places]


def _prints_like(name: str, word: str) -> bool:
    """Whether words of one length differ in a quarter of their letters at most, all of them
    confused by print.
    """
    if sum(map(str.__ne__, name, word)) > len(word) // _DIFFERENT_OF:
        return False
    return all(
        right == printed or right + printed in _CONFUSED
        for right, printed in zip(name, word, strict=True)
    )


def find_concepts(text: str, codes: Codes) -> tuple[Found, ...]:
    """The concepts that the text names, left to right. Of overlapping phrases the longest
    counts.
    """
    pieces = _WORDS.split(text)
    starts = list(accumulate(map(len, pieces)))[::2]
    words = zip(pieces[1::2], starts, strict=False)
    terms = [
        (term, start)
        for word, start in words
        for term in ((_number(word),) if word.isdecimal() else _terms(word, codes))
    ]
    concepts_found: list[Found] = []
    goes_on_at = 0
    for position, (term, offset) in enumerate(terms):
        concepts = term.concepts
        if position < goes_on_at or not (concepts or term.following):
            continue
        end = offset + term.end
        last = position
        phrases = term.following
        for place in range(position + 1, len(terms)):
            following, at = terms[place]
            phrase = phrases.get(following.word)
            if phrase is None:
                break
            named = _in_languages(phrase.concepts, codes)
            if named:
                concepts = named
                end = at + following.end
                last = place
            phrases = phrase.following
        concepts_found += [Found(concept, offset + term.start, end) for concept in concepts]
        goes_on_at = last + 1
    unspaced = [each for code in _UNSPACED.keys() & codes for each in _UNSPACED[code].find(text)]
    if unspaced:
        concepts_found = sorted(
            {*concepts_found, *unspaced}, key=lambda each: (each.start, each.end)
        )
    return tuple(concepts_found)


@lru_cache(maxsize=WORDS_KEPT)
def _terms(raw: str, codes: Codes) -> tuple[Term, ...]:
    """One run of letters and digits as known words: itself, or several printed without a space."""
    return tuple([_term(*part, codes) for part in _known_parts(raw, codes)])


def _number(digits: str) -> Term:
    return Term(digits, 0, end=len(digits), concepts=(), following=_NO_PHRASE.following)


def _term(word: str, start: int, end: int, codes: Codes) -> Term:
    phrase = _PHRASES.get(word, _NO_PHRASE)
    concepts = _in_languages(phrase.concepts, codes) or _suffix_concepts(word, codes)
    return Term(word, start, end=end, concepts=concepts, following=phrase.following)


def _concepts(word: str, codes: Codes) -> tuple[Concept, ...]:
    return _in_languages(_PHRASES.get(word, _NO_PHRASE).concepts, codes)


def _in_languages(concepts: Mapping[str, tuple[Concept, ...]], codes: Codes) -> tuple[Concept, ...]:
    spoken = [each for code, each in concepts.items() if code in codes]
    if not spoken:
        return ()
    return tuple(sorted(set(chain.from_iterable(spoken))))


def _suffix_concepts(word: str, codes: Codes) -> tuple[Concept, ...]:
    ends = [word[start:] for start in range(3, len(word) - _SUFFIX_MIN + 1)]
    if _PHRASES.keys().isdisjoint(ends):  # of most words
        return ()
    named = (_NAME_CONCEPTS.intersection(_concepts(end, codes)) for end in ends if end in _PHRASES)
    return tuple(sorted(next(filter(None, named), ())))


def _known_parts(raw: str, codes: Codes) -> tuple[tuple[str, int, int], ...]:
    """The known words of one run of letters and digits, with their spans; else the run itself,
    folded.
    """
    folded = fold(raw)
    whole = _known(folded, codes)
    if whole:
        return ((whole, 0, len(raw)),)
    if raw.isalpha() and (raw.isupper() or raw[1:].islower()):
        runs = ()
    else:
        runs = tuple(_runs(raw))
    if len(runs) > 1:
        parts = [(_known(fold(raw[a:b]), codes), a, b) for a, b in runs]
        if any(word for word, _, _ in parts):
            return tuple((word or fold(raw[a:b]), a, b) for word, a, b in parts)
    split = _split(folded, codes) if len(raw) == len(folded) else None
    return split or ((folded, 0, len(raw)),)


def _runs(raw: str) -> Iterator[tuple[int, int]]:
    """Spans of letters in a mixed run, cut where lower case meets upper case: "TotalGST6" → Total,
    GST.
    """
    for match in _LETTERS.finditer(raw):
        start = match.start()
        for index in range(match.start() + 1, match.end()):
            if raw[index].isupper() and raw[index - 1].islower():
                yield start, index
                start = index
        yield start, match.end()


def _is_word(word: str, codes: Codes) -> bool:
    """Whether a word stands in any table that each start reads, or in one of these languages'."""
    owners = _OWNERS.get(word)
    return owners is not None and not (_BASE | codes).isdisjoint(owners)


def _split(word: str, codes: Codes) -> tuple[tuple[str, int, int], ...] | None:
    """A word as two known ones, the longest first one: "totalquantity"."""
    for cut in range(len(word) - 2, 2, -1):
        first = word[:cut]
        if first not in _OWNERS or not _is_word(first, codes):
            continue
        right = word[cut:]
        if right in _FILLERS or (len(right) > 2 and _is_word(right, codes)):
            return (first, 0, cut), (right, cut, len(word))
    return None


def _known(word: str, codes: Codes) -> str:
    """The vocabulary's spelling of a folded word, or "" if it is none of these languages' words."""
    if word in _OWNERS and not codes.isdisjoint(_OWNERS[word]):
        return word
    if len(word) < 3 or word.isdecimal():
        return ""
    looks = alike(word)
    if len(word) > 3 or not word.isalpha():
        misread = [*_ALIKE_WORDS.get(looks, ())]
    else:
        misread = []
    if len(word) >= _FUZZY_MIN:
        variants = [looks, *deletions(looks)]
        if not _NEAR_WORDS.keys().isdisjoint(variants):  # most words are like none
            near = (near_word for variant in variants for near_word in _NEAR_WORDS.get(variant, ()))
            misread += [near_word for near_word in near if is_one_slip(looks, alike(near_word))]
    return next(
        (near_word for near_word in misread if not codes.isdisjoint(_OWNERS[near_word])), ""
    )


def _read_phrases() -> dict[str, Phrase]:
    first: dict[str, Phrase] = {}
    for language in LANGUAGES:
        for concept, spellings in language.words.items():
            for spelling in spellings:
                concepts = {}
                following = first
                for word in WORD.findall(fold(spelling)):
                    concepts, following = following.setdefault(word, Phrase({}, {}))
                concepts[language.code] = (*concepts.get(language.code, ()), concept)
    _share_ends(first, {})
    return first


def _add_phrases(language: Language) -> None:
    """Add a language's phrases. What is on the way is copied: phrases that end alike are one."""
    for concept, spellings in language.words.items():
        for spelling in spellings:
            following = _PHRASES
            concepts: dict[str, tuple[Concept, ...]] = {}
            for word in WORD.findall(fold(spelling)):
                shared = following.get(word, _NO_PHRASE)
                concepts = dict(shared.concepts)
                phrase = Phrase(concepts, dict(shared.following))
                following[word] = phrase
                following = phrase.following
            concepts[language.code] = (*concepts.get(language.code, ()), concept)


def _add_words(language: Language) -> None:
    """Add a language's words to what slips of OCR are compared with."""
    spellings = chain.from_iterable(language.words.values())
    for word in sorted({word for spelling in spellings for word in WORD.findall(fold(spelling))}):
        is_new = word not in _OWNERS
        _OWNERS[word] = _OWNERS.get(word, frozenset()) | {language.code}
        if is_new:
            _add_slips(word)
        is_name = not _NAME_CONCEPTS.isdisjoint(_concepts(word, _OWNERS[word]))
        names = _NAME_WORDS.get(len(word), [])
        if is_name and len(word) >= _RESPELL_MIN and word not in names:
            _NAME_WORDS[len(word)] = [*names, word]
            for block in _blocks(word):
                _NAME_BLOCKS[block] = (*_NAME_BLOCKS.get(block, ()), word)


def _add_slips(word: str) -> None:
    looks = alike(word)
    _ALIKE_WORDS[looks] = (*_ALIKE_WORDS.get(looks, ()), word)
    if len(word) < _FUZZY_MIN:
        return
    for variant in {looks, *deletions(looks)}:
        _NEAR_WORDS[variant] = (*_NEAR_WORDS.get(variant, ()), word)


def _share_ends(
    phrases: dict[str, Phrase], phrases_by_ends: dict[tuple[object, ...], Phrase]
) -> None:
    """Keep phrases once that end and name the same, as most do."""
    for word, phrase in phrases.items():
        if phrase.following:
            _share_ends(phrase.following, phrases_by_ends)
        else:
            phrases[word] = phrases_by_ends.setdefault((*phrase.concepts.items(),), phrase)


def _read_owners() -> dict[str, frozenset[str]]:
    """Each word of any phrase, with the codes of its languages."""
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for language in LANGUAGES:
        for spelling in chain.from_iterable(language.words.values()):
            for word in WORD.findall(fold(spelling)):
                owners[word].add(language.code)
    # few differ: each is kept once
    owner_sets = {frozenset(codes): frozenset(codes) for codes in owners.values()}
    return {word: owner_sets[frozenset(codes)] for word, codes in owners.items()}


def _read_name_words() -> dict[int, list[str]]:
    """The long words of names in any language, by their length."""
    by_length: defaultdict[int, list[str]] = defaultdict(list)
    for word in _OWNERS:
        concepts = set(_concepts(word, _OWNERS[word]))
        if len(word) >= _RESPELL_MIN and _NAME_CONCEPTS & concepts:
            by_length[len(word)].append(word)
    return dict(by_length)


def _read_name_blocks() -> dict[tuple[int, int, str], tuple[str, ...]]:
    by_block: dict[tuple[int, int, str], tuple[str, ...]] = {}
    for word in chain.from_iterable(_NAME_WORDS.values()):
        for block in _blocks(word):
            by_block[block] = (*by_block.get(block, ()), word)
    return by_block


def _index(spell: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    index: defaultdict[str, list[str]] = defaultdict(list)
    for word, variants in spell.items():
        for variant in variants:
            index[variant].append(word)
    phrases = {
        words: words for words in map(tuple, index.values())
    }  # few differ: each is kept once
    return {variant: phrases[tuple(words)] for variant, words in index.items()}


_PHRASES: Final = _read_phrases()
_NO_PHRASE: Final = Phrase({}, {})
_OWNERS: Final = _read_owners()
_BASE: Final = frozenset(language.code for language in LANGUAGES)
_BASE_OWNERS: Final = dict(_OWNERS)
_LEARNT: Final[set[str]] = set()
_UNSPACED: Final[dict[str, _Unspaced]] = {}
_NAME_WORDS: Final = _read_name_words()
_NAME_BLOCKS: Final = _read_name_blocks()
_ALIKE_WORDS: Final = _index({word: (alike(word),) for word in sorted(_OWNERS)})
# A word with one letter wrong, lost or added shares a one-letter deletion with the right one.
_NEAR_WORDS: Final = _index(
    {w: {alike(w), *deletions(alike(w))} for w in sorted(_OWNERS) if len(w) >= _FUZZY_MIN}
)
