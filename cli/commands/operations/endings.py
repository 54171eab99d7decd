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
from tillroll_durable.platform.shards import FIRST, make_here, number_of, of_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cli.operations.repeating import Ending, Plan, Step

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
    """Write down what ended in this place, and what left it: run it on the old one."""
    from cli.operations.failures import or_else
    from cli.operations.repeating import NoEvents
    from tillroll_local.files import write_private

    if not file.resolve().parent.is_dir():
        raise Stopped(Code.NOT_FOUND, f"Nothing was written.\nThere is no folder {file.parent}.")
    with or_else("Nothing was written.", NoEvents):
        endings = _from_copies(place) if copies else _from_databases(place)
        write_private(file, "".join(f"{each.line()}\n" for each in endings))
    last = f", the last at {endings[-1].at}" if endings else ""
    sentence = f"{file} lists {len(endings)} things that ended or left{last}."
    reply({"file": str(file), "endings": len(endings)}, sentence, as_json=place.as_json)


def _from_databases(place: Where) -> "list[Ending]":
    from cli.operations.databases import each_of
    from cli.operations.leaving import EXPORTS, LARGEST, numbers_of_rows
    from cli.operations.repeating import endings_of_rows, endings_query
    from cli.operations.where import query_all

    endings: list[Ending] = []
    for database in each_of(place):
        queries = [endings_query(), EXPORTS, LARGEST]
        ended, exports, numbers = query_all(queries, database)
        endings += endings_of_rows([*ended, *exports, *numbers_of_rows(numbers)])
    return sorted(endings, key=lambda each: each.at)


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
    """End again, in the restored place, what it does not know to have ended, and say what left.
    Done twice, it changes nothing.
    """
    from cli.operations.databases import each_of
    from cli.operations.failures import or_else
    from cli.operations.repeating import NoEvents, read_endings

    with or_else("Nothing was changed.", NoEvents):
        endings = read_endings(files)
        planned = [(database, _planned(endings, database)) for database in each_of(place)]
    refused: list[tuple[Step, str]] = []
    if not dry_run:
        for database, plan in planned:
            refused += _do(plan.steps, database)
        if not refused:
            _lift(place)
    failed = [step for step, _ in refused]
    steps = [step for _, plan in planned for step in plan.steps]
    done = [step.sentence for step in steps if step not in failed]
    by_hand = [sentence for _, plan in planned for sentence in plan.by_hand]
    lines = [*done, *(f"See to it: {sentence}" for sentence in by_hand)]
    lines += [f"NOT DONE: {step.sentence} {reason}" for step, reason in refused]
    lines.append(_count(len(done), len(endings), dry_run=dry_run))
    document = {
        "repeated": done,
        "byHand": by_hand,
        "refused": [f"{step.sentence} {reason}" for step, reason in refused],
    }
    reply(document, *lines, as_json=place.as_json)
    if refused:
        raise typer.Exit(1)


@app.command()
@taking(where)
def nothing(place: Where) -> None:
    """Say, in the restored place, that nothing left the old one since the backup: payouts and
    numbers wait no more.
    """
    from cli.operations.failures import or_else

    with or_else("Nothing was changed."):
        _lift(place)
    reply({"lifted": True}, "Payouts and numbers wait no more.", as_json=place.as_json)


@app.command()
@taking(where)
def unknown(place: Where) -> None:
    """Say, in the restored place, that nobody knows what left the old one: numbers of claims,
    invoices and credit notes begin a new series. Then payouts and numbers wait no more.
    """
    from cli.operations.databases import each_of
    from cli.operations.failures import or_else
    from cli.operations.leaving import IS_HELD, LIFT, new_series
    from cli.operations.where import execute, query

    begun = 0
    with or_else("Nothing was changed."):
        for database in each_of(place):
            if query(IS_HELD, database):
                execute(new_series(datetime.now(UTC).year) + LIFT, database)
                begun += 1
    lines = [
        "Payouts and numbers wait no more. Before a payout, look for it at the provider.",
        "New numbers have five digits: which ones were given out is not known.",
    ]
    if not begun:
        lines = ["Nothing was changed: no payout and no number waits here."]
    reply({"begun": begun}, *lines, as_json=place.as_json)


def _lift(place: Where) -> None:
    """Let payouts and numbers go on in all databases. Raises D1Error."""
    from cli.operations.databases import each_of
    from cli.operations.leaving import LIFT
    from cli.operations.where import execute

    for database in each_of(place):
        execute(LIFT, database)


def _planned(endings: "Sequence[Ending]", database: Where) -> "Plan":
    """What is to be done again in one database: the endings of the accounts that were made there.
    Raises D1Error.
    """
    from cli.operations.repeating import plan, standing_of, standing_queries
    from cli.operations.where import query_all

    number = number_of(database.database) or FIRST
    make_here(number)
    standing = standing_of(query_all(standing_queries(), database))
    own = [each for each in endings if of_id(each.account_id) == number]
    return plan(own, standing, datetime.now(UTC))


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
