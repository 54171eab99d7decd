"""The bank's own fees, by the words that an account's rules have."""

from collections.abc import Mapping, Sequence
from typing import Final

from tillroll.bank.evidence import Evidence
from tillroll.bank.matching_models import DocumentKind, Match, MatchKind, Pair
from tillroll.bank.open_amounts import Open, first_by_day, level
from tillroll.reading.vocabulary import fold

_POINTS: Final = 700
_MOST_TEXT: Final = 500


def match_fees(opened: Open, candidates: Mapping[str, Sequence[Evidence]]) -> None:
    """Match what no document explains with the first rule whose words the line has. A rule's amount bounds the fee.

    Automatic only if no document was a candidate and the bank names no other account: a fee is the bank's own.
    """
    rules = [
        (view.document, tuple(word for name in view.document.names if (word := fold(name))))
        for view in opened.index.views.values()
        if view.document.kind is DocumentKind.FEE
    ]
    if not rules:
        return
    for line in first_by_day(opened):
        what = line.line
        text = fold(f"{what.name or ''} {what.text}"[:_MOST_TEXT])
        for rule, words in rules:
            is_within = (what.amount > 0) == (rule.amount > 0) and abs(what.amount) <= abs(rule.amount)
            is_own = rule.bank_account in {None, what.account} and rule.currency == what.currency
            word = next((word for word in words if word in text), None)
            if word and is_within and is_own and not opened.weigher.is_declined(what.id, rule.id):
                is_sure = not (what.is_pending or what.counterparty or candidates.get(what.id))
                opened.add(
                    Match(
                        kind=MatchKind.FEE,
                        lines=(what.id,),
                        pairs=(Pair(what.id, rule.id, what.amount, 0),),
                        score=_POINTS,
                        reasons=(f"the bank's text has “{word}”", "the amount is within the rule's"),
                        level=level(is_sure=is_sure, is_tie=False),
                    )
                )
                break
