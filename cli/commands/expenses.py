"""`tillroll expenses`: what was spent, found by what is known of it."""

from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from ..session import Session, session
from ..taking import taking
from .filters import Filters, filters
from .options import assignments
from .runs import Cursor, Limit

if TYPE_CHECKING:
    from ..client.api import JsonObject


@taking(session)
@taking(filters)
def expenses(
    chosen: Filters,
    here: Session,
    *,
    sort: Annotated[
        str | None, typer.Option(metavar="BY", help="date, total, merchant or created; -total has the largest first.")
    ] = None,
    totals: Annotated[
        bool, typer.Option("--totals", help="The sums of all that is found, also of what is not listed.")
    ] = False,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List expenses. The filters are those of `GET /api/expenses`; of one that is repeated, any may fit."""
    page = here.api.items("/api/expenses", {**chosen, "sort": sort, "cursor": cursor}, limit)
    sums = here.api.get("/api/expenses/totals", chosen) if totals else None
    if here.as_json:
        here.show.document(page if sums is None else {**page, "totals": sums})
        return
    rows = [
        (each["id"], each["date"], each["merchant"], each["total"], each["currency"], each.get("category"))
        for each in page["items"]
    ]
    here.show.table(("expense", "date", "merchant", "total", "currency", "category"), rows, right=("total",))
    if page["nextCursor"]:
        here.show.note(f"There are more: --cursor {page['nextCursor']}")
    if sums is not None:
        here.show.say(*_sums(sums))


def _sums(sums: "JsonObject") -> list[str]:
    """A line a currency, and one for all that could be converted."""
    found = [(each["currency"], each["total"], each["count"]) for each in sums["currencies"]]
    lines = [f"sum\t{currency}\t{total}\t{count} expenses" for currency, total, count in found]
    base = sums["base"]
    if base is not None:
        lines.append(f"all\t{base['currency']}\t{base['total']}\t{base['count']} of {sums['count']} expenses")
    return [line.replace("\t", "  ") for line in lines]


@taking(session)
def expense(
    here: Session,
    expense_id: Annotated[str, typer.Argument(metavar="ID", help="The expense's id, exp_…")],
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Change a value, such as category=Travel; repeat."),
    ] = None,
) -> None:
    """Show one expense, or change what it says."""
    path = f"/api/expenses/{expense_id}"
    found = here.api.send("PATCH", path, assignments(values)) if values else here.api.get(path)
    if here.as_json:
        here.show.document(found)
    else:
        show_expense(here, found)


def show_expense(here: Session, found: "JsonObject") -> None:
    """An expense's fields that say something, a line each."""
    for name, value in found.items():
        if value is not None:
            here.show.say(f"{name:<16} {_said(value)}")


def _said(value: Any) -> str:
    match value:
        case dict():
            members = cast("JsonObject", value).items()
            return ", ".join(f"{name} {_said(each)}" for name, each in members if each is not None)
        case list():
            return "; ".join(_said(each) for each in cast("list[Any]", value))
        case _:
            return str(value)
