"""How well the reading holds for shops it was not fitted to: cross-validation by shop over a folder of transcripts.

Usage: python bench/cross_validation.py TRANSCRIPTS TRUTH_JSON [--currency MYR] [--folds 10]

Three things are reported. *As shipped* uses the weights of the table, which people wrote while they looked at receipts:
nothing is fitted here, so it says nothing of other shops. *Fitted elsewhere* forgets the weights, keeps of each only
whether it speaks for or against, fits it anew on the other shops' receipts and reads the held-out ones with that: the
reasons must carry over, not the numbers. Receipts whose truth is not what was paid (`misses`) are not fitted to, but
counted. *Thresholds* chooses how sure date and total must be on the other shops - the
lowest bar that lets no wrong one through there - and counts what that lets through on the held-out ones.
"""

import argparse
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from bench.fitting import Choice, fit, hits, level
from bench.labelled_transcripts import NEAR, Receipt, similarity
from bench.labelled_transcripts import load as load_receipts
from bench.misses import Kind, Miss, find_misses, right
from bench.slips import misread
from bench.truth import merchant_key
from tillroll.receipts import weights
from tillroll.receipts.currencies import minor_digits
from tillroll.receipts.extraction import Value
from tillroll.receipts.reading import Reading, Weighed, read, weigh
from tillroll.receipts.scoring import Candidate
from tillroll.receipts.transcript import Transcript

SLIPS = (0.002, 0.01)
REPEATS = 10
BARS = (0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98)


def folds(receipts: Sequence[Receipt], count: int) -> Iterator[tuple[list[Receipt], list[Receipt]]]:
    """Pairs of receipts to fit on and receipts held out; all receipts of a shop are on the same side."""
    sizes = {shop: sum(r.truth.shop == shop for r in receipts) for shop in {r.truth.shop for r in receipts}}
    held_by = {shop: i % count for i, shop in enumerate(sorted(sizes, key=lambda shop: (-sizes[shop], shop)))}
    for fold in range(count):
        held_out = [r for r in receipts if held_by[r.truth.shop] == fold]
        yield [r for r in receipts if held_by[r.truth.shop] != fold], held_out


def choice_of(candidates: Sequence[Candidate[Value]], is_right: Callable[[Value], bool]) -> Choice:
    """One field's candidates in the order of the lines, so that the shipped ranking does not show through."""
    ordered = sorted(candidates, key=lambda c: (c.line.index, c.start))
    rights = frozenset(i for i, candidate in enumerate(ordered) if is_right(candidate.value))
    return Choice([frozenset(candidate.reasons) for candidate in ordered], rights)


def choices(receipt: Receipt, found: Weighed) -> Mapping[str, Choice]:
    """The choice of each field, with a second one for the name that takes a near name as right."""
    truth = receipt.truth
    unit = Decimal(1).scaleb(-minor_digits(found.currency or "XXX"))
    return {
        "merchant": choice_of(found.merchants, lambda name: merchant_key(name) == truth.shop),
        "merchant, nearly": choice_of(found.merchants, lambda name: similarity(name, truth.merchant) >= NEAR),
        "date": choice_of(found.dates, lambda day: day == truth.day),
        "total": choice_of(found.totals, lambda minor: minor * unit == truth.total),
    }


TABLES = {
    "merchant": weights.MERCHANT,
    "merchant, nearly": weights.MERCHANT,
    "date": weights.DATE,
    "total": weights.TOTAL,
}


def report_weights(
    receipts: Sequence[Receipt], found: Mapping[str, Mapping[str, Choice]], misses: Sequence[Miss], count: int
) -> None:
    """As shipped, with all weights equal, and fitted on other shops."""
    print(f"{'field':18} {'as shipped':>12} {'equal weights':>14} {'fitted elsewhere':>17} {'candidate exists':>17}")
    for field, table in TABLES.items():
        everything = [found[r.name][field] for r in receipts]
        elsewhere = 0
        for others, held_out in folds(receipts, count):
            odd = {m.receipt for m in misses if m.kind is Kind.TRUTH and field.startswith(m.field)}
            fitted = fit([found[r.name][field] for r in others if r.name not in odd], table)
            elsewhere += hits([found[r.name][field] for r in held_out], fitted)
        shares = (
            hits(everything, table),
            hits(everything, level(table)),
            elsewhere,
            sum(bool(choice.right) for choice in everything),
        )
        row = "".join(f"{n / len(receipts):>{w}.1%}" for n, w in zip(shares, (13, 15, 18, 18), strict=True))
        print(f"{field:18}{row}")


def report_thresholds(
    receipts: Sequence[Receipt], readings: Mapping[str, Reading], misses: Sequence[Miss], count: int
) -> None:
    """The bar for date and total chosen on the other shops, and what it lets through on the held-out ones.

    Values that the truth, not the reading, has wrong (`misses`) do not raise the bar; they are counted at the end.
    """
    wrong = {
        field: {m.receipt for m in misses if m.field == field and m.kind is not Kind.TRUTH}
        for field in ("date", "total")
    }

    def sure(receipt: Receipt, field: str, bar: float) -> bool:
        return getattr(readings[receipt.name].extraction, field).confidence >= bar

    accepted = through = 0
    for others, held_out in folds(receipts, count):
        bars = {
            field: min(
                (bar for bar in BARS if not any(sure(r, field, bar) for r in others if r.name in wrong[field])),
                default=1.0,
            )
            for field in wrong
        }
        for receipt in held_out:
            if all(sure(receipt, field, bar) for field, bar in bars.items()):
                accepted += 1
                through += any(receipt.name in names for names in wrong.values())
    print(f"thresholds chosen elsewhere: {accepted / len(receipts):.1%} let through, {through} of them wrong")
    shipped = [r for r in receipts if readings[r.name].accepted]
    failed = [r.name for r in shipped if any(r.name in names for names in wrong.values())]
    print(f"rule as shipped, nothing fitted: {len(shipped) / len(receipts):.1%} accepted, wrong: {failed or 'none'}")
    others = [m for m in misses if m.accepted and m.kind is Kind.TRUTH and m.field != "merchant"]
    print("accepted against the truth:", ", ".join(f"{m.receipt} {m.field} {m.read}" for m in others) or "none")


def report_confidence(receipts: Sequence[Receipt], readings: Mapping[str, Reading]) -> None:
    """For each field, of the values at least so sure how many are right, and how many there are. Nothing is fitted."""
    print(f"{'right at least so sure':24}" + "".join(f"{bar:>14}" for bar in BARS[1:]))
    for field in ("merchant", "near", "date", "total"):
        name = "merchant" if field == "near" else field
        pairs = [
            (getattr(readings[r.name].extraction, name).confidence, right(r, readings[r.name])[field]) for r in receipts
        ]
        cells = ""
        for bar in BARS[1:]:
            at = [is_right for sure, is_right in pairs if sure >= bar]
            cells += f"{sum(at) / max(1, len(at)):>8.1%} ({len(at):3})"
        print(f"{'merchant, nearly' if field == 'near' else field:24}{cells}")


def report_slips(receipts: Sequence[Receipt], misses: Sequence[Miss], currency: str | None) -> None:
    """The same receipts with more slips of OCR (`slips`), ten times over: what is accepted, and wrong among it.

    Receipts whose truth is not what was paid are left out: nothing can be told from them."""
    odd = {m.receipt for m in misses if m.kind is Kind.TRUTH and m.field == "total"}
    plain = [r for r in receipts if r.name not in odd]
    for rate in SLIPS:
        chance = random.Random(1)
        accepted = wrong = 0
        for receipt in plain * REPEATS:
            text = misread(receipt.transcript.text, chance, rate)
            reading = read(Transcript.from_text(text), default_currency=currency)
            verdict = right(receipt, reading)
            accepted += reading.accepted
            wrong += reading.accepted and not (verdict["date"] and verdict["total"])
        count = len(plain) * REPEATS
        print(f"{rate:.1%} more slips: {accepted / count:.1%} accepted, right among them {1 - wrong / accepted:.2%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("transcripts", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--currency", help="the account's own currency, an ISO 4217 code")
    parser.add_argument("--folds", type=int, default=10)
    arguments = parser.parse_args()
    receipts = load_receipts(arguments.transcripts, arguments.truth)
    found = {r.name: choices(r, weigh(r.transcript, default_currency=arguments.currency)) for r in receipts}
    readings = {r.name: read(r.transcript, default_currency=arguments.currency) for r in receipts}
    shops = len({r.truth.shop for r in receipts})
    print(f"{len(receipts)} receipts of {shops} shops, {arguments.folds} folds by shop\n")
    misses = find_misses([(r, readings[r.name]) for r in receipts])
    report_weights(receipts, found, misses, arguments.folds)
    print()
    report_thresholds(receipts, readings, misses, arguments.folds)
    print()
    report_confidence(receipts, readings)
    print()
    report_slips(receipts, misses, arguments.currency)


if __name__ == "__main__":
    main()
