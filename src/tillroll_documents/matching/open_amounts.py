"""What is still open while matches are made: no line and no document is used beyond its amount."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from tillroll_documents.matching.candidates import Index
from tillroll_documents.matching.evidence import LineView, Weigher
from tillroll_documents.matching.models import (
    Document,
    Level,
    Line,
    Match,
    MatchKind,
    Pair,
)

LARGEST_SCORE: Final = 1000
_WITHOUT_CHARGES: Final = {MatchKind.EXACT, MatchKind.FOREIGN, MatchKind.ONE_TO_MANY}
"""Kinds of matches whose documents may come to a line's amount without the bank's charges."""


class Open:
    """Lines without a match, what is open of documents, and the matches so far."""

    def __init__(self, lines: Iterable[LineView], index: Index, weigher: Weigher) -> None:
        self.lines = {view.line.id: view for view in lines}
        self.index = index
        self.weigher = weigher
        self.matches: list[Match] = []
        self._used: set[str] = set()
        self._left = {view.document.id: view.document.remainder for view in index.views.values()}
        self._certain: set[str] = set()
        """Documents of automatic matches."""
        self._settled: dict[str, int] = {}
        """What matches of this time pay of documents; a refund is netted against it."""

    def __iter__(self) -> Iterator[LineView]:
        """Lines without a match, booked ones first, in the order of their days."""
        return (view for view in self.lines.values() if view.line.id not in self._used)

    def is_free(self, line: str) -> bool:
        return line in self.lines and line not in self._used

    def remainder(self, document: str) -> int:
        return self._left[document]

    def paid(self, document: Document) -> int:
        """What was paid of a document, with what matches of this time pay."""
        return document.paid + self._settled.get(document.id, 0)

    def is_certain(self, document: str) -> bool:
        """Whether an automatic match has the document."""
        return document in self._certain

    def fits(self, document: str, settles: int) -> bool:
        remainder = self._left[document]
        if remainder > 0:
            return 0 < settles <= remainder
        return remainder <= settles < 0

    def add(self, match: Match, *, is_refund: bool = False) -> None:
        """Take a match. Its lines are used, and its documents by what it settles."""
        match = self._with_charges_apart(match)
        self.matches.append(match)
        self._used.update(match.lines)
        if match.level is Level.AUTOMATIC:
            self._certain.update(match.documents)
        for pair in match.pairs:
            if pair.document in self._settled or pair.settles:
                self._settled[pair.document] = self._settled.get(pair.document, 0) + pair.settles
            if not is_refund and self._left[pair.document]:
                self._left[pair.document] -= pair.settles

    def _with_charges_apart(self, match: Match) -> Match:
        """The match with the bank's charges as a pair with its fees, where documents come to what
        the other side paid or got. So these have their whole amounts."""
        if len(match.lines) != 1 or match.kind not in _WITHOUT_CHARGES:
            return match
        view = self.lines[match.lines[0]]
        charges = view.line.charges
        rule = self.index.fee_of(view.line.currency)
        is_whole = sum(pair.amount for pair in match.pairs) == view.line.amount
        if not charges or rule is None or not is_whole:
            return match
        if match.kind is MatchKind.FOREIGN:
            pairs = [replace(pair, amount=view.net) for pair in match.pairs]
        elif sum(pair.settles for pair in match.pairs) == view.net:
            pairs = [replace(pair, amount=pair.settles) for pair in match.pairs]
        else:
            return match
        pairs.append(Pair(line=view.line.id, document=rule.id, amount=-charges, settles=0))
        return replace(match, pairs=tuple(pairs))

    def note(self, match: Match) -> None:
        """Take a match whose last line may have another one beside it: the booked line of a
        hold.
        """
        self.matches.append(match)
        self._used.update(match.lines[:-1])


def first_by_day(views: Iterable[LineView]) -> list[LineView]:
    """Booked lines before pending ones, by day and id."""
    return sorted(views, key=lambda view: (view.line.is_pending, view.day or 0, view.line.id))


def is_declined(weigher: Weigher, one: Line, other: Line) -> bool:
    return weigher.is_declined(one.id, other.id) or weigher.is_declined(other.id, one.id)


def score(points: int) -> int:
    return max(0, min(LARGEST_SCORE, points))


def whole(line: LineView, document: Document, settles: int, amount: int | None = None) -> Pair:
    return Pair(
        line.line.id,
        document.id,
        amount=line.line.amount if amount is None else amount,
        settles=settles,
    )


def level(*, is_sure: bool, is_tie: bool) -> Level:
    if is_tie:
        return Level.TIE
    if is_sure:
        return Level.AUTOMATIC
    return Level.PROPOSED
