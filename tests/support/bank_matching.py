"""Bank lines and documents of tests, with what most of them have."""

from datetime import date, timedelta
from itertools import count
from typing import Any, Final

from tillroll.bank.decisions.tips import may_have_tip
from tillroll_documents.matching.matching import match
from tillroll_documents.matching.models import (
    NOTHING_LEARNED,
    Document,
    DocumentKind,
    Knowledge,
    Line,
    Match,
    Result,
)
from tillroll_documents.money import minor_digits

FIRST: Final = date(2026, 3, 2)
BASE: Final = "EUR"
PER_EURO: Final = {
    "AUD": 1.65,
    "CAD": 1.5,
    "CHF": 0.95,
    "CZK": 25.2,
    "DKK": 7.46,
    "GBP": 0.85,
    "HUF": 400,
    "JPY": 160,
    "NOK": 11.5,
    "NZD": 1.8,
    "PLN": 4.3,
    "SEK": 11.2,
    "USD": 1.08,
}
"""Rates of tests, near the published ones."""
_NUMBERS: Final = count(1)
_FIRST_CLAIM: Final = 5_000
"""No claim of a test that names its number has such a one."""
_TERMS: Final = 30
_TIME_OF_ID: Final = "01M8QRPP34H21354JR6V1"
"""The beginning of an id that the product makes."""


def on(day: int) -> date:
    """So many days after the first one."""
    return FIRST + timedelta(days=day)


def line(amount: int, day: int | None = 0, name: str | None = "REWE BERLIN", **values: Any) -> Line:
    values = {"id": f"line-{next(_NUMBERS)}", "account": "giro", "currency": "EUR", **values}
    return Line(amount=amount, day=None if day is None else on(day), name=name, **values)


def document(
    amount: int, day: int | None = 0, name: str = "REWE Markt GmbH", **values: Any
) -> Document:
    """A document as `load_documents` yields it, of an account whose base currency is the euro.

    One in another currency has its conversion; in the own one it has none. Only a payee's bank
    account is known, and an own one.
    """
    values = {
        "id": f"document-{next(_NUMBERS)}",
        "kind": DocumentKind.EXPENSE,
        "currency": "EUR",
        "remainder": amount,
        "names": (name,) if name else (),
        **values,
    }
    if values["kind"] is DocumentKind.EXPENSE:
        values = {"allows_tip": may_have_tip(values["names"], None), **values}
        if values["currency"] != BASE:
            converted = _in_euros(values["remainder"], values["currency"])
            values = {"converted": converted, "converted_currency": BASE, **values}
    has_account = values["kind"] in {DocumentKind.PAYOUT, DocumentKind.OWN_ACCOUNT}
    assert has_account or "accounts" not in values, "no such document has a bank account"
    return Document(amount=amount, day=None if day is None else on(day), **values)


def _in_euros(amount: int, currency: str) -> int:
    """Cents for minor units of another currency."""
    units = amount / 10 ** minor_digits(currency)
    return round(100 * units / PER_EURO[currency])


def claim(amount: int, day: int = 0, name: str = "Kontor Nord AG", **values: Any) -> Document:
    """A claim of a customer: it has a number, and a day by which it is due."""
    number = f"2026-{_FIRST_CLAIM + next(_NUMBERS)}"
    values = {"due": on(day + _TERMS), "references": (number,), **values}
    return document(amount, day, name, kind=DocumentKind.CLAIM, **values)


def payout(amount: int, day: int = 0, name: str = "Ann Lee", **values: Any) -> Document:
    """A payout by a file for the bank. Its references are the text that both sides read, its own
    id, and that of the file."""
    number = next(_NUMBERS)
    ids = (f"run-{_TIME_OF_ID}{number:05}", f"pmf-{_TIME_OF_ID}{number:05}")
    values = {"references": ("Auslagen", *ids), "accounts": (f"iban:{number}",), **values}
    return document(amount, day, name, kind=DocumentKind.PAYOUT, **values)


def matched(
    lines: list[Line], documents: list[Document], knowledge: Knowledge = NOTHING_LEARNED
) -> tuple[list[Match], Result]:
    result = match(lines, documents, knowledge)
    return [*result.matches], result


def only(
    lines: list[Line], documents: list[Document], knowledge: Knowledge = NOTHING_LEARNED
) -> Match:
    """The one match there is."""
    [found] = match(lines, documents, knowledge).matches
    return found
