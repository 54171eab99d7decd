"""How often a category is proposed for a new account's receipts, and how often it is right: by what
it stands on.

Usage: python -m bench.categories [--count 2000] [--seed 1000] [--noise 0 0.01] [--show]

Receipts of invented shops of a known kind (`sorted_receipts`) are read, and sorted by words alone:
nobody has chosen anything yet, and no model is asked. The truth is the category of the shop's kind.
The words were written for each language without these receipts; what was mended since was seen on
seed 1. Other seeds are held out.
"""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Final

from bench.report import parser, publishing, table
from bench.slips import misread
from bench.sorted_receipts import SortedReceipt, print_sorted
from tillroll.expenses.sorting.proposing.kinds import Sorted, category_of
from tillroll.expenses.sorting.proposing.propose import Known, Seen, propose
from tillroll.expenses.sorting.starters import StarterSet, starters
from tillroll_documents.reading.extraction import ProposedCategory, Transcript
from tillroll_documents.reading.receipt import read

BASIC: Final = tuple(Sorted(each.en, each.key) for each in starters(StarterSet.BASIC))
HELD_OUT: Final = 1000
"""A seed on which no word was written."""


@dataclass
class Shares:
    """Counts: receipts, those with a proposal, and those where it is right."""

    receipts: int = 0
    proposed: int = 0
    right: int = 0
    wrong: list[str] = field(default_factory=list[str])

    @property
    def cells(self) -> list[str]:
        shares = (self.proposed / max(1, self.receipts), self.right / max(1, self.proposed))
        return [str(self.receipts), *(f"{share:.1%}" for share in shares)]


def proposed_for(
    receipt: SortedReceipt, chance: random.Random, rate: float
) -> ProposedCategory | None:
    """What a new account is proposed for it, with slips at this rate."""
    text = misread(receipt.printed.text, chance, rate)
    got = read(Transcript.from_text(text), today=receipt.printed.day).extraction
    items = [item.description for item in got.line_items]
    seen = Seen(got.merchant.value or "", got.registered_name.value, items, (), text.splitlines())
    return propose(seen, Known(BASIC))


def measure(count: int, seed: int, rate: float) -> dict[str, Shares]:
    """By what tells the kind (name or items, or neither), what a proposal stands on, kind; and
    all.
    """
    chance = random.Random(seed)
    found: defaultdict[str, Shares] = defaultdict(Shares)
    for receipt in print_sorted(count, seed):
        proposed = proposed_for(receipt, chance, rate)
        told = "tells its kind" if receipt.is_telling else "tells nothing"
        for group in (
            "all",
            told,
            f"kind {receipt.kind}",
            *([f"by {proposed.source}"] if proposed else []),
        ):
            shares = found[group]
            shares.receipts += 1
            shares.proposed += proposed is not None
            if proposed is not None and proposed.category == category_of(receipt.kind, BASIC):
                shares.right += 1
            elif proposed is not None:
                shares.wrong.append(f"{receipt.printed.merchant}: {receipt.kind}, not {proposed}")
    return found


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--count", type=int, default=2000)
    asked.add_argument("--seed", type=int, default=HELD_OUT)
    asked.add_argument("--noise", type=float, nargs="+", default=[0.0, 0.01])
    asked.add_argument("--show", action="store_true", help="print what is wrong")
    arguments = asked.parse_args()
    with publishing("categories", write=arguments.write):
        said: list[str] = []
        for rate in arguments.noise:
            found = measure(arguments.count, arguments.seed, rate)
            rows = [[group, *found[group].cells] for group in sorted(found)]
            print(
                f"\n{rate:.1%} of characters "
                f"misread\n\n{table(['', 'receipts', 'proposed', 'right of these'], rows)}"
            )
            if arguments.show:
                print("\n".join(line for line, _ in Counter(found["all"].wrong).most_common()))
            said.append(
                f"{rate:.0%} misread: proposed {found['all'].cells[1]}, right "
                f"{found['all'].cells[2]}"
            )
        print("\n" + "; ".join(said))


if __name__ == "__main__":
    main()
