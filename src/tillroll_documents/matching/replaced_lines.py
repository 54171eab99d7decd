"""Lines that concern another line of the account: reversals, and holds that were booked with
another amount.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Final

from tillroll_documents.matching.candidates import words_of
from tillroll_documents.matching.evidence import SURE_NAME, Evidence, LineView
from tillroll_documents.matching.lags import lag_in_words
from tillroll_documents.matching.models import Match, MatchKind
from tillroll_documents.matching.named_references import reference_key
from tillroll_documents.matching.odd_amounts import Amounts
from tillroll_documents.matching.open_amounts import Open, first_by_day, is_declined, level, score
from tillroll_documents.matching.payee_names import likeness

_LATEST_REVERSAL: Final = 90
_LATEST_HOLD: Final = 21
_COMPARED: Final = 50
_TIE: Final = 25
_MOST_TWINS: Final = 10
_SURE_REVERSAL: Final = 500
_LEAST_HOLD: Final = 400
_SURE_HOLD: Final = 700
_OTHER_AMOUNT: Final = "another amount than was held"
_LARGEST_HOLD: Final = 20
"""Times what is booked in the end, as where fuel is paid at the pump."""


_WITH_TIP: Final = frozenset({Amounts.TIP, Amounts.TAXED})
"""A tip of some whole per cent is the same amount as a tax."""

_Candidate = tuple[int, LineView, tuple[str, ...]]
"""Points, the other line, and the reasons."""


def match_reversals(opened: Open, settled: Iterable[LineView]) -> None:
    """Match each reversal with the line of the same account that it undoes, be that one settled or
    not.
    """
    originals: dict[tuple[str, str, int, str], list[LineView]] = defaultdict(list)
    for line in sorted((*opened, *settled), key=lambda line: (-(line.day or 0), line.line.id)):
        if not line.line.is_reversal and not line.line.is_pending and line.day is not None:
            for key in ("", *_keys(line)):
                originals[line.line.account, line.line.currency, line.line.amount, key].append(line)
    undone: set[str] = set()
    for line in first_by_day(opened):
        if not line.line.is_reversal or line.day is None:
            continue
        near: dict[str, LineView] = {}
        for key in ("", *_keys(line)):
            same = originals.get(
                (line.line.account, line.line.currency, -line.line.amount, key), ()
            )
            near |= {other.line.id: other for other in _before(same, line.day)}
        candidates = [
            _undoing(opened, line, other) for other in near.values() if other.line.id not in undone
        ]
        best = _best(opened, line, candidates)
        if best:
            undone.add(best[1].line.id)
            opened.add(
                _replacing(
                    MatchKind.REVERSAL,
                    line,
                    best=best,
                    candidates=candidates,
                    is_sure=best[0] >= _SURE_REVERSAL and not line.line.is_pending,
                )
            )


def _before(lines: Sequence[LineView], day: int) -> list[LineView]:
    """The lines at most so many days earlier; `lines` are in the order of their days, the newest
    first.
    """
    first = bisect_left(lines, -day, key=lambda line: -(line.day or 0))
    return [
        line
        for line in lines[first : first + _COMPARED]
        if day - (line.day or 0) <= _LATEST_REVERSAL
    ]


def _undoing(opened: Open, line: LineView, other: LineView) -> _Candidate:
    points, reasons = _weigh(line, other, opened)
    return points, other, ("it undoes the same amount", *reasons)


def match_holds(opened: Open, candidates: Mapping[str, Sequence[Evidence]]) -> None:
    """Match pending lines with booked ones of another amount that came later at the same merchant.

    A pending line for which a document of its own amount and name is there is no such hold, unless
    the booked line pays that document with a tip.
    """
    booked = _Booked(opened)
    replaced: set[str] = set()
    for line in first_by_day(opened):
        if not line.line.is_pending or line.day is None:
            continue
        own = {
            each.key[1]
            for each in candidates.get(line.line.id, ())
            if each.has_name and each.amounts is Amounts.SAME
        }
        matches: list[_Candidate] = []
        for other in booked.after(line):
            is_other = other.line.id not in replaced and _may_replace(line, other)
            if is_other and (not own or _pays_with_tip(candidates.get(other.line.id, ()), own)):
                points, reasons = _weigh(other, line, opened)
                if other.line.amount == line.line.amount:
                    amounts = "the amount that was held"
                else:
                    amounts = _OTHER_AMOUNT
                matches.append((points, other, (amounts, *reasons)))
        matches = [each for each in matches if each[0] >= _LEAST_HOLD]
        best = _best(opened, line, matches)
        if best:
            replaced.add(best[1].line.id)
            opened.note(
                _replacing(
                    MatchKind.HOLD,
                    line,
                    best=best,
                    candidates=matches,
                    is_sure=best[0] >= _SURE_HOLD,
                )
            )


def _pays_with_tip(candidates: Sequence[Evidence], own: Container[str]) -> bool:
    return bool(candidates) and candidates[0].amounts in _WITH_TIP and candidates[0].key[1] in own


class _Booked:
    """Booked lines, found by what they share with a pending one: the account, and a word, a number
    or a reference.
    """

    def __init__(self, opened: Open) -> None:
        self._found: dict[tuple[str, str], list[LineView]] = defaultdict(list)
        for line in first_by_day(opened):
            if not line.line.is_pending and line.day is not None:
                for key in _keys(line):
                    self._found[line.line.account, key].append(line)

    def after(self, hold: LineView) -> list[LineView]:
        """The lines of the next days, at most so many by each of what they share."""
        day = hold.day or 0
        views: dict[str, LineView] = {}
        for key in _keys(hold):
            lines = self._found.get((hold.line.account, key), ())
            first = bisect_left(lines, day, key=lambda line: line.day or 0)
            views |= {line.line.id: line for line in lines[first : first + _COMPARED]}
        return [line for line in views.values() if (line.day or 0) - day <= _LATEST_HOLD]


def _keys(line: LineView) -> list[str]:
    references = (f"reference {reference_key(each)}" for each in line.line.references[:_COMPARED])
    if line.line.counterparty:
        number = [f"number {line.line.counterparty}"]
    else:
        number = []
    return [*dict.fromkeys([*words_of(line.name.tokens), *number, *references])]


def _best(opened: Open, line: LineView, candidates: list[_Candidate]) -> _Candidate | None:
    """The best that nobody declined. Leaves what was declined out of those found, and sorts
    them.
    """
    candidates[:] = [
        each for each in candidates if not is_declined(opened.weigher, line.line, each[1].line)
    ]
    candidates.sort(key=lambda each: (-each[0], each[1].line.id))
    if candidates:
        return candidates[0]
    return None


def _may_replace(hold: LineView, booked: LineView) -> bool:
    one = hold.line
    other = booked.line
    is_same_way = one.currency == other.currency and one.amount * other.amount > 0
    return (
        is_same_way
        and abs(other.amount) * 3 <= abs(one.amount) * 4
        and abs(one.amount) <= abs(other.amount) * (_LARGEST_HOLD)
    )


def _weigh(line: LineView, earlier: LineView, opened: Open) -> tuple[int, tuple[str, ...]]:
    points = 0
    reasons = list[str]()
    shared = {reference_key(each) for each in line.line.references} & {
        reference_key(each) for each in earlier.line.references
    }
    if shared:
        points += 450
        reasons.append("the same reference")
    if line.line.counterparty and line.line.counterparty == earlier.line.counterparty:
        points += 250
        reasons.append("the same bank account")
    # One bank calls one payee the same, be it by a trade only.
    is_same = bool(line.name.tokens) and line.name.tokens == earlier.name.tokens
    if is_same or likeness(line.name, earlier.name, opened.index.weights) >= SURE_NAME:
        points += 350
        reasons.append("the same name")
    lag = (line.day or 0) - (earlier.day or 0)
    points += max(0, 150 - 10 * abs(lag))
    reasons.append(lag_in_words(lag))
    return points, tuple(reasons)


def _replacing(
    kind: MatchKind,
    line: LineView,
    best: _Candidate,
    candidates: Sequence[_Candidate],
    *,
    is_sure: bool,
) -> Match:
    points, other, reasons = best
    twins = tuple(each.line.id for rival, each, _ in candidates[1:] if rival >= points - _TIE)
    return Match(
        kind=kind,
        lines=(line.line.id, other.line.id),
        score=score(points),
        reasons=reasons,
        level=level(is_sure=is_sure, is_tie=bool(twins)),
        twins=twins[:_MOST_TWINS],
    )
