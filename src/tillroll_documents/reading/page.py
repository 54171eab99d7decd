"""A transcript with what is known of it as a whole: its languages, the signs of its country, what
its lines name.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from tillroll_documents.reading.extraction import Line, Transcript
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.languages.later import LATER
from tillroll_documents.reading.text.company_names import LEGAL_FORM
from tillroll_documents.reading.text.countries import COUNTRIES
from tillroll_documents.reading.text.dates import (
    DIGITS_PARTED,
    MonthNames,
    PrintedDate,
    find_dates,
    month_names,
)
from tillroll_documents.reading.text.folding import (
    Folded,
)
from tillroll_documents.reading.text.places import by_code, country_hints
from tillroll_documents.reading.text.vocabulary import (
    Codes,
    Found,
    find_concepts,
    is_of_later,
    languages_in,
    learn,
    main_language,
    months_of,
    score_languages,
)

_RINGGIT = re.compile(r"\brm ?\d")
"""Amounts are marked so in Malaysia alone, whatever language the shop prints."""

_LANGUAGE_COUNTS = 2
"""Signs of its country: a language has many words."""
_SHARED_LANGUAGE_COUNTS = 1
_SHARED = frozenset(
    language
    for country in COUNTRIES
    for language in country.languages.split()
    if language in LATER and country.code != LATER[language].country
)
"""Languages that other countries write too, which may have another currency."""

_NO_CONCEPT = frozenset[Concept]()


@dataclass(frozen=True)
class Page:
    """A transcript and its filled lines; `text` are these made plain, `hints` counts signs of
    countries (ISO code).
    """

    transcript: Transcript
    lines: tuple[Line, ...]
    text: str
    folded: Folded
    languages: Codes
    hints: Mapping[str, int]
    written: Codes = frozenset({"en"})
    """English, and the languages that its words speak for; `languages` has those of its countries
    too.
    """
    is_of_later: bool = False
    """Whether it is written in a language of `later`, of which the rules know fewer words."""

    @classmethod
    def of(cls, transcript: Transcript) -> "Page":
        lines = tuple(line for line in transcript.lines if line.plain.strip())
        text = "\n".join(line.plain for line in lines)
        folded = Folded.of(text)
        scores = score_languages(folded)
        main = main_language(scores)
        hints = _with_language(country_hints(text, folded), main)
        countries = [
            *hints,
            *(["MY"] if "MY" not in hints and _RINGGIT.search(folded.text) else []),
        ]
        spoken = {
            language for country in countries for language in by_code(country).languages.split()
        }
        learn(spoken)
        written = languages_in(scores)
        languages = written | spoken
        return cls(
            transcript,
            lines,
            text,
            folded=folded,
            languages=languages,
            hints=hints,
            written=written,
            is_of_later=is_of_later(scores),
        )

    @property
    def months(self) -> Mapping[str, int]:
        return months_of(self.languages)

    @property
    def month_names(self) -> MonthNames:
        """How the names of months are found that the page may print."""
        return month_names(self.languages)

    @cached_property
    def _ranks(self) -> Mapping[int, int]:
        return {line.index: rank for rank, line in enumerate(self.lines)}

    @cached_property
    def _ends(self) -> list[int]:
        """Where the next line begins in the text, for each."""
        return _ends(self.text)

    @cached_property
    def _folded_ends(self) -> list[int]:
        return _ends(self.folded.text)

    @cached_property
    def _found(self) -> Mapping[int, list[Found]]:
        by_line: dict[int, list[Found]] = {line.index: [] for line in self.lines}
        rank = begin = 0
        for concept, start, end in find_concepts(self.text, self.languages):
            while start >= self._ends[rank]:
                begin = self._ends[rank]
                rank += 1
            by_line[self.lines[rank].index].append(Found(concept, start - begin, end - begin))
        return by_line

    @cached_property
    def _named(self) -> Mapping[int, frozenset[Concept]]:
        return {
            index: frozenset([each.concept for each in terms]) if terms else _NO_CONCEPT
            for index, terms in self._found.items()
        }

    @cached_property
    def _headings(self) -> frozenset[int]:
        headed = [line.index for line in self.naming(Concept.PRODUCT_HEADER)]
        concepts = {index: [each.concept for each in self._found[index]] for index in headed}
        return frozenset(
            index for index, named in concepts.items() if named.count(Concept.PRODUCT_HEADER) > 1
        )

    @cached_property
    def legal(self) -> frozenset[int]:
        """The indexes of the lines with a legal form."""
        return frozenset([line.index for line, _, _ in self.search(LEGAL_FORM)])

    @cached_property
    def _dates(self) -> Mapping[int, list[PrintedDate]]:
        lines = {line.index: line for line, _, _ in self.search(DIGITS_PARTED)}
        names = self.month_names
        lines |= {line.index: line for line in self.lines_with(names.dated)}
        return {index: find_dates(line.plain, self.months, names) for index, line in lines.items()}

    def rank(self, line: Line) -> int:
        """The number of the line among the filled ones, from 0."""
        return self._ranks[line.index]

    def search(self, pattern: re.Pattern[str]) -> Iterator[tuple[Line, int, re.Match[str]]]:
        """The line, where it begins in the text, and the match of all that the pattern matches: not
        over the end of a line.
        """
        for match in pattern.finditer(self.text):
            rank = bisect_right(self._ends, match.start())
            yield self.lines[rank], self._ends[rank - 1] if rank else 0, match

    def lines_with(self, words: re.Pattern[str]) -> list[Line]:
        """The lines whose folded text holds what the pattern matches."""
        ranks = {
            bisect_right(self._folded_ends, match.start())
            for match in words.finditer(self.folded.text)
        }
        return [self.lines[rank] for rank in ranks]

    def found(self, line: Line) -> Sequence[Found]:
        return self._found[line.index]

    def named(self, line: Line, start: int = 0, end: int | None = None) -> frozenset[Concept]:
        if start == 0 and end is None:
            return self._named[line.index]
        terms = self._found[line.index]
        if not terms:
            return self._named[line.index]
        return frozenset(
            [f.concept for f in terms if f.start >= start and (end is None or f.end <= end)]
        )

    def naming(self, *concepts: Concept) -> list[Line]:
        named = self._named
        concept_set = frozenset(concepts)
        return [line for line in self.lines if not concept_set.isdisjoint(named[line.index])]

    def heads_goods(self, line: Line) -> bool:
        """Whether the line holds the headings of the columns of goods: two or more."""
        return line.index in self._headings

    def dates(self, line: Line) -> list[PrintedDate]:
        return self._dates.get(line.index, [])


def _with_language(hints: Mapping[str, int], main: str | None) -> Mapping[str, int]:
    """The signs of countries; a language is a further one of its country, where the page names no
    other that speaks it: Romanian is written in Moldova too."""
    later = LATER.get(main or "")
    if later is None or not later.country:
        return hints
    speaking = [code for code in hints if main in by_code(code).languages.split()]
    if any(code != later.country for code in speaking):
        return hints
    if main in _SHARED:
        count = _SHARED_LANGUAGE_COUNTS
    else:
        count = _LANGUAGE_COUNTS
    return {**hints, later.country: hints.get(later.country, 0) + count}


def _ends(text: str) -> list[int]:
    return list(accumulate([len(line) + 1 for line in text.split("\n")]))
