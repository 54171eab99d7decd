"""The filter of expenses as query parameters: the same names for the list, its sums and the reports."""

import base64
import binascii
from typing import Annotated

from fastapi import Depends, Query

from tillroll.api.paging import INVALID_CURSOR_DETAIL
from tillroll.api.problems import INVALID_CURSOR, Problem, invalid_values
from tillroll.expenses.finding.filters import Asked, Filter, Order, fingerprint, read_filter, read_order
from tillroll.expenses.finding.planning import Place
from tillroll.platform.json import dump, load

_Several = Annotated[list[str] | None, Query()]


async def asked(  # noqa: PLR0913 - each is a parameter of the query
    q: Annotated[str | None, Query(description="Words that all occur, or begin one, in an expense")] = None,
    first_day: Annotated[str | None, Query(alias="from", description="A day, month or year")] = None,
    last_day: Annotated[str | None, Query(alias="to", description="A day, month or year, included")] = None,
    least: Annotated[str | None, Query(alias="min", description="The smallest total, in its own currency")] = None,
    most: Annotated[str | None, Query(alias="max", description="The largest total, in its own currency")] = None,
    currency: Annotated[list[str] | None, Query(description="ISO 4217")] = None,
    category: _Several = None,
    tag: _Several = None,
    person: Annotated[list[str] | None, Query(description="Ids of users who handed expenses in")] = None,
    status: Annotated[list[str] | None, Query(description="ready, in_review, approved, voided")] = None,
    missing: Annotated[
        list[str] | None, Query(description="category, tax, rate, receipt, number, payment: what an expense lacks")
    ] = None,
) -> Asked:
    """What was sent, by its names; nothing is checked yet."""
    single = {"q": q, "from": first_day, "to": last_day, "min": least, "max": most}
    several = {
        "currency": currency,
        "category": category,
        "tag": tag,
        "person": person,
        "status": status,
        "missing": missing,
    }
    values = {name: [value] for name, value in single.items() if value is not None}
    return Asked(values | {name: each for name, each in several.items() if each})


async def filter_of(sent: Annotated[Asked, Depends(asked)]) -> Filter:
    """Raises Problem: 422, a value cannot be used."""
    chosen = read_filter(sent)
    if sent.problems:
        raise invalid_values(sent.problems)
    return chosen


async def ordered_filter_of(
    sent: Annotated[Asked, Depends(asked)],
    sort: Annotated[str | None, Query(description="date, total, merchant, created; with - the largest first")] = None,
) -> tuple[Filter, Order]:
    """Raises Problem: 422, a value cannot be used."""
    chosen = read_filter(sent)
    order = read_order(Asked({"sort": [sort or ""]}, sent.problems))
    if sent.problems:
        raise invalid_values(sent.problems)
    return chosen, order


FilterAsked = Annotated[Filter, Depends(filter_of)]
OrderedFilterAsked = Annotated[tuple[Filter, Order], Depends(ordered_filter_of)]


def encode_place(place: Place | None, chosen: Filter, order: Order) -> str | None:
    """A cursor that is bound to the filter and the order."""
    if place is None:
        return None
    body = dump([fingerprint(chosen, order), place.key, place.n])
    return base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")


def decode_place(cursor: str | None, chosen: Filter, order: Order) -> Place | None:
    """Raises Problem: 400, the cursor is not one of ours, or one of another filter or order."""
    if cursor is None:
        return None
    try:
        content = load(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode())
    except (binascii.Error, ValueError) as error:
        raise Problem(INVALID_CURSOR, INVALID_CURSOR_DETAIL) from error
    match content:
        case [str(of), str(key), int(n)] if of == fingerprint(chosen, order) and not isinstance(n, bool):
            return Place(key, n)
        case [str(), str(), int()]:
            detail = "The cursor belongs to another filter or order. Leave `cursor` out to begin with the first page."
            raise Problem(INVALID_CURSOR, detail)
        case _:
            raise Problem(INVALID_CURSOR, INVALID_CURSOR_DETAIL)
