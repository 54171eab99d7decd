"""`tillroll export` and `tillroll exports`: expenses in a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..endings import Code, Stopped
from ..session import Session, session
from ..taking import taking
from .options import day
from .runs import Cursor, Limit

if TYPE_CHECKING:
    from ..client.api import JsonObject


@taking(session)
def exports(here: Session, limit: Limit = 20, cursor: Cursor = None) -> None:
    """List the exports there are."""
    page = here.api.items("/api/exports", {"cursor": cursor}, limit)
    if here.as_json:
        here.show.document(page)
        return
    rows = [
        (each["id"], each["format"], each["status"], each["count"], _period(each), each["createdAt"][:16])
        for each in page["items"]
    ]
    here.show.table(("export", "format", "status", "expenses", "days", "asked for"), rows, right=("expenses",))
    if page["nextCursor"]:
        here.show.note(f"There are more: --cursor {page['nextCursor']}")


@taking(session)
def export(
    here: Session,
    file_format: Annotated[
        str | None,
        typer.Option("--format", metavar="FORMAT", help="csv, xlsx, jsonl, hledger, beancount, …"),
    ] = None,
    first: Annotated[str | None, typer.Option("--from", parser=day, metavar="DAY", help="The first day.")] = None,
    last: Annotated[str | None, typer.Option("--to", parser=day, metavar="DAY", help="The last day.")] = None,
    currency: Annotated[str | None, typer.Option(help="Only of this currency, such as EUR.")] = None,
    category: Annotated[str | None, typer.Option(help="Only of this category.")] = None,
    export_id: Annotated[
        str | None,
        typer.Option("--id", metavar="ID", help="Fetch this export, xpt_…, in place of a new one."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Else under its own name, here.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE where it is there already.")] = False,
) -> int:
    """Have expenses written to a file, wait for it, and fetch it; its SHA-256 is checked."""
    filters = {"from": first, "to": last, "currency": currency, "category": category}
    if (file_format is None) == (export_id is None):
        raise typer.BadParameter("give --format for a new export, or --id of one there is")
    if export_id is not None and any(value is not None for value in filters.values()):
        raise typer.BadParameter("an export that there is has its own filter: give --id alone")
    if output is not None and output.exists() and not force:
        raise typer.BadParameter(f"{output} is there already: give another name, or --force")
    from ..client.api import given

    if export_id is None:
        asked = _ask(here, {"format": file_format, "filter": given(filters)})
    else:
        asked = here.api.get(f"/api/exports/{export_id}")
    try:
        return _fetch(here, _finished(here, asked), output, force=force)
    except KeyboardInterrupt:
        here.show.note(f"Go on with: tillroll export --id {asked['id']}")
        raise


def _ask(here: Session, body: "JsonObject") -> "JsonObject":
    """Asked for under a key, so that asking again after a lost answer gives the same export."""
    from uuid import uuid4

    return here.api.send("POST", "/api/exports", body, idempotency_key=f"cli-{uuid4()}")


def _finished(here: Session, asked: "JsonObject") -> "JsonObject":
    """The export, once it is written or will not be."""
    from ..showing.progress import gauge

    found = asked
    with gauge("Gathering expenses", is_shown=not here.as_json) as at:
        while found["status"] == "processing":
            here.api.sleep(0.3)
            found = here.api.get(f"/api/exports/{asked['id']}")
            at(found["progress"]["done"], found["progress"]["of"])
    return found


def _fetch(here: Session, found: "JsonObject", output: Path | None, *, force: bool) -> int:
    from ..client.downloading import download
    from ..showing.progress import gauge

    if found["fileUrl"] is None:
        raise Stopped(
            Code.FAILED, f"{found['message']} `tillroll run {found['runId']}` says why, and what can be done."
        )
    file = output or here.surroundings.folder / Path(found["fileName"]).name
    if output is None and file.exists() and not force:
        raise Stopped(Code.USAGE, f"{file} is there already: name another with -o, or give --force.")
    with gauge("Fetching", is_shown=not here.as_json) as at:
        download(here.api, found["fileUrl"], file, found["size"], found["sha256"], at)
    if here.as_json:
        here.show.document({**found, "file": str(file)})
    else:
        sums = ", ".join(f"{each['total']} {each['currency']}" for each in found["totals"])
        here.show.say(f"{file}: {found['count']} expenses{f', {sums}' if sums else ''}. SHA-256 {found['sha256']}")
    return Code.DONE


def _period(export: "JsonObject") -> str:
    return f"{export['firstDay']} to {export['lastDay']}" if export["firstDay"] else ""
