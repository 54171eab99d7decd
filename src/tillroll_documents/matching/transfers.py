"""Transfers between own accounts: the two lines, or the one that is there."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Final

from tillroll_documents.matching.evidence import SURE_NAME, DocumentView, LineView
from tillroll_documents.matching.lags import lag_in_words
from tillroll_documents.matching.models import DocumentKind, Match, MatchKind, Pair
from tillroll_documents.matching.open_amounts import Open, first_by_day, is_declined, level, score

_DAYS: Final = 5
_MARGIN: Final = 100
_TIE: Final = 25
_MOST_TWINS: Final = 10
_COMPARED: Final = 50
_WORDS: Final = re.compile(
    r"\b(?:übertrag|uebertrag|umbuchung|kontoübertrag|own account|internal transfer|intercompany"
    r"|virement interne|traspaso|giroconto|overboeking eigen|transfer)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    leaving: LineView
    arriving: LineView
    points: int
    reasons: tuple[str, ...]
    is_known: bool
    """A line names the number of the other own account, and nothing speaks against the other
    line.
    """

    @property
    def ids(self) -> tuple[str, str]:
        return self.leaving.line.id, self.arriving.line.id


def match_transfers(opened: Open) -> None:
    """Pair what leaves one own account with what reaches another."""
    candidates = sorted(_candidates(opened), key=lambda each: (-each.points, each.ids))
    of_line: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for each in candidates:
        leaving, arriving = each.ids
        of_line[leaving].append((each.points, arriving))
        of_line[arriving].append((each.points, leaving))
    for each in candidates:
        if all(map(opened.is_free, each.ids)):
            rivals = [
                rival for id_ in each.ids for rival in of_line[id_] if rival[1] not in each.ids
            ]
            opened.add(_transfer(each, rivals))


def _candidates(opened: Open) -> Iterator[_Candidate]:
    accounts = _own_accounts(opened)
    arriving: dict[tuple[str, int], list[LineView]] = defaultdict(list)
    leaving: list[LineView] = []
    for line in sorted(opened, key=lambda line: (line.day or 0, line.line.id)) if accounts else ():
        if line.day is not None and line.line.amount > 0:
            arriving[line.line.currency, line.line.amount].append(line)
        elif line.day is not None:
            leaving.append(line)
    for line in leaving:
        for other in _near(
            arriving.get((line.line.currency, -line.line.amount), ()), line.day or 0
        ):
            weighed = _weigh(opened, accounts, leaving=line, arriving=other)
            if weighed:
                yield weighed


def _transfer(candidate: _Candidate, rivals: Sequence[tuple[int, str]]) -> Match:
    second = max((points for points, _ in rivals), default=0)
    is_booked = not (candidate.leaving.line.is_pending or candidate.arriving.line.is_pending)
    twins = tuple(sorted({id_ for points, id_ in rivals if points >= candidate.points - _TIE}))[
        :_MOST_TWINS
    ]
    is_sure = candidate.is_known and is_booked and candidate.points - second >= _MARGIN
    return Match(
        kind=MatchKind.TRANSFER,
        lines=candidate.ids,
        score=score(candidate.points),
        reasons=candidate.reasons,
        level=level(is_sure=is_sure, is_tie=bool(twins)),
        twins=twins,
    )


def match_own_accounts(opened: Open) -> None:
    """Match a line with the other own account whose line is not there.

    A line of that account with the amount, on a near day, may be it although it is matched
    otherwise.
    """
    days: dict[tuple[str, str, int], set[int]] = defaultdict(set)
    for each in opened.lines.values():
        days[each.line.account, each.line.currency, each.line.amount].add(each.day or 0)
    by_number = {
        number: view.document
        for view in _own_accounts(opened).values()
        for number in view.document.accounts
    }
    for line in first_by_day(opened):
        document = by_number.get(line.line.counterparty or "")
        if document is None or document.id == line.line.account:
            continue
        if opened.weigher.is_declined(line.line.id, document.id):
            continue
        opposite = days[document.id, line.line.currency, -line.line.amount]
        may_be_present = any(abs(day - (line.day or 0)) <= _DAYS for day in opposite)
        reason = "its line is not there yet"
        if may_be_present:
            reason = "its line may be one that is matched otherwise"
        opened.add(
            Match(
                kind=MatchKind.TRANSFER,
                lines=(line.line.id,),
                pairs=(Pair(line.line.id, document.id, amount=line.line.amount, settles=0),),
                score=800,
                reasons=("the other side is an own bank account", reason),
                level=level(is_sure=not (line.line.is_pending or may_be_present), is_tie=False),
            )
        )


def _own_accounts(opened: Open) -> dict[str, DocumentView]:
    views = opened.index.views.values()
    return {
        view.document.id: view for view in views if view.document.kind is DocumentKind.OWN_ACCOUNT
    }


def _near(lines: Sequence[LineView], day: int) -> list[LineView]:
    first = bisect_left(lines, day - _DAYS, key=lambda line: line.day or 0)
    near = takewhile(
        lambda line: (line.day or 0) <= day + _DAYS, islice(lines, first, first + _COMPARED)
    )
    return [*near]


def _weigh(
    opened: Open, accounts: dict[str, DocumentView], leaving: LineView, arriving: LineView
) -> _Candidate | None:
    one = leaving.line
    other = arriving.line
    if one.account == other.account or is_declined(opened.weigher, one, other):
        return None
    points = 300
    reasons = ["same amount between two own accounts"]
    matching = 0
    for line, far in ((leaving, other.account), (arriving, one.account)):
        view = accounts.get(far)
        number = line.line.counterparty
        if number and any(number in each.document.accounts for each in accounts.values()):
            if view is None or number not in view.document.accounts:
                return None  # another own account is named
            matching += 1
        elif number:
            return None  # somebody else's
        elif view is not None and opened.weigher.name(line, view)[0] >= SURE_NAME:
            points += 100
            reasons.append("the own name")
        if _WORDS.search(line.line.text):
            points += 50
            reasons.append("the text names a transfer")
    if points == 300 and not matching:
        return None
    if matching:
        points += 300 + 100 * matching
        reasons.append("the number of the other account")
    lag = (arriving.day or 0) - (leaving.day or 0)
    points += 100 - 15 * abs(lag)
    reasons.append(lag_in_words(lag))
    is_known = matching == 2 or (matching == 1 and _may_be_one_text(one.text, other.text))
    return _Candidate(
        leaving, arriving, points=points, reasons=tuple(dict.fromkeys(reasons)), is_known=is_known
    )


def _may_be_one_text(one: str, other: str) -> bool:
    """Whether two lines may be of one transfer by their texts: a bank hands on what the sender
    wrote.
    """
    texts = [" ".join(text.casefold().split()) for text in (one, other)]
    short, long = sorted(texts, key=len)
    return short in long
