"""`tillroll report`: what was spent, added up."""

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ..session import Session, session
from ..shared_options import taking
from .filters import Filters, filters

if TYPE_CHECKING:
    from ..client.api import JsonObject


class By(StrEnum):
    """What a row is made of; `missing` is what expenses lack."""

    MONTH = "month"
    CATEGORY = "category"
    MERCHANT = "merchant"
    TAX_RATE = "tax_rate"
    PERSON = "person"
    MISSING = "missing"


@taking(session)
@taking(filters)
def report(
    chosen: Filters, here: Session, by: Annotated[By, typer.Argument(help="What a row is made of.")]
) -> None:
    """Add up expenses by month, category, merchant, tax rate or person, or say what they lack.
    Without a period it is this month and the eleven before.
    """
    found = here.api.get(f"/api/reports/{by}", chosen)
    if here.as_json:
        here.show.document(found)
    elif by is By.MISSING:
        here.show.table(
            ("missing", "expenses", "means"),
            [(row["missing"], row["count"], row["means"]) for row in found["rows"]],
            right=("expenses",),
        )
        runs = found["runs"]
        here.show.note(
            f"No expenses yet. Runs: {runs['processing']} under way, {runs['needsReview']} waiting "
            f"for a person, {runs['failed']} failed."
        )
    else:
        rows = [
            cells
            for row in found["rows"]
            for cells in _lines(row["label"], row["totals"], row["yearBefore"])
        ]
        if others := found["others"]:
            rows += _lines(f"({others['count']} others)", others["totals"], None)
        rows += _lines("all", found["totals"], None)
        columns = (
            by.replace("_", " "),
            "currency",
            "total",
            "tax",
            "expenses",
            *(("year before",) if by is By.MONTH else ()),
        )
        cut = len(columns)
        numbers = ("total", "tax", "expenses", "year before")
        here.show.table(columns, (cells[:cut] for cells in rows), right=numbers)


def _lines(
    label: str, totals: "JsonObject", before: "JsonObject | None"
) -> "Iterator[tuple[object, ...]]":
    """A line for each currency of a row; one for a row that has the year before only."""
    earlier = {
        each["currency"]: each["total"] for each in (before or {"currencies": []})["currencies"]
    }
    for each in totals["currencies"]:
        was = earlier.pop(each["currency"], None)
        yield label or "(none)", each["currency"], each["total"], each["tax"], each["count"], was
    for currency, total in earlier.items():
        yield label or "(none)", currency, None, None, 0, total
