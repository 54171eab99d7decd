"""Counts what was matched right in invented months; `bench.matching` prints it."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.support.bank_months import Month, Truth
from tillroll_documents.matching.matching import match
from tillroll_documents.matching.models import (
    Document,
    DocumentKind,
    Line,
    Match,
    MatchKind,
    Result,
)
from tillroll_documents.matching.odd_amounts import Paid, is_named

Pair = tuple[str, str]

_NORMAL: Final = 1.96
"""Standard deviations around the middle that hold 95 %."""


@dataclass
class Counts:
    """Sums of some months.

    Attributes:
        true, automatic_right: pairs of the truth, and those that were matched automatically.
        automatic_wrong: pairs that were matched automatically and are not true.
        lines, first_right: lines that belong to something, and those with the true first proposal.
        matches_right, matches_wrong: automatic matches. Wrong is also what had to be asked.
        may_be_automatic: pairs of the truth that need no person.
        stories, stories_automatic, stories_wrong, stories_unproposed: lines, by story.
        wrong: each of them, for a person to read.
        unnamed: pairs of one currency that settle another amount, and whose match does not say why.
    """

    true: Counter[MatchKind] = field(default_factory=Counter[MatchKind])
    automatic_right: Counter[MatchKind] = field(default_factory=Counter[MatchKind])
    automatic_wrong: Counter[MatchKind] = field(default_factory=Counter[MatchKind])
    lines: Counter[MatchKind] = field(default_factory=Counter[MatchKind])
    first_right: Counter[MatchKind] = field(default_factory=Counter[MatchKind])
    twins: int = 0
    first_right_of_twins: int = 0
    proposed_without_truth: int = 0
    without_truth: int = 0
    matches_right: int = 0
    matches_wrong: int = 0
    may_be_automatic: int = 0
    stories: Counter[str] = field(default_factory=Counter[str])
    stories_automatic: Counter[str] = field(default_factory=Counter[str])
    stories_wrong: Counter[str] = field(default_factory=Counter[str])
    stories_unproposed: Counter[str] = field(default_factory=Counter[str])
    wrong: list[str] = field(default_factory=list[str])
    unnamed: int = 0


def counted(drawing: Callable[[int], Month], seeds: Iterable[int]) -> Counts:
    """Draw and match a month of each seed, and count."""
    counts = Counts()
    for seed in seeds:
        drawn = drawing(seed)
        count(drawn, match(drawn.lines, drawn.documents), counts)
    return counts


def pairs_of(lines: Iterable[str], documents: Iterable[str]) -> set[Pair]:
    """Pairs of line and document; without a document, of the lines."""
    lines = sorted(lines)
    documents = sorted(documents)
    if documents:
        return {(line, document) for line in lines for document in documents}
    return {(lines[0], line) for line in lines[1:]}


def pairs_of_match(found: Match) -> set[Pair]:
    """Its pairs of line and document; without a document, of its lines."""
    if found.pairs:
        return {(pair.line, pair.document) for pair in found.pairs}
    return pairs_of(found.lines, ())


@dataclass(frozen=True)
class _Truths:
    """The truth of a month, by pair and by line."""

    month: Month
    kind_of: dict[Pair, MatchKind]
    of_line: dict[str, list[Truth]]

    @property
    def right(self) -> set[Pair]:
        """All pairs that count as right: also of the charges that the bank prints, with its
        fees.
        """
        fees = [each.id for each in self.month.documents if each.kind is DocumentKind.FEE]
        charges = {(line.id, fee) for line in self.month.lines if line.charges for fee in fees}
        return self.kind_of.keys() | self.month.also_right | charges


def count(drawn: Month, result: Result, counts: Counts) -> None:
    """Add what was matched right in a month."""
    truths = _Truths(drawn, {}, {})
    for truth in drawn.truths:
        for pair in pairs_of(truth.lines, truth.documents):
            truths.kind_of[pair] = truth.kind
            counts.true[truth.kind] += 1
            counts.may_be_automatic += drawn.asked.keys().isdisjoint(truth.lines)
        for line in truth.lines:
            truths.of_line.setdefault(line, []).append(truth)
    counts.stories.update(drawn.stories.values())
    _count_automatic(truths, result, counts)
    counts.unnamed += _count_unnamed(drawn, result)
    proposals = result.proposals()
    _count_first(truths, proposals, counts)
    _count_unproposed(truths, proposals, counts)


def _count_automatic(truths: _Truths, result: Result, counts: Counts) -> None:
    drawn = truths.month
    for found in result.automatic():
        pairs = pairs_of_match(found)
        true = pairs & truths.kind_of.keys()
        for pair in true:
            counts.automatic_right[truths.kind_of[pair]] += 1
        counts.automatic_wrong[found.kind] += len(pairs - truths.right)
        asked = [drawn.asked[line] for line in found.lines if line in drawn.asked]
        is_right = pairs <= truths.right and not asked
        counts.matches_right += is_right
        counts.matches_wrong += not is_right
        for line in found.lines:
            counts.stories_automatic[drawn.stories.get(line, "")] += 1
            counts.stories_wrong[drawn.stories.get(line, "")] += not is_right
        if not is_right:
            counts.wrong.append("\n   ".join([_shown("automatic", found, truths), *asked]))


def _count_first(truths: _Truths, proposals: Mapping[str, Sequence[Match]], counts: Counts) -> None:
    drawn = truths.month
    holding = {
        line for truth in drawn.truths if truth.kind is MatchKind.HOLD for line in truth.lines
    }
    for line in drawn.lines:
        if line.is_settled:
            continue
        mine = truths.of_line.get(line.id, [])
        if not line.is_pending:
            mine = [truth for truth in mine if truth.kind is not MatchKind.HOLD]
        firsts = proposals.get(line.id, [])
        if not line.is_pending:
            firsts = [each for each in firsts if each.kind is not MatchKind.HOLD]
        if not mine:
            counts.without_truth += line.id not in holding
            counts.proposed_without_truth += bool(firsts)
            continue
        counts.lines[mine[0].kind] += 1
        counts.twins += mine[0].is_twin
        if firsts and _is_right(firsts[0], line.id, mine, drawn.also_right):
            counts.first_right[mine[0].kind] += 1
            counts.first_right_of_twins += mine[0].is_twin
        else:
            shown = _shown("first", firsts[0], truths) if firsts else f"none {line}"
            counts.wrong.append(f"{mine[0].kind}: {shown}")


def _is_right(found: Match, line: str, truths: Sequence[Truth], also_right: set[Pair]) -> bool:
    """It gives the line all that one of its truths does; or what also counts as right."""
    pairs = {pair for pair in pairs_of_match(found) if line in pair}
    if pairs <= also_right:
        return True
    true = [pairs_of(truth.lines, truth.documents) for truth in truths]
    mine = [{pair for pair in each if line in pair} for each in true]
    return any(each <= pairs <= each | also_right for each in mine)


def _count_unproposed(
    truths: _Truths, proposals: Mapping[str, Sequence[Match]], counts: Counts
) -> None:
    """Add the lines whose true match had to be proposed, and is not, not even as an alternative."""
    for line in truths.month.must_propose:
        pairs = [pairs_of_match(each) for each in proposals.get(line, [])]
        if not any({pair for pair in each if line in pair} & truths.right for each in pairs):
            counts.stories_unproposed[truths.month.stories[line]] += 1


def lower_bound(right: int, whole: int) -> float:
    """The lower end of Wilson's 95 % interval for a share (Wilson, JASA 22 (1927), 209)."""
    if not whole:
        return 0.0
    share = right / whole
    square = _NORMAL**2
    middle = share + square / (2 * whole)
    spread = _NORMAL * math.sqrt(share * (1 - share) / whole + square / (4 * whole**2))
    return (middle - spread) / (1 + square / whole)


def below_the_bar(counts: Counts) -> list[str]:
    """What falls short: of automatic matches 99.9 % are right; of the pairs that need nobody 70 %
    are automatic; of first proposals 90 % are right; and what had to be proposed is, but for one in
    a hundred.
    """
    matches = counts.matches_right + counts.matches_wrong
    unproposed = counts.stories_unproposed.total()
    proposable = sum(counts.stories[story] for story in counts.stories_unproposed)
    shares = {
        "precision": (counts.matches_right, matches, 0.999),
        "recall": (counts.automatic_right.total(), counts.may_be_automatic, 0.7),
        "first proposal": (counts.first_right.total(), counts.lines.total(), 0.9),
        "proposals": (proposable - unproposed, proposable, 0.99),
    }
    below = [what for what, (part, whole, least) in shares.items() if part < least * whole]
    if counts.unnamed:
        below.append("amounts that nothing names")
    return below


def _count_unnamed(drawn: Month, result: Result) -> int:
    lines = {each.id: each for each in drawn.lines}
    documents = {each.id: each for each in drawn.documents}
    unnamed = 0
    for found in result.matches:
        for pair in found.pairs:
            line = lines[pair.line]
            document = documents[pair.document]
            if document.kind.is_rule or document.currency != line.currency:
                continue
            paid = Paid(
                document=document.kind,
                currency=line.currency,
                amount=pair.amount,
                settles=pair.settles,
                charges=line.charges,
            )
            unnamed += not is_named(found.kind, paid)
    return unnamed


def _shown(what: str, found: Match, truths: _Truths) -> str:
    drawn = truths.month
    lines: list[Line] = [line for line in drawn.lines if line.id in found.lines]
    documents: list[Document] = [each for each in drawn.documents if each.id in found.documents]
    mine = [truth for line in lines for truth in truths.of_line.get(line.id, [])]
    true = {id_ for truth in mine for id_ in truth.documents}
    instead = [each for each in drawn.documents if each.id in true - {*found.documents}]
    stories = {drawn.stories.get(line.id, "") for line in lines}
    rows = [
        f"{what} {found.kind} {found.level} {found.score} {found.reasons} {stories}",
        *map(str, [*lines, *documents]),
        *(f"TRUE: {each}" for each in instead),
    ]
    return "\n   ".join(rows)
