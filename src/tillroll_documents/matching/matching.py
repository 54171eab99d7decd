"""Matches bank lines with documents. Pure: the same lines, documents and knowledge give the same
matches, in whatever order they come.

First what concerns lines alone (reversals, holds, transfers between own accounts), then references
that name several documents, payouts of card processors, single documents, sums, parts, refunds, and
the bank's fees. `docs/bank-matching.md` describes the evidence.
"""

from collections.abc import Iterable, Sequence

from tillroll_documents.matching.candidates import Index
from tillroll_documents.matching.evidence import Evidence, Weigher, view_line
from tillroll_documents.matching.fees import match_fees
from tillroll_documents.matching.group_matches import match_groups, match_named_groups
from tillroll_documents.matching.models import (
    NOTHING_LEARNED,
    Document,
    Knowledge,
    Level,
    Line,
    Match,
    Result,
    Unmatched,
)
from tillroll_documents.matching.open_amounts import Open, first_by_day
from tillroll_documents.matching.processor_payouts import match_processor_payouts
from tillroll_documents.matching.refunds import match_named_refunds, match_refunds
from tillroll_documents.matching.replaced_lines import match_holds, match_reversals
from tillroll_documents.matching.returned_money import leave_returns_to_a_person
from tillroll_documents.matching.single_matches import (
    LEAST_ALTERNATIVE,
    LEAST_POINTS,
    alternatives,
    match_equals,
    match_parts,
    match_singles,
)
from tillroll_documents.matching.split_batches import find_split_batches, leave_to_a_person
from tillroll_documents.matching.transfers import match_own_accounts, match_transfers


def match(
    lines: Iterable[Line], documents: Iterable[Document], knowledge: Knowledge = NOTHING_LEARNED
) -> Result:
    """Match open lines with open documents, each identified by its id.

    Settled lines and documents without a remainder take part as what reversals and refunds refer
    to. Raises ValueError if two lines or two documents have one id.
    """
    lines = list(lines)
    documents = list(documents)
    _refuse_twice("line", [line.id for line in lines])
    _refuse_twice("document", [document.id for document in documents])
    index = Index(documents, knowledge)
    weigher = Weigher(knowledge, index.weights, index.references)
    views = first_by_day(view_line(line, index.references) for line in lines)
    opened = Open(
        [view for view in views if view.line.amount and not view.line.is_settled], index, weigher
    )
    match_reversals(opened, [view for view in views if view.line.is_settled])
    candidates = {view.line.id: index.candidates(view, weigher) for view in opened}
    match_holds(opened, candidates)
    match_transfers(opened)
    match_named_groups(opened)
    match_named_refunds(opened)
    match_processor_payouts(opened, candidates, are_named=True)
    match_singles(opened, candidates)
    match_equals(opened)
    match_groups(opened)
    match_processor_payouts(opened, candidates, are_named=False)
    match_parts(opened, candidates)
    match_refunds(opened)
    match_fees(opened, candidates)
    match_own_accounts(opened)
    matches = leave_returns_to_a_person(opened, opened.matches)
    matches = leave_to_a_person(matches, find_split_batches(views))
    return Result(
        matches=tuple(sorted(matches, key=_order)),
        alternatives=alternatives(opened, candidates),
        unmatched_lines=_unmatched_lines(opened, candidates, knowledge),
        unmatched_documents=_unmatched_documents(opened, documents, knowledge),
    )


def _refuse_twice(what: str, ids: Sequence[str]) -> None:
    if len(set(ids)) < len(ids):
        earlier: set[str] = set()
        twice = next(each for each in ids if each in earlier or earlier.add(each))
        raise ValueError(f"Two of the {what}s have the id {twice}")


def _order(match: Match) -> tuple[bool, int, tuple[str, ...]]:
    return match.level is not Level.AUTOMATIC, -match.score, match.lines


def _unmatched_lines(
    opened: Open, candidates: dict[str, list[Evidence]], knowledge: Knowledge
) -> dict[str, Unmatched]:
    declined = {line for line, _ in knowledge.declined}
    return {
        view.line.id: _why(candidates[view.line.id], is_declined=view.line.id in declined)
        for view in opened
    }


def _why(candidates: Sequence[Evidence], *, is_declined: bool) -> Unmatched:
    best = candidates[0].points if candidates else 0
    if best >= LEAST_POINTS:
        return Unmatched.CANDIDATES_TAKEN
    if is_declined:
        return Unmatched.DECLINED
    if best >= LEAST_ALTERNATIVE:
        return Unmatched.OTHER_NAMES
    return Unmatched.NO_CANDIDATE


def _unmatched_documents(
    opened: Open, documents: Sequence[Document], knowledge: Knowledge
) -> dict[str, Unmatched]:
    declined = {document for _, document in knowledge.declined}
    matched = {pair.document for match in opened.matches for pair in match.pairs}
    return {
        each.id: Unmatched.DECLINED if each.id in declined else Unmatched.AWAITS_MONEY
        for each in documents
        if each.remainder and not each.kind.is_rule and each.id not in matched
    }
