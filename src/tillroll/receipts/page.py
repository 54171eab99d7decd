"""A transcript with what is known of it as a whole: its languages and the signs of its country."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tillroll.receipts.countries import by_code, country_hints
from tillroll.receipts.dates import PrintedDate, find_dates
from tillroll.receipts.languages import Concept
from tillroll.receipts.transcript import Line, Transcript
from tillroll.receipts.vocabulary import Codes, Found, find_concepts, languages_of, months_of


@dataclass(frozen=True)
class Page:
    """The filled lines of a transcript. `hints` counts the signs of each country (ISO code)."""

    lines: tuple[Line, ...]
    languages: Codes
    hints: Mapping[str, int]
    _found: dict[int, tuple[Found, ...]] = field(default_factory=dict[int, tuple[Found, ...]], repr=False)
    _named: dict[int, frozenset[Concept]] = field(default_factory=dict[int, frozenset[Concept]], repr=False)
    _dates: dict[int, list[PrintedDate]] = field(default_factory=dict[int, list[PrintedDate]], repr=False)

    @classmethod
    def of(cls, transcript: Transcript) -> "Page":
        lines = tuple(line for line in transcript.lines if line.plain.strip())
        text = "\n".join(line.plain for line in lines)
        hints = country_hints(text)
        spoken = {language for country in hints for language in by_code(country).languages.split()}
        return cls(lines, languages_of(text) | spoken, hints)

    @property
    def months(self) -> Mapping[str, int]:
        return months_of(self.languages)

    @cached_property
    def _ranks(self) -> Mapping[int, int]:
        return {line.index: rank for rank, line in enumerate(self.lines)}

    def rank(self, line: Line) -> int:
        """The number of the line among the filled ones, from 0."""
        return self._ranks[line.index]

    def found(self, line: Line) -> tuple[Found, ...]:
        """The concepts named on the line, with their spans."""
        if line.index not in self._found:
            self._found[line.index] = find_concepts(line.plain, self.languages)
        return self._found[line.index]

    def named(self, line: Line, start: int = 0, end: int | None = None) -> frozenset[Concept]:
        """The concepts named on the line, or in a part of it."""
        if start == 0 and end is None:
            if line.index not in self._named:
                self._named[line.index] = frozenset([f.concept for f in self.found(line)])
            return self._named[line.index]
        return frozenset([f.concept for f in self.found(line) if f.start >= start and (end is None or f.end <= end)])

    def dates(self, line: Line) -> list[PrintedDate]:
        """The dates printed on the line, left to right."""
        if line.index not in self._dates:
            self._dates[line.index] = find_dates(line.plain, self.months)
        return self._dates[line.index]
