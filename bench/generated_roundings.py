"""How often an amount before rounding is accepted on invented receipts (`roundings`), with slips of
OCR: never.

Usage: python -m bench.generated_roundings [--count 3000] [--seed 1] [--noise 0 0.005 0.02] [--show]
"""

import random
from collections import Counter
from decimal import Decimal

from bench.report import parser, publishing
from bench.roundings import print_rounded
from bench.slips import misread
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import read


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--count", type=int, default=3000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--noise", type=float, nargs="+", default=[0.0, 0.005, 0.02])
    asked.add_argument("--show", action="store_true", help="print what was accepted and is wrong")
    arguments = asked.parse_args()
    with publishing("generated_roundings", write=arguments.write):
        for rate in arguments.noise:
            chance = random.Random(arguments.seed)
            counts: Counter[str] = Counter()
            for _ in range(arguments.count):
                receipt = print_rounded(chance)
                text = misread(receipt.text, chance, rate)
                reading = read(Transcript.from_text(text), default_currency="MYR")
                total = int(Decimal(reading.extraction.total.value or 0) * 100)
                outcome = (
                    "right"
                    if total == receipt.paid
                    else "before"
                    if total == receipt.before
                    else "other"
                )
                counts[f"accepted, {outcome}" if reading.accepted else "asked"] += 1
                if arguments.show and reading.accepted and outcome != "right":
                    print(f"--- {total} for {receipt.paid}\n{text}")
            print(
                f"{rate:.1%} of characters misread:",
                ", ".join(f"{name} {n}" for name, n in sorted(counts.items())),
            )


if __name__ == "__main__":
    main()
