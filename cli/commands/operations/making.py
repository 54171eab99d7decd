"""`tillroll new workflow` and `tillroll remove workflow`: a workflow of one's own, in this
project.
"""

from typing import Annotated

import typer

from cli.commands.operations.options import where as on_database
from cli.operations.place import Where
from tillroll_command.endings import Code, Stopped
from tillroll_command.hints import hint
from tillroll_command.replies import AsJson, reply
from tillroll_command.shared_options import taking

new = typer.Typer(no_args_is_help=True, help="Write something of your own into this project.")
remove = typer.Typer(no_args_is_help=True, help="Take back what `tillroll new` wrote.")
Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="What it is called: small letters, digits and hyphens, such as bank-transfer.",
    ),
]


# A failed run waits for an operator, who may retry it.
_NOT_ENDED = "status IN ('processing', 'needs_review', 'failed')"


@new.callback()
# Typer calls it, and so keeps the subcommand's name.
def _new() -> None:
    """Write something of your own into this project."""


@remove.callback()
def _remove() -> None:
    """Take back what `tillroll new` wrote."""


@new.command("workflow")
def new_workflow(
    name: Name,
    steps: Annotated[
        str,
        typer.Option(
            help=(
                "Its steps in order, each as STEP:EFFECT, with commas between them. An effect is "
                "read, write, external, external+undo (it can be undone) or irreversible."
            )
        ),
    ] = "send:external, record:write",
    wait: Annotated[
        str | None,
        typer.Option(
            metavar="SIGNAL", help="A signal that it waits for before its last step: confirm."
        ),
    ] = None,
    *,
    schedule: Annotated[
        str | None,
        typer.Option(metavar="CRON", help="When it begins by itself, in UTC: '0 8 * * 1-5'."),
    ] = None,
    migration: Annotated[
        bool, typer.Option(help="Make a table, too, which its steps that write fill.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a workflow of your own, its page, and a simulation that passes.

    Its steps stand in src/tillroll/workflows, its tests in tests/simulation.
    What acts elsewhere goes to the bucket, until you put your API there.

    Such as `tillroll new workflow nightly-close --steps "pay:external, note:write"`
    """
    from cli.making.describing import signal_command
    from cli.making.plan import Refused, planned
    from cli.making.writing import run_tool, write
    from local.places import ROOT

    try:
        plan = planned(name, steps, wait, has_table=migration, cron=schedule)
        written = write(plan, ROOT, run_tool)
    except Refused as error:
        raise Stopped(Code.USAGE, str(error)) from error
    tables = [path for path in written if path.startswith("migrations/")]
    begin = f'trigger {name} \'{{"subject": "one"}}\''
    reply(
        {"kind": name, "written": written},
        *(f"  {path}" for path in written),
        *(f"Edit it:  {path}, until `make dev` starts again and applies it" for path in tables),
        f"Play it:  {hint(f'play {name}')}",
        f"Run it:   make dev, and beside it  {hint(begin)}",
        *(
            []
            if plan.signal is None
            else [f"Send it:  {hint(signal_command(plan))}, where it waits for {plan.signal}"]
        ),
        f"Go on:    src/tillroll/workflows/{name.replace('-', '_')}/workflow.py, "
        "docs/writing-workflows.md",
        as_json=as_json,
    )


@remove.command("workflow")
@taking(on_database)
def remove_workflow(
    place: Where,
    name: Name,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Without asking.")] = False,
) -> None:
    """Take a workflow back that was written so, unless the database has runs of it that have not
    ended.
    """
    from cli.making.plan import Refused
    from cli.making.writing import remove as take_back
    from cli.making.writing import run_tool
    from cli.operations.failures import or_else
    from cli.operations.where import query
    from local.places import ROOT
    from local.wrangler import data_folder
    from tillroll_command.sql import literal

    # Where nothing was started yet, nothing runs.
    if place.state is None or data_folder(place.state).exists():
        with or_else("Nothing was changed: whether it has live runs could not be read."):
            [row] = query(
                f"SELECT count(*) AS n FROM runs WHERE kind = {literal(name)} AND {_NOT_ENDED}",
                place,
            )
        if row["n"]:
            raise Stopped(
                Code.REFUSED,
                f"Runs of {name!r} that have not ended: {row['n']}. Finish, cancel or abandon them "
                "first (`tillroll runs`).",
            )
    if not yes and not place.as_json:
        typer.confirm(
            f"Delete the files of the workflow {name}? What was committed stays in git.", abort=True
        )
    try:
        gone = take_back(name, ROOT, run_tool)
    except Refused as error:
        raise Stopped(Code.USAGE, str(error)) from error
    reply(
        {"kind": name, "removed": gone},
        *(f"  {path}" for path in gone),
        "Migrations stay: a table that was made is data. Drop it by a migration of your own.",
        as_json=place.as_json,
    )
