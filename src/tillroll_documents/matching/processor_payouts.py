"""Payouts of card processors: several claims at once, less what the processor keeps.

A processor pays what customers paid by card, less its fees: Stripe and SumUp deduct them from each
payout. Gross, fee and net are one match. What it kept is only computed here, so such a match is
always left to a person.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from tillroll_documents.matching.evidence import DocumentView, Evidence, LineView
from tillroll_documents.matching.models import (
    Document,
    DocumentKind,
    Match,
    MatchKind,
    Pair,
)
from tillroll_documents.matching.odd_amounts import Amounts
from tillroll_documents.matching.open_amounts import Open, first_by_day, level

_PROCESSORS: Final = re.compile(
    r"\b(?:stripe|sumup|paypal|zettle|izettle|adyen|mollie|klarna|square|worldline|payone|nexi"
    r"|concardis|viva wallet|viva\.com|gocardless|checkout\.com|shopify payments|amazon payments"
    r"|amazon pay|unzer|telecash|first data|elavon|teya|global payments|worldpay|paymill|ratepay"
    r"|secupay|billpay|braintree|2checkout|paddle|lemonsqueezy|multisafepay|paytrail|bambora"
    r"|nets denmark|payplug|sibs|redsys|bizum|squareup|mypos|dojo|paymentsense|tyro|clover|fiserv"
    r"|barclaycard|cardnet|hobex|card complete|six payment|verifone|ingenico|lopay|takepayments"
    r"|pagseguro|pagbank|mercado pago|payex|swedbank pay|monei|stancer|payconiq|ccv|buckaroo|tpay"
    r"|przelewy24|payu|comgate|gopay|barion|simplepay|netopia|rapyd|razorpay|iyzico|payfast"
    r"|truelayer|twint|bancontact|amex acquiring|merchant services|card acquiring)\b",
    re.IGNORECASE,
)
"""Who pays out what was paid by card."""

_LARGEST_SHARE: Final = 50
"""Thousandths of the gross amount that a processor keeps at most."""
_LARGEST_EACH: Final = 50
"""Minor units that it keeps beside that of each payment, at most."""
_BY_NUMBER: Final = 700
_BY_SUM: Final = 450
_LATEST: Final = 30
"""Days between a claim and the payout, where the text names the claim."""
_LATEST_UNNAMED: Final = 14
_MOST_COMPARED: Final = 12
_MOST_TOGETHER: Final = 4
_MOST_CHOICES: Final = 3
"""Ways in which claims fit a payout: with more of them, none is proposed."""
_MOST_TWINS: Final = 10
_MOST_TEXT: Final = 100
_USUAL_SHARE: Final = 19
"""Thousandths: among ways that fit, the one with nearly this is shown."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """Claims that a payout may be of."""

    documents: tuple[Document, ...]
    gross: int
    fee: int

    @property
    def order(self) -> tuple[int, int, tuple[str, ...]]:
        """The most usual first."""
        share = 1000 * self.fee // self.gross
        ids = tuple(each.id for each in self.documents)
        return abs(share - _USUAL_SHARE), len(ids), ids


def match_processor_payouts(
    opened: Open,
    candidates: Mapping[str, Sequence[Evidence]],
    *,
    are_named: bool,
) -> None:
    """Propose the claims and the fee of payouts whose text names the claims, or names none."""
    claims = [
        view
        for view in opened.index.views.values()
        if view.document.kind is DocumentKind.CLAIM and view.document.remainder > 0
    ]
    if not claims:
        return
    for line in first_by_day(opened):
        if is_of_processor(line) and not _is_explained(candidates.get(line.line.id, ())):
            _match_payout(opened, line, claims, are_named=are_named)


def is_of_processor(line: LineView) -> bool:
    """Whether a card processor pays."""
    entry = line.line
    if entry.amount <= 0 or entry.is_pending:
        return False
    return _PROCESSORS.search(entry.name or entry.text[:_MOST_TEXT]) is not None


def _is_explained(candidates: Iterable[Evidence]) -> bool:
    """Whether one document has the whole amount, and its name or reference."""
    same = [each for each in candidates if each.amounts is Amounts.SAME]
    return any(each.has_reference or each.is_party for each in same)


def _match_payout(
    opened: Open,
    line: LineView,
    claims: Sequence[DocumentView],
    *,
    are_named: bool,
) -> None:
    rule = opened.index.fee_of(line.line.currency)
    named = [view for view in claims if not view.references.isdisjoint(line.named)]
    if rule is None or bool(named) is not are_named:
        return
    if are_named:
        near = [view for view in named if _is_near(opened, line, view, latest=_LATEST)]
        choices = _choices(opened, line, [near])
    else:
        near = [view for view in claims if _is_near(opened, line, view, latest=_LATEST_UNNAMED)]
        choices = _choices(opened, line, _groups(line, near))
    if 1 <= len(choices) <= _MOST_CHOICES:
        choices.sort(key=lambda each: each.order)
        opened.add(_match(line, choices, rule, is_named=are_named))


def _is_near(opened: Open, line: LineView, view: DocumentView, *, latest: int) -> bool:
    document = view.document
    if line.day is None or view.day is None or document.currency != line.line.currency:
        return False
    if opened.weigher.is_declined(line.line.id, document.id):
        return False
    is_account = document.bank_account in {None, line.line.account}
    is_open = opened.remainder(document.id) > 0
    return is_account and is_open and 0 <= line.day - view.day <= latest


def _groups(line: LineView, near: Iterable[DocumentView]) -> Iterable[Sequence[DocumentView]]:
    """List groups of claims: each combination of a few of the nearest, and all of neighbouring
    days.
    """
    day = line.day or 0
    nearest = sorted(near, key=lambda view: (day - (view.day or 0), view.document.id))
    for size in range(1, _MOST_TOGETHER + 1):
        yield from combinations(nearest[:_MOST_COMPARED], size)
    days = sorted({view.day or 0 for view in nearest})
    for number, first in enumerate(days):
        for last in days[number:]:
            together = [view for view in nearest if first <= (view.day or 0) <= last]
            if len(together) > _MOST_TOGETHER:
                yield together


def _choices(
    opened: Open,
    line: LineView,
    groups: Iterable[Sequence[DocumentView]],
) -> list[_Choice]:
    """Ways in which claims and a usual fee come to the payout."""
    choices: list[_Choice] = []
    for views in groups:
        gross = sum(opened.remainder(view.document.id) for view in views)
        fee = gross - line.line.amount
        most = gross * _LARGEST_SHARE // 1000 + _LARGEST_EACH * len(views)
        if 0 < fee <= most:
            ordered = sorted(views, key=lambda view: (view.day or 0, view.document.id))
            documents = tuple(view.document for view in ordered)
            choices.append(_Choice(documents, gross, fee))
    return choices


def _match(line: LineView, choices: Sequence[_Choice], rule: Document, *, is_named: bool) -> Match:
    best = choices[0]
    id_ = line.line.id
    pairs: list[Pair] = []
    for each in best.documents:
        pair = Pair(line=id_, document=each.id, amount=each.remainder, settles=each.remainder)
        pairs.append(pair)
    share = 1000 * best.fee / best.gross
    reasons = [
        "a card processor pays out what customers paid, less its fee",
        f"the fee is {share / 10:.1f} % of {len(pairs)} claims together",
    ]
    points = _BY_SUM
    if is_named:
        points = _BY_NUMBER
        reasons.append("the text names the claims")
    pairs.append(Pair(line=id_, document=rule.id, amount=-best.fee, settles=0))
    return Match(
        kind=MatchKind.ONE_TO_MANY,
        lines=(id_,),
        pairs=tuple(pairs),
        score=points,
        reasons=tuple(reasons),
        level=level(is_sure=False, is_tie=len(choices) > 1),
        twins=_twins(choices),
    )


def _twins(choices: Sequence[_Choice]) -> tuple[str, ...]:
    """Claims of the other ways."""
    chosen = {each.id for each in choices[0].documents}
    others = [each.id for choice in choices[1:] for each in choice.documents]
    return tuple(dict.fromkeys(id_ for id_ in others if id_ not in chosen))[:_MOST_TWINS]
