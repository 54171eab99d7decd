"""How often invented bank lines are matched right, and how long 50,000 take.

Two generators draw the months: tests/support/bank_months.py, by the author of the rules, and
tests/support/company/, written from published descriptions before the rules were opened. What they
draw is stored by the product and read as matching reads it (tests/support/stored/); the matcher
itself reads nothing.

Automatic precision: of the matches that are made automatically, those whose pairs of line and
document (or of two lines) are all true, and that nobody had to be asked about; with the lower 95 %
bound of Wilson's interval. Recall: of all pairs that are true, those that are matched
automatically. First proposal: of all lines that belong to something, those whose first proposal is
the true one as a whole.

With --check it fails where automatic matches are less than 99.9 % right, or less than 70 % of the
pairs that need nobody are automatic, or what had to be proposed is not.

Usage: python -m bench.matching [--seeds 1 200] [--lines 50000] [--show 20] [--check] [--write]
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, TypeVar

from bench.matching_counts import Counts, below_the_bar, counted, lower_bound
from bench.report import parser, publishing, table
from tests.support.bank_months import Month, month
from tests.support.company.months import company_month
from tests.support.stored.months import with_stored_rows
from tillroll_documents.matching.matching import match
from tillroll_documents.matching.models import Document, Level, Line, MatchKind

T = TypeVar("T", Line, Document)
GENERATORS: Final[Mapping[str, Callable[[int], Month]]] = {
    "The rules' own months": with_stored_rows(month),
    "The company's months": with_stored_rows(company_month),
}


def per_cent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else ""


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument(
        "--seeds", type=int, nargs=2, default=[1, 200], help="the first and the last one"
    )
    asked.add_argument(
        "--lines",
        type=int,
        default=50_000,
        help="and documents of the months that are matched at once",
    )
    asked.add_argument("--show", type=int, default=0, help="so many of those that were wrong")
    asked.add_argument("--kind", default="", help="show only these, such as `automatic` or `exact`")
    asked.add_argument("--check", action="store_true", help="fail below the bar")
    arguments = asked.parse_args()
    failures: list[str] = []
    shares: list[str] = []
    seeds = range(arguments.seeds[0], arguments.seeds[1] + 1)
    with publishing("matching", write=arguments.write):
        for name, drawing in GENERATORS.items():
            counts = counted(drawing, seeds)
            _print(f"{name}, seeds {seeds[0]} to {seeds[-1]}", counts)
            shares.append(_share(counts))
            failures += [f"{name}: {each}" for each in below_the_bar(counts)]
            chosen = [each for each in counts.wrong if arguments.kind in each]
            for each in chosen[: arguments.show]:
                print(f"--- {each}")
        print(f"automatic matches {' and '.join(shares)}; {_time(arguments.lines)}")
    if arguments.check and failures:
        raise SystemExit("\n".join(failures))


def _print(months: str, counts: Counts) -> None:
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
    print(
        table(
            ["kind", "true pairs", "automatic", "automatic and wrong", "first proposal right"], rows
        )
    )
    stories = [
        [story, str(whole), *(str(each[story]) for each in _stories(counts))]
        for story, whole in sorted(counts.stories.items())
        if counts.stories_wrong[story] or counts.stories_unproposed[story]
    ]
    if stories:
        print()
        print(table(["story", "lines", "automatic", "wrong", "not proposed"], stories))
    lines, proposed = counts.lines.total(), counts.first_right.total()
    apart = per_cent(proposed - counts.first_right_of_twins, lines - counts.twins)
    print(
        f"\nWithout the {counts.twins} lines of twins of one day, which nothing tells apart, "
        "first proposals are "
        f"{apart} right. Of {counts.without_truth} lines that belong to nothing, "
        f"{counts.proposed_without_truth} "
        f"have a proposal."
    )
    right = counts.automatic_right.total()
    whole = counts.matches_right + counts.matches_wrong
    print(
        f"\n{months}: {whole:,} automatic matches, {counts.matches_wrong} of them wrong: "
        f"{_share(counts)} with 95 % "
        f"confidence; recall {per_cent(right, counts.true.total())} of all true pairs, "
        f"{per_cent(right, counts.may_be_automatic)} of those that need nobody; "
        f"first proposal {per_cent(proposed, lines)} right.\n"
    )


def _share(counts: Counts) -> str:
    """How many automatic matches are right, and at least so many."""
    whole = counts.matches_right + counts.matches_wrong
    least = 100 * lower_bound(counts.matches_right, whole)
    return f"{per_cent(counts.matches_right, whole)} right (at least {least:.2f} %)"


def _stories(counts: Counts) -> tuple[Counter[str], Counter[str], Counter[str]]:
    return counts.stories_automatic, counts.stories_wrong, counts.stories_unproposed


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
        f"{len(drawn.lines):,} lines against {len(drawn.documents):,} documents in {seconds:.1f} "
        "s, "
        f"{automatic:,} of them automatic"
    )


def _renamed(each: T, suffix: str) -> T:
    return replace(each, id=each.id + suffix)


if __name__ == "__main__":
    main()
