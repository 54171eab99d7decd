"""Read a folder of transcripts (ID.txt) with the rules and compare with a truth.json: per field,
and what is accepted.

Usage: python -m bench.transcripts FOLDER TRUTH_JSON [--currency MYR] [--misses]
"""

import time
from argparse import Namespace
from collections import Counter
from pathlib import Path
from statistics import median, quantiles

from bench.labelled_transcripts import Receipt, load
from bench.misses import FIELDS, Miss, find_misses, right
from bench.report import parser, publishing
from tillroll_documents.reading.receipt import Reading, read


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("truth", type=Path)
    asked.add_argument("--currency", help="the account's own currency, an ISO 4217 code")
    asked.add_argument(
        "--misses", action="store_true", help="list every wrong value and where it comes from"
    )
    arguments = asked.parse_args()
    with publishing("transcripts", write=arguments.write):
        _report(arguments)


def _report(arguments: Namespace) -> None:
    receipts = load(arguments.folder, arguments.truth)
    pairs: list[tuple[Receipt, Reading]] = []
    seconds: list[float] = []
    for receipt in receipts:
        begin = time.process_time()
        reading = read(receipt.transcript, default_currency=arguments.currency)
        seconds.append(time.process_time() - begin)
        pairs.append((receipt, reading))

    count = len(receipts) or 1
    verdicts = [right(receipt, reading) for receipt, reading in pairs]

    def line(label: str, number: int) -> None:
        print(f"{label:22} {number:4} of {len(receipts)}  {number / count:6.1%}")

    for field in FIELDS:
        line(field, sum(verdict[field] for verdict in verdicts))
    line("merchant, nearly", sum(verdict["near"] for verdict in verdicts))
    line("or both joined", sum(verdict["joined"] for verdict in verdicts))
    line("or joined, nearly", sum(verdict["joined_near"] for verdict in verdicts))
    line("all three", sum(all(verdict[field] for field in FIELDS) for verdict in verdicts))
    line("all three, nearly", sum(v["date"] and v["total"] and v["near"] for v in verdicts))
    misses = find_misses(pairs)
    line("accepted", sum(reading.accepted for _, reading in pairs))
    trusted = [
        verdict for verdict, (_, reading) in zip(verdicts, pairs, strict=True) if reading.accepted
    ]
    for key, label in (("near", "merchant, nearly"), ("joined_near", "or joined, nearly")):
        print(f"{label:22} {sum(verdict[key] for verdict in trusted):4} of {len(trusted)} accepted")
    wrong = [miss for miss in misses if miss.accepted and miss.field != "merchant"]
    print(
        "accepted and wrong:   ",
        ", ".join(f"{miss.receipt} ({miss.kind})" for miss in wrong) or "none",
    )
    reasons = Counter(reason for _, reading in pairs for reason in reading.reasons)
    print(
        "asked for:            ",
        ", ".join(f"{code} {n}" for code, n in reasons.most_common()) or "nothing",
    )
    if arguments.misses:
        _print_misses(misses)
    if len(seconds) > 1:
        slow = quantiles(seconds, n=20)[-1]
        print(
            f"{1000 * median(seconds):.2f} ms of processor time a receipt (median), "
            f"{1000 * slow:.2f} ms (p95)"
        )


def _print_misses(misses: list[Miss]) -> None:
    kinds = Counter((miss.field, miss.kind) for miss in misses)
    print("\n" + ", ".join(f"{field} {kind}: {n}" for (field, kind), n in sorted(kinds.items())))
    print("| receipt | field | from | read | truth |\n| --- | --- | --- | --- | --- |")
    for miss in misses:
        print(f"| {miss.receipt} | {miss.field} | {miss.kind} | {miss.read} | {miss.truth} |")


if __name__ == "__main__":
    main()
