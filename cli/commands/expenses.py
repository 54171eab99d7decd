"""`tillroll expenses`: what was spent, found by what is known of it."""

from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from ..session import Session, session
from ..taking import taking
from .options import day
from .runs import Cursor, Limit

if TYPE_CHECKING:
    from ..client.api import JsonObject


@taking(session)
def expenses(
    here: Session,
    q: Annotated[str | None, typer.Option(metavar="TEXT", help="In merchant, note, number, items, transcript.")] = None,
    first: Annotated[str | None, typer.Option("--from", parser=day, metavar="DAY", help="The first day.")] = None,
    last: Annotated[str | None, typer.Option("--to", parser=day, metavar="DAY", help="The last day.")] = None,
    least: Annotated[str | None, typer.Option("--min", metavar="AMOUNT", help="The smallest total.")] = None,
    most: Annotated[str | None, typer.Option("--max", metavar="AMOUNT", help="The largest total.")] = None,
    currency: Annotated[str | None, typer.Option(help="Such as EUR.")] = None,
    category: Annotated[str | None, typer.Option(help="Of this category.")] = None,
    tag: Annotated[str | None, typer.Option(help="With this tag.")] = None,
    person: Annotated[str | None, typer.Option(metavar="ID", help="Handed in by this user, usr_…")] = None,
    status: Annotated[str | None, typer.Option(help="In this state.")] = None,
    missing: Annotated[str | None, typer.Option(metavar="FIELD", help="Without this, such as category.")] = None,
    sort: Annotated[str | None, typer.Option(help="In which order; a minus before it turns it round.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List expenses. The filters are those of `GET /api/expenses`."""
    query = {
        "q": q,
        "from": first,
        "to": last,
        "min": least,
        "max": most,
        "currency": currency,
        "category": category,
        "tag": tag,
        "person": person,
        "status": status,
        "missing": missing,
        "sort": sort,
        "cursor": cursor,
    }
    page = here.api.items("/api/expenses", query, limit)
    if here.as_json:
        here.show.document(page)
        return
    rows = [
        (each["id"], each["date"], each["merchant"], each["total"], each["currency"], each.get("category"))
        for each in page["items"]
    ]
    here.show.table(("expense", "date", "merchant", "total", "currency", "category"), rows, right=("total",))
    if page["nextCursor"]:
        here.show.note(f"There are more: --cursor {page['nextCursor']}")


@taking(session)
def expense(
    here: Session, expense_id: Annotated[str, typer.Argument(metavar="ID", help="The expense's id, exp_…")]
) -> None:
    """Show one expense."""
    found = here.api.get(f"/api/expenses/{expense_id}")
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
