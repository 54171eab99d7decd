"""Transfers between own accounts: the two lines, or the one that is there."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from itertools import islice, takewhile
from typing import Final

from tillroll.bank.evidence import SURE_NAME, DocumentView, LineView, lag_in_words
from tillroll.bank.matching_models import DocumentKind, Match, MatchKind, Pair
from tillroll.bank.open_amounts import Open, first_by_day, is_declined, level, score

_DAYS: Final = 5
_MARGIN: Final = 100
_TIE: Final = 25
_COMPARED: Final = 50
_WORDS: Final = re.compile(
    r"\b(?:übertrag|uebertrag|umbuchung|kontoübertrag|own account|internal transfer|intercompany|virement interne"
    r"|traspaso|giroconto|overboeking eigen|transfer)\b",
    re.IGNORECASE,
)


def match_transfers(opened: Open) -> None:
    """Pair what leaves one own account with what reaches another."""
    accounts = _own_accounts(opened)
    if not accounts:
        return
    arriving: dict[tuple[str, int], list[LineView]] = defaultdict(list)
    for line in first_by_day(opened):
        if line.line.amount > 0 and line.day is not None:
            arriving[line.line.currency, line.line.amount].append(line)
    for each in arriving.values():
        each.sort(key=lambda line: (line.day or 0, line.line.id))
    found: list[tuple[int, LineView, LineView, tuple[str, ...], bool]] = []
    for line in first_by_day(opened):
        if line.line.amount >= 0 or line.day is None:
            continue
        for other in _near(arriving.get((line.line.currency, -line.line.amount), ()), line.day):
            if weighed := _weigh(opened, accounts, line, other):
                found.append((weighed[0], line, other, weighed[1], weighed[2]))
    found.sort(key=lambda each: (-each[0], each[1].line.id, each[2].line.id))
    of_line: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for points, line, other, _, _ in found:
        of_line[line.line.id].append((points, other.line.id))
        of_line[other.line.id].append((points, line.line.id))
    for points, line, other, reasons, is_known in found:
        if not opened.is_free(line.line.id) or not opened.is_free(other.line.id):
            continue
        ids = line.line.id, other.line.id
        rivals = [each for id_ in ids for each in of_line[id_] if each[1] not in ids]
        second = max((each[0] for each in rivals), default=0)
        is_booked = not (line.line.is_pending or other.line.is_pending)
        twins = tuple(sorted({id_ for points_, id_ in rivals if points_ >= points - _TIE}))[:10]
        opened.add(
            Match(
                kind=MatchKind.TRANSFER,
                lines=ids,
                score=score(points),
                reasons=reasons,
                level=level(is_sure=is_known and is_booked and points - second >= _MARGIN, is_tie=bool(twins)),
                twins=twins,
            )
        )


def match_own_accounts(opened: Open) -> None:
    """Match a line with the other own account whose line is not there."""
    by_number = {number: view.document for view in _own_accounts(opened).values() for number in view.document.accounts}
    for line in first_by_day(opened):
        document = by_number.get(line.line.counterparty or "")
        if document is None or document.id == line.line.account:
            continue
        if not opened.weigher.is_declined(line.line.id, document.id):
            opened.add(
                Match(
                    kind=MatchKind.TRANSFER,
                    lines=(line.line.id,),
                    pairs=(Pair(line.line.id, document.id, line.line.amount, 0),),
                    score=800,
                    reasons=("the other side is an own bank account", "its line is not there yet"),
                    level=level(is_sure=not line.line.is_pending, is_tie=False),
                )
            )


def _own_accounts(opened: Open) -> dict[str, DocumentView]:
    views = opened.index.views.values()
    return {view.document.id: view for view in views if view.document.kind is DocumentKind.OWN_ACCOUNT}


def _near(lines: Sequence[LineView], day: int) -> list[LineView]:
    first = bisect_left(lines, day - _DAYS, key=lambda line: line.day or 0)
    near = takewhile(lambda line: (line.day or 0) <= day + _DAYS, islice(lines, first, first + _COMPARED))
    return [*near]


def _weigh(
    opened: Open, accounts: dict[str, DocumentView], leaving: LineView, arriving: LineView
) -> tuple[int, tuple[str, ...], bool] | None:
    """Points, reasons, and whether the IBAN of an own account is on a side."""
    one, other = leaving.line, arriving.line
    if one.account == other.account or is_declined(opened.weigher, one, other):
        return None
    points, reasons = 300, ["same amount between two own accounts"]
    known = 0
    for line, far in ((leaving, other.account), (arriving, one.account)):
        view = accounts.get(far)
        number = line.line.counterparty
        if number and any(number in each.document.accounts for each in accounts.values()):
            if view is None or number not in view.document.accounts:
                return None  # another own account is named
            known += 1
        elif number:
            return None  # somebody else's
        elif view is not None and opened.weigher.name(line, view)[0] >= SURE_NAME:
            points += 100
            reasons.append("the own name")
        if _WORDS.search(line.line.text):
            points += 50
            reasons.append("the text names a transfer")
    if points == 300 and not known:
        return None
    if known:
        points += 300 + 100 * known
        reasons.append("the number of the other account")
    lag = (arriving.day or 0) - (leaving.day or 0)
    points += 100 - 15 * abs(lag)
    reasons.append(lag_in_words(lag))
    return points, tuple(dict.fromkeys(reasons)), known > 0
