"""`tillroll bank`: what entries lack, and how complete months are."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..endings import Code, Stopped
from ..session import Session, session
from ..shared_options import taking
from . import options
from .bank_matches import ENTRIES, EntryId, show_documents, show_entry
from .runs import Cursor

if TYPE_CHECKING:
    from ..client.api import JsonObject

_MONTHS, _ACCOUNTS = "/api/bank/months", "/api/bank/accounts"
_COUNTS = ("entries", "documented", "explained", "owed", "open")


@taking(session)
def ask(
    here: Session,
    entry_id: EntryId,
    person: Annotated[
        str | None,
        typer.Argument(
            metavar="[PERSON]", help="usr_…, as `tillroll people list` shows it; without one, nobody owes it any more."
        ),
    ] = None,
) -> None:
    """Name the person who owes an entry's document. They are asked once, in the app and by mail."""
    show_entry(here, here.api.send("PUT", f"{ENTRIES}/{entry_id}/owed-by", {"person": person}))


@taking(session)
def reason(
    here: Session,
    entry_id: EntryId,
    text: Annotated[
        str | None,
        typer.Argument(metavar="[TEXT]", help='Such as "private, paid back"; without it, it is taken back.'),
    ] = None,
) -> None:
    """Say why no document explains an entry."""
    show_entry(here, here.api.send("PUT", f"{ENTRIES}/{entry_id}/explanation", {"reason": text}))


@taking(session)
def unpaid(
    here: Session,
    older: Annotated[int, typer.Option(metavar="DAYS", min=0, help="Only those that are so many days old.")] = 30,
) -> None:
    """List documents that no entry pays, the oldest first."""
    show_documents(here, here.api.get("/api/bank/unpaid", {"older": older}))


@taking(session)
def month(
    here: Session,
    name: Annotated[str, typer.Argument(metavar="YYYY-MM", parser=options.month, help="The month, such as 2026-03.")],
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write its entries to this file, as CSV.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE where it is there already.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many entries, the oldest first.")] = 100,
    cursor: Cursor = None,
) -> int:
    """Show each entry of a month with its document, its reason, or the person who owes one. The exit code says whether
    the month is complete."""
    if csv is not None and csv.exists() and not force:
        raise typer.BadParameter(f"{csv} is there already: give another name, or --force")
    found = here.api.get(f"{_MONTHS}/{name}")
    if csv is not None:
        _write(csv, here.api.answer("GET", f"{_MONTHS}/{name}/entries.csv").content)
        if here.as_json:
            here.show.document({**found, "written": str(csv)})
        else:
            here.show.say(f"{csv}: {found['entries']} entries.")
    else:
        page = here.api.items(f"{_MONTHS}/{name}/entries", {"cursor": cursor}, limit)
        rows = [
            (
                *(each["entryId"], each["bankAccount"], each["day"], each["amount"], each["currency"]),
                *(each["counterparty"], each["words"], each["standing"], each["says"]),
            )
            for each in page["items"]
        ]
        columns = ("entry", "account", "day", "amount", "currency", "with", "words", "standing", "by")
        here.show.page({**found, **page}, columns, rows, ("amount",))
    if not here.as_json:
        _say(here, found)
    return Code.DONE if found["isComplete"] else Code.NEEDS_PERSON


def _write(file: Path, content: bytes) -> None:
    """Raises Stopped."""
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Stopped(Code.FAILED, f"{file} cannot be written: {error.strerror or error}") from error


def _say(here: Session, found: "JsonObject") -> None:
    """What a month has and lacks: beside the answer."""
    here.show.note(f"{found['month']}: {', '.join(f'{found[name]} {name}' for name in _COUNTS)}.")
    for each in found["uncovered"]:
        days = each["first"] if each["first"] == each["last"] else f"{each['first']} to {each['last']}"
        here.show.note(f"No statement of {each['bankAccountId']} covers {days}: `tillroll bank import` takes one.")
    if found["withoutMoney"]:
        here.show.note(f"{found['withoutMoney']} documents of it have no money: `tillroll bank unpaid` lists them.")
    here.show.note("It is complete." if found["isComplete"] else "It is NOT complete.")


@taking(session)
def months(
    here: Session,
    limit: Annotated[int, typer.Option(min=1, max=36, help="How many, the newest first.")] = 12,
) -> None:
    """List how complete months are, from the last one of which there is a statement."""
    days = [each["lastDay"] for each in here.api.get(_ACCOUNTS)["items"] if each["lastDay"]]
    found = [here.api.get(f"{_MONTHS}/{each}") for each in _back_from(max(days), limit)] if days else []
    rows = [
        (
            *(each["month"], *(each[name] for name in _COUNTS)),
            *(_days_of(each["uncovered"]), each["withoutMoney"], "complete" if each["isComplete"] else ""),
        )
        for each in found
    ]
    columns = ("month", *_COUNTS, "days without a statement", "documents without money", "")
    here.show.listing({"items": found}, columns, rows, columns[1:-1])


def _back_from(newest: str, count: int) -> list[str]:
    day = date.fromisoformat(newest)
    numbers = (day.year * 12 + day.month - 1 - back for back in range(count))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in numbers]


def _days_of(uncovered: "list[JsonObject]") -> int:
    spans = ((date.fromisoformat(each["first"]), date.fromisoformat(each["last"])) for each in uncovered)
    return sum((last - first).days + 1 for first, last in spans)
