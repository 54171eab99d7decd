"""`tillroll export` and `tillroll exports`: expenses in a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tillroll_command.counting import counted
from tillroll_command.endings import Code, Stopped
from tillroll_command.shared_options import Cursor, taking

from ..session import Session, session
from .filters import Filters, filters
from .runs import Limit

if TYPE_CHECKING:
    from ..client.api import JsonObject


@taking(session)
def exports(here: Session, limit: Limit = 20, cursor: Cursor = None) -> None:
    """List the exports there are."""
    page = here.api.items("/api/exports", {"cursor": cursor}, limit)
    rows = [
        (
            each["id"],
            each["format"],
            each["status"],
            each["count"],
            _period(each),
            each["createdAt"][:16],
        )
        for each in page["items"]
    ]
    here.show.page(
        page,
        ("export", "format", "status", "expenses", "days", "asked for"),
        rows,
        right=("expenses",),
    )


@taking(session)
@taking(filters)
def export(
    chosen: Filters,
    here: Session,
    *,
    file_format: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="FORMAT", help="csv, xlsx, pdf, zip, jsonl, hledger, beancount, …"
        ),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="By this profile, which also says the format; or its id."
        ),
    ] = None,
    only_new: Annotated[
        bool,
        typer.Option(
            "--only-new", help="What no earlier export of the same kind held, and corrections."
        ),
    ] = False,
    export_id: Annotated[
        str | None,
        typer.Option("--id", metavar="ID", help="Fetch this export, xpt_…, in place of a new one."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="A file, or a folder; else here, under its own name.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace FILE where it is there already.")
    ] = False,
) -> int:
    """Have expenses written to a file, wait for it, and fetch it; its SHA-256 is checked. The
    filters are those of `tillroll expenses`: what that lists is handed on, but for what is voided
    or in review.
    """
    if export_id is None and file_format is None and profile is None:
        raise typer.BadParameter(
            "give --format or --profile for a new export, or --id of one there is"
        )
    if export_id is not None and (file_format or profile or only_new or any(chosen.values())):
        raise typer.BadParameter(
            "an export that there is has its own format and filter: give --id alone"
        )
    if output is not None and output.is_file() and not force:
        raise typer.BadParameter(f"{output} is there already: give another name, or --force")
    from ..client.api import given

    if export_id is None:
        body: JsonObject = {"format": file_format, "filter": given(chosen)}
        if profile is not None:
            found = _profile(here, profile)
            body |= {"format": file_format or found["format"], "profile": found["id"]}
        asked = here.api.send(
            "POST", "/api/exports", {**body, "onlyNew": True} if only_new else body
        )
        if not here.as_json:
            here.show.note(*(each["message"] for each in asked.get("warnings", [])))
    else:
        asked = here.api.get(f"/api/exports/{export_id}")
    try:
        return _fetch(here, _finished(here, asked), output, force=force)
    except KeyboardInterrupt:
        here.show.note(f"Go on with: `tillroll export --id {asked['id']}`")
        raise


def _profile(here: Session, name: str) -> "JsonObject":
    """The profile of this name or id. Raises Stopped: there is none."""
    profiles = here.api.get("/api/export-profiles")["items"]
    found = next((each for each in profiles if name in {each["id"], each["name"]}), None)
    if found is None:
        there = ", ".join(each["name"] for each in profiles) or "none yet: the page makes them"
        raise Stopped(Code.NOT_FOUND, f"There is no profile {name}. There are: {there}.")
    return found


def _finished(here: Session, asked: "JsonObject") -> "JsonObject":
    """The export, once it is written or will not be."""
    from ..views.progress import gauge

    found = asked
    with gauge("Gathering expenses", is_shown=not here.as_json) as at:
        while found["status"] == "processing":
            here.api.sleep(0.3)
            found = here.api.get(f"/api/exports/{asked['id']}")
            at(found["progress"]["done"], found["progress"]["of"])
    return found


def _fetch(here: Session, found: "JsonObject", output: Path | None, *, force: bool) -> int:
    from ..client.downloading import download
    from ..views.progress import gauge

    if found["fileUrl"] is None:
        says = f"{found['message']} `tillroll run {found['runId']}` says why, and what can be done."
        raise Stopped(Code.FAILED, says)
    written: list[str] = []
    for file, target in _targets(here, found, output, force=force):
        with gauge(f"Fetching {target.name}", is_shown=not here.as_json) as at:
            download(here.api, file["url"], target, file["size"], file["sha256"], at)
        written.append(str(target))
        if not here.as_json:
            here.show.say(f"{target}: {counted(file['count'], 'line')}. SHA-256 {file['sha256']}")
            here.show.note(*file["remarks"])
    if here.as_json:
        here.show.document({**found, "written": written})
    else:
        sums = [f"{each['total']} {each['currency']}" for each in found["totals"]]
        counts = ", ".join([counted(found["count"], "expense"), *sums])
        here.show.say(f"{counts}.")
    return Code.DONE


def _targets(
    here: Session, found: "JsonObject", output: Path | None, *, force: bool
) -> "list[tuple[JsonObject, Path]]":
    """Each file of an export, and where it goes: under its own name, or as -o says.

    Raises:
        Stopped: one is there already, or several should have one name.
    """
    files = found["files"]
    of_months = [file for file in files if file["month"] is not None]
    if len(files) - len(of_months) > 1 and output is not None and not output.is_dir():
        fetch = f"`tillroll export --id {found['id']} -o FOLDER`"
        says = f"This export has {len(files)} files: name a folder that there is. {fetch}"
        raise Stopped(Code.USAGE, says)
    folder = output or here.surroundings.folder
    targets: list[tuple[JsonObject, Path]] = []
    if output is not None and not output.is_dir():
        # Months lie beside it, under their own names.
        targets, files, folder = [(files[0], output)], of_months, output.parent
    # A name from the server leads nowhere else.
    named = [(file, folder / Path(file["fileName"]).name) for file in files]
    there = [str(target) for _, target in named if target.exists() and not force]
    if there:
        says = (
            f"{', '.join(there)} is there already. Give --id {found['id']} with -o and another "
            "place, or --force."
        )
        raise Stopped(Code.USAGE, says)
    return [*targets, *named]


def _period(export: "JsonObject") -> str:
    return f"{export['firstDay']} to {export['lastDay']}" if export["firstDay"] else ""
