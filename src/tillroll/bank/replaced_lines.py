"""Lines that concern another line of the account: reversals, and holds that were booked with another amount."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tillroll.bank.evidence import SURE_NAME, Amounts, Evidence, LineView, lag_in_words
from tillroll.bank.matching_models import Match, MatchKind
from tillroll.bank.named_references import reference_key
from tillroll.bank.open_amounts import Open, first_by_day, is_declined, level, score
from tillroll.bank.payee_names import likeness

_LATEST_REVERSAL: Final = 90
_LATEST_HOLD: Final = 21
_COMPARED: Final = 50
_TIE: Final = 25
_LARGEST_HOLD: Final = 20
"""Times what is booked in the end, as where fuel is paid at the pump."""


def match_reversals(opened: Open, settled: Iterable[LineView]) -> None:
    """Match each reversal with the line of the same account that it undoes, be that one settled or not."""
    originals: dict[tuple[str, str, int], list[LineView]] = defaultdict(list)
    for line in (*first_by_day(opened), *settled):
        if not line.line.is_reversal and not line.line.is_pending and line.day is not None:
            originals[line.line.account, line.line.currency, line.line.amount].append(line)
    for several in originals.values():
        several.sort(key=lambda line: (-(line.day or 0), line.line.id))
    undone: set[str] = set()
    for line in first_by_day(opened):
        if not line.line.is_reversal or line.day is None:
            continue
        found: list[tuple[int, LineView, tuple[str, ...]]] = []
        for other in originals.get((line.line.account, line.line.currency, -line.line.amount), ()):
            if len(found) >= _COMPARED or line.day - (other.day or 0) > _LATEST_REVERSAL:
                break
            if other.day is None or other.day > line.day or other.line.id in undone:
                continue
            if not is_declined(opened.weigher, line.line, other.line):
                points, reasons = _weigh(line, other, opened)
                found.append((points, other, ("it undoes the same amount", *reasons)))
        if found:
            found.sort(key=lambda each: (-each[0], each[1].line.id))
            points, original, reasons = found[0]
            undone.add(original.line.id)
            twins = tuple(each.line.id for other, each, _ in found[1:] if other >= points - _TIE)
            _add(opened, MatchKind.REVERSAL, (line, original), points, reasons, twins, is_sure=points >= 500)


def match_holds(opened: Open, candidates: Mapping[str, Sequence[Evidence]]) -> None:
    """Match pending lines with booked ones of another amount that came later at the same merchant.

    A pending line for which a document of its own amount and name is there is no such hold.
    """
    booked: dict[str, list[LineView]] = defaultdict(list)
    for line in first_by_day(opened):
        if not line.line.is_pending and line.day is not None:
            booked[line.line.account].append(line)
    replaced: set[str] = set()
    for line in first_by_day(opened):
        is_own = any(each.has_name and each.amounts is Amounts.SAME for each in candidates.get(line.line.id, ()))
        if not line.line.is_pending or is_own or line.day is None:
            continue
        found: list[tuple[int, LineView, tuple[str, ...]]] = []
        for other in _after(booked.get(line.line.account, ()), line.day):
            if other.line.id in replaced or not _may_replace(line, other):
                continue
            points, reasons = _weigh(other, line, opened)
            if points >= 400 and not is_declined(opened.weigher, line.line, other.line):
                found.append((points, other, ("another amount than was held", *reasons)))
        if found:
            found.sort(key=lambda each: (-each[0], each[1].line.id))
            points, other, reasons = found[0]
            replaced.add(other.line.id)
            twins = tuple(each.line.id for rival, each, _ in found[1:] if rival >= points - _TIE)
            _add(opened, MatchKind.HOLD, (line, other), points, reasons, twins, is_sure=points >= 700)


def _after(lines: Sequence[LineView], day: int) -> list[LineView]:
    low, high = 0, len(lines)
    while low < high:
        middle = (low + high) // 2
        if (lines[middle].day or 0) < day:
            low = middle + 1
        else:
            high = middle
    return [line for line in lines[low : low + 400] if (line.day or 0) - day <= _LATEST_HOLD]


def _may_replace(held: LineView, booked: LineView) -> bool:
    one, other = held.line, booked.line
    is_same_way = one.currency == other.currency and one.amount * other.amount > 0
    return (
        is_same_way
        and abs(other.amount) * 3 <= abs(one.amount) * 4
        and abs(one.amount) <= abs(other.amount) * (_LARGEST_HOLD)
    )


def _weigh(line: LineView, earlier: LineView, opened: Open) -> tuple[int, tuple[str, ...]]:
    points, reasons = 0, list[str]()
    shared = {reference_key(each) for each in line.line.references} & {
        reference_key(each) for each in earlier.line.references
    }
    if shared:
        points += 450
        reasons.append("the same reference")
    if line.line.counterparty and line.line.counterparty == earlier.line.counterparty:
        points += 250
        reasons.append("the same bank account")
    alike = likeness(line.name, earlier.name, opened.index.weights)
    if alike >= SURE_NAME:
        points += 350
        reasons.append("the same name")
    lag = (line.day or 0) - (earlier.day or 0)
    points += max(0, 150 - 10 * abs(lag))
    reasons.append(lag_in_words(lag))
    return points, tuple(reasons)


def _add(
    opened: Open,
    kind: MatchKind,
    lines: tuple[LineView, LineView],
    points: int,
    reasons: tuple[str, ...],
    twins: tuple[str, ...],
    *,
    is_sure: bool,
) -> None:
    match = Match(
        kind=kind,
        lines=(lines[0].line.id, lines[1].line.id),
        score=score(points),
        reasons=reasons,
        level=level(is_sure=is_sure, is_tie=bool(twins)),
        twins=twins[:10],
    )
    if kind is MatchKind.HOLD:
        opened.note(match)
    else:
        opened.add(match)
