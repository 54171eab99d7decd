"""Payouts of card processors: several claims at once, less what the processor keeps. Gross, fee and net are one match.

A processor pays what customers paid by card, less its fees: Stripe and SumUp deduct them from each payout. What it kept
is only computed here, so such a match is always left to a person.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from tillroll.bank.evidence import Amounts, DocumentView, Evidence, LineView
from tillroll.bank.matching_models import Document, DocumentKind, Match, MatchKind, Pair
from tillroll.bank.open_amounts import Open, first_by_day, level

_PROCESSORS: Final = re.compile(
    r"\b(?:stripe|sumup|paypal|zettle|izettle|adyen|mollie|klarna|square|worldline|payone|nexi|concardis|viva wallet"
    r"|viva\.com|gocardless|checkout\.com|shopify payments|amazon payments|amazon pay|unzer|telecash|first data"
    r"|elavon|teya|global payments|worldpay|paymill|ratepay|secupay|billpay|braintree|2checkout|paddle|lemonsqueezy"
    r"|myos|opp b\.v|multisafepay|paytrail|bambora|nets denmark|swish handel|payplug|sibs|redsys|bizum)\b",
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
_USUAL_SHARE: Final = 19
"""Thousandths: of ways that fit, the one with nearly this is shown."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """Claims that a payout may be of."""

    documents: tuple[Document, ...]
    gross: int
    fee: int

    @property
    def unlikeliness(self) -> tuple[int, int, tuple[str, ...]]:
        """Smaller for what is usual."""
        share = 1000 * self.fee // self.gross
        return abs(share - _USUAL_SHARE), len(self.documents), tuple(each.id for each in self.documents)


def match_processor_payouts(opened: Open, candidates: Mapping[str, Sequence[Evidence]], *, are_named: bool) -> None:
    """Propose the claims and the fee of what a card processor paid out: claims that the text names, or others."""
    views = opened.index.views.values()
    fees = {view.document.currency: view.document for view in views if view.document.kind is DocumentKind.FEE}
    claims = [view for view in views if view.document.kind is DocumentKind.CLAIM and view.document.remainder > 0]
    for line in first_by_day(opened) if claims else ():
        fee = fees.get(line.line.currency)
        if fee is None or not is_of_processor(line) or _is_explained(candidates.get(line.line.id, ())):
            continue
        named = [view for view in claims if any(key in view.references for key in line.named)]
        if bool(named) is not are_named:
            continue
        near = [view for view in named or claims if _is_near(opened, line, view, is_named=are_named)]
        choices = _choices(opened, line, near, is_named=are_named)
        if 1 <= len(choices) <= _MOST_CHOICES:
            opened.add(_match(line, sorted(choices, key=lambda each: each.unlikeliness), fee, is_named=are_named))


def is_of_processor(line: LineView) -> bool:
    """Whether a card processor pays."""
    what = line.line
    is_incoming = what.amount > 0 and not what.is_pending
    return is_incoming and _PROCESSORS.search(what.name or what.text[:100]) is not None


def _is_explained(candidates: Iterable[Evidence]) -> bool:
    """One document has the whole amount, and its name or reference."""
    return any(each.amounts is Amounts.SAME and (each.has_reference or each.is_party) for each in candidates)


def _is_near(opened: Open, line: LineView, view: DocumentView, *, is_named: bool) -> bool:
    document = view.document
    if line.day is None or view.day is None or document.currency != line.line.currency:
        return False
    lag = line.day - view.day
    is_open = opened.remainder(document.id) > 0 and not opened.weigher.is_declined(line.line.id, document.id)
    is_account = document.bank_account in {None, line.line.account}
    return is_open and is_account and 0 <= lag <= (_LATEST if is_named else _LATEST_UNNAMED)


def _choices(opened: Open, line: LineView, near: Sequence[DocumentView], *, is_named: bool) -> list[_Choice]:
    """Ways in which claims and a usual fee come to the payout. Claims that are named belong together."""
    if is_named:
        found = [_choice(opened, line, near)]
    else:
        day = line.day or 0
        nearest = sorted(near, key=lambda view: (day - (view.day or 0), view.document.id))[:_MOST_COMPARED]
        sizes = range(1, min(_MOST_TOGETHER, len(nearest)) + 1)
        found = [_choice(opened, line, chosen) for size in sizes for chosen in combinations(nearest, size)]
    return [each for each in found if each is not None]


def _choice(opened: Open, line: LineView, views: Sequence[DocumentView]) -> _Choice | None:
    gross = sum(opened.remainder(view.document.id) for view in views)
    fee = gross - line.line.amount
    most = gross * _LARGEST_SHARE // 1000 + _LARGEST_EACH * len(views)
    ordered = sorted(views, key=lambda view: (view.day or 0, view.document.id))
    return _Choice(tuple(view.document for view in ordered), gross, fee) if 0 < fee <= most else None


def _match(line: LineView, choices: Sequence[_Choice], fee: Document, *, is_named: bool) -> Match:
    best, *others = choices
    id_ = line.line.id
    chosen = {each.id for each in best.documents}
    twins = [each.id for other in others for each in other.documents if each.id not in chosen]
    claims = [Pair(id_, each.id, each.remainder, each.remainder) for each in best.documents]
    share = 1000 * best.fee / best.gross
    reasons = [
        "a card processor pays out what customers paid, less its fee",
        f"the fee is {share / 10:.1f} % of {len(claims)} claims together",
    ]
    if is_named:
        reasons.append("the text names the claims")
    return Match(
        kind=MatchKind.ONE_TO_MANY,
        lines=(id_,),
        pairs=(*claims, Pair(id_, fee.id, -best.fee, 0)),
        score=_BY_NUMBER if is_named else _BY_SUM,
        reasons=tuple(reasons),
        level=level(is_sure=False, is_tie=bool(others)),
        twins=tuple(dict.fromkeys(twins))[:_MOST_TWINS],
    )
