"""Bank lines and documents of tests, with what most of them have."""

from datetime import date, timedelta
from itertools import count
from typing import Any, Final

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

FIRST: Final = date(2026, 3, 2)
_NUMBERS: Final = count(1)


def on(day: int) -> date:
    """So many days after the first one."""
    return FIRST + timedelta(days=day)


def line(amount: int, day: int | None = 0, name: str | None = "REWE BERLIN", **values: Any) -> Line:
    values = {"id": f"line-{next(_NUMBERS)}", "account": "giro", "currency": "EUR", **values}
    return Line(amount=amount, day=None if day is None else on(day), name=name, **values)


def document(
    amount: int, day: int | None = 0, name: str = "REWE Markt GmbH", **values: Any
) -> Document:
    values = {
        "id": f"document-{next(_NUMBERS)}",
        "kind": DocumentKind.EXPENSE,
        "currency": "EUR",
        "remainder": amount,
        "names": (name,) if name else (),
        **values,
    }
    return Document(amount=amount, day=None if day is None else on(day), **values)


def claim(amount: int, day: int = 0, name: str = "Kontor Nord AG", **values: Any) -> Document:
    return document(amount, day, name, kind=DocumentKind.CLAIM, **values)


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
