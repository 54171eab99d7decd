"""Money that came back, netted against the document that was paid."""

from dataclasses import dataclass
from typing import Final

from tillroll.bank.candidates import Index
from tillroll.bank.evidence import OTHER_NAME, SURE_NAME, DocumentView, LineView, lag_in_words, says
from tillroll.bank.matching_models import DocumentKind, Match, MatchKind
from tillroll.bank.open_amounts import Open, first_by_day, level, score, whole

_LATEST: Final = 200
"""Days after the purchase."""
_LEAST: Final = 350
_MARGIN: Final = 110
_TIE: Final = 25
_FEWEST_REASONS: Final = 2
"""Of the reference, the whole amount and the name, for an automatic match."""
_COMPARED: Final = 24


@dataclass(frozen=True, slots=True)
class _Found:
    view: DocumentView
    points: int
    reasons: tuple[str, ...]
    is_whole: bool
    has_reference: bool
    has_name: bool

    @property
    def order(self) -> tuple[int, int, str]:
        """The best first; of equal ones, the newest purchase."""
        return -self.points, -(self.view.day or 0), self.view.document.id


def match_refunds(opened: Open) -> None:
    """Net lines that go the other way against documents that were paid, now or before."""
    for line in first_by_day(opened):
        if line.line.is_pending or line.day is None:
            continue
        found = sorted(_candidates(opened, line), key=lambda each: each.order)
        if not found or found[0].points < _LEAST:
            continue
        best = found[0]
        second = found[1].points if len(found) > 1 else 0
        is_known = (best.has_reference + best.is_whole + best.has_name) >= _FEWEST_REASONS
        twins = tuple(each.view.document.id for each in found[1:] if each.points >= best.points - _TIE)
        opened.add(
            Match(
                kind=MatchKind.REFUND,
                lines=(line.line.id,),
                pairs=(whole(line, best.view.document, line.line.amount),),
                score=score(best.points),
                reasons=best.reasons,
                level=level(is_sure=is_known and best.points - second >= _MARGIN, is_tie=bool(twins)),
                twins=twins,
            ),
            is_refund=True,
        )


def _candidates(opened: Open, line: LineView) -> list[_Found]:
    views = {view.document.id: view for view in _compared(opened.index, line)}
    return [found for view in views.values() if (found := _weigh(opened, line, view))]


def _compared(index: Index, line: LineView) -> list[DocumentView]:
    return [*index.of_party(line, _COMPARED), *index.named_by(line, _COMPARED)]


def _weigh(opened: Open, line: LineView, view: DocumentView) -> _Found | None:
    document, amount = view.document, line.line.amount
    paid = opened.paid(document)
    is_possible = (
        document.kind in {DocumentKind.EXPENSE, DocumentKind.PAYOUT, DocumentKind.CLAIM}
        and document.currency == line.line.currency
        and paid != 0
        and (paid > 0) != (amount > 0)
        and abs(amount) <= abs(paid)
        and document.bank_account in {None, line.line.account}
        and not opened.weigher.is_declined(line.line.id, document.id)
    )
    lag = None if line.day is None or view.day is None else line.day - view.day
    if not is_possible or lag is None or not 0 <= lag <= _LATEST:
        return None
    is_whole = amount == -paid
    points = 300 if is_whole else 100
    reasons = ["the whole amount came back" if is_whole else "a part of the amount came back", lag_in_words(lag)]
    points += 100 if lag <= 30 else 60 if lag <= 90 else 20
    mine = [key for key in line.named if key in view.references]
    if mine:
        points += 450
        reasons.append(f"the reference names {says(document, mine[0])}")
    elif line.named:
        points -= 300
    has_iban = bool(line.line.counterparty) and line.line.counterparty in document.accounts
    if has_iban:
        points += 200
        reasons.append("the same bank account")
    alike, reason = opened.weigher.name(line, view)
    if alike < OTHER_NAME and not has_iban and not mine:
        return None
    points += 250 * alike // 1000
    if reason:
        reasons.append(reason)
    return _Found(view, points, tuple(reasons), is_whole, bool(mine), alike >= SURE_NAME or has_iban)
