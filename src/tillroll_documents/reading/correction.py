"""A person's corrections, checked and laid over what was read, and what a document says of itself
beside its amounts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from tillroll_documents.days import is_usable
from tillroll_documents.money import (
    CODES,
    UNKNOWN_CURRENCY,
    AmountError,
    minor_from_decimal_string,
)
from tillroll_documents.reading.extraction import DocumentKind, Extraction

DOCUMENT_FIELDS: Final = ("documentKind", "receiptNumber", "dueDate", "amountDue", "buyer")
LONGEST_TEXT: Final = 200

_KINDS: Final = ", ".join(DocumentKind)

Problems = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """None where the document does not say. `amount_due_minor` is in minor units of the expense's
    currency.
    """

    kind: DocumentKind | None = None
    number: str | None = None
    due_date: date | None = None
    amount_due_minor: int | None = None
    buyer: str | None = None


def check_facts(
    changes: Mapping[str, str],
    current: Mapping[str, str],
    *,
    total_minor: int | None,
    currency: str | None,
    problems: Problems,
) -> DocumentFacts:
    """What a person gave ("" for none), and `current` for the rest, but for an amount that the
    currency cannot have. A known kind follows the sign of the total, since money that comes back is
    a credit note.
    """
    merged = {**current, **changes}
    amount = merged.get("amountDue", "")
    return DocumentFacts(
        kind=_kind(changes, current, total_minor=total_minor, problems=problems),
        number=one_line("receiptNumber", merged.get("receiptNumber", ""), problems),
        due_date=_due_date(merged.get("dueDate", ""), problems),
        amount_due_minor=None
        if not amount or currency is None
        else _amount(
            "amountDue",
            amount,
            currency=currency,
            problems=problems if "amountDue" in changes else [],
        ),
        buyer=one_line("buyer", merged.get("buyer", ""), problems),
    )


def one_line(
    field: str, text: str, problems: Problems, most: int = LONGEST_TEXT, what: str = "it"
) -> str | None:
    """The text in one line; None for an empty one, and for one that is too long, which is noted."""
    line = " ".join(_CONTROL.sub(" ", text).split())
    if len(line) > most:
        problems.append((field, f"Shorten {what} to at most {most} characters."))
        return None
    return line or None


def _kind(
    changes: Mapping[str, str],
    current: Mapping[str, str],
    total_minor: int | None,
    problems: Problems,
) -> DocumentKind | None:
    stated = changes.get("documentKind")
    if stated is None:
        if "documentKind" in current:
            before = DocumentKind(current["documentKind"])
        else:
            before = None
        if total_minor is None:
            return before
        return _of_sign(before, total_minor, has_number="receiptNumber" in current)
    if not stated:
        return None
    if stated not in list(DocumentKind):
        problems.append(("documentKind", f"There is no such kind; use {_KINDS}."))
        return None
    if stated == DocumentKind.CREDIT_NOTE and total_minor is not None and total_minor > 0:
        problems.append(
            ("documentKind", "A credit note gives money back: write its total with a minus.")
        )
    return DocumentKind(stated)


def _of_sign(
    kind: DocumentKind | None, total_minor: int, *, has_number: bool
) -> DocumentKind | None:
    if total_minor < 0 and kind in {None, DocumentKind.RECEIPT, DocumentKind.INVOICE}:
        return DocumentKind.CREDIT_NOTE
    if total_minor > 0 and kind is DocumentKind.CREDIT_NOTE:
        if has_number:
            return DocumentKind.INVOICE
        return DocumentKind.RECEIPT
    return kind


def _due_date(text: str, problems: Problems) -> date | None:
    if not text:
        return None
    day = _day_of(text)
    if day is not None:
        return day
    problems.append(
        ("dueDate", "Write the day until which it is to be paid as YYYY-MM-DD, such as 2026-03-31.")
    )
    return None


def _amount(name: str, text: str, currency: str, problems: Problems) -> int | None:
    try:
        return minor_from_decimal_string(text, currency)
    except AmountError as error:
        problems.append((name, str(error)))
        return None


FIELDS: Final = (
    "merchant",
    "registeredName",
    "date",
    "total",
    "tax",
    "currency",
    "category",
    *DOCUMENT_FIELDS,
)
MAX_MERCHANT_LENGTH: Final = 200
MAX_CATEGORY_LENGTH: Final = 60

_OPTIONAL: Final = ("registeredName", "tax", "category", *DOCUMENT_FIELDS)

_ISO_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
# Marks that turn the direction of what follows, by which a name reads as another, and those without
# width that join nothing (Unicode, UAX #9 and #14).
_TURNING = re.compile("[\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


class InvalidValues(ValueError):
    """Some values cannot be taken. `problems` holds (field, message) pairs; each message says how
    to put it right.
    """

    def __init__(self, problems: Problems) -> None:
        super().__init__("; ".join(f"{name}: {message}" for name, message in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class ExpenseFields:
    """What an expense needs; amounts in minor units of `currency` (ISO 4217), below zero where
    money came back.
    """

    merchant: str
    date: date
    total_minor: int
    tax_minor: int | None
    currency: str
    category: str | None = None
    registered_name: str | None = None
    document: DocumentFacts = field(default_factory=DocumentFacts)


def apply(extraction: Extraction | None, values: Mapping[str, Any]) -> ExpenseFields:
    """Lay the strings that a person gave over the extraction; None or "" takes an optional field
    away. Raises InvalidValues with every problem, also for what is still missing.
    """
    if extraction is None:
        return lay_over({}, values)
    kind = extraction.document_kind.value
    due = extraction.due_date.value
    read = {
        "merchant": extraction.merchant.value,
        "registeredName": extraction.registered_name.value,
        "date": extraction.date.value.isoformat() if extraction.date.value else None,
        "total": extraction.total.value,
        "tax": extraction.tax.value,
        "currency": extraction.currency.value,
        "category": extraction.category.value,
        "documentKind": None if kind is None else kind.value,
        "receiptNumber": extraction.receipt_number.value,
        "dueDate": None if due is None else due.isoformat(),
        "amountDue": extraction.amount_due.value,
        "buyer": extraction.buyer.value,
    }
    return lay_over({name: value for name, value in read.items() if value is not None}, values)


def lay_over(current: Mapping[str, str], values: Mapping[str, Any]) -> ExpenseFields:
    """Lay changes over what is known, by the names of FIELDS."""
    problems: Problems = []
    texts: dict[str, str] = {}
    for name, value in values.items():
        if name not in FIELDS:
            problems.append((name, f"There is no such field; use {', '.join(FIELDS)}."))
        elif value is None and name in _OPTIONAL:
            texts[name] = ""
        elif not isinstance(value, str):
            problems.append((name, "Give the value as text in quotes."))
        else:
            texts[name] = value.strip()
    merged = {**current, **texts}
    currency = _currency(merged, problems)
    if not merged.get("total"):
        problems.append(("total", "Type in the amount that was paid, such as 12.90."))
    total, tax = (
        _amount(name, merged[name], currency=currency, problems=problems)
        if merged.get(name) and currency is not None
        else None
        for name in ("total", "tax")
    )
    merchant, registered_name = check_names(
        merged.get("merchant", ""), merged.get("registeredName", ""), problems
    )
    day = _date(merged, problems)
    category = check_category(merged.get("category", ""), problems)
    document = check_facts(texts, current, total_minor=total, currency=currency, problems=problems)
    if total is not None and tax:
        _check_part(total, tax, problems)
    if merchant is None or day is None or total is None or currency is None or problems:
        raise InvalidValues(
            sorted(problems, key=lambda p: FIELDS.index(p[0]) if p[0] in FIELDS else len(FIELDS))
        )
    return ExpenseFields(
        merchant,
        day,
        total_minor=total,
        tax_minor=tax,
        currency=currency,
        category=category,
        registered_name=registered_name,
        document=document,
    )


def check_category(text: str, problems: Problems) -> str | None:
    """The category in one line; None for an empty one. What is too long is noted in `problems`."""
    return one_line(
        "category", text, problems=problems, most=MAX_CATEGORY_LENGTH, what="the category"
    )


def check_names(
    merchant: str, registered_name: str, problems: Problems
) -> tuple[str | None, str | None]:
    """Both names, each in one line. What is missing or too long is noted in `problems`."""
    if not _is_visible(merchant):
        problems.append(("merchant", "Type in the name of the shop."))
    return _name("merchant", merchant, problems), _name("registeredName", registered_name, problems)


def _is_visible(text: str) -> bool:
    return any(
        sign.isprintable() and not sign.isspace()
        for sign in _CONTROL.sub(" ", _TURNING.sub("", text))
    )


def _name(field: str, text: str, problems: Problems) -> str | None:
    if not _is_visible(text):
        return None
    return one_line(
        field, _TURNING.sub("", text), problems=problems, most=MAX_MERCHANT_LENGTH, what="the name"
    )


def _date(values: Mapping[str, str], problems: Problems) -> date | None:
    text = values.get("date", "")
    remedy = "Write the day of the purchase as YYYY-MM-DD, such as 2026-03-31."
    if not _ISO_DATE.fullmatch(text):
        problems.append(("date", remedy))
        return None
    day = _day_of(text)
    if day is None:
        problems.append(("date", f"There is no such day in the calendar. {remedy}"))
    return day


def _day_of(text: str) -> date | None:
    """The day of YYYY-MM-DD; None where there is none, or nothing can be of it."""
    if not _ISO_DATE.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    if not is_usable(day):
        return None
    return day


def _currency(values: Mapping[str, str], problems: Problems) -> str | None:
    code = values.get("currency", "").upper()
    if code not in CODES:
        problems.append(("currency", UNKNOWN_CURRENCY))
        return None
    return code


def _check_part(total: int, tax: int, problems: Problems) -> None:
    """A tax is part of its total: of its sign, and not more."""
    if (tax < 0) != (total < 0):
        if total < 0:
            remedy = "with a minus, as the total is"
        else:
            remedy = "without a minus, as the total is"
        problems.append(("tax", f"Write the tax {remedy}, or leave it empty where there is none."))
    elif abs(tax) > abs(total):
        problems.append(("tax", "The tax is part of the total and cannot be more than it."))
