"""Whether matches name why an amount is not what it settles. Pure."""

from collections.abc import Mapping

from tillroll.bank.decisions.lines import line_id
from tillroll.bank.decisions.models import BankMatch
from tillroll_documents.matching.models import Document, Line
from tillroll_documents.matching.odd_amounts import Paid, is_named


def are_amounts_named(
    match: BankMatch, *, lines: Mapping[str, Line], documents: Mapping[str, Document]
) -> bool:
    """Whether each pair of one currency settles its amount, but for what the match names."""
    for pair in match.pairs:
        document = documents.get(pair.document_id)
        line = lines.get(line_id(pair.entry_id, pair.payment))
        if document is None or line is None or document.currency != pair.currency:
            continue
        paid = Paid(
            document=document.kind,
            currency=pair.currency,
            amount=pair.amount,
            settles=pair.settles,
            charges=line.charges,
        )
        if not is_named(match.kind, paid):
            return False
    return True
