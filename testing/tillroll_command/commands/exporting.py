"""`tillroll histories`: what live runs have done, in a file."""

from pathlib import Path
from typing import Annotated

import typer

from tillroll_command.counting import counted
from tillroll_command.endings import Code, Stopped
from tillroll_command.replies import AsJson, reply

_MOST_RUNS = 10_000


def histories(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where they are written; a new file.")
    ],
    *,
    remote: Annotated[
        bool, typer.Option("--remote", help="Of the deployed database; else of this machine's.")
    ] = False,
    most: Annotated[
        int, typer.Option(min=1, max=_MOST_RUNS, help="So many runs at most, the oldest first.")
    ] = _MOST_RUNS,
    as_json: AsJson = False,
) -> None:
    """Write into a file what all live runs have done. `tillroll check --against-live FILE` then
    says, before a deployment, which of them the code that is here could not finish. It has what
    the runs were given and gave back: keep it as you keep the database.
    """
    from tillroll_command.project import authors_project
    from tillroll_command.running.database import Database, DatabaseRefused
    from tillroll_command.running.objects import BucketRefused, Objects
    from tillroll_command.running.places import Places
    from tillroll_local.files import write_private
    from tillroll_testing.replaying.export import as_text, export_of

    if file.exists():
        raise Stopped(Code.USAGE, f"{file} is there already: name a new file.")
    places = Places(authors_project())
    database = Database(places, places.configuration, is_remote=remote)
    objects = Objects(places, is_remote=remote)
    try:
        export = export_of(database.rows_of_each, objects.content, most)
    except (DatabaseRefused, BucketRefused) as error:
        raise Stopped(Code.FAILED, f"Nothing was written. {error}") from error
    write_private(file, as_text(export))
    runs = len(export.rows.runs)
    more = ""
    if not export.is_whole:
        more = f" There are more: --most {most} has cut them."
    reply(
        {"file": str(file), "runs": runs, "isWhole": export.is_whole},
        f"{file}: {counted(runs, 'live run')}.{more}",
        f"`tillroll check --against-live {file}` says which the code here could not finish.",
        as_json=as_json,
    )
