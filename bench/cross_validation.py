"""How well the reading holds for shops it was not fitted to: cross-validation by shop over a folder
of transcripts.

Usage: python -m bench.cross_validation TRANSCRIPTS TRUTH_JSON [--currency MYR] [--folds 10]
[--reasons]

*As shipped* uses the weights of the table, which people wrote while they looked at receipts:
nothing is fitted here, so it says nothing of other shops. *Fitted elsewhere* forgets the weights,
keeps of each only whether it speaks for or against, fits it anew on the other shops' receipts and
reads the held-out ones with that: the reasons must carry over, not the numbers. It is fitted to
those receipts as they are and to copies with slips and lost lines (`slips`), for on whole ones so
much agrees that labels need not be weighed. Receipts whose truth is not what was paid (`misses`)
are not fitted to, but counted; they bound what can be reached. *Without* leaves out one reason at a
time, of the fitted. *Accepted* is what goes through without a person: as shipped, and with the
fitted weights of the total, where how sure it must be is the lowest bar that lets no wrong one
through on the other shops.
"""

import random
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from statistics import median

from bench.fitting import Choice, Weights, best, fit, level, share
from bench.labelled_transcripts import NEAR, Receipt, similarity
from bench.labelled_transcripts import load as load_receipts
from bench.misses import Kind, Miss, find_misses, right
from bench.report import parser, publishing
from bench.slips import misread, torn
from bench.truth import merchant_key
from tillroll_documents.money import minor_digits
from tillroll_documents.reading import weights
from tillroll_documents.reading.extraction import Transcript, Value
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.reasons import ReviewReason
from tillroll_documents.reading.receipt import Reading, Weighed, read, weigh
from tillroll_documents.reading.totals.total import AGREEMENTS
from tillroll_documents.reading.weights import Candidate

SLIPS = (0.002, 0.01)
REPEATS = 10
COPIES = 3
LEARNT_SLIPS = 0.03
LOST_LINES = 0.3
"""How many worn copies of each receipt are learnt from, and how worn they are."""
BARS = (0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98)


def folds(receipts: Sequence[Receipt], count: int) -> Iterator[tuple[list[Receipt], list[Receipt]]]:
    """Pairs of receipts to fit on and receipts held out; all receipts of a shop are on the same
    side.
    """
    sizes = {
        shop: sum(r.truth.shop == shop for r in receipts)
        for shop in {r.truth.shop for r in receipts}
    }
    held_by = {
        shop: i % count
        for i, shop in enumerate(sorted(sizes, key=lambda shop: (-sizes[shop], shop)))
    }
    for fold in range(count):
        held_out = [r for r in receipts if held_by[r.truth.shop] == fold]
        yield [r for r in receipts if held_by[r.truth.shop] != fold], held_out


def choice_of(candidates: Sequence[Candidate[Value]], is_right: Callable[[Value], bool]) -> Choice:
    """One field's candidates in the order of the lines, so that the shipped ranking does not show
    through.
    """
    ordered = sorted(candidates, key=lambda c: (c.line.index, c.start))
    rights = frozenset(i for i, candidate in enumerate(ordered) if is_right(candidate.value))
    return Choice([frozenset(candidate.reasons) for candidate in ordered], rights)


def choices(receipt: Receipt, found: Weighed) -> Mapping[str, Choice]:
    """The choice of each field, with a second one for the name that takes a near name as right."""
    truth = receipt.truth
    unit = Decimal(1).scaleb(-minor_digits(found.currency or "XXX"))
    return {
        "merchant": choice_of(found.merchants, lambda name: merchant_key(name) == truth.shop),
        "merchant, nearly": choice_of(
            found.merchants, lambda name: similarity(name, truth.merchant) >= NEAR
        ),
        "date": choice_of(found.dates, lambda day: day == truth.day),
        "total": choice_of(found.totals, lambda minor: minor * unit == truth.total),
    }


TABLES = {
    "merchant": weights.MERCHANT,
    "merchant, nearly": weights.MERCHANT,
    "date": weights.DATE,
    "total": weights.TOTAL,
}


def copies(receipt: Receipt) -> list[Receipt]:
    """The receipt with slips and lost lines, the same each time."""
    chance = random.Random(receipt.name)
    texts = [
        misread(torn(receipt.transcript.text, chance, LOST_LINES), chance, LEARNT_SLIPS)
        for _ in range(COPIES)
    ]
    return [replace(receipt, transcript=Transcript.from_text(text)) for text in texts]


Fitted = Mapping[str, Mapping[str, float]]
"""The weights of each field."""


def fit_elsewhere(
    receipts: Sequence[Receipt],
    seen: Mapping[str, Sequence[Mapping[str, Choice]]],
    misses: Sequence[Miss],
    count: int,
) -> dict[str, Fitted]:
    """By receipt, the weights fitted without its shop. `seen` are a receipt's choices and those of
    its copies.
    """
    odd = {
        field: {m.receipt for m in misses if m.kind is Kind.TRUTH and field.startswith(m.field)}
        for field in TABLES
    }
    elsewhere: dict[str, Fitted] = {}
    for others, held_out in folds(receipts, count):
        fitted = {
            field: fit(
                [c[field] for r in others if r.name not in odd[field] for c in seen[r.name]], table
            )
            for field, table in TABLES.items()
        }
        elsewhere.update({r.name: fitted for r in held_out})
    return elsewhere


def hit(choice: Choice, table: Weights) -> bool:
    return best(choice, table) in choice.right


def report_weights(
    found: Mapping[str, Mapping[str, Choice]], elsewhere: Mapping[str, Fitted]
) -> None:
    """As shipped, with all weights equal, and fitted on other shops; each field, and all three of a
    receipt.
    """
    equal = {field: level(table) for field, table in TABLES.items()}
    ways: Sequence[Callable[[str], Fitted]] = (
        lambda _: TABLES,
        lambda _: equal,
        elsewhere.__getitem__,
    )
    fields = {field: [field] for field in TABLES} | {
        "all three": ["merchant", "date", "total"],
        "all three, nearly": ["merchant, nearly", "date", "total"],
    }
    print(
        f"{'field':18} {'as shipped':>12} {'equal weights':>14} {'fitted elsewhere':>17} "
        f"{'candidate exists':>17}"
    )
    for name, together in fields.items():
        shares = [
            sum(all(hit(found[r][field], way(r)[field]) for field in together) for r in found)
            / len(found)
            for way in ways
        ]
        shares.append(
            sum(all(found[r][field].right for field in together) for r in found) / len(found)
        )
        print(
            f"{name:18}"
            + "".join(f"{n:>{w}.1%}" for n, w in zip(shares, (13, 15, 18, 18), strict=True))
        )


def report_reasons(
    found: Mapping[str, Mapping[str, Choice]], elsewhere: Mapping[str, Fitted]
) -> None:
    """For each reason: its weight as shipped, the middle of the fitted ones, and how many held-out
    receipts are read right fewer (or more) without it, with shipped and fitted weights.
    """
    for field, table in TABLES.items():
        print(f"\n{field:38} shipped  fitted   without it: shipped  fitted")
        for code in table:
            fitted = median(weights[field][code] for weights in elsewhere.values())
            lost = [
                sum(
                    hit(found[r][field], {**way[field], code: 0.0})
                    - hit(found[r][field], way[field])
                    for r, way in ways.items()
                )
                for ways in (dict.fromkeys(found, TABLES), elsewhere)
            ]
            print(f"  {code:36} {table[code]:7} {fitted:7.0f} {lost[0]:20} {lost[1]:7}")


def report_accepted(
    receipts: Sequence[Receipt],
    found: Mapping[str, Mapping[str, Choice]],
    elsewhere: Mapping[str, Fitted],
    readings: Mapping[str, Reading],
    misses: Sequence[Miss],
    count: int,
) -> None:
    """What is let through, and what of it is wrong, apart from receipts whose truth is not what was
    paid.
    """
    odd = {m.receipt for m in misses if m.kind is Kind.TRUTH and m.field == "total"}

    def undoubted(receipt: Receipt, weights: Weights) -> bool:
        """Nothing but the total could be doubted, and something agrees with it."""
        choice = found[receipt.name]["total"]
        chosen = best(choice, weights)
        others = set(readings[receipt.name].reasons) - {ReviewReason.TOTAL_UNCERTAIN}
        return chosen is not None and not others and bool(AGREEMENTS & choice.reasons[chosen])

    def is_wrong(receipt: Receipt, weights: Weights) -> bool:
        choice = found[receipt.name]["total"]
        return receipt.name not in odd and not (
            hit(choice, weights) and right(receipt, readings[receipt.name])["date"]
        )

    accepted: list[Receipt] = []
    for others, held_out in folds(receipts, count):
        weights = elsewhere[held_out[0].name]["total"]
        doubtless = [
            (r, share(found[r.name]["total"], weights)) for r in others if undoubted(r, weights)
        ]
        bar = min(
            (
                b
                for b in BARS
                if not any(sure >= b and is_wrong(r, weights) for r, sure in doubtless)
            ),
            default=1,
        )
        accepted += [
            r
            for r in held_out
            if undoubted(r, weights) and share(found[r.name]["total"], weights) >= bar
        ]
    wrong = [r.name for r in accepted if is_wrong(r, elsewhere[r.name]["total"])]
    print(
        f"accepted, fitted elsewhere: {len(accepted) / len(receipts):.1%}, wrong: {wrong or 'none'}"
    )
    shipped = [r for r in receipts if readings[r.name].accepted]
    failed = [r.name for r in shipped if is_wrong(r, TABLES["total"])]
    print(f"accepted, as shipped: {len(shipped) / len(receipts):.1%}, wrong: {failed or 'none'}")
    against = [m for m in misses if m.accepted and m.kind is Kind.TRUTH and m.field != "merchant"]
    print(
        "accepted against the truth:",
        ", ".join(f"{m.receipt} {m.field} {m.read}" for m in against) or "none",
    )


def report_confidence(receipts: Sequence[Receipt], readings: Mapping[str, Reading]) -> None:
    """For each field, of the values at least so sure how many are right, and how many there are.
    Nothing is fitted.
    """
    print(f"{'right at least so sure':24}" + "".join(f"{bar:>14}" for bar in BARS[1:]))
    for field in ("merchant", "near", "date", "total"):
        name = "merchant" if field == "near" else field
        pairs = [
            (
                getattr(readings[r.name].extraction, name).confidence,
                right(r, readings[r.name])[field],
            )
            for r in receipts
        ]
        cells = ""
        for bar in BARS[1:]:
            at = [is_right for sure, is_right in pairs if sure >= bar]
            cells += f"{sum(at) / max(1, len(at)):>8.1%} ({len(at):3})"
        print(f"{'merchant, nearly' if field == 'near' else field:24}{cells}")


def report_slips(receipts: Sequence[Receipt], misses: Sequence[Miss], currency: str | None) -> None:
    """The same receipts with more slips of OCR (`slips`), ten times over: what is accepted, and
    wrong among it.

    Receipts whose truth is not what was paid are left out: nothing can be told from them.
    """
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
        print(
            f"{rate:.1%} more slips: {accepted / count:.1%} accepted, right among them "
            f"{1 - wrong / accepted:.2%}"
        )


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("transcripts", type=Path)
    asked.add_argument("truth", type=Path)
    asked.add_argument("--currency", help="the account's own currency, an ISO 4217 code")
    asked.add_argument("--folds", type=int, default=10)
    asked.add_argument(
        "--reasons", action="store_true", help="what each reason weighs and is worth"
    )
    arguments = asked.parse_args()
    with publishing("cross_validation", write=arguments.write):
        _report(arguments)


def _report(arguments: Namespace) -> None:
    receipts = load_receipts(arguments.transcripts, arguments.truth)
    found = {r.name: choices(r, weigh(Page.of(r.transcript), arguments.currency)) for r in receipts}
    readings = {r.name: read(r.transcript, default_currency=arguments.currency) for r in receipts}
    shops = len({r.truth.shop for r in receipts})
    print(f"{len(receipts)} receipts of {shops} shops, {arguments.folds} folds by shop\n")
    misses = find_misses([(r, readings[r.name]) for r in receipts])
    seen = {
        r.name: [
            found[r.name],
            *(choices(c, weigh(Page.of(c.transcript), arguments.currency)) for c in copies(r)),
        ]
        for r in receipts
    }
    elsewhere = fit_elsewhere(receipts, seen, misses, arguments.folds)
    report_weights(found, elsewhere)
    if arguments.reasons:
        report_reasons(found, elsewhere)
    print()
    report_accepted(receipts, found, elsewhere, readings, misses, arguments.folds)
    print()
    report_confidence(receipts, readings)
    print()
    report_slips(receipts, misses, arguments.currency)


if __name__ == "__main__":
    main()
