"""`tillroll expenses`: what was spent, found by what is known of it."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import typer

from tillroll_command.counting import counted
from tillroll_command.shared_options import Cursor, assignments, taking

from ..client.client_names import client_id
from ..session import Session, session
from .filters import Filters, filters
from .runs import Limit

if TYPE_CHECKING:
    from ..client.api import JsonObject


WHAT_FOR: Final = "Receipts become expenses that can be trusted."
"""What the whole command is for, where there are receipts."""
_LONGEST_HISTORY = 1000


@taking(session)
@taking(filters)
def expenses(
    chosen: Filters,
    here: Session,
    *,
    sort: Annotated[
        str | None,
        typer.Option(
            metavar="BY", help="date, total, merchant or created; -total has the largest first."
        ),
    ] = None,
    totals: Annotated[
        bool,
        typer.Option("--totals", help="The sums of all that is found, also of what is not listed."),
    ] = False,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> None:
    """List expenses. The filters are those of `GET /api/expenses`; of one that is repeated, any may
    fit.
    """
    page = here.api.items("/api/expenses", {**chosen, "sort": sort, "cursor": cursor}, limit)
    if here.as_json:
        here.show.document(
            {**page, "totals": here.api.get("/api/expenses/totals", chosen)} if totals else page
        )
        return
    rows = [
        (
            each["id"],
            each["date"],
            each["merchant"],
            each["total"],
            each["currency"],
            _category(each),
        )
        for each in page["items"]
    ]
    here.show.table(
        ("expense", "date", "merchant", "total", "currency", "category"), rows, right=("total",)
    )
    here.show.more(page)
    if totals:
        here.show.say(*_sums(here.api.get("/api/expenses/totals", chosen)))


def _category(each: "JsonObject") -> str | None:
    """One that is only proposed has a question mark."""
    proposed = each.get("proposedCategory")
    return f"{proposed['category']}?" if proposed else each.get("category")


def _sums(sums: "JsonObject") -> list[str]:
    """A line a currency, and one for all that could be converted; a sentence where none fits."""
    if not sums["currencies"]:
        return ["No expense fits, so there is nothing to add up."]
    found = [(each["currency"], each["total"], each["count"]) for each in sums["currencies"]]
    lines = [
        f"sum\t{currency}\t{total}\t{counted(count, 'expense')}" for currency, total, count in found
    ]
    base = sums["base"]
    if base is not None:
        lines.append(
            f"all\t{base['currency']}\t{base['total']}\t"
            f"{base['count']} of {counted(sums['count'], 'expense')}"
        )
    return [line.replace("\t", "  ") for line in lines]


class Move(StrEnum):
    """What is done with an expense as a whole, by the name of its route."""

    VOID = "void"
    RESTORE = "restore"
    SEND_BACK = "send-back"
    CONFIRM = "confirm"


@taking(session)
def expense(
    here: Session,
    expense_id: Annotated[str, typer.Argument(metavar="ID", help="The expense's id, exp_…")],
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="Change a value, such as tags=trip,client; repeat."
        ),
    ] = None,
    void: Annotated[bool, typer.Option("--void", help="Let it count nowhere from now on.")] = False,
    restore: Annotated[bool, typer.Option("--restore", help="Let it count again.")] = False,
    send_back: Annotated[bool, typer.Option("--send-back", help="Send it back to review.")] = False,
    confirm: Annotated[bool, typer.Option("--confirm", help="Say that it was looked at.")] = False,
    reason: Annotated[
        str | None, typer.Option(help="Why, where money changes; kept with the change.")
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="What was changed, by whom and why.")
    ] = False,
) -> None:
    """Show one expense, with how far it has come; change, void, restore or confirm it, or send it
    back to review.
    """
    wanted = {
        Move.VOID: void,
        Move.RESTORE: restore,
        Move.SEND_BACK: send_back,
        Move.CONFIRM: confirm,
    }
    moves = [move for move, is_wanted in wanted.items() if is_wanted]
    if len(moves) + bool(values) + history > 1:
        raise typer.BadParameter(
            "give one of --set --void --restore --send-back --confirm --history"
        )
    path = f"/api/expenses/{expense_id}"
    if history:
        _show_history(here, path)
        return
    if values:
        found = _change(here, path, "PATCH", {**_typed(here, assignments(values)), **_why(reason)})
    elif moves:
        found = _change(here, f"{path}/{moves[0]}", "POST", _why(reason), of=path)
    elif reason is not None:
        raise typer.BadParameter(
            "--reason says why something is changed: give --set, --void or another with it"
        )
    else:
        found = here.api.get(path)
        found["progress"] = here.api.get(f"{path}/progress")["stages"]
    if here.as_json:
        here.show.document(found)
    else:
        progress = found.pop("progress", [])
        show_expense(here, found)
        for stage in progress:
            here.show.say(f"{_STAGES[stage['stage']]:<16} {_reached(stage)}")


_STAGES: Final = {
    "read": "Read",
    "approved": "Approved",
    "exported": "Exported",
    "claimed": "Claimed",
    "received": "Claim paid",
    "paid": "Paid",
    "in_books": "In the books",
}


def _reached(stage: "JsonObject") -> str:
    """Since when a stage is reached and by what, or that it is not."""
    if stage["state"] != "reached":
        return "not yet" if stage["state"] == "waits" else "does not apply"
    by = [
        " ".join(str(fact[name]) for name in ("name", "subjectId", "url") if fact[name])
        for fact in stage["facts"]
    ]
    said = ", ".join(each for each in by if each)
    return (stage["at"] or "")[:10] + (f"  {said}" if said else "")


def _change(
    here: Session, path: str, method: str, body: "JsonObject", of: str | None = None
) -> "JsonObject":
    """Change the version that is there now: what somebody else changes meanwhile is refused, not
    overwritten.
    """
    etag = here.api.answer("GET", of or path).headers.get("etag")
    return here.api.send(method, path, body, **({"if_match": etag} if etag else {}))


def _why(reason: str | None) -> "JsonObject":
    return {} if reason is None else {"reason": reason}


def _typed(here: Session, values: dict[str, str | None]) -> "JsonObject":
    """As the API takes them: tags are a list, `billable` is true or false, all else is text, or
    null. `client` is a client's id or its name.
    """
    typed: JsonObject = dict(values)
    if "client" in values:
        client = typed.pop("client")
        typed["clientId"] = client and client_id(here, client)
    if "tags" in values:
        typed["tags"] = [tag.strip() for tag in (values["tags"] or "").split(",") if tag.strip()]
    if "billable" in values:
        if values["billable"] not in {"true", "false"}:
            raise typer.BadParameter("write billable=true or billable=false")
        typed["billable"] = values["billable"] == "true"
    return typed


def _show_history(here: Session, path: str) -> None:
    page = here.api.items(f"{path}/history", {}, _LONGEST_HISTORY)
    if here.as_json:
        here.show.document(page)
        return
    for change in page["items"]:
        person = change["person"] or {"name": change["actor"]}
        why = f": {change['reason']}" if change["reason"] else ""
        here.show.say(
            f"{change['at'][:16].replace('T', ' ')}  {change['kind']} by {person['name']}{why}"
        )
        for value in change["values"]:
            here.show.say(f"    {value['field']}: {_said(value['old'])} → {_said(value['new'])}")


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
        case None:
            return "(nothing)"
        case list():
            return "; ".join(_said(each) for each in cast("list[Any]", value))
        case _:
            return str(value)
