"""Money that came back, netted against the document that was paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tillroll_documents.matching.candidates import Index
from tillroll_documents.matching.evidence import OTHER_NAME, SURE_NAME, DocumentView, LineView, says
from tillroll_documents.matching.lags import lag_in_words
from tillroll_documents.matching.models import (
    Document,
    DocumentKind,
    Match,
    MatchKind,
    Pair,
)
from tillroll_documents.matching.odd_amounts import is_plain
from tillroll_documents.matching.open_amounts import Open, first_by_day, level, score, whole

_LATEST: Final = 200
"""Days after the purchase."""
_LATEST_RETURN: Final = 400
"""Days after a claim or a payout: it may be paid late, and a debit is returned until 13 months
later. Source: rulebook of the SEPA Direct Debit Core scheme, refunds of debits without a mandate.
"""
_LEAST: Final = 350
_MARGIN: Final = 110
_TIE: Final = 25
_COMPARED: Final = 24
_LARGEST_FEE: Final = 2_000
"""Minor units that banks add to what they return."""


@dataclass(frozen=True, slots=True)
class Return:
    """A document that money came back of.

    `amount` is of the document, in minor units, signed as the line; the rest is the bank's fee for
    the return.
    """

    view: DocumentView
    amount: int
    points: int
    reasons: tuple[str, ...]
    is_whole: bool
    has_reference: bool
    has_iban: bool
    is_party: bool
    """Who gives it back is who was paid."""

    @property
    def order(self) -> tuple[int, int, str]:
        """The best first; of equal ones, the newest purchase."""
        return -self.points, -(self.view.day or 0), self.view.document.id


def match_named_refunds(opened: Open) -> None:
    """Net lines against the whole of a document that was paid before, where they name it, and no
    open one. An open document of the same party and amount is not meant then."""
    for line in first_by_day(opened):
        if line.named and not _names_open(opened, line):
            _match(opened, line, are_named=True)


def _names_open(opened: Open, line: LineView) -> bool:
    """Whether a line names a document that it may pay."""
    named = opened.index.named_by(line, _COMPARED)
    return any(opened.remainder(view.document.id) * line.line.amount > 0 for view in named)


def match_refunds(opened: Open) -> None:
    """Net lines that go the other way against documents that were paid, now or before."""
    for line in first_by_day(opened):
        _match(opened, line, are_named=False)


def _match(opened: Open, line: LineView, *, are_named: bool) -> None:
    """Net a line against the best document. `are_named`: only against the whole of a named one."""
    if line.line.is_pending or line.day is None:
        return
    candidates = sorted(_candidates(opened, line), key=lambda each: each.order)
    if not candidates or candidates[0].points < _LEAST:
        return
    best = candidates[0]
    if are_named and not (best.has_reference and best.is_party and best.is_whole):
        return
    second = candidates[1].points if len(candidates) > 1 else 0
    # It may as well be a part of a later purchase, and so may a plain amount of any.
    is_rare = best.is_whole and not is_plain(best.amount) and not _has_later(best, candidates)
    is_known = best.is_party and (best.has_reference or best.has_iban or is_rare)
    # A fee that the bank does not print is only computed.
    is_asked = best.amount != line.net or opened.weigher.is_of_employee(line, best.view)
    is_sure = is_known and not is_asked and best.points - second >= _MARGIN
    twins = tuple(
        each.view.document.id for each in candidates[1:] if each.points >= best.points - _TIE
    )
    opened.add(
        Match(
            kind=MatchKind.REFUND,
            lines=(line.line.id,),
            pairs=_pairs(opened, line, best),
            score=score(best.points),
            reasons=best.reasons,
            level=level(is_sure=is_sure, is_tie=bool(twins)),
            twins=twins,
        ),
        is_refund=True,
    )


def _has_later(best: Return, candidates: Sequence[Return]) -> bool:
    """Whether money may have come back of a later purchase than the best one."""
    return any((each.view.day or 0) > (best.view.day or 0) for each in candidates)


def _candidates(opened: Open, line: LineView) -> list[Return]:
    views = {view.document.id: view for view in _compared(opened.index, line)}
    returns = (weigh_return(opened, line, view) for view in views.values())
    return [each for each in returns if each]


def _compared(index: Index, line: LineView) -> list[DocumentView]:
    return [*index.of_party(line, _COMPARED), *index.named_by(line, _COMPARED)]


def weigh_return(opened: Open, line: LineView, view: DocumentView) -> Return | None:
    document = view.document
    paid = opened.paid(document)
    mine = [key for key in line.named if key in view.references]
    amount = line.net
    if mine and _is_return_with_fee(line, document, paid):
        amount = -paid
    is_possible = (
        document.kind in {DocumentKind.EXPENSE, DocumentKind.PAYOUT, DocumentKind.CLAIM}
        and document.currency == line.line.currency
        and paid != 0
        and (paid > 0) != (amount > 0)
        and abs(amount) <= abs(paid)
        and document.bank_account in {None, line.line.account}
        and not opened.weigher.is_declined(line.line.id, document.id)
    )
    if not is_possible or line.day is None or view.day is None:
        return None
    lag = line.day - view.day
    latest = _LATEST if document.kind is DocumentKind.EXPENSE else _LATEST_RETURN
    if not 0 <= lag <= latest:
        return None
    is_whole = amount == -paid
    points = 300 if is_whole else 100
    reasons = [
        "the whole amount came back" if is_whole else "a part of the amount came back",
        lag_in_words(lag),
    ]
    points += 100 if lag <= 30 else 60 if lag <= 90 else 20
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
    if amount != line.line.amount:
        reasons.append("with the bank's fee for it")
    return Return(
        view=view,
        amount=amount,
        points=points,
        reasons=tuple(reasons),
        is_whole=is_whole,
        has_reference=bool(mine),
        has_iban=has_iban,
        is_party=has_iban or (alike >= SURE_NAME and opened.weigher.is_whole_name(line, view)),
    )


def _is_return_with_fee(line: LineView, document: Document, paid: int) -> bool:
    """Whether a payment went back with what banks take for a return.

    Of what a customer paid more leaves than came. Of a payout less comes back than had left.
    """
    if paid > 0 and line.net < 0:
        fee = -line.net - paid
    elif paid < 0 and line.net > 0 and document.kind is DocumentKind.PAYOUT:
        fee = -paid - line.net
    else:
        return False
    return 0 < fee <= _LARGEST_FEE


def _pairs(opened: Open, line: LineView, best: Return) -> tuple[Pair, ...]:
    """What the line gives back of the document; and the bank's fee, if there is a rule for fees."""
    document = best.view.document
    fee = line.line.amount - best.amount
    rule = opened.index.fee_of(line.line.currency)
    if rule is None or not fee:
        return (whole(line, document, best.amount),)
    back = whole(line, document, best.amount, amount=best.amount)
    return back, Pair(line=line.line.id, document=rule.id, amount=fee, settles=0)
