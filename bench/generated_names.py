"""How right both names of a shop are on invented heads (`heads`), with slips of OCR: a table, by
layout.

Usage: python -m bench.generated_names [--count 1000] [--seed 1] [--noise 0 0.01] [--show]
"""

import random
from collections import Counter, defaultdict

from bench.heads import Head, print_head
from bench.labelled_transcripts import NEAR, similarity
from bench.report import parser, publishing
from bench.slips import misread
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import Reading, read

COLUMNS = ("merchant", "registered", "either is one of both", "accepted")


def right(head: Head, reading: Reading) -> dict[str, bool]:
    """Which names a person takes for the same; a firm that is not printed must not be read."""
    merchant, firm = (
        reading.extraction.merchant.value or "",
        reading.extraction.registered_name.value,
    )
    is_firm = (
        firm is None if head.registered is None else similarity(firm or "", head.registered) >= NEAR
    )
    printed = [head.merchant, *([head.registered] if head.registered else [])]
    near = any(
        similarity(name, other) >= NEAR for name in (merchant, firm or "") for other in printed
    )
    return {
        "merchant": similarity(merchant, head.merchant) >= NEAR,
        "registered": is_firm,
        "either is one of both": near,
        "accepted": reading.accepted,
    }


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--count", type=int, default=1000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--noise", type=float, nargs="+", default=[0.0, 0.01])
    asked.add_argument("--show", action="store_true", help="print every head that is read wrong")
    arguments = asked.parse_args()
    with publishing("generated_names", write=arguments.write):
        for rate in arguments.noise:
            _evaluate(arguments.count, arguments.seed, rate, show=arguments.show)


def _evaluate(heads: int, seed: int, rate: float, *, show: bool) -> None:
    chance = random.Random(seed)
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for _ in range(heads):
        head = print_head(chance)
        reading = read(
            Transcript.from_text(misread(head.text, chance, rate)), default_currency="MYR"
        )
        verdict = right(head, reading)
        for layout in (head.layout, "all"):
            counts[layout].update(
                ["heads", *(name for name, is_right in verdict.items() if is_right)]
            )
        if show and not (verdict["merchant"] and verdict["registered"]):
            got = reading.extraction
            print(f"--- {head.layout}: {head.merchant} | {head.registered}")
            print(
                f"read {got.merchant.value} {got.merchant.confidence} | {got.registered_name.value}"
            )
            print("\n".join(head.text.split("\n")[:8]))
    print(
        f"\n{rate:.1%} of characters misread\n{'':20}{'heads':>6}"
        + "".join(f"{name:>24}" for name in COLUMNS)
    )
    for layout, count in sorted(counts.items(), key=lambda item: (item[0] == "all", item[0])):
        shares = "".join(f"{count[name] / count['heads']:>24.1%}" for name in COLUMNS)
        print(f"{layout:20}{count['heads']:>6}{shares}")


if __name__ == "__main__":
    main()
