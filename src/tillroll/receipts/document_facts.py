"""What a document says of itself beside an expense's amounts: its kind and number, what is due, when, and from whom."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from tillroll.receipts.amounts.money import AmountError, minor_from_decimal_string
from tillroll.receipts.extraction import DocumentKind, Extraction

DOCUMENT_FIELDS: Final = ("documentKind", "receiptNumber", "dueDate", "amountDue", "buyer")
LONGEST_TEXT: Final = 200

_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_KINDS: Final = ", ".join(DocumentKind)

Problems = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """None where the document does not say. `amount_due_minor` is in minor units of the expense's currency."""

    kind: DocumentKind | None = None
    number: str | None = None
    due_date: date | None = None
    amount_due_minor: int | None = None
    buyer: str | None = None


def read_facts(extraction: Extraction) -> dict[str, str]:
    """What was read, as text, by the names of DOCUMENT_FIELDS; what was not read is left out."""
    kind, due = extraction.document_kind.value, extraction.due_date.value
    values = {
        "documentKind": None if kind is None else kind.value,
        "receiptNumber": extraction.receipt_number.value,
        "dueDate": None if due is None else due.isoformat(),
        "amountDue": extraction.amount_due.value,
        "buyer": extraction.buyer.value,
    }
    return {name: value for name, value in values.items() if value is not None}


def check_facts(
    given: Mapping[str, str],
    known: Mapping[str, str],
    *,
    total_minor: int | None,
    currency: str | None,
    problems: Problems,
) -> DocumentFacts:
    """The facts: what a person gave ("" for none), and `known` for the rest. What is wrong with given ones is noted.

    A known amount that the currency cannot have is left out: the currency was corrected. A known kind follows the
    sign of the total, since money that comes back is a credit note.
    """
    merged = {**known, **given}
    amount = merged.get("amountDue", "")
    return DocumentFacts(
        kind=_kind(given, known, total_minor, problems),
        number=one_line("receiptNumber", merged.get("receiptNumber", ""), problems),
        due_date=_due_date(merged.get("dueDate", ""), problems),
        amount_due_minor=None
        if not amount or currency is None
        else _amount(amount, currency, problems if "amountDue" in given else []),
        buyer=one_line("buyer", merged.get("buyer", ""), problems),
    )


def one_line(field: str, text: str, problems: Problems) -> str | None:
    """The text in one line; None for an empty one, and for one that is too long, which is noted."""
    line = " ".join(_CONTROL.sub(" ", text).split())
    if len(line) > LONGEST_TEXT:
        problems.append((field, f"Shorten it to at most {LONGEST_TEXT} characters."))
        return None
    return line or None


def _kind(
    given: Mapping[str, str], known: Mapping[str, str], total_minor: int | None, problems: Problems
) -> DocumentKind | None:
    stated = given.get("documentKind")
    if stated is None:
        before = DocumentKind(known["documentKind"]) if "documentKind" in known else None
        return before if total_minor is None else _of_sign(before, total_minor, has_number="receiptNumber" in known)
    if not stated:
        return None
    if stated not in list(DocumentKind):
        problems.append(("documentKind", f"There is no such kind; use {_KINDS}."))
        return None
    if stated == DocumentKind.CREDIT_NOTE and total_minor is not None and total_minor > 0:
        problems.append(("documentKind", "A credit note gives money back: write its total with a minus."))
    return DocumentKind(stated)


def _of_sign(kind: DocumentKind | None, total_minor: int, *, has_number: bool) -> DocumentKind | None:
    if total_minor < 0 and kind in {None, DocumentKind.RECEIPT, DocumentKind.INVOICE}:
        return DocumentKind.CREDIT_NOTE
    if total_minor > 0 and kind is DocumentKind.CREDIT_NOTE:
        return DocumentKind.INVOICE if has_number else DocumentKind.RECEIPT
    return kind


def _due_date(text: str, problems: Problems) -> date | None:
    if not text:
        return None
    try:
        if _ISO_DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    problems.append(("dueDate", "Write the day until which it is to be paid as YYYY-MM-DD, such as 2026-03-31."))
    return None


def _amount(text: str, currency: str, problems: Problems) -> int | None:
    try:
        return minor_from_decimal_string(text, currency)
    except AmountError as error:
        problems.append(("amountDue", str(error)))
        return None
