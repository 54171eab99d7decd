"""Reads thousands of invented receipts, of many countries and layouts, through OCR's slips: how
sure is a sure reading?

Usage: python -m bench.generated [--count 2000] [--seed 1] [--noise 0.002 0.01 0.03]

Receipts are printed by tests/unit/tillroll_documents/reading/printing.py, rearranged (`rearranged`)
and misread (`misread`). Besides what is right among the accepted ones, it prints for each field how
often a value of at least some confidence is right. Two runs of OCR over the same 148 photos differ
in 0.2 % of the characters.
"""

import random
from collections import Counter, defaultdict
from datetime import date, timedelta

from bench.labelled_transcripts import NEAR, similarity
from bench.report import parser, publishing
from bench.slips import misread, rearranged
from tests.unit.tillroll_documents.reading.printing import Printed, print_receipt
from tillroll_documents.money import Money
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import Reading, read

TODAY = date(2029, 12, 31)
"""No receipt is printed later."""
LEVELS = (0.5, 0.7, 0.85, 0.95, 0.98)


def right(printed: Printed, reading: Reading) -> dict[str, bool]:
    """Which fields are right; of the merchant what a person takes for the same."""
    got = reading.extraction
    return {
        "merchant": similarity(got.merchant.value or "", printed.merchant) >= NEAR,
        "date": got.date.value == printed.day,
        "total": got.total.value
        == Money(printed.total, printed.locale.currency).to_decimal_string(),
        "currency": got.currency.value == printed.locale.currency,
    }


def print_receipts(count: int, seed: int) -> list[Printed]:
    """The seed's receipts, the same each time; of fewer, the first ones."""
    chance = random.Random(seed)
    return [print_receipt(chance) for _ in range(count)]


def evaluate(
    printed: list[Printed], seed: int, rate: float, within: int | None, *, show: bool
) -> int:
    """Read them all at a rate of slips, print a table, return how many accepted ones are wrong.

    They are uploaded `within` so many days, or long after."""
    chance = random.Random(seed)
    rights: Counter[str] = Counter()
    levels: defaultdict[str, list[tuple[float, bool]]] = defaultdict(list)
    accepted = wrong = 0
    for receipt in printed:
        text = misread(rearranged(receipt.text, chance), chance, rate)
        today = TODAY if within is None else receipt.day + timedelta(days=chance.randint(0, within))
        reading = read(Transcript.from_text(text), today=today)
        verdict = right(receipt, reading)
        rights.update(field for field, is_right in verdict.items() if is_right)
        for field, is_right in verdict.items():
            levels[field].append((getattr(reading.extraction, field).confidence, is_right))
        if reading.accepted:
            accepted += 1
            if not (verdict["date"] and verdict["total"] and verdict["currency"]):
                wrong += 1
                if show:
                    got = reading.extraction
                    print(
                        receipt.locale.name,
                        receipt.day,
                        receipt.total,
                        got.date.value,
                        got.total.value,
                        got.currency.value,
                    )
                    print(text, end="\n\n")
    count = len(printed)
    share = 1 - wrong / max(1, accepted)
    uploaded = "long after" if within is None else f"within {within} days"
    print(f"\n{count} receipts, {rate:.1%} of characters misread, uploaded {uploaded}")
    print(f"accepted {accepted / count:.1%}, right among them {share:.2%} ({wrong} wrong)")
    print(f"{'':10}{'right':>8}   right (share of all) at a confidence of at least")
    print(f"{'':18}" + "".join(f"{level:>16}" for level in LEVELS))
    for field, pairs in levels.items():
        cells = ""
        for level in LEVELS:
            at = [is_right for sure, is_right in pairs if sure >= level]
            cells += f"{sum(at) / max(1, len(at)):>9.2%} ({len(at) / count:>4.0%})"
        print(f"{field:10}{rights[field] / count:>8.1%}{cells}")
    return wrong


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--count", type=int, default=2000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--noise", type=float, nargs="+", default=[0.0, 0.002, 0.01, 0.03])
    asked.add_argument(
        "--within", type=int, default=30, metavar="DAYS", help="of the purchase they are uploaded"
    )
    asked.add_argument("--show", action="store_true", help="print what was accepted and is wrong")
    arguments = asked.parse_args()
    printed = print_receipts(arguments.count, arguments.seed)
    with publishing("generated", write=arguments.write):
        wrong = [
            evaluate(printed, arguments.seed, rate, within, show=arguments.show)
            for rate in arguments.noise
            for within in (arguments.within, None)
        ]
        print(f"\naccepted and wrong, of {arguments.count} each: {', '.join(map(str, wrong))}")


if __name__ == "__main__":
    main()
