"""What the terms of payment of a document say of a proposed discount."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from tillroll.expenses.search.words import read_texts
from tillroll_documents.matching.models import Document, Line, Match, MatchKind
from tillroll_documents.matching.odd_amounts import discount_in
from tillroll_documents.reading.dates.payment_terms import Terms, terms_in
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import optional_text
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable
from tillroll_durable.platform.services import Platform

_RUN_OF: Final = "SELECT run_id FROM expenses WHERE account_id = ? AND id = ?"


async def with_terms(
    platform: Platform,
    account_id: str,
    match: Match,
    lines: Mapping[str, Line],
    documents: Mapping[str, Document],
) -> Match:
    """The match of a discount with what its document prints of it among the reasons.

    A document that cannot be read now says nothing: a person decides on the match in any case.
    """
    if match.kind is not MatchKind.DISCOUNT:
        return match
    reasons = list(match.reasons)
    for pair in match.pairs:
        line = lines[pair.line]
        document = documents[pair.document]
        thousandths = discount_in(pair.amount, pair.settles)
        if thousandths is None or line.day is None or document.day is None:
            continue
        days = (line.day - document.day).days
        printed = await _printed_terms(platform, account_id, document.id)
        reasons += _reasons(printed, thousandths, days)
    return replace(match, reasons=tuple(reasons))


def _reasons(printed: Sequence[Terms], thousandths: int, days: int) -> list[str]:
    """What the terms say of a discount that was taken so many days after the document's day."""
    if not printed:
        return []
    for terms in printed:
        if terms.thousandths == thousandths and days <= terms.days:
            percent = terms.percent
            return [f"the document prints this discount: {percent} % within {terms.days} days"]
    terms = max(printed, key=lambda each: each.days)
    percent = terms.percent
    return [f"but the document prints another discount: {percent} % within {terms.days} days"]


async def _printed_terms(platform: Platform, account_id: str, expense_id: str) -> list[Terms]:
    row = await platform.database.first(statement(_RUN_OF, [account_id, expense_id]))
    if row is None:
        return []
    run_id = optional_text(row, "run_id")
    if run_id is None:
        return []
    try:
        return terms_in(await read_texts(platform, run_id))
    except ObjectsUnavailable:
        return []
