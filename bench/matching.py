"""How often invented bank lines are matched right (tests/support/bank_months.py), and how long 50,000 take.

Automatic precision: of the pairs of line and document (or of two lines) that are matched automatically, those that are
true. Recall: of all that are true, those that are matched automatically. First proposal: of all lines that belong to
something, those whose first proposal is the true one as a whole.

Usage: python -m bench.matching [--seeds 1 200] [--lines 50000] [--show 20] [--write]
"""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from bench.report import parser, publishing, table
from tests.support.bank_months import Month, Truth, month
from tillroll.bank.matching import match
from tillroll.bank.matching_models import Document, Level, Line, Match, MatchKind, Result

Pair = tuple[str, str]
T = TypeVar("T", Line, Document)


@dataclass
class Counts:
    true: Counter[MatchKind] = field(default_factory=Counter[MatchKind])
    automatic_right: Counter[MatchKind] = field(default_factory=Counter[MatchKind])
    automatic_wrong: Counter[MatchKind] = field(default_factory=Counter[MatchKind])
    lines: Counter[MatchKind] = field(default_factory=Counter[MatchKind])
    first_right: Counter[MatchKind] = field(default_factory=Counter[MatchKind])
    twins: int = 0
    first_right_of_twins: int = 0
    proposed_without_truth: int = 0
    without_truth: int = 0
    wrong: list[str] = field(default_factory=list[str])


def pairs_of(lines: Iterable[str], documents: Iterable[str]) -> set[Pair]:
    """Pairs of line and document; without a document, of the lines."""
    lines, documents = sorted(lines), sorted(documents)
    if documents:
        return {(line, document) for line in lines for document in documents}
    return {(lines[0], line) for line in lines[1:]}


def pairs_of_match(found: Match) -> set[Pair]:
    if found.pairs:
        return {(pair.line, pair.document) for pair in found.pairs}
    return pairs_of(found.lines, ())


def count(drawn: Month, result: Result, counts: Counts) -> None:
    """Add what was matched right in a month."""
    kind_of: dict[Pair, MatchKind] = {}
    of_line: dict[str, list[Truth]] = {}
    for truth in drawn.truths:
        for pair in pairs_of(truth.lines, truth.documents):
            kind_of[pair] = truth.kind
            counts.true[truth.kind] += 1
        for line in truth.lines:
            of_line.setdefault(line, []).append(truth)
    for found in result.automatic():
        for pair in pairs_of_match(found):
            if pair in kind_of:
                counts.automatic_right[kind_of[pair]] += 1
            else:
                counts.automatic_wrong[found.kind] += 1
                counts.wrong.append(_shown("automatic", found, drawn, of_line))
    proposals = result.proposals()
    holding = {line for truth in drawn.truths if truth.kind is MatchKind.HOLD for line in truth.lines}
    for line in drawn.lines:
        truths = [truth for truth in of_line.get(line.id, []) if truth.kind is not MatchKind.HOLD or line.is_pending]
        firsts = [each for each in proposals.get(line.id, []) if line.is_pending or each.kind is not MatchKind.HOLD][:1]
        if not truths:
            counts.without_truth += line.id not in holding
            counts.proposed_without_truth += bool(firsts)
            continue
        [truth] = truths
        counts.lines[truth.kind] += 1
        counts.twins += truth.is_twin
        wanted = {pair for pair in pairs_of(truth.lines, truth.documents) if line.id in pair}
        mine = {pair for pair in pairs_of_match(firsts[0]) if line.id in pair} if firsts else set[Pair]()
        if mine == wanted:
            counts.first_right[truth.kind] += 1
            counts.first_right_of_twins += truth.is_twin
        else:
            shown = _shown("first", firsts[0], drawn, of_line) if firsts else f"none {line}"
            counts.wrong.append(f"{truth.kind}: {shown}")


def _shown(what: str, found: Match, drawn: Month, of_line: dict[str, list[Truth]]) -> str:
    lines: list[Line] = [line for line in drawn.lines if line.id in found.lines]
    documents: list[Document] = [each for each in drawn.documents if each.id in found.documents]
    true = {id_ for line in lines for truth in of_line.get(line.id, []) for id_ in truth.documents}
    instead = [each for each in drawn.documents if each.id in true - {*found.documents}]
    rows = [f"{what} {found.kind} {found.level} {found.score} {found.reasons}", *map(str, [*lines, *documents])]
    return "\n   ".join([*rows, *(f"TRUE: {each}" for each in instead)])


def per_cent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else ""


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--seeds", type=int, nargs=2, default=[1, 200], help="the first and the last one")
    asked.add_argument("--lines", type=int, default=50_000, help="and documents of the months that are matched at once")
    asked.add_argument("--show", type=int, default=0, help="so many of those that were wrong")
    asked.add_argument("--kind", default="", help="show only these, such as `automatic` or `exact`")
    arguments = asked.parse_args()
    first, last = arguments.seeds
    counts = Counts()
    with publishing("matching", write=arguments.write):
        for seed in range(first, last + 1):
            drawn = month(seed)
            count(drawn, match(drawn.lines, drawn.documents), counts)
        rows = [
            [
                kind.value,
                str(counts.true[kind]),
                per_cent(counts.automatic_right[kind], counts.true[kind]),
                str(counts.automatic_wrong[kind]),
                per_cent(counts.first_right[kind], counts.lines[kind]),
            ]
            for kind in MatchKind
            if counts.true[kind] or counts.automatic_wrong[kind]
        ]
        print(table(["kind", "true pairs", "automatic", "automatic and wrong", "first proposal right"], rows))
        right, wrong = counts.automatic_right.total(), counts.automatic_wrong.total()
        lines, proposed = counts.lines.total(), counts.first_right.total()
        apart = per_cent(proposed - counts.first_right_of_twins, lines - counts.twins)
        print(
            f"\nWithout the {counts.twins} lines of twins of one day, which nothing tells apart, first proposals are "
            f"{apart} right. Of {counts.without_truth} lines that belong to nothing, {counts.proposed_without_truth} "
            f"have a proposal."
        )
        seconds = _time(arguments.lines)
        print(
            f"seeds {first} to {last}: automatic matches {per_cent(right, right + wrong)} right at "
            f"{per_cent(right, counts.true.total())} recall; first proposal {per_cent(proposed, lines)} right; "
            f"{seconds}"
        )
        chosen = [each for each in counts.wrong if arguments.kind in each]
        for each in chosen[: arguments.show]:
            print(f"--- {each}")


def _time(lines: int) -> str:
    if not lines:
        return "not timed"
    drawn = Month()
    size = 0
    while min(len(drawn.lines), len(drawn.documents)) < lines:
        size += 1
        more = month(1_000_000 + size, size=20)
        suffix = f".{size}"
        drawn.lines += [_renamed(line, suffix) for line in more.lines]
        drawn.documents += [_renamed(each, suffix) for each in more.documents]
    began = time.perf_counter()
    result = match(drawn.lines, drawn.documents)
    seconds = time.perf_counter() - began
    automatic = sum(each.level is Level.AUTOMATIC for each in result.matches)
    return (
        f"{len(drawn.lines):,} lines against {len(drawn.documents):,} documents in {seconds:.1f} s, "
        f"{automatic:,} of them automatic"
    )


def _renamed(each: T, suffix: str) -> T:
    return replace(each, id=each.id + suffix)


if __name__ == "__main__":
    main()
