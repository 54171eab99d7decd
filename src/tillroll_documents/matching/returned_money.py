"""Lines that look like a first payment, and may be a payment that went back: a person decides."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from tillroll_documents.matching.evidence import LineView
from tillroll_documents.matching.models import (
    Document,
    DocumentKind,
    Level,
    Match,
    MatchKind,
)
from tillroll_documents.matching.open_amounts import Open
from tillroll_documents.matching.refunds import weigh_return
from tillroll_documents.reading.text.folding import (
    fold,
)

_PAYMENTS: Final = frozenset(
    {
        MatchKind.EXACT,
        MatchKind.FOREIGN,
        MatchKind.MANY_TO_ONE,
        MatchKind.ONE_TO_MANY,
        MatchKind.PARTIAL,
    }
)
_Settled = Mapping[tuple[str, int], list[Document]]
"""Documents by their currency, and what was paid of them in minor units."""
_MOST_TEXT: Final = 1_000
_MOST_RETURNS: Final = 8
"""Documents of one amount that are compared: the newest."""
_BEGINNINGS: Final = (
    *("rucklast", "ruecklast", "ruckuberw", "rueckueberw", "rucklauf", "ruecklaeuf"),
    *("ruckgabe", "rueckgabe", "ruckzahl", "rueckzahl", "retour", "storn", "rejet", "impaye"),
    *("devolu", "devuel", "impaga", "insolut", "respint", "zwrot", "zwroc", "returned", "unpaid"),
    *("bounced", "chargeback", "rejected", "tilbagef", "aterbetal", "palaut", "vracen"),
)
"""Beginnings of words by which banks say that a payment went back. Folded."""
_CODE: Final = re.compile(
    r"\b(?:AC0[1-6]|AC13|AG0[12]|AM0[1-9]|BE0[1-9]|MD0[1267]|MS0[23]|RC01|RR0[1-4]|SL01)\b"
)
"""Reasons of returns.

Source: ISO 20022, ExternalReturnReason1Code; SEPA rulebooks, R-transactions."""
_SAYS_SO: Final = "but its text says that a payment went back"
_MAY_BE: Final = "but it may be what was paid before, and went back"


def leave_returns_to_a_person(opened: Open, matches: Iterable[Match]) -> list[Match]:
    """The matches, where none is automatic whose line may be money of an earlier payment.

    That is so where the text says it, or where the same party was paid, or paid, just the amount in
    the other direction. A line that names its document's number is that document's.
    """
    settled = _settled(opened)
    return [_as_question(opened, match, settled) for match in matches]


def _settled(opened: Open) -> _Settled:
    """Documents by their currency, and what was paid of them."""
    documents: dict[tuple[str, int], list[Document]] = defaultdict(list)
    for view in opened.index.views.values():
        paid = opened.paid(view.document)
        if paid:
            documents[view.document.currency, paid].append(view.document)
    return documents


def _as_question(opened: Open, match: Match, settled: _Settled) -> Match:
    if match.level is not Level.AUTOMATIC or match.kind not in _PAYMENTS:
        return match
    if _is_credit_note(opened, match):
        return match
    lines = [opened.lines[line] for line in match.lines if line in opened.lines]
    if all(_names_its_document(opened, match, line) for line in lines):
        return match
    twins: list[str] = []
    for line in lines:
        twins += _returns(opened, line, settled)
    if twins:
        reasons = (*match.reasons, _MAY_BE)
        return replace(match, level=Level.TIE, reasons=reasons, twins=(*match.twins, *twins))
    if any(_says_return(line) for line in lines):
        return replace(match, level=Level.PROPOSED, reasons=(*match.reasons, _SAYS_SO))
    return match


def _is_credit_note(opened: Open, match: Match) -> bool:
    """Whether the documents say themselves that money comes back."""
    documents = [opened.index.views[each].document for each in match.documents]
    return any(each.kind is DocumentKind.EXPENSE and each.amount > 0 for each in documents)


def _names_its_document(opened: Open, match: Match, line: LineView) -> bool:
    views = [opened.index.views[each] for each in match.documents]
    return any(key in view.references for view in views for key in line.named)


def _returns(opened: Open, line: LineView, settled: _Settled) -> list[str]:
    """Ids of documents of the same party of which the line may be the whole amount, going back."""
    ids: list[str] = []
    for document in settled.get((line.line.currency, -line.net), ())[-_MOST_RETURNS:]:
        evidence = weigh_return(opened, line, opened.index.views[document.id])
        if evidence is not None and (evidence.is_party or evidence.has_reference):
            ids.append(document.id)
    return ids


def _says_return(line: LineView) -> bool:
    """Whether the bank's text says that a payment went back."""
    text = line.line.text[:_MOST_TEXT]
    if _CODE.search(text):
        return True
    return any(word.startswith(_BEGINNINGS) for word in fold(text).split())
