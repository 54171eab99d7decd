"""`tillroll endings`: what ended since a backup, kept from the old place and repeated in a restored
one.
"""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands.operations.options import where
from cli.operations.place import Where
from tillroll_command.endings import Code, Stopped
from tillroll_command.replies import reply
from tillroll_command.shared_options import taking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cli.operations.repeating import Ending, Step

app = typer.Typer(
    no_args_is_help=True,
    help=(
        "Removals, revocations and erasures, which a restore takes back and which are to be "
        "repeated."
    ),
)


@app.command("list")
@taking(where)
def list_endings(
    place: Where,
    file: Annotated[Path, typer.Argument(help="Where the list is written.")],
    *,
    copies: Annotated[
        bool,
        typer.Option(
            "--copies", help="From the copies of seals in the bucket, where the database is lost."
        ),
    ] = False,
) -> None:
    """Write down what ended in this place: run it on the old one."""
    from cli.operations.failures import or_else
    from cli.operations.repeating import NoEvents, endings_of_rows, endings_query
    from cli.operations.where import query
    from tillroll_local.files import write_private

    if not file.resolve().parent.is_dir():
        raise Stopped(Code.NOT_FOUND, f"Nothing was written.\nThere is no folder {file.parent}.")
    with or_else("Nothing was written.", NoEvents):
        endings = _from_copies(place) if copies else endings_of_rows(query(endings_query(), place))
        write_private(file, "".join(f"{each.line()}\n" for each in endings))
    last = f", the last at {endings[-1].at}" if endings else ""
    sentence = f"{file} lists {len(endings)} removals, revocations and erasures{last}."
    reply({"file": str(file), "endings": len(endings)}, sentence, as_json=place.as_json)


def _from_copies(place: Where) -> "list[Ending]":
    from cli.commands.operations.backups import data_of
    from cli.operations.bucket import ObjectFile
    from cli.operations.repeating import read_endings
    from tillroll_durable.sealing.files import is_copy

    with data_of(place) as data, tempfile.TemporaryDirectory() as folder:
        keys = [each.key for each in data.bucket.listed() if is_copy(each.key)]
        files = [ObjectFile(key, Path(folder) / str(number)) for number, key in enumerate(keys)]
        data.bucket.fetch(files)
        return read_endings(each.file for each in files)


@app.command()
@taking(where)
def repeat(
    place: Where,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Lists, or exports of the old place's audit."),
    ],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done.")
    ] = False,
) -> None:
    """End again, in the restored place, what it does not know to have ended. Done twice, it changes
    nothing.
    """
    from cli.operations.failures import or_else
    from cli.operations.repeating import NoEvents, plan, read_endings, standing_of, standing_queries
    from cli.operations.where import query_all

    with or_else("Nothing was changed.", NoEvents):
        endings = read_endings(files)
        standing = standing_of(query_all(standing_queries(), place))
    planned = plan(endings, standing, datetime.now(UTC))
    refused: list[tuple[Step, str]] = []
    if not dry_run:
        refused = _do(planned.steps, place)
    failed = [step for step, _ in refused]
    done = [step.sentence for step in planned.steps if step not in failed]
    lines = [*done, *(f"See to it: {sentence}" for sentence in planned.by_hand)]
    lines += [f"NOT DONE: {step.sentence} {reason}" for step, reason in refused]
    lines.append(_count(len(done), len(endings), dry_run=dry_run))
    document = {
        "repeated": done,
        "byHand": list(planned.by_hand),
        "refused": [f"{step.sentence} {reason}" for step, reason in refused],
    }
    reply(document, *lines, as_json=place.as_json)
    if refused:
        raise typer.Exit(1)


def _count(done: int, endings: int, *, dry_run: bool) -> str:
    verb = "would be" if dry_run else "were"
    sentence = f"{done} of {endings} endings {verb} repeated"
    if done == endings:
        return f"{sentence}."
    return f"{sentence}; the others had nothing to end here."


def _do(steps: "Sequence[Step]", place: Where) -> "list[tuple[Step, str]]":
    """Do the steps, all at once; where the database refuses that, one after the other. Return those
    that it refuses.
    """
    from cli.operations.where import execute
    from local.d1 import D1Error

    if not steps:
        return []
    try:
        execute("".join(step.sql for step in steps), place)
    except D1Error:
        pass
    else:
        return []
    refused: list[tuple[Step, str]] = []
    for step in steps:
        try:
            execute(step.sql, place)
        except D1Error as error:
            refused.append((step, str(error).splitlines()[0]))
    return refused
