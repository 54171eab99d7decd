"""How often a value is right that is so sure: by field and tenth of confidence, over folders of
transcripts.

Usage: python -m bench.confidence TRANSCRIPTS TRUTH_JSON [TRANSCRIPTS TRUTH_JSON …] [--currency MYR]
[--write]

Cross-validated by shop: the receipts of a shop are counted with weights that were fitted to those
of the other shops, in ten folds (`cross_validation`). A shop is right where either of its names is,
as the truths name one of the two, where a person takes it for the same (`NEAR`). Receipts whose
truth is not what was paid count for no total.
"""

from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.cross_validation import TABLES, choices, copies, fit_elsewhere, folds
from bench.fitting import Weights
from bench.labelled_transcripts import NEAR, Receipt, load, similarity
from bench.misses import Kind, find_misses, right
from bench.report import parser, publish, table
from tillroll_documents.reading import weights
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import Reading, read, weigh

FOLDS = 10
FIELDS = {"shop": "either name of the shop", "date": "date", "total": "total"}
LEVELS = (0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.0)
_SHIPPED = {"merchant": weights.MERCHANT, "date": weights.DATE, "total": weights.TOTAL}


@contextmanager
def weighing(fitted: Mapping[str, Weights]) -> Generator[None]:
    """Read with other weights, rounded, for as long as this lasts."""
    before = {field: dict(shipped) for field, shipped in _SHIPPED.items()}
    for field, shipped in _SHIPPED.items():
        shipped.update({code: round(weight) for code, weight in fitted[field].items()})
    try:
        yield
    finally:
        for field, shipped in _SHIPPED.items():
            shipped.update(before[field])


def is_shop(receipt: Receipt, reading: Reading) -> bool:
    """Whether one of the names is what a person takes for the true one."""
    names = (reading.extraction.merchant.value, reading.extraction.registered_name.value)
    return any(similarity(name, receipt.truth.merchant) >= NEAR for name in names if name)


def sure(field: str, reading: Reading) -> float | None:
    """How sure the value is; None where there is none."""
    got = reading.extraction
    if field == "shop":
        told = [
            name.confidence
            for name in (got.merchant, got.registered_name)
            if name.value is not None
        ]
        return max(told) if told else None
    value = getattr(got, field)
    return None if value.value is None else value.confidence


def read_elsewhere(receipts: Sequence[Receipt], currency: str | None) -> dict[str, Reading]:
    """Each receipt read with weights that were fitted without its shop."""
    shipped = {r.name: read(r.transcript, default_currency=currency) for r in receipts}
    misses = find_misses([(r, shipped[r.name]) for r in receipts])
    seen = {
        r.name: [
            choices(each, weigh(Page.of(each.transcript), currency)) for each in (r, *copies(r))
        ]
        for r in receipts
    }
    elsewhere = fit_elsewhere(receipts, seen, misses, FOLDS)
    readings: dict[str, Reading] = {}
    for _, held_out in folds(receipts, FOLDS):
        with weighing(elsewhere[held_out[0].name]):
            readings |= {r.name: read(r.transcript, default_currency=currency) for r in held_out}
    return readings


def rows_of(receipts: Sequence[Receipt], readings: Mapping[str, Reading]) -> list[list[str]]:
    """For each field and level, how many values are so sure, and how many of these are right."""
    misses = find_misses([(r, readings[r.name]) for r in receipts])
    odd = {miss.receipt for miss in misses if miss.kind is Kind.TRUTH and miss.field == "total"}
    rows: list[list[str]] = []
    for field, label in FIELDS.items():
        counted = [r for r in receipts if field != "total" or r.name not in odd]
        count: Counter[float] = Counter()
        rights: Counter[float] = Counter()
        for receipt in counted:
            reading = readings[receipt.name]
            level = sure(field, reading)
            if level is None:
                continue
            at = next(bar for bar in LEVELS if level >= bar)
            count[at] += 1
            rights[at] += (
                is_shop(receipt, reading) if field == "shop" else right(receipt, reading)[field]
            )
        rows.append(
            [label, *(f"{rights[bar]} of {count[bar]}" if count[bar] else "" for bar in LEVELS)]
        )
    return rows


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("folders", type=Path, nargs="+", metavar="TRANSCRIPTS TRUTH_JSON")
    asked.add_argument(
        "--currency", default="MYR", help="the account's own currency, an ISO 4217 code"
    )
    arguments = asked.parse_args()
    if len(arguments.folders) % 2:
        asked.error("give each folder of transcripts with its truth.json")
    receipts = [
        receipt
        for folder, truth in zip(arguments.folders[::2], arguments.folders[1::2], strict=True)
        for receipt in load(folder, truth)
    ]
    if set(TABLES) < set(_SHIPPED):
        raise ValueError("a field is fitted that is not read with other weights")
    rows = rows_of(receipts, read_elsewhere(receipts, arguments.currency))
    heads = [
        "confidence",
        "0.95 and more",
        "0.9 to 0.95",
        *(f"{bar} to {bar + 0.1:.1f}" for bar in LEVELS[2:-1]),
        "less",
    ]
    text = table(heads, rows)
    said = "; ".join(f"{row[0]} at 0.95: {row[1]}" for row in rows)
    publish(
        "confidence", said, {"rows": rows, "receipts": len(receipts)}, text, write=arguments.write
    )


if __name__ == "__main__":
    main()
