"""How e-invoices of a folder are read, by family: files, accepted, and what is wrong by field.

The truth is computed from the XML alone (`xml_truths`). A value counts as wrong where the file
states it and the reading has another one, or none. `make accuracy INVOICES=FOLDER` prints the
table.

Usage: python -m bench.invoices.families FOLDER [--misses]
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from bench.invoices.xml_truths import XmlTruth, truth_of
from bench.report import parser, table
from tillroll_documents.reading.e_invoices.e_invoice import InvalidInvoice
from tillroll_documents.reading.e_invoices.extraction import extract, read_invoice
from tillroll_documents.reading.e_invoices.judgement import judge
from tillroll_documents.reading.e_invoices.signed import UnreadableEnvelope, open_signed
from tillroll_documents.reading.extraction import Extraction
from tillroll_documents.reading.receipt import Reading
from tillroll_documents.signed_files import begins_signed

_SUFFIXES: Final = frozenset({".xml", ".p7m"})
_HEAD: Final = 200
_FIELDS: Final = (
    "seller",
    "number",
    "date",
    "due date",
    "currency",
    "total",
    "net",
    "tax",
    "due",
    "iban",
    "buyer",
)


@dataclass
class FamilyCount:
    """What became of the files of a family."""

    files: int = 0
    refused: int = 0
    accepted: int = 0
    accepted_wrong: int = 0
    wrong: Counter[str] = field(default_factory=Counter[str])


def values_of(read: Extraction) -> dict[str, str | Decimal | date | None]:
    """What was read, by the fields of a truth."""

    def amount(text: str | None) -> Decimal | None:
        if text is None:
            return None
        return Decimal(text)

    return {
        "seller": read.registered_name.value or read.merchant.value,
        "number": read.receipt_number.value,
        "date": read.date.value,
        "due date": read.due_date.value,
        "currency": read.currency.value,
        "total": amount(read.total.value),
        "net": amount(read.subtotal.value),
        "tax": amount(read.tax.value),
        "due": amount(read.amount_due.value),
        "iban": read.iban.value,
        "buyer": read.buyer.value,
    }


def wrong_of(truth: XmlTruth, read: Extraction) -> dict[str, tuple[str, str]]:
    """The fields that were read otherwise than the file states them, each with both."""
    values = values_of(read)
    wrong: dict[str, tuple[str, str]] = {}
    for name, stated in truth.values.items():
        value = values[name]
        if isinstance(value, date):
            value = f"{value:%Y%m%d}"
        if value != stated:
            wrong[name] = (str(stated), str(value))
    return wrong


def _reading_of(content: bytes) -> Reading | None:
    try:
        invoice = read_invoice(content)
    except InvalidInvoice:
        return None
    return judge(invoice, extract(invoice)[0], "")


def _opened(content: bytes) -> bytes:
    if not begins_signed(content[:_HEAD]):
        return content
    try:
        return open_signed(content).content
    except UnreadableEnvelope:
        return content


def outcomes(folder: Path) -> Iterator[tuple[Path, XmlTruth, Reading | None]]:
    """Each file of a family that is known, with its truth and its reading."""
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES):
        content = path.read_bytes()
        truth = truth_of(_opened(content))
        if truth is not None:
            yield path, truth, _reading_of(content)


def counts(found: Iterable[tuple[Path, XmlTruth, Reading | None]]) -> dict[str, FamilyCount]:
    """The counts by family."""
    families: dict[str, FamilyCount] = {}
    for _, truth, reading in found:
        count = families.setdefault(truth.family, FamilyCount())
        count.files += 1
        if reading is None:
            count.refused += 1
            continue
        wrong = wrong_of(truth, reading.extraction)
        count.wrong.update(wrong.keys())
        if reading.accepted:
            count.accepted += 1
            count.accepted_wrong += bool(wrong)
    return families


def report(families: Mapping[str, FamilyCount]) -> str:
    """The table of all families."""
    rows: list[list[str]] = []
    for name, count in sorted(families.items()):
        by_field = ", ".join(
            f"{field} {count.wrong[field]}" for field in _FIELDS if count.wrong[field]
        )
        numbers = [count.files, count.refused, count.accepted, count.accepted_wrong]
        rows.append([name, *map(str, numbers), by_field or "none"])
    return table(
        ["family", "files", "refused", "accepted", "of these wrong", "wrong by field"], rows
    )


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--misses", action="store_true", help="each value that was read otherwise")
    arguments = asked.parse_args()
    found = [*outcomes(arguments.folder)]
    if arguments.misses:
        for path, truth, reading in found:
            wrong = {} if reading is None else wrong_of(truth, reading.extraction)
            if wrong or reading is None:
                print(path.name, wrong or "refused", () if reading is None else reading.reasons)
    print(report(counts(found)))


if __name__ == "__main__":
    main()
