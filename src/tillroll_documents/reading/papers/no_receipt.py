"""Papers that say that they are no receipt: a provisional bill, an offer, a declined payment.

The words are those of all languages at once: each is clear enough for that. OCR's slips are
understood as in `vocabulary`.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Final

from tillroll_documents.reading.extraction import Evidence, Line
from tillroll_documents.reading.languages import (
    LANGUAGES,
    Concept,
    Language,
    Wording,
    later_language,
)
from tillroll_documents.reading.languages.later import LATER
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.papers.cancelled import find_cancelled
from tillroll_documents.reading.papers.sentences import lines_that_deny
from tillroll_documents.reading.text.folding import (
    Folded,
    alike,
    deletions,
    fold,
    is_one_slip,
)
from tillroll_documents.reading.text.vocabulary import (
    WORDS_KEPT,
)

_WORD: Final = re.compile(r"[^\W_]+")
_FUZZY_MIN: Final = 7
"""Shorter words must be read well, but for letters and digits that print alike."""
_END: Final = 3
"""So many letters at either end of a long word."""
_LOST_LETTER_MIN: Final = 10
"""In shorter words a letter may be wrong, but none lost: "concept" and "concepto" are two words."""
_WRAPPED_MIN: Final = 3
"""A sentence of so many words may go on in the next line."""
_LETTERS_APART: Final = re.compile(
    r"^[ \t*=_~-]*+(?:[^\W\d_][^\S\n]{1,5}){4,39}[^\W\d_][ \t*=_~.:-]*+$"
    r"|^[ \t*=_~-]*+(?:[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af][^\S\n]{1,5}){2,9}"
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af][ \t*=_~.:-]*+$",
    re.MULTILINE,
)
"""A line of single letters; in the scripts of East Asia three are a title already."""
_UNSPACED: Final = re.compile(r"[\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff]")
"""Thai, Korean (folded into its letters), Japanese and Chinese. No spaces part words there, so
that a phrase is looked for as it is."""


@dataclass(slots=True)
class _Node:
    """The words so far: what they say if nothing follows, and the words by which a phrase goes
    on.
    """

    wordings: set[Wording] = field(default_factory=set[Wording])
    following: "dict[str, _Node]" = field(default_factory=dict[str, "_Node"])


@dataclass(frozen=True, slots=True)
class _Match:
    """A phrase in a line of the folded text, with its span there."""

    rank: int
    start: int
    end: int
    wordings: AbstractSet[Wording]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else is read of the page. All are indexes of lines."""

    amounts: Collection[int] = frozenset()
    """Lines with an amount."""
    goods: range = range(0)
    """From the first amount to the total: what is void between them is an article."""
    is_paid: bool = False
    """Whether an amount is called paid, or given back as change."""


@dataclass(frozen=True, slots=True, eq=False)
class _Phrases:
    """What papers say in some languages."""

    root: _Node
    spellings: frozenset[str]
    """Each word of them, with what prints alike made one."""
    near: Mapping[str, tuple[str, ...]]
    """The words, by each spelling with a letter less."""
    first_heads: frozenset[str]
    """The first letters of the long words that phrases begin with."""
    first_tails: frozenset[str]
    """Their last letters."""
    unspaced: Mapping[str, AbstractSet[Wording]]
    pattern: re.Pattern[str]
    """Finds the phrases that stand in no words; matches nothing where there are none."""

    @classmethod
    def of(cls, languages: Iterable[Language]) -> "_Phrases":
        """Read the phrases of these languages."""
        spaced: list[tuple[str, Wording]] = []
        unspaced: dict[str, set[Wording]] = {}
        for phrase, wording in _phrases(languages):
            if _UNSPACED.search(phrase):
                unspaced.setdefault(phrase, set()).add(wording)
            else:
                spaced.append((phrase, wording))
        words = [_WORD.findall(phrase) for phrase, _ in spaced]
        spellings = frozenset(alike(word) for phrase in words for word in phrase)
        longest_first = sorted(unspaced, key=lambda phrase: (-len(phrase), phrase))
        root = _read_phrases(spaced)
        long_firsts = [word for word in root.following if len(word) >= _FUZZY_MIN]
        return cls(
            root=root,
            spellings=spellings,
            near=_read_near(spellings),
            first_heads=frozenset(word[:_END] for word in long_firsts),
            first_tails=frozenset(word[-_END:] for word in long_firsts),
            unspaced=unspaced,
            pattern=re.compile("|".join(map(re.escape, longest_first)) or r"(?!)"),
        )


def _phrases(languages: Iterable[Language]) -> Iterator[tuple[str, Wording]]:
    for language in languages:
        for wording, phrases in language.papers.items():
            yield from ((fold(phrase), wording) for phrase in phrases)


def _read_phrases(phrases: Iterable[tuple[str, Wording]]) -> _Node:
    root = _Node()
    for phrase, wording in phrases:
        node = root
        for word in _WORD.findall(phrase):
            node = node.following.setdefault(alike(word), _Node())
        node.wordings.add(wording)
    return root


def _read_near(spellings: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    near: dict[str, tuple[str, ...]] = {}
    for word in sorted(spellings):
        if len(word) >= _FUZZY_MIN:
            for variant in {word, *deletions(word)}:
                near[variant] = (*near.get(variant, ()), word)
    return near


_OF_EACH_START: Final = _Phrases.of(LANGUAGES)


@lru_cache(maxsize=32)
def _of_later(code: str) -> _Phrases:
    return _Phrases.of([later_language(code)])


_MARKS: Final = r"[*|/()!:;,_=~#<>\[\]\"]"
_PARTED: Final = rf"(?:(?<!\s)\s{{2,}}+|\s-+\s|\s?(?<!{_MARKS}){_MARKS}++\s?|(?<!-)-{{2,}}+\s?)"
"""What parts a line: a phrase between two such places stands alone. Each run is taken from its
beginning, so that it is found in linear time."""
_LABELS_OF_NUMBERS: Final = """
    nr no num numer nummer numero number nro n c id st stevilka br broj cislo sz szam sorszam sn
    αρ αριθ αριθμος номер рег so เลขที่ 번호 호 第 号 號 編號 编号 番号 מס מספר رقم
    date datum data fecha dato datums dags kuupaev kelt pvm paivays paivamaara tarih tarihi
    ngay дата ημερομηνια วันที่ 일자 日付 日期 תאריך التاريخ
"""
"""Words before the number or the day of a paper, in each language. Thai ones end in a vowel's mark,
which is no letter: no word's boundary follows it.
"""


def _any_of(words: str) -> str:
    """A pattern for one of the words of a text, folded."""
    return "|".join(sorted({re.escape(fold(word)) for word in words.split()}))


_NUMBER_WORD: Final = _any_of(_LABELS_OF_NUMBERS)
_OF_DAY: Final = "vom du del van of af av from fra fran od z ze dne dnia din de от від της la den"
_NUMBER_WORDS: Final = f"(?:{_NUMBER_WORD}|{_any_of(_OF_DAY)})"
_NUMBER: Final = r"[a-z]{0,6}[-/ ]?\d[\w./:-]*+"
_NUMBERS: Final = rf"(?:[ .:#°º-]*\b(?:{_NUMBER_WORDS}(?!\w)|{_NUMBER}))*+[ .:#°º]*"
_FOR: Final = r"\s(?:for|to|fur|an|pour|para|per|voor|dla|pro|for|til|till)\s.{1,60}"
_QUALIFIERS: Final = """
    ihr ihre unser unsere your our votre notre vostra su uw din er jouw sales
    first second third final last urgent erste zweite dritte letzte premiere deuxieme troisieme
    derniere primer primero segundo segunda tercer ultimo ultima primo secondo terzo eerste tweede
    derde laatste forsta andra tredje sista forste anden annen sidste siste pierwsze drugie
    ostateczne przedsadowe prvni druha treti posledni prva druga tretja zadnja elso masodik utolso
    ensimmainen toinen viimeinen esimene teine viimane prima doua ultima 제1차 제2차 最終 第二次
"""
"""Words before a title that leave it one: "your estimate", "second reminder"."""
_ORDINAL: Final = r"\d{1,2}(?:\.|st|nd|rd|th|[aeº°])"
_BEFORE: Final = rf"(?:{_any_of(_QUALIFIERS)}|{_ORDINAL})\s"
_ALONE_BEFORE: Final = re.compile(rf"(?:^|{_PARTED}){_NUMBERS}(?:{_BEFORE})?$")
_ALONE_BEHIND: Final = re.compile(rf"{_NUMBERS}(?:$|{_PARTED})")
_TITLE_END: Final = r"(?:$|\s{2,}|\s-+\s|[*|/()!_=~]|-{2})"
_TITLE_BEHIND: Final = re.compile(rf"(?:{_NUMBERS}|{_FOR}){_TITLE_END}")
"""What may follow a title: a number, a name. A colon makes it a label of another paper's number."""
_LABEL: Final = re.compile(rf"[ .:-]*(?:{_NUMBER_WORD})(?!\w)")
"""After the title of an order: it is the order's number on another paper."""
_TITLES: Final = frozenset({Wording.OTHER_PAPER, Wording.ORDER_PAPER, Wording.STATEMENT})
_OF_HEADINGS: Final = frozenset({Concept.HEADING, Concept.RECEIPT_NUMBER, Concept.TAX})
_LETTERS: Final = re.compile(r"[^\W\d_]{3,}")


def no_receipt_says(
    page: Page, around: Surroundings, wordings: Collection[Wording] = tuple(Wording)
) -> Evidence | None:
    """The line by which the paper says that it is no receipt, or that nothing was paid, if any."""
    folded = _with_titles(page)
    texts = folded.lines
    matches = [match for match in _matches(page, folded) if not match.wordings.isdisjoint(wordings)]
    headings = _headings(page, matches)
    for match in matches:
        line = page.lines[match.rank]
        text = texts[match.rank]
        if _counts(match, text, line=line, headings=headings, around=around):
            return line.evidence(0, len(line.text))
    if Wording.ORDER_PAPER in wordings:
        for rank in lines_that_deny(page, around.amounts):
            line = page.lines[rank]
            if line.index not in around.goods:
                return line.evidence(0, len(line.text))
    if Wording.NOT_PAID not in wordings:
        return None
    cancelled = find_cancelled(page, skipped={*around.amounts, *around.goods})
    if cancelled is None:
        return None
    return cancelled.evidence(0, len(cancelled.text))


def _headings(page: Page, matches: Collection[_Match]) -> Sequence[Line]:
    """The lines that say only what paper it is, but for those of the matches; none without a
    match.
    """
    if not matches:
        return []
    covered = {match.rank for match in matches}
    named = [line for line in page.naming(Concept.HEADING) if page.rank(line) not in covered]
    return [line for line in named if _is_heading(page, line)]


def _counts(
    match: _Match,
    text: str,
    line: Line,
    headings: Collection[Line],
    around: Surroundings,
) -> bool:
    if Wording.NO_RECEIPT in match.wordings:
        return True
    if Wording.PAY_LATER in match.wordings:
        return not around.is_paid
    is_alone = line.index not in around.amounts and _ALONE_BEFORE.search(text[: match.start])
    rest = text[match.end :]
    phrase = re.escape(text[match.start : match.end])
    rest = re.sub(rf"^(?:\W+{phrase})+", "", rest)
    if is_alone and Wording.NOT_PAID in match.wordings and _ALONE_BEHIND.match(rest):
        return line.index not in around.goods
    is_of_receipt = headings or around.is_paid or _LABEL.match(rest)
    if Wording.ORDER_PAPER in match.wordings and is_of_receipt:
        return False
    is_title = is_alone and not _TITLES.isdisjoint(match.wordings) and _TITLE_BEHIND.match(rest)
    return bool(is_title) and not any(heading.index < line.index for heading in headings)


def _is_heading(page: Page, line: Line) -> bool:
    """Whether the line says only what paper it is: "RECEIPT", "Tax invoice No. 12"."""
    rest = line.plain
    for label in page.found(line):
        if label.concept in _OF_HEADINGS:
            rest = rest[: label.start] + " " * (label.end - label.start) + rest[label.end :]
    return _LETTERS.search(rest) is None


def _with_titles(page: Page) -> Folded:
    """The folded lines, with the letters of a title joined that stand apart: "P R O F O R M A"."""
    apart = [*page.search(_LETTERS_APART)]
    if not apart:
        return page.folded
    lines = [*page.folded.lines]
    for line, _, match in apart:
        lines[page.rank(line)] = fold(_join(match[0]))
    return Folded.of_lines(lines)


def _join(apart: str) -> str:
    """The words of a title whose letters stand apart, parted by two blanks or more, if any are."""
    words = re.split(r"\s{2,}", apart.strip(" *=_~.:-"))
    if all(len(word) == 1 for word in words):
        return "".join(words)
    return " ".join(word.replace(" ", "") for word in words)


def _matches(page: Page, folded: Folded) -> Sequence[_Match]:
    """The longest phrases of each line, from the top."""
    matches: list[_Match] = []
    for phrases in (_OF_EACH_START, *map(_of_later, sorted(page.languages & LATER.keys()))):
        beginnings = _beginnings(folded, phrases)
        matches += _spaced(folded, phrases, beginnings)
        if phrases.unspaced:
            matches += _unspaced(folded, phrases)
    return sorted(matches, key=lambda match: (match.rank, match.start))


def _beginnings(folded: Folded, phrases: _Phrases) -> AbstractSet[str]:
    """The words of the page with which a phrase begins."""
    firsts = phrases.root.following
    heads = phrases.first_heads
    tails = phrases.first_tails
    # One letter of a long word is wrong at most, so that the first ones are right or the last ones.
    return {
        word
        for word, look in folded.looks.items()
        if look in firsts
        or (
            len(look) >= _FUZZY_MIN - 1
            and (look[:_END] in heads or look[-_END:] in tails)
            and _spelling(look, phrases) in firsts
        )
    }


def _spaced(folded: Folded, phrases: _Phrases, beginnings: AbstractSet[str]) -> Iterator[_Match]:
    """The phrases of words, of which `beginnings` may be the first."""
    goes_on_at = (0, 0)
    for rank, words in enumerate(folded.words_by_line):
        # Most lines hold none of them.
        if beginnings.isdisjoint(words):
            continue
        for place, word in enumerate(words):
            if word not in beginnings or (rank, place) < goes_on_at:
                continue
            following = folded.words_by_line[rank + 1 : rank + 2]
            words_from = chain(words[place:], *following)
            looks = (folded.looks[each] for each in words_from)
            length, wordings = _longest(looks, phrases, in_line=len(words) - place)
            if not length:
                continue
            spans = [match.span() for match in _WORD.finditer(folded.lines[rank])]
            start = spans[place][0]
            wrapped = place + length - len(words)
            if wrapped > 0:
                goes_on_at = (rank + 1, wrapped)
                end = len(folded.lines[rank])
            else:
                goes_on_at = (rank, place + length)
                end = spans[place + length - 1][1]
            yield _Match(rank=rank, start=start, end=end, wordings=wordings)


def _unspaced(folded: Folded, phrases: _Phrases) -> Iterator[_Match]:
    """The phrases that stand in no words."""
    for rank, text in enumerate(folded.lines):
        for match in phrases.pattern.finditer(text):
            wordings = phrases.unspaced[match[0]]
            yield _Match(rank=rank, start=match.start(), end=match.end(), wordings=wordings)


def _longest(
    looks: Iterable[str],
    phrases: _Phrases,
    *,
    in_line: int,
) -> tuple[int, AbstractSet[Wording]]:
    """How many words the longest phrase has that the words begin with, 0 for none; and what it
    says. So many of the words are `in_line`; the others are of the next.
    """
    node = phrases.root
    length = 0
    wordings: AbstractSet[Wording] = frozenset()
    for depth, look in enumerate(looks):
        next_node = node.following.get(_spelling(look, phrases))
        if next_node is None:
            break
        node = next_node
        if node.wordings and (depth < in_line or depth + 1 >= _WRAPPED_MIN):
            length = depth + 1
            wordings = node.wordings
    return length, wordings


@lru_cache(maxsize=WORDS_KEPT)
def _spelling(look: str, phrases: _Phrases) -> str:
    """A word as the phrases spell it, of what it looks like; a long one may have one letter
    wrong.
    """
    if look in phrases.spellings or len(look) < _FUZZY_MIN - 1:
        return look
    variants = [look, *deletions(look)]
    if phrases.near.keys().isdisjoint(variants):  # most words are like none
        return look
    for variant in variants:
        for spelling in phrases.near.get(variant, ()):
            is_whole = len(spelling) == len(look) or len(spelling) >= _LOST_LETTER_MIN
            if is_whole and is_one_slip(look, spelling):
                return spelling
    return look
