"""How many invoices of a folder are read right: with the XML that lies in them, and by their text
alone.

The truth is the XML, taken out by names of elements and without the reader that is counted here; of
public invoices without one it is what a person read, in bench/truths/public_invoices.json, by the
file's name. A seller counts as right when it is the same without case and without anything but
letters and digits.

Usage: python -m bench.invoices FOLDER [--currency EUR] [--misses]
"""

import asyncio
import io
import json
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from pypdf import PdfReader

from bench.report import parser, publishing
from tillroll_documents.pdf_reader.pages import BrokenPdf, EncryptedPdf, PdfTooLarge, read_pdf
from tillroll_documents.pdf_reader.pictures import UnreadablePicture
from tillroll_documents.reading.e_invoices.e_invoice import InvalidInvoice
from tillroll_documents.reading.e_invoices.extraction import extract, read_invoice
from tillroll_documents.reading.e_invoices.judgement import judge
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import Reading, read

_TRUTHS = Path(__file__).parents[1] / "truths" / "public_invoices.json"
FIELDS = ("seller", "number", "date", "total")
_CREDIT = {"381", "261", "396", "83", "81"}


@dataclass(frozen=True)
class Truth:
    """What the XML says; the total is below zero on a credit note."""

    seller: str
    number: str
    date: str
    total: str


def _text(root: ElementTree.Element, *paths: str) -> str:
    for path in paths:
        found = root.find("./" + "/".join(f"{{*}}{name}" for name in path.split("/")))
        if found is not None and (found.text or "").strip():
            return " ".join((found.text or "").split())
    return ""


def truth_of(content: bytes) -> Truth | None:
    """None where it is no invoice in UBL or CII."""
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - files of the developer's own choice
    except ElementTree.ParseError:
        return None
    kind = root.tag.rpartition("}")[2]
    if kind in {"Invoice", "CreditNote"}:
        party = "AccountingSupplierParty/Party"
        found = (
            _text(root, f"{party}/PartyLegalEntity/RegistrationName", f"{party}/PartyName/Name"),
            _text(root, "ID"),
            _text(root, "IssueDate"),
            _text(root, "LegalMonetaryTotal/TaxInclusiveAmount"),
        )
        code = "381" if kind == "CreditNote" else _text(root, "InvoiceTypeCode")
    elif kind in {"CrossIndustryInvoice", "CrossIndustryDocument"}:
        is_old = kind == "CrossIndustryDocument"
        document = "HeaderExchangedDocument" if is_old else "ExchangedDocument"
        trade = "SpecifiedSupplyChainTradeTransaction" if is_old else "SupplyChainTradeTransaction"
        part = "ApplicableSupplyChainTrade" if is_old else "ApplicableHeaderTrade"
        summation = f"SpecifiedTradeSettlement{'' if is_old else 'Header'}MonetarySummation"
        found = (
            _text(root, f"{trade}/{part}Agreement/SellerTradeParty/Name"),
            _text(root, f"{document}/ID"),
            _text(root, f"{document}/IssueDateTime/DateTimeString"),
            _text(root, f"{trade}/{part}Settlement/{summation}/GrandTotalAmount"),
        )
        code = _text(root, f"{document}/TypeCode")
    else:
        return None
    seller, number, day, amount = found
    sign = -1 if code in _CREDIT else 1
    return Truth(seller, number, day.replace("-", "")[:8], f"{sign * float(amount or 'nan'):.2f}")


def key(text: str) -> str:
    """A name by which it counts as the same: without case, and nothing but letters and digits."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def misses(truth: Truth, reading: Reading) -> dict[str, tuple[str, str | None]]:
    """The fields that were read otherwise, each with the truth and what was read."""
    read_values = reading.extraction
    day, total = read_values.date.value, read_values.total.value
    name = read_values.registered_name.value or read_values.merchant.value
    pairs = {
        "seller": (truth.seller, name, key(truth.seller) == key(name or "")),
        "number": (
            truth.number,
            read_values.receipt_number.value,
            truth.number == read_values.receipt_number.value,
        ),
        "date": (truth.date, str(day), day is not None and f"{day:%Y%m%d}" == truth.date),
        "total": (truth.total, total, total is not None and float(total) == float(truth.total)),
    }
    return {
        field: (right, wrong) for field, (right, wrong, is_right) in pairs.items() if not is_right
    }


def _embedded(content: bytes) -> bytes | None:
    attached = PdfReader(io.BytesIO(content)).attachments
    found = [
        parts[0]
        for name, parts in attached.items()
        if name.lower().endswith(".xml") and truth_of(parts[0])
    ]
    return found[0] if found else None


def readings(path: Path, currency: str | None) -> Iterator[tuple[str, Truth, Reading | None]]:
    """The readings of a file, each with the way in which it was read."""
    content = path.read_bytes()
    xml = content if path.suffix.lower() == ".xml" else _embedded(content)
    truth = truth_of(xml) if xml else _read_by_a_person(path.name)
    if truth is None:
        return
    printed = "" if path.suffix.lower() == ".xml" else _print_of(content)
    if xml is not None:
        yield "with XML", truth, _exactly(xml, printed)
    if printed is not None and path.suffix.lower() != ".xml":
        page = Page.of(Transcript.from_text(printed))
        reading = read_printed(page, default_currency=currency)
        yield (
            "text alone",
            truth,
            reading or read(Transcript.from_text(printed), default_currency=currency),
        )


def _read_by_a_person(name: str) -> Truth | None:
    known = json.loads(_TRUTHS.read_text(encoding="utf-8")).get(name)
    return known and Truth(
        known["seller"], known["number"], known["date"].replace("-", ""), known["total"]
    )


def _print_of(content: bytes) -> str | None:
    try:
        return "\n\f\n".join(page.text for page in asyncio.run(read_pdf(content)).pages)
    except (BrokenPdf, EncryptedPdf, PdfTooLarge, UnreadablePicture):
        return None


def _exactly(xml: bytes, printed: str | None) -> Reading | None:
    try:
        invoice = read_invoice(xml)
    except InvalidInvoice:
        return None
    return judge(invoice, extract(invoice)[0], printed or "")


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--currency", help="the account's own, where an invoice names none")
    asked.add_argument("--misses", action="store_true", help="each value that was read otherwise")
    arguments = asked.parse_args()
    with publishing("invoices", write=arguments.write):
        _report(arguments)


def _report(asked: Namespace) -> None:
    counts: dict[str, Counter[str]] = {}
    for path in sorted(
        path for path in asked.folder.rglob("*") if path.suffix.lower() in {".pdf", ".xml"}
    ):
        for way, truth, reading in readings(path, asked.currency):
            count = counts.setdefault(way, Counter())
            wrong = dict.fromkeys(FIELDS, ("", None)) if reading is None else misses(truth, reading)
            count["files"] += 1
            count.update(field for field in FIELDS if field not in wrong)
            if reading is not None and reading.accepted:
                count["accepted"] += 1
                count["accepted wrongly"] += bool(wrong)
            if asked.misses and (wrong or not (reading and reading.accepted)):
                print(f"{way}  {path.name}  {wrong}  {reading.reasons if reading else 'not read'}")
    print("| | files | seller | number | date | total | accepted | of these wrong |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for way, count in counts.items():
        cells = [count[field] for field in ("files", *FIELDS, "accepted", "accepted wrongly")]
        print(f"| {way} | {' | '.join(map(str, cells))} |")
