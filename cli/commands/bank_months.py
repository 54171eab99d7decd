"""`tillroll bank`: what entries lack, and how complete months are."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tillroll_command.counting import counted
from tillroll_command.endings import Code
from tillroll_command.shared_options import Cursor, taking

from ..amounts import decimal
from ..client.private_files import write_private
from ..session import Session, session
from . import options

if TYPE_CHECKING:
    from ..client.api import JsonObject

_MONTHS = "/api/bank/months"
_OF_PAGE = 12
"""Months that the API lists at once."""
_COUNTS = ("entries", "documented", "explained", "owed", "open")


@taking(session)
def month(
    here: Session,
    name: Annotated[
        str,
        typer.Argument(metavar="YYYY-MM", parser=options.month, help="The month, such as 2026-03."),
    ],
    csv: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="Write its entries to this file, as CSV."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace FILE where it is there already.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many entries, the oldest first.")] = 100,
    cursor: Cursor = None,
) -> int:
    """Show each entry of a month with its document, its reason, or the person who owes one. The
    exit code says whether the month is complete.
    """
    if csv is not None and csv.exists() and not force:
        raise typer.BadParameter(f"{csv} is there already: give another name, or --force")
    found = here.api.get(f"{_MONTHS}/{name}")
    if csv is not None:
        write_private(csv, here.api.answer("GET", f"{_MONTHS}/{name}/entries.csv").content)
        if here.as_json:
            here.show.document({**found, "written": str(csv)})
        else:
            here.show.say(f"{csv}: {counted(found['entries'], 'entry', 'entries')}.")
    else:
        page = here.api.items(f"{_MONTHS}/{name}/entries", {"cursor": cursor}, limit)
        rows = [
            (
                *(each["entryId"], each["bankAccount"], each["day"]),
                *(decimal(each["amount"], each["currency"]), each["currency"]),
                *(each["counterparty"], each["words"], each["standing"], each["says"]),
            )
            for each in page["items"]
        ]
        columns = (
            "entry",
            "account",
            "day",
            "amount",
            "currency",
            "with",
            "words",
            "standing",
            "by",
        )
        here.show.page({**found, **page}, columns, rows, ("amount",))
    if not here.as_json:
        _say(here, found)
    return Code.DONE if found["isComplete"] else Code.NEEDS_PERSON


def _say(here: Session, found: "JsonObject") -> None:
    """What a month has and lacks: beside the answer."""
    here.show.note(f"{found['month']}: {', '.join(f'{found[name]} {name}' for name in _COUNTS)}.")
    for each in found["uncovered"]:
        here.show.note(f"{_uncovered(each)}: `tillroll bank import` takes one.")
    if found["withoutMoney"]:
        have = counted(found["withoutMoney"], "document of it has", "documents of it have")
        here.show.note(
            f"{have} no money: `tillroll api GET /api/bank/unpaid -q "
            f"month={found['month']}` lists them."
        )
    if not found["isComplete"]:
        here.show.note("It is NOT complete.")
    elif found["owed"]:
        owed = counted(found["owed"], "document is", "documents are")
        here.show.note(f"Nothing is left to do, but {owed} owed.")
    else:
        here.show.note("It is complete.")


def _uncovered(days: "JsonObject") -> str:
    account = days["bankAccount"]
    if not days["hasStatements"]:
        return f"There is no statement of {account} yet"
    span = days["first"] if days["first"] == days["last"] else f"{days['first']} to {days['last']}"
    return f"No statement of {account} covers {span}"


@taking(session)
def months(
    here: Session,
    limit: Annotated[int, typer.Option(min=1, max=36, help="How many, the newest first.")] = 12,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM", parser=options.month, help="The newest one; without it, this month."
        ),
    ] = None,
) -> None:
    """List how complete months are, from this one back to that of the first statement."""
    found: list[JsonObject] = []
    while len(found) < limit:
        page = here.api.get(_MONTHS, {"until": until})["items"]
        found += page
        if len(page) < _OF_PAGE:
            break
        until = _before(page[-1]["month"])
    found = found[:limit]
    rows = [
        (
            *(each["month"], each["entries"], each["owed"], each["open"]),
            *("; ".join(_missing(account) for account in each["uncovered"]), _stands(each)),
        )
        for each in found
    ]
    columns = ("month", "entries", "owed", "open", "statements", "")
    here.show.listing({"items": found}, columns, rows, columns[1:4])


def _before(month: str) -> str:
    number = int(month[:4]) * 12 + int(month[5:]) - 2
    return f"{number // 12:04}-{number % 12 + 1:02}"


def _missing(account: "JsonObject") -> str:
    """What of an account's statements is missing."""
    name, days = account["bankAccount"], account["days"]
    if days is None:
        return f"{name}: no statement yet"
    return f"{name}: {counted(days, 'day')} without one"


def _stands(month: "JsonObject") -> str:
    """Empty where something waits."""
    if not month["isComplete"]:
        return ""
    return f"complete but {month['owed']} owed" if month["owed"] else "complete"
