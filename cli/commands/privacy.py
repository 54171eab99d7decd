"""`tillroll privacy`: taking one's data along, and deleting for good."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..counting import counted
from ..endings import Code, Stopped
from ..hints import hint
from ..session import Session, session
from ..shared_options import taking

if TYPE_CHECKING:
    from ..client.api import JsonObject

app = typer.Typer(no_args_is_help=True, help="Take data along, and delete for good.")

_PAUSE_SECONDS = 0.5


class What(StrEnum):
    """What is deleted for good."""

    RECEIPT = "receipt"
    PERSON = "person"
    ACCOUNT = "account"


Target = Annotated[
    str | None,
    typer.Argument(
        metavar="[ID]", help="rec_… or usr_…; nothing for the account, which is one's own."
    ),
]


@app.command("export")
@taking(session)
def export_data(
    here: Session,
    *,
    whole: Annotated[
        bool, typer.Option("--whole-account", help="All of the account, not one's own; for owners.")
    ] = False,
    export_id: Annotated[
        str | None,
        typer.Option("--id", metavar="ID", help="Fetch this one, dex_…, in place of a new one."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FOLDER", help="A folder that there is; else here."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace files that are there already.")
    ] = False,
) -> int:
    """Have what is kept of oneself (or the account) gathered, wait for it, and fetch it; each
    SHA-256 is checked.
    """
    if export_id is not None and whole:
        raise typer.BadParameter("a data export that there is has its own kind: give --id alone")
    if output is not None and not output.is_dir():
        raise typer.BadParameter(f"{output} is no folder: name one that there is")
    if export_id is None:
        found = here.api.send("POST", "/api/account/data-export" if whole else "/api/data-exports")
    else:
        found = _listed(here, export_id)
    try:
        while found["status"] == "making":
            here.api.sleep(_PAUSE_SECONDS)
            found = _listed(here, found["id"])
    except KeyboardInterrupt:
        here.show.note(f"Go on with: `tillroll privacy export --id {found['id']}`")
        raise
    if found["status"] == "failed":
        raise Stopped(Code.FAILED, _how_to_go_on(found))
    if found["status"] != "ready":
        says = (
            f"Its files are not there: it is {found['status']}. `tillroll run {found['runId']}` "
            "says why."
        )
        raise Stopped(Code.FAILED, says)
    return _fetch(here, found, output or here.surroundings.folder, force=force)


@app.command("exports")
@taking(session)
def list_exports(here: Session) -> None:
    """List one's own data exports, and for an owner the account's."""
    found = here.api.get("/api/data-exports")
    rows = [
        (
            each["id"],
            each["what"],
            each["status"],
            each["requestedAt"][:16],
            (each["expiresAt"] or "")[:16],
        )
        for each in found["items"]
    ]
    here.show.listing(found, ("data export", "of the", "status", "asked for", "until"), rows)


@app.command()
@taking(session)
def erase(
    here: Session,
    what: What,
    target: Target = None,
    *,
    insist: Annotated[
        bool,
        typer.Option(
            "--insist", help="A receipt also where it was handed on, or its days are closed."
        ),
    ] = False,
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="What the account is called, so that it is no slip."),
    ] = None,
) -> None:
    """Have a receipt whose expense is void, a removed person, or the account deleted for good in
    thirty days.
    """
    if insist and what is not What.RECEIPT:
        raise typer.BadParameter("--insist is for a receipt")
    if (name is None) == (what is What.ACCOUNT):
        raise typer.BadParameter("give --name with the account, and with nothing else")
    bodies: dict[What, JsonObject | None] = {
        What.RECEIPT: {"insist": insist},
        What.PERSON: None,
        What.ACCOUNT: {"name": name},
    }
    asked = here.api.send("POST", _path(what, target), bodies[what])
    if here.as_json:
        here.show.document(asked)
        return
    keep = hint(f"privacy keep {what.value}{f' {target}' if target else ''}")
    here.show.say(f"It is deleted for good on {asked['dueAt'][:10]}. Until then: {keep}")


@app.command()
@taking(session)
def keep(here: Session, what: What, target: Target = None) -> None:
    """Take back that something is deleted for good."""
    kept = here.api.send("DELETE", _path(what, target))
    if here.as_json:
        here.show.document(kept)
        return
    here.show.say("The deletion is taken back: it stays.")


@app.command()
@taking(session)
def erasures(here: Session) -> None:
    """List what is to be deleted for good, and what was: the newest 200."""
    found = here.api.get("/api/erasures")
    rows = [
        (
            each["what"],
            each["target"],
            each["status"],
            each["requestedAt"][:16],
            each["dueAt"][:16],
            each["runId"],
        )
        for each in found["items"]
    ]
    here.show.listing(found, ("what", "id", "status", "asked for", "due", "run"), rows)


def _how_to_go_on(failed: "JsonObject") -> str:
    run_id, whole = failed["runId"], " --whole-account" if failed["what"] == "account" else ""
    return (
        f"It could not be gathered: `tillroll run {run_id}` says why. When that is mended, an "
        "owner lets it go on with "
        f"`tillroll operate {run_id} retry`, and `tillroll privacy export --id {failed['id']}` "
        "fetches it. "
        f"Or `tillroll privacy export{whole}` makes another in its place."
    )


def _path(what: What, target: str | None) -> str:
    """Raises BadParameter: an id is missing, or there is one too many."""
    if (target is None) != (what is What.ACCOUNT):
        raise typer.BadParameter("give the id of the receipt or person; of the account none")
    if what is What.ACCOUNT:
        return "/api/account/erasure"
    return f"/api/{'receipts' if what is What.RECEIPT else 'people'}/{target}/erasure"


def _listed(here: Session, export_id: str) -> "JsonObject":
    """Raises Stopped: there is none."""
    for each in here.api.get("/api/data-exports")["items"]:
        if each["id"] == export_id:
            return each
    raise Stopped(
        Code.NOT_FOUND,
        f"There is no data export {export_id}: `tillroll privacy exports` lists them.",
    )


def _fetch(here: Session, found: "JsonObject", folder: Path, *, force: bool) -> int:
    from ..client.downloading import download
    from ..views.progress import gauge

    targets = [
        (file, folder / f"tillroll-data-{found['requestedAt'][:10]}-{file['number']}.zip")
        for file in found["files"]
    ]
    there = [str(target) for _, target in targets if target.exists() and not force]
    if there:
        says = (
            f"{', '.join(there)} is there already. Give --id {found['id']} with -o and another "
            "folder, or --force."
        )
        raise Stopped(Code.USAGE, says)
    written: list[str] = []
    for file, target in targets:
        with gauge(f"Fetching {target.name}", is_shown=not here.as_json) as at:
            download(here.api, file["url"], target, file["size"], file["sha256"], at)
        written.append(str(target))
        if not here.as_json:
            counts = (
                f"{counted(file['rows'], 'row')}, {counted(file['documents'], 'document')}, "
                f"{file['missing']} missing"
            )
            here.show.say(f"{target}: {counts}. SHA-256 {file['sha256']}")
    if here.as_json:
        here.show.document({**found, "written": written})
    return Code.DONE
